"""Hours that the words alone do not tell, but a clock, the day's services or a booking do: "ahora", "más tarde".

What is read is only what was said; `services.agent.loose_hours` tells what that comes to, and
`services.agent.changing` what is later or earlier than a booking.
"""

import re
from enum import Enum, auto

from msgspec import Struct

from appliance.domain.spoken.framing import bare
from appliance.domain.spoken.numerals import in_digits


class Kind(Enum):
    NOW = auto()
    SOONEST = auto()
    FIRST = auto()
    LATEST = auto()
    IN = auto()
    """So many minutes from now."""
    MOVED = auto()
    """So many minutes later than what was booked, earlier below zero; 0: later or earlier, nobody knows by how much."""


class Loose(Struct, frozen=True):
    kind: Kind
    minutes: int = 0
    is_later: bool = True

    @property
    def is_of_now(self) -> bool:
        """Whether it goes by the clock, so that it is of today."""
        return self.kind in {Kind.NOW, Kind.IN}


_HAVE = (
    r"(?:teng(?:as?|an|ais|amos)|haya|quede|pueda[ns]?|podais|disponible|libre|posible|sea posible|este libre)"
    r"(?: (?:libre|disponible|sitio|mesa))?"
)
_HAVE_EN = r"(?:you (?:have|ve got|can do)(?: (?:free|available))?|(?:is |s )?(?:available|free|possible)|there is)"
_CAN = r"(?:posible|(?:que )?(?:se )?(?:pueda[ns]?|podais)|possible|(?:you|we) can(?: do)?|you have)"
_NOW = r"ahora(?: (?:mismo|mismito))?|ya mismo|inmediatamente|(?:right )?now|immediately|(?:right|straight) away"
_SOONEST = (
    rf"lo (?:antes|mas pronto) {_CAN}|cuanto antes(?: mejor)?|(?:tan pronto como|en cuanto) (?:sea )?{_CAN}|"
    rf"as (?:soon|early) as {_CAN}|asap|(?:the )?(?:soonest|earliest)(?: {_CAN})?|"
    rf"(?:a )?(?:la|lo|el) (?:primer[ao]?|1)(?: (?:hora|mesa|hueco|sitio|cosa))? (?:que )?{_HAVE}|"
    rf"(?:at )?(?:the )?(?:first|1)(?: (?:time|table|slot|one|thing|space))?(?: (?:that )?{_HAVE_EN})"
)
_FIRST = (
    r"(?:a )?(?:la )?(?:primera|1) hora|nada mas abrir|(?:en cuanto|cuando) (?:abrais|abran|abra)|(?:al|a la) "
    r"(?:abrir|apertura)|lo mas temprano (?:posible|que (?:se )?pueda[ns]?)|"
    r"(?:the )?(?:first|1) (?:thing|seating|sitting)|(?:right )?(?:when|as soon as) you open"
)
_LATEST = rf"(?:a )?(?:la )?ultima hora|lo mas tarde {_CAN}|as late as {_CAN}|(?:the )?latest {_CAN}"
_SHAPES = tuple(
    (re.compile(rf"(?:(?:para|for) )?(?:{words})"), kind)
    for words, kind in (
        (_NOW, Kind.NOW),
        (_SOONEST, Kind.SOONEST),
        (_FIRST, Kind.FIRST),
        (_LATEST, Kind.LATEST),
    )
)
# Later or earlier than what is booked.
_MOVED = re.compile(
    r"(?:(?:(?:1|un|a) (?:poco|poquito|rato|bit|little)|algo|somewhat) |(?P<long>.+?) )?"
    r"(?P<way>mas (?:tarde|temprano|pronto)|despues|antes|later(?: on)?|earlier|sooner)"
)
_LATER = frozenset({"mas tarde", "despues", "later", "later on"})
_IN = re.compile(r"(?:en|dentro de|in) (.+)")
_HOURS = re.compile(
    r"(?:(?P<hours>[1-9]|an?) )?(?:horas?|hours?)"
    r"(?: (?:y|and) (?P<past>media|(?:a )?half|(?:1 |a )?(?:cuarto|quarter)))?"
)
_PAST = {"media": 30, "half": 30, "cuarto": 15, "quarter": 15}
_MINUTES = re.compile(r"([1-9]\d?) (?:minutos?|minutes?|mins?)")
_HALF_AN_HOUR = re.compile(r"media hora|(?:a )?half(?: an)? hour")
_A_QUARTER = re.compile(r"(?:1 |a )?(?:cuarto de|quarter of an) (?:hora|hour)")
_CUE = re.compile(
    r"\b(?:ahora|ya|inmediatamente|now|immediately|away|antes|pronto|cuanto|soon|early|asap|soonest|earliest|ultima|"
    r"primer[ao]?|first|thing|1|abrir|abrais|abran|abra|apertura|open|despues|temprano|later|earlier|sooner|"
    r"tarde|late|latest|horas?|hours?|minut\w+|mins?)\b"
)
"""None is said without one of these."""


def loose_apart(text: str) -> tuple[str, Loose | None]:
    """The words of a date, empty where there are none, and what folded words say so before or after them."""
    if not _CUE.search(text):
        return text, None
    words = in_digits(bare(text)).split(" ")
    for gap in range(len(words)):
        before, after = " ".join(words[:gap]).rstrip(","), " ".join(words[gap:])
        if loose := _read(after):
            return before, loose
        # "Antes del viernes" is no hour.
        if (loose := _read(before)) and loose.kind is not Kind.MOVED:
            return after, loose
    return text, None


def _read(plain: str) -> Loose | None:
    if said := _IN.fullmatch(plain):
        minutes = _minutes(said[1])
        return Loose(Kind.IN, minutes) if minutes else None
    if kind := next((kind for shape, kind in _SHAPES if shape.fullmatch(plain)), None):
        return Loose(kind)
    said = _MOVED.fullmatch(plain)
    return _moved(said["long"] or "", is_later=said["way"] in _LATER) if said else None


def _moved(how_long: str, *, is_later: bool) -> Loose | None:
    minutes = _minutes(how_long)
    if how_long and not minutes:
        return None
    return Loose(Kind.MOVED, minutes if is_later else -minutes, is_later)


def _minutes(text: str) -> int:
    """How long it is; 0 when that is not understood."""
    if _HALF_AN_HOUR.fullmatch(text):
        return 30
    if _A_QUARTER.fullmatch(text):
        return 15
    if said := _MINUTES.fullmatch(text):
        return int(said[1])
    if said := _HOURS.fullmatch(text):
        hours = int(said["hours"]) if (said["hours"] or "").isdigit() else 1
        return hours * 60 + _PAST.get((said["past"] or "").rpartition(" ")[2], 0)
    return 0
