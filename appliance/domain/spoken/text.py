"""Words made comparable: no capitals, no accents, no punctuation, single spaces."""

import re
import unicodedata
from itertools import filterfalse

from appliance.domain.spoken.framing import answer
from appliance.domain.spoken.outcome import MISSING, UNCLEAR, Unclear

MAX_LENGTH = 200
"""Longer than any answer to one question: what is longer is a transcript, not an argument."""

# What ends a clause, of which `fold` would make a blank. An en dash is no such dash but "to": "20:00–21:00".
_BREAK = re.compile(r"\s*(?:[?!;](?=[\s?!;.,]|$)|[…—]|\.{2,})[\s?!;…—.,]*")
_PA = re.compile(r"\bpa(?P<el>l)?(?= )")
_NOISE = re.compile(r"[^\w:/.,+-]+")
_PLACEHOLDER = re.compile(r"\{\{|\}\}|^\s*(?:\$?\{[^{}]*\}|<[^<>]*>|\[[^\[\]]*\])\s*$")
_NOTHING = frozenset(
    "null,none,undefined,nan,n/a,na,unknown,desconocido,desconocida,unspecified,not specified,not provided,"
    "not available,no especificado,no especificada,sin especificar,no indicado,no disponible,no se,no lo se,"
    "i don t know,i do not know,tbd,string".split(",")
)
_NONE = frozenset(
    "no,none,nothing,ninguna,ninguno,nada,nada especial,nothing special,ninguna en especial,ninguna en particular,"
    "sin notas,no notes,sin necesidades,sin peticiones,no hay,nada mas,nothing else,"
    "nothing more,eso es todo,that s all,that is all".split(",")
)


def fold(words: str) -> str:
    """The words as they compare: "¿El SÁBADO, por  favor?" and "el sabado por favor" are the same."""
    plain = words.casefold()
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", words).casefold()
        plain = "".join(filterfalse(unicodedata.combining, decomposed))
    return _NOISE.sub(" ", plain).strip(" .,:/")


def tidied(words: str) -> str:
    """The words as they were said, in one line and without what cannot be printed."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())


def heard(words: object) -> str | Unclear:
    """The folded words of a tool's argument, whatever its JSON type, or why there are none to read."""
    if words is None or words in ([], {}):
        return MISSING
    if isinstance(words, int | float) and not isinstance(words, bool):
        return _whole(words)
    if not isinstance(words, str) or len(words) > MAX_LENGTH:
        return UNCLEAR
    plain = answer(_PA.sub(_para, fold(_BREAK.sub(", ", words))))
    return MISSING if _is_blank(plain) or _PLACEHOLDER.search(words) else plain


def says_nothing(words: str) -> bool:
    """Whether a field of free text says that there is nothing to say."""
    plain = _plain(words)
    return _is_blank(plain) or "{{" in words or plain in _NONE


def _plain(words: str) -> str:
    return answer(fold(words))


def _para(said: re.Match[str]) -> str:
    """What "pa dos" and "pal viernes" are written as."""
    return "para el" if said["el"] else "para"


def _is_blank(plain: str) -> bool:
    return not any(letter.isalnum() for letter in plain) or plain.replace("_", " ") in _NOTHING


def _whole(number: float) -> str | Unclear:
    """Fifteen digits are the longest number a caller can mean (a telephone's); NaN compares false and fails too."""
    return str(int(number)) if abs(number) < 10**15 and number == int(number) else UNCLEAR
