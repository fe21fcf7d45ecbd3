"""How many people: the party size in a caller's words, and who of them are children.

Whether "mi mujer" or "tres amigos" come with the speaker has to be said ("… y yo"). "Cuatro con un bebé" leaves open
whether the baby is counted, "cuatro y un bebé" does not; "cuatro, uno en silla de ruedas" are four, and so are "cuatro
y un perro". What is left open is unclear.
"""

import re
from collections.abc import Sequence

from msgspec import Struct

from appliance.domain.spoken.clauses import understood, words_of
from appliance.domain.spoken.companions import maybe_more, party_apart
from appliance.domain.spoken.framing import bare
from appliance.domain.spoken.numerals import ORDINALS, in_digits
from appliance.domain.spoken.outcome import IMPOSSIBLE, UNCLEAR, Unclear
from appliance.domain.spoken.people import Some, people
from appliance.domain.spoken.text import heard
from appliance.domain.spoken.vocabulary import PARTIES


class Party(Struct, frozen=True, kw_only=True):
    """Those who come; the total counts the children and the babies that were spoken of."""

    total: int
    children: int = 0
    babies: int = 0


_MOST = 9999
_LEAD = re.compile(
    r"(?P<we>(?:(?:que )?(?:nosotr[oa]s )?(?:somos|seremos|seriamos|serian|vamos(?: a (?:ser|ir|venir))?|iremos|"
    r"iriamos|venimos|vendriamos(?: (?:siendo|a ser))?|estaremos)|"
    r"(?:(?:1|a) )?(?:grupo|group|party|familia|family) (?:de|of|for)|"
    r"(?:there|it) (?:are|will be|would be|s|ll be) (?:going to|gonna) be|there (?:are|will be|would be)|there s|"
    r"there ll be|we (?:are|re|will be|ll be|would be|d be)(?: (?:going to|gonna) be)?|gonna be|soy(?= yo)) )"
    r"|(?:(?:es|seria|it s|it is) )?(?:(?:1|a|la|the) )?"
    r"(?:boda|comunion|bautizo|banquete|evento|cumple(?:anos)?|despedida(?: de solter[oa]s?)?|aniversario|reunion|"
    r"(?:cena|comida|celebracion|fiesta)(?: de (?:empresa|navidad|trabajo|cumpleanos|boda))?|wedding|christening|"
    r"communion|birthday(?: party)?|event|banquet|celebration|anniversary|meeting|(?:hen|stag) (?:do|party)|"
    r"(?:company|work|office|christmas|business) (?:dinner|lunch|party)) (?:de|con|para|of|for|with) "
    r"|(?:(?:1|a) )?(?:mes(?:it)?a|table|reserva|booking|reservation|sitio|space|room) (?:para|de|for|of) "
    r"|(?:voy|ire|voy a ir) |para |for |it s |it is |it ll be |it will be |nosotr[oa]s |us |we |all (?=\d)"
)
# Left out wherever they stand, they change nothing.
_IDLE = re.compile(
    r",? ?\b(?:sol(?:it)?[oa]s?|solamente|just|only|alone|nada mas(?: que)?|no ?mas(?: que)?|en total|in total|"
    r"altogether|total|exact(?:amente|ly)|just[oa]s|(?:contando )?conmigo|y nadie mas|todos adultos|all adults|"
    r"sin (?:ninos|bebes)|no (?:kids|children)|of us(?! (?:are )?[a-z])|"
    r"(?:contand|incluyend)o(?:me(?: a mi)?|nos(?: a nosotr[oa]s)?)|(?:including|counting) (?:me|us|myself)|"
    r"(?<=\d) (?:vamos|al final)(?=$|,)|"
    r"(?<=\d) (?:del?(?: la)?|from)(?: the)? (?:empresa|oficina|trabajo|office|work))\b|"
    r"[.:]+(?=\s|$)"
)
# "Un bebé de seis meses", "dos niños de cuatro y seis años", "a six month old": how old is not how many.
_AGE = re.compile(
    r"(?<=[a-z]) (?:de |aged? |of )?(?:\d{1,2}(?:,? (?:y|and|,) | )?){1,3}(?:mes(?:es|ecitos)?|anit?os?|months?|years?)"
    r"(?:[ -]olds?)?\b|(?<=[a-z]) aged? \d{1,2}(?:(?:,| and) \d{1,2})*"
)
_MONTHS_OLD = re.compile(r"\b(?P<count>1|an?) \d{1,2}[ -]months?[ -]old(?: (?:baby|child|infant))?\b")
_YEARS_OLD = re.compile(r"\b(?P<count>1|an?) \d{1,2}[ -]years?[ -]old(?: (?:child|kid|boy|girl))?\b")
_CARRIED = re.compile(
    r"(?<=[a-z]) (?:en|in) (?:(?:1|an?|su|its) )?(?:carrito|cochecito|brazos|pram|buggy|pushchair|stroller)\b"
)
_DOZENS = re.compile(
    r"\b(?P<half>media docena|half (?:a )?dozen)|(?:(?P<count>\d{1,2}|a) )?(?:docenas?|dozens?)(?P<more> y media)?"
    r"(?: (?:de|of)(?= (?!us)))?\b"
)
_OF_TWO = re.compile(r"\b(?:1|an?) (?:par|pareja|couple|pair) (?:de|of)\b(?! us)")
_ME = re.compile(r"\bmi(?=$| y\b|,)|\b(?:by myself|on my own|i m(?=$))")
_FIGURE = re.compile(r"(-?\d{1,15})(?:\.0+)?")
_SAYINGS = {"both": 2, "ambos": 2, "ambas": 2}
_ABOUT = re.compile(
    r"(?:un[oa]s|(?:mas|poco mas) o menos|alrededor de|aproximadamente|cerca de|around|about|roughly|approximately|"
    r"more or less|some) (?P<before>.+)|(?P<after>.+?),? (?:o asi|o por ahi|mas o menos|aprox|aproximadamente|or so|"
    r"more or less|or thereabouts|roughly|approximately)"
)
_EITHER = tuple(
    re.compile(shape)
    for shape in (
        r"(?P<one>.+?),? (?:o|u|or|no|not|mejor|better|rather|quizas?|tal vez|igual|maybe|perhaps),? (?P<other>.+)",
        r"(?:no|not) (?P<one>\d+),? (?P<other>\d+.*)",
        r"(?P<one>\d+)(?P<to> ?- ?| (?:a|to) )(?P<other>\d+.*)",
        r"(?:entre|between) (?P<one>.+?)(?P<to> (?:y|and) )(?P<other>.+)",
    )
)
_ALONE = re.compile(
    r"(?:voy|ire|vengo|estare|sere|soy|i m|i ll be|es)? ?(?:(?:yo )?sol(?:it)?[oa]|alone|solamente|just)"
)


