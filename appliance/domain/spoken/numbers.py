"""How many people: the party size in a caller's words."""

import re

from appliance.domain.spoken.numerals import in_digits
from appliance.domain.spoken.outcome import IMPOSSIBLE, UNCLEAR, Unclear
from appliance.domain.spoken.text import heard

_MOST = 9999
_LEAD = re.compile(
    r"(?:(?:(?:1|a) )?(?:mesa|table|grupo|group|party|reserva|booking) (?:para|de|for|of) "
    r"|(?:nosotros )?(?:somos|seremos|seriamos|vamos a ser|vamos|estaremos) |para |for |"
    r"we are |we re |we will be |we ll be |it s |it is |there (?:are|will be) |there ll be |just |only |solo )*"
)
_TAIL = re.compile(r"[ ,]*\b(?:en total|in total|of us|nada mas)$")
_PEOPLE = r"personas?|people|persons?|pax|comensales|comensal|guests?|diners?|clientes|cubiertos"
_KINDS = (
    r"adultos?|adults?|mayores|grown ups|grown-ups|ninos?|ninas?|bebes?|"
    r"children|child|kids?|baby|babies|toddlers?"
)
_ONE_KIND = re.compile(rf"(-?\d{{1,15}})(?:\.0+)?(?: (?:{_PEOPLE}|{_KINDS}))?")
_SEVERAL_KINDS = re.compile(
    rf"(?:\d{{1,4}}|an?) (?:{_KINDS})(?:(?: y| and| mas| plus|,)+ (?:\d{{1,4}}|an?) (?:{_KINDS}))+"
)
_PEOPLE_AND_CHILD = re.compile(rf"\d{{1,4}} (?:{_PEOPLE}) (?:y|and|mas|plus) (?:\d{{1,4}}|an?) (?:{_KINDS})")
_COUNT = re.compile(r"\b(?:\d+|an?)\b")
_SAYINGS = {"yo": 1, "yo solo": 1, "yo sola": 1, "me": 1, "myself": 1, "1 pareja": 2, "a couple": 2, "the 2": 2}


def read_party(words: object) -> int | Unclear:
    """The number of people meant. Whether the restaurant takes so many is not decided here."""
    if type(words) is int and 1 <= words <= _MOST:
        return words
    text = heard(words)
    if isinstance(text, Unclear):
        return text
    people = _people(_TAIL.sub("", _LEAD.sub("", in_digits(text), count=1)))
    if people is None:
        return UNCLEAR
    return people if 1 <= people <= _MOST else IMPOSSIBLE


def _people(text: str) -> int | None:
    if said := _ONE_KIND.fullmatch(text):
        return int(said[1])
    if _SEVERAL_KINDS.fullmatch(text) or _PEOPLE_AND_CHILD.fullmatch(text):
        return sum(int(count) if count.isdigit() else 1 for count in _COUNT.findall(text))
    return _SAYINGS.get(text)
