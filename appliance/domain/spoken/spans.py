"""Hours that are left open: "entre las nueve y las diez", "a partir de las nueve", "a las nueve o a las diez".

They are no time, and none of them is taken for one; but what is free then can be offered to choose from.
"""

import re
from collections.abc import Callable, Iterator

from msgspec import Struct

from appliance.domain.nights import NIGHT_ENDS
from appliance.domain.spoken.choosing import any_will_do
from appliance.domain.spoken.dates import CONTRAST, DATE_AHEAD, REFUSING
from appliance.domain.spoken.framing import answer, bare
from appliance.domain.spoken.numerals import in_digits
from appliance.domain.spoken.outcome import Unclear, known
from appliance.domain.spoken.text import heard
from appliance.domain.spoken.times import times_in


class Span(Struct, frozen=True):
    """From one minute to another, both of which are meant, too; counted as those of `read_times`.

    `hour` is the one that was said where the other end is open; the span then reaches to the day's beginning or end.
    With a `rank` it is for when none of a lower one can be had: "a las nueve, si no a las diez".
    """

    first: int
    last: int
    hour: int | None = None
    rank: int = 0

    @property
    def begins(self) -> int:
        """The hour by which to tell what is meant of several readings."""
        return self.first if self.hour is None else self.hour

    @property
    def is_onwards(self) -> bool:
        return self.hour is not None and self.first >= self.hour

    def within(self, hours: tuple[int, int]) -> bool:
        ends = (self.first, self.last) if self.hour is None else (self.hour, self.hour)
        return hours[0] <= ends[0] and ends[1] <= hours[1]

    def holds(self, minute: int) -> bool:
        return self.first <= minute <= self.last


_HALF_DAY = 720
_LONGEST_MINUTES = 600
"""Who says more with two hours that can be of the morning or evening ("entre las diez y las nueve") misspoke."""
_DAY_ENDS = 1440 + NIGHT_ENDS

WHOLE_DAY = Span(NIGHT_ENDS, _DAY_ENDS)
"""Any hour of a day and of the night that begins on it: "cuando sea"."""


def beyond(minute: int, *, is_later: bool) -> Span:
    """Any hour later than that, or earlier."""
    return Span(minute + 1, _DAY_ENDS, minute) if is_later else Span(0, minute - 1, minute)


_BETWEEN = re.compile(r"(?:entre|between) "), re.compile(r" (?:y|e|and) ")
_FROM_TO = re.compile(r"(?:(?:de|desde|from) )?"), re.compile(r" (?:a|hasta|to|till?|until) |(?<=\d) ?- ?(?=\d)")
_EITHER = re.compile(""), re.compile(r",? (?:o|u|or) ")
_NOT_THEN = (
    r"(?:puede ser|pudiera ser|se puede|es posible|hay(?: (?:sitio|mesa|hueco))?|queda(?:n|ra)?(?: (?:sitio|mesas?))?|"
    r"tenei?s|tienen?|possible|available|free|there s (?:room|space|a table)|you (?:can|have it))"
)
_ELSE = (
    re.compile(""),
    re.compile(
        rf"[ ,.]+(?:(?:y|o|and|or) )?(?:si no|sino|if not|otherwise|else|failing that|en su defecto|de lo contrario)"
        rf"(?: {_NOT_THEN})?[ ,]+(?:(?:pues|entonces|then) )?"
    ),
)
_ONWARDS = r",? (?:en adelante|onwards?|on|como (?:muy )?pronto|at the earliest)"
_NOT_BEFORE = r"a partir de|desde|from|no antes de|not before|no earlier than|como (?:muy )?pronto"
_NOT_AFTER = r"no mas tarde de|como (?:muy tarde|tarde|maximo)|no later than|(?:como mucho )?hasta|by|till?|until"
_BESIDE = re.compile(r" (?!(?:1[3-9]|[2-5]\d)$)")
"""Not before what may be minutes: "not nine fifteen"."""
_OPEN = tuple(
    (re.compile(shape), side)
    for shape, side in (
        (rf"(?:{_NOT_BEFORE}) (.+?)(?:{_ONWARDS})?", (0, _DAY_ENDS)),
        (rf"(?:de )?(.+?){_ONWARDS}", (0, _DAY_ENDS)),
        (r"(?:any ?time )?(?:despues de|pasadas|mas tarde de|after|later than) (.+)", (1, _DAY_ENDS)),
        (r"(?:antes de|before|earlier than) (.+)", (-1, 0)),
        (rf"(?:{_NOT_AFTER}) (.+)", (0, 0)),
        (r"(.+?),? (?:como (?:muy tarde|tarde|maximo)|a mas tardar|at the latest)", (0, 0)),
    )
)
"""Each with how far from the hour itself it begins, and where it ends."""
_AND_SOME = re.compile(r" y (?:pico|algo)\b(?! mas)")
_SOME_MINUTES = 30
_ROOM = r"(?: (?:sitio|hueco|espacio|algo|una mesa|mesa|libre|disponible|bien|mejor))*"
_ANY_TIME = re.compile(
    rf"cuando (?:(?:usted(?:es)?|vosotr[oa]s|mejor|me|nos|os|les?|te) )*(?:sea|(?:se )?pueda[ns]?(?: ser)?|podais|"
    rf"quiera[ns]?|querais|prefiera[ns]?|prefirais|diga[ns]?|digais|haya|tenga[ns]?|tengais|queden?|venga|convenga){_ROOM}|"
    r"whenever(?: (?:is )?(?:suits?|works|possible|fine|best)(?: (?:for )?(?:you|us))?|"
    r" you (?:can|like|want|prefer|have (?:room|space|a table|anything)))?"
)
_HOUR = re.compile(r"\b(?:hora|hour|time)\b")
_CUE = re.compile(
    r"\b(?:entre|between|desde|from|hasta|by|to|till?|until|partir|adelante|onwards?|antes|before|despues|after|pasadas|"
    r"tarde|latest|pronto|earliest|earlier|later|pico|algo|o|u|or|"
    r"si no|sino|if not|otherwise|else|failing that|en su defecto|de lo contrario|"
    r"cuando|whenever|cualquier\w*|any\w*|igual|mismo|indiferente|mind)\b|\d ?- ?\d|\bde\b.* a "
)
"""Nothing is left open without one of these."""
_SPAN_AHEAD = re.compile(
    r",? (?=(?:entre|between|del?|desde|from|hasta|by|until|a partir|no antes|not before|despues|after|pasadas|antes|"
    r"before|no mas|no later|a las?|at|las?|cuando|whenever|(?:a )?cualquier|any|anytime|\d\d?:\d\d)\b)"
)
"""Not at a number alone: "el lunes 7 u 8" are days."""


