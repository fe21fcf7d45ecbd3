"""What is said around an answer, clause by clause: words that were not understood as a whole are read again.

Chatter is left out: a clause is idle when no word of it belongs to answers of that kind, nor denies, shifts, compares
or chooses. What was taken back ("el viernes, no, el sábado") or refused ("hoy no, mañana", "tomorrow instead of today")
gives way to what is said for it. In doubt a clause counts; what remains must be understood as a whole.
"""

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

from msgspec import Struct

from appliance.domain.spoken.framing import APOLOGY, answer
from appliance.domain.spoken.numerals import NUMERALS, in_digits
from appliance.domain.spoken.outcome import UNCLEAR, Unclear, known

Value = TypeVar("Value")
Read = Callable[[str], Value | None]
"""What words say, or None when they are not understood."""


class Kind(Struct, frozen=True, kw_only=True):
    """Answers of one kind: which words bear on them, and when what followed a retraction says all that it took back.

    `bare` when a number alone is an answer even with chatter around it: "nueve, somos muchos" is no hour.
    """

    bears: Callable[[str], object]
    replaces: Callable[[str, str], bool]
    bare: bool = False
    least: int = 1
    """How many words chatter has at least: one alone may be a digit misheard, or who comes too ("cuatro, Marta")."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_DENYING = _set(
    "no ni not nor never t cannot nunca jamas tampoco nadie nobody none ningun ninguno ninguna without sin imposible "
    "impossible too demasiado full lleno llena completo completa cerrado cerrada closed booked trabajo "
    "nada nothing olvidalo olvidelo borralo borrelo cancelalo cancelelo quitalo quitelo dejalo dejelo forget scratch "
    "cancel delete remove"
)
_TURNING = _set(
    "otro otra otros otras other others another else siguiente siguientes next following proximo proxima proximos "
    "viene entra entrante antes before despues after afterwards later earlier earliest latest ultimo ultima ultimos "
    "last pasado pasada pasadas past anterior previous mismo misma same excepto salvo menos mas more less least most "
    "except but pero sino otherwise unless aparte apart o u or either cualquier cualquiera any whichever whenever "
    "whatever when cuando mejor better instead rather vez lugar entre between desde hasta from until till partir cada "
    "todos todas every each both ambos ambas quiza quizas maybe perhaps might depende depends segun igual acaso sea "
    "como about maximo minimo tope max min casi almost cambiar cambio cambia change move tambien also tal this este "
    "ese aquel aquella those these algun alguno alguna varios several some digo espera espere wait "
    "pueda puedas puedan podais quiera quieras querais tenga tengas tengan tengais haya prefieras prefirais"
)
_DECIDING = _DENYING | _TURNING
_EXCUSED = _DENYING | _set("any some algun")
# What restricts ("el que podáis"), adds to the answer or breaks off.
_BOUND = re.compile(
    r"(?:el|la|los|las|the) (?:que|de|del|of)\b|(?:y|e|and)\b|.*\b(?:y|e|and|with|con|el|la|the|si no)$"
)
# A condition leaves the answer as it is, whatever it denies: "si no es molestia", "if you're not shut".
_CONDITION = re.compile(r"(?:si|if) (?!not\b)\w+ \w")
_BREAK = re.compile(r"[,.] +| (?=(?:si|if|porque|because) \w)")
_WORD = re.compile(r"\w+")
_BARE = re.compile(r"\d{1,4}")

_SOUND = r"(?:ay|uy|huy|oh|ah|uf|well|bueno|pues|actually)"
_BACK = (
    r"(?:perdon[ae]?|disculp[ae]|esper[ae]|mejor|sorry|wait|actually|miento|me he equivocado|my mistake|"
    r"hang on|hold on|scratch that|i mean|quiero decir|digo)"
)
# Between two commas a "no" belongs to neither answer. Who is sorry, or asks to wait, may be so for another reason.
_TAKEN_BACK = re.compile(
    rf"(?:[ ,]+(?:(?:{_SOUND}[ ,]+)*no[ ,]+{_BACK}|(?:{_SOUND}[ ,]+)+no(?=,)|"
    r"(?:actually )?(?:hang on|hold on|scratch that|i mean|quiero decir|mejor dicho|digo(?! yo\b)|miento))\b|"
    rf"(?<!\bno),(?: no,)+|(?<![ ,])(?<!\bno)[ ,]+(?P<perhaps>{APOLOGY}|esper[ae]|wait|actually)\b)"
    rf"(?:[ ,]+{_BACK}\b(?! yo\b))*[ ,]+"
)
# "Hoy no, mañana", "not today, tomorrow", "no, mejor el sábado": a comma tells whose the "no" is.
_NO = r"no(?: (?:puedo|podemos|puede ser|good))?"
_INSTEAD_OF = r"(?:instead of|rather than|en (?:vez|lugar) del?)"
_REFUSED = re.compile(
    rf"(?:(?:(?:ya )?(?:no|not)|{_INSTEAD_OF}) (?P<first>[^,]+)(?:,(?: (?:sino|but|pero))?| (?:sino|but))|"
    rf"(?P<last>.*?[^ ,])(?<!\bsi)(?: s)? {_NO},|(?:no,? )*no,) (?P<instead>.+?)(?: (?:si|yes))?|"
    rf"(?P<chosen>[^,]+?),? (?:{_INSTEAD_OF}|y no|and not) (?P<given_up>[^,]+)"
)
# A comma before it alone makes the "no" of what follows. A bare "no" between two answers may take back the first
# ("four, no five"), and "el viernes, no el sábado mejor" is anybody's guess.
_CONTRASTED = re.compile(
    r"(?P<chosen>[^,]+), (?:not|no(?= (?:el|la|las|a|al|del|en|para)\b)) "
    r"(?![^,]*\b(?:mejor|si|yes|actually|instead|better|rather)(?:,|$))(?P<given_up>[^,]+)(?P<rest>,.*)?"
)
_REASON = re.compile(r"(?:es )?(?:que|porque|because) ([^,]+), ")
_MOST_CLAUSES = 5


def understood(text: str, read: Callable[[str], Value | Unclear], kind: Kind) -> Value | Unclear:
    """What folded words say: as a whole, else clause by clause."""
    value = read(text)
    return (again(text, lambda said: known(read(said)), kind) or value) if value == UNCLEAR else value


def again(text: str, read: Read[Value], kind: Kind) -> Value | None:
    """What folded words say that `read` did not understand as a whole."""
    if retractions := list(_TAKEN_BACK.finditer(text)):
        last = retractions[-1]
        value = _corrected(text[: last.start()], text[last.end() :], read, kind)
        return _without_chatter(text, read, kind) if value is None and last["perhaps"] else value
    if said := _REFUSED.fullmatch(text):
        refused = said["first"] or said["last"] or said["given_up"] or ""
        return _chosen(refused, said["instead"] or said["chosen"], read, kind)
    if said := _CONTRASTED.fullmatch(text):
        return _chosen(said["given_up"], said["chosen"] + (said["rest"] or ""), read, kind)
    return _without_chatter(text, read, kind)


def words_of(text: str) -> list[str]:
    """The words of a text, one by one."""
    return _WORD.findall(text)


def is_number(word: str) -> bool:
    """Whether a word is or has a number; the article "un" is none."""
    return (word in NUMERALS and word != "un") or any(letter.isdigit() for letter in word)


def _understood(text: str, read: Read[Value], kind: Kind) -> Value | None:
    plain = answer(text)
    value = read(plain)
    return again(plain, read, kind) if value is None else value


def _corrected(taken_back: str, after: str, read: Read[Value], kind: Kind, *, refused: bool = False) -> Value | None:
    """What is said instead of an answer that was understood, too; nobody wishes for what they have `refused`."""
    before = _understood(taken_back, read, kind) if kind.replaces(taken_back, after) else None
    if before is None:
        return None
    instead = _understood(after, read, kind)
    if instead is None and (rest := _without_reason(after)):
        instead = _understood(rest, read, kind)
    return None if refused and instead == before else instead


def _chosen(refused: str, after: str, read: Read[Value], kind: Kind) -> Value | None:
    """The same where another answer is refused, be it one that was asked about: "no, el sábado"."""
    if refused:
        return _corrected(refused, after, read, kind, refused=True)
    return None if _is_bare(after, kind) else _understood(after, read, kind)


def _is_bare(text: str, kind: Kind) -> bool:
    """Whether a number is all that is said, where that is no answer for certain."""
    return not kind.bare and _BARE.fullmatch(in_digits(answer(text))) is not None


def _without_reason(text: str) -> str:
    """The words after the reason for a retraction: "ay no, que el sábado trabajo, el domingo"."""
    reason = _REASON.match(text)
    return text[reason.end() :] if reason and not any(map(is_number, words_of(reason[1]))) else ""


def _without_chatter(text: str, read: Read[Value], kind: Kind) -> Value | None:
    clauses = [clause for clause in _BREAK.split(text) if clause]
    telling = [clause for clause in clauses if not _is_idle(clause, kind)]
    for left in _shorter(clauses, telling, read, kind):
        said = answer(", ".join(left))
        if not _is_bare(said, kind):
            value = read(said)
            if value is not None:
                return value
    return None


def _shorter(clauses: list[str], telling: list[str], read: Read[Value], kind: Kind) -> Iterator[list[str]]:
    """Without the idle clauses, and then without each that says nothing more than the others: "y cuarto, …"."""
    if 0 < len(telling) < len(clauses):
        yield telling
    # A number said twice may be two, of people or in a telephone number.
    for place, clause in enumerate([] if kind.bare or len(telling) > _MOST_CLAUSES else telling):
        others = telling[:place] + telling[place + 1 :]
        counting = set(_counting(clause, kind))
        is_said = counting and not counting.difference(*(_counting(other, kind) for other in others))
        # One that is an answer by itself is another answer: "las nueve, nueve y cuarto".
        if others and is_said and read(answer(clause)) is None:
            yield others


def _is_idle(clause: str, kind: Kind) -> bool:
    if _BOUND.match(clause) or len(words_of(clause)) < kind.least:
        return False
    counting = _counting(clause, kind)
    return not (set(counting) - _EXCUSED if _CONDITION.match(clause) else counting)


def _counting(clause: str, kind: Kind) -> list[str]:
    return [word for word in words_of(clause) if word in _DECIDING or kind.bears(word)]
