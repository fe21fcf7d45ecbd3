"""Of which night the small hours of today are: of the one that is on, or of the one that begins this evening.

Minutes count from the midnight that begins today, which is a night's own: 60 is one in the night that began yesterday,
1500 in the one to come. `at` is what today's clock shows.
"""

from collections.abc import Iterable, Iterator

from appliance.domain.nights import NIGHT_ENDS
from appliance.domain.spoken.spans import Span


def of_this_night(minutes: tuple[int, ...], *, at: int) -> tuple[int, ...]:
    """The times of "tonight": in the small hours that is the night that is on.

    At ten past midnight "esta noche a la una" is in fifty minutes, and "esta noche a las nueve" in the evening.
    """
    to_come = tuple(_of_night_on(minutes, at))
    return to_come if len(to_come) == len(minutes) else minutes


def of_either_night(minutes: tuple[int, ...], *, at: int, either: bool) -> tuple[int, ...]:
    """The times of "today": at ten past midnight "a la una" may be in fifty minutes, too.

    What has passed is of the night to come, and so may be what is not: where `either` night can be meant.
    """
    coming = (minute + 1440 for minute in minutes if minute < NIGHT_ENDS and (either or minute < at))
    return tuple(sorted({*minutes, *_of_night_on(minutes, at), *coming}))


def spans_of_nights(spans: Iterable[Span], *, at: int, tonight: bool) -> tuple[Span, ...]:
    """The same of spans: those of the night that is on beside the others, or in place of them where it is `tonight`."""
    both: list[Span] = []
    for span in spans:
        before = _in_night_on(span, at)
        both += [before] if before and tonight else [before, span] if before else [span]
    return tuple(sorted(both, key=lambda span: span.first))


def _of_night_on(minutes: Iterable[int], at: int) -> Iterator[int]:
    return (minute - 1440 for minute in minutes if at < minute - 1440)


def _in_night_on(span: Span, at: int) -> Span | None:
    hour = None if span.hour is None else span.hour - 1440
    last = span.last - 1440
    if at >= NIGHT_ENDS or span.begins < 1440 or last <= at:
        return None
    return Span(max(span.first - 1440, 0), last, hour, span.rank)