def read_spans(words: object) -> tuple[Span, ...]:
    """The spans of time that the words can mean, in order; none when they say a time, or are not understood."""
    text = heard(words)
    return () if isinstance(text, Unclear) else spans_in(text)


def spans_in(text: str) -> tuple[Span, ...]:
    """The same of folded words, all of which must belong to it."""
    plain = bare(text)
    spans = (
        _joined(plain, _BETWEEN, _from_to)
        or _joined(plain, _FROM_TO, _from_to)
        or _open(plain)
        or _joined(plain, _ELSE, _one_after_the_other)
        or _either(plain)
        or _and_some(plain)
        or _any_time(plain)
    )
    return () if spans and not isinstance(times_in(text), Unclear) else spans


def contrasted_in(text: str) -> tuple[Span, ...]:
    """Two hours, one instead of the other: it may be either."""
    plain = bare(text)
    return _joined(plain, (_EITHER[0], CONTRAST), _both) or _joined(in_digits(plain), (REFUSING, _BESIDE), _both)


def any_in(text: str) -> tuple[Span, ...]:
    """Any hour, where an hour is expected: "me da igual"."""
    plain = bare(text)
    return (WHOLE_DAY,) if _ANY_TIME.fullmatch(plain) or any_will_do(plain, _HOUR) else ()


def spans_apart(text: str) -> tuple[str, tuple[Span, ...]]:
    """The folded words of a date, empty where there are none, and the spans said before or after them."""
    if not _CUE.search(text):
        return text, ()
    if spans := spans_in(text):
        return "", spans
    plain = bare(text)
    for gap in _SPAN_AHEAD.finditer(plain):
        if spans := spans_in(plain[gap.end() :]):
            return plain[: gap.start()], spans
    for gap in DATE_AHEAD.finditer(plain):
        if spans := spans_in(plain[: gap.start()]):
            return plain[gap.end() :], spans
    return text, ()


_Times = tuple[int, ...]


def _joined(
    text: str, shape: tuple[re.Pattern[str], re.Pattern[str]], read: Callable[[_Times, _Times], Iterator[Span]]
) -> tuple[Span, ...]:
    """What two hours with a word between them say: the word that has a time on either side."""
    lead, joint = shape
    said = lead.match(text)
    if said is None:
        return ()
    for at in joint.finditer(text, said.end()):
        first, last = (known(times_in(answer(one))) for one in (text[said.end() : at.start()], text[at.end() :]))
        if first and last and first != last:
            return tuple(sorted(set(read(first, last)), key=lambda span: span.first))
    return ()


def _either(text: str) -> tuple[Span, ...]:
    return _joined(text, _EITHER, _both)


def _from_to(firsts: _Times, lasts: _Times) -> Iterator[Span]:
    """From the nearest hour before each end."""
    longest = _LONGEST_MINUTES if len(firsts) > 1 or len(lasts) > 1 else 1440
    for last in lasts:
        before = [first for first in firsts if 0 < last - first <= longest]
        if before:
            yield Span(max(before), last)


def _both(ones: _Times, others: _Times) -> Iterator[Span]:
    """Each by itself; "a las nueve o las diez de la noche" is not nine in the morning."""
    for minutes, beside in ((ones, others), (others, ones)):
        for minute in minutes:
            if any(abs(minute - other) < _HALF_DAY for other in beside):
                yield Span(minute, minute)


def _one_after_the_other(ones: _Times, others: _Times) -> Iterator[Span]:
    """Each of the first with the nearest of the others."""
    for one in ones:
        other = min(others, key=lambda minute: abs(minute - one))
        if abs(other - one) < _HALF_DAY:
            yield from (Span(one, one), Span(other, other, rank=1))


def _and_some(text: str) -> tuple[Span, ...]:
    """From a full hour to half past it: "las nueve y pico"."""
    whole, said = _AND_SOME.subn("", text)
    times = (known(times_in(whole)) if said == 1 else None) or ()
    return tuple(Span(minute, minute + _SOME_MINUTES) for minute in times if minute % 60 == 0)


def _any_time(text: str) -> tuple[Span, ...]:
    """Any hour, where hours are spoken of: "any friday" is none."""
    plain = text.replace("anytime", "any time")
    return any_in(plain) if _ANY_TIME.fullmatch(plain) or _HOUR.search(plain) else ()


def _open(text: str) -> tuple[Span, ...]:
    for shape, (past, end) in _OPEN:
        said = shape.fullmatch(text)
        times = known(times_in(said[1])) if said else None
        if times:
            ends = (sorted((minute + past, end)) for minute in times)
            return tuple(Span(first, last, minute) for minute, (first, last) in zip(times, ends, strict=True))
    return ()
