"""The name a booking goes under: as it was said, made safe to store, print and speak."""

import re
import unicodedata

from appliance.domain.spoken.outcome import MISSING, UNCLEAR, Unclear
from appliance.domain.spoken.text import fold, heard

MAX_NAME = 80

_LEAD = re.compile(r"^(?:a nombre de|me llamo|mi nombre es|soy|my name is|i['’]m|i am)\s+(?=\w)", re.IGNORECASE)
_STAND_INS = frozenset(
    "cliente,clienta,customer,guest,user,usuario,caller,client,nombre,name,customer name,user name,caller name,"
    "nombre cliente,nombre del cliente,anonymous,anonimo,sin nombre,no name,huesped".split(",")
)


def read_name(words: object) -> str | Unclear:
    """The name, tidied; a stand-in that a language model wrote for an unknown name counts as nothing said."""
    text = heard(words)
    if isinstance(text, Unclear):
        return text
    if not isinstance(words, str):
        return UNCLEAR
    name = _LEAD.sub("", _tidy(words), count=1)
    if not any(letter.isalpha() for letter in name) or fold(name).replace("_", " ") in _STAND_INS:
        return MISSING
    return name if len(name) <= MAX_NAME else UNCLEAR


def _tidy(words: str) -> str:
    spaced = " ".join(words.split())
    # Category C is NUL, control and direction marks, lone surrogates: no database or log should meet them.
    return " ".join("".join(letter for letter in spaced if unicodedata.category(letter)[0] != "C").split())


def same_person(one: str, other: str) -> bool:
    """Whether two names can be one guest's: the longer has every word of the shorter ("Lucía", "lucia Fernández")."""
    words = sorted((set(fold(one).split()), set(fold(other).split())), key=len)
    return bool(words[0]) and words[0] <= words[1]