def read_party(words: object) -> int | Unclear:
    """The number of people meant. Whether the restaurant takes so many is not decided here."""
    if type(words) is int and 1 <= words <= _MOST:
        return words
    party = read_people(words)
    return party if isinstance(party, Unclear) else party.total


def read_people(words: object) -> Party | Unclear:
    """The same with the children and babies among them."""
    text = heard(words)
    if isinstance(text, Unclear):
        return text
    party = understood(text, _read, PARTIES)
    return Unclear("unclear", counts=_counts(text)) if party == UNCLEAR else party


def _counts(text: str) -> tuple[int, ...]:
    """The sizes between which folded words leave it open, or the one that they are about; none where it is neither."""
    if (more := maybe_more(in_digits(text))) and (size := _size(more[0])):
        return (size, size + more[1])
    plain, _ = _plain(in_digits(text))
    if (about := _ABOUT.fullmatch(plain)) and (size := _size(about["before"] or about["after"])):
        return (size,)
    between = next((said for shape in _EITHER if (said := shape.fullmatch(plain))), None)
    sizes = (_size(between["one"]), _size(between["other"])) if between else (None, None)
    if None in sizes or sizes[0] == sizes[1]:
        return ()
    few, many = sorted(filter(None, sizes))
    return (few, many) if many - few == 1 or not (between and between.groupdict().get("to")) else ()


def _size(text: str) -> int | None:
    party = _read(text)
    return None if isinstance(party, Unclear) else party.total


def _read(text: str) -> Party | Unclear:
    if not ORDINALS.isdisjoint(words_of(text)):  # "the fourth" is a day
        return UNCLEAR
    plain, ours = _plain(in_digits(text))
    party = Party(total=1) if _ALONE.fullmatch(text) else _figure(plain) or _party(list(people(plain)), ours=ours)
    if party is None:
        return UNCLEAR
    return party if 1 <= party.total <= _MOST else IMPOSSIBLE


def read_babies(words: object) -> int:
    """How many babies are among them, each of whom wants a high chair; none when the words are unclear."""
    if not isinstance(words, str):
        return 0
    party = read_people(words)
    return 0 if isinstance(party, Unclear) else party.babies


def _plain(text: str) -> tuple[str, bool]:
    """The words for the people themselves, and whether the speaker was said to be one of them ("somos …")."""
    counted = _OF_TWO.sub("2", _DOZENS.sub(_dozens, _ageless(party_apart(text))))
    plain, ours = _ME.sub("me", _IDLE.sub("", counted)).strip(), False
    while (said := _LEAD.match(plain)) or bare(plain) != plain:
        plain, ours = (plain[said.end() :], ours or bool(said["we"])) if said else (bare(plain), ours)
    return plain, ours


def _ageless(text: str) -> str:
    return _CARRIED.sub("", _AGE.sub("", _YEARS_OLD.sub("1 child", _MONTHS_OLD.sub("1 baby", text))))


def _dozens(said: re.Match[str]) -> str:
    if said["half"]:
        return "6"
    count = int(said["count"]) if said["count"] and said["count"].isdigit() else 1
    return str(count * 12 + (6 if said["more"] else 0))


def _figure(text: str) -> Party | None:
    if said := _FIGURE.fullmatch(text):
        return Party(total=int(said[1]))
    return Party(total=_SAYINGS[text]) if text in _SAYINGS else None


def _party(said: Sequence[Some | None], *, ours: bool) -> Party | None:
    some = [one for one in said if one]
    counted = [one for one in some if not one.within]
    if len(some) < len(said) or not counted:
        return None
    total, parts = _told_apart(counted)
    if total is None or not (_speaker_is_among(parts) or (ours and len(parts) == 1)):
        return None
    among = sum(one.count for one in some if one.within)
    if among and among >= total:
        return None
    return Party(total=total, children=_of(some, "child"), babies=_of(some, "baby"))


def _told_apart(counted: list[Some]) -> tuple[int | None, list[Some]]:
    """How many in all, and who they are: the sum of what was said, unless the sum itself was said too."""
    first, *rest = counted
    if rest and first.kind == "anyone" and not first.near and rest[0].tie == "list":
        return _agreeing(first, rest)
    if rest and counted[-1].bare and counted[-1].tie == "list":
        return _agreeing(counted[-1], counted[:-1])
    return (None if _is_open(first, rest) else sum(one.count for one in counted)), counted


def _agreeing(whole: Some, parts: list[Some]) -> tuple[int | None, list[Some]]:
    return (whole.count if whole.count == sum(one.count for one in parts) else None), parts


def _is_open(first: Some, rest: list[Some]) -> bool:
    """Whether it is left open who is counted where: "cuatro con un bebé", "dos y dos"."""
    numbers = sum(one.bare and one.tie != "plus" for one in rest)
    with_whom = bool(rest) and first.kind == "anyone" and rest[0].tie == "with"
    return with_whom or (numbers > 0 and not (len(rest) == 1 and first.kind == "speaker"))


def _speaker_is_among(parts: list[Some]) -> bool:
    return any(one.kind == "speaker" or (one.kind in {"anyone", "adult"} and not one.near) for one in parts)


def _of(some: list[Some], kind: str) -> int:
    return sum(one.count for one in some if one.kind == kind)
