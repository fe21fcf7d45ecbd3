"""The staff's agenda: a day with its services and who comes, a month at a glance."""

from calendar import monthrange
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta

from msgspec.structs import asdict

from appliance import contract
from appliance.domain.hours import clock_text, closed_whole_day, shifts_on
from appliance.domain.needs import kitchen_notes, staff_notes
from appliance.domain.nights import NIGHT_ENDS
from appliance.domain.phrases import language
from appliance.domain.reservation import CAME, HOLDING, Reservation
from appliance.domain.restaurant import RestaurantCard, Shift
from appliance.services.views import reservation_row
from appliance.store import reservations
from appliance.store.engine import Database, Tx
from appliance.store.reservations import DayCount

_COUNTED = HOLDING | CAME
"""Those who cancelled or did not come are listed and not counted."""


class Agenda:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def day(self, card: RestaurantCard, day: date) -> contract.DayBookView:
        """A day's book, the small hours of its night included."""
        span = (card.at(day, NIGHT_ENDS), card.at(day, 1440 + NIGHT_ENDS))
        async with self._database.read() as tx:
            found = await reservations.between(tx, card.id, *span)
        status, reason = day_status(card, day)
        return contract.DayBookView(
            date=day.isoformat(),
            status=status,
            reason=reason,
            services=[_service(card, day, shift, found) for shift in shifts_on(card, day)],
            reservations=[book_row(one, card) for one in found],
            covers=_covers(found),
            totals=dict(Counter(one.status.value for one in found)),
        )

    async def month(self, card: RestaurantCard, first: date) -> contract.CalendarView:
        days = [first + timedelta(days=n) for n in range(monthrange(first.year, first.month)[1])]
        span = (days[0].isoformat(), (days[-1] + timedelta(days=1)).isoformat())
        async with self._database.read() as tx:
            counts = await reservations.day_counts(tx, card.id, *span, night_ends=clock_text(NIGHT_ENDS))
        by_night: dict[date, list[DayCount]] = {}
        for count in counts:
            if count.status in _COUNTED:
                by_night.setdefault(_night(count), []).append(count)
        month = f"{first:%Y-%m}"
        return contract.CalendarView(month=month, days=[_day(card, day, by_night.get(day, ())) for day in days])


def day_status(card: RestaurantCard, day: date) -> tuple[str, str]:
    """Whether it is open, closed or special, and why."""
    reason = "; ".join(_reasons(card, day))
    if closed_whole_day(card, day) or not shifts_on(card, day):
        return "closed", reason
    return ("special" if day in card.special or reason else "open"), reason


def _reasons(card: RestaurantCard, day: date) -> Iterable[str]:
    for closure in card.closures:
        if closure.date == day:
            yield ": ".join(
                filter(None, (closure.shift, closure.reason or "closed" if closure.shift else closure.reason))
            )


def book_row(one: Reservation, card: RestaurantCard) -> contract.BookRow:
    lang = language(card.locale)
    return contract.BookRow(
        **asdict(reservation_row(one, card)),
        kitchen_notes=kitchen_notes(one.needs, lang),
        staff_notes=staff_notes(one.needs, lang),
    )


async def occupancy(tx: Tx, card: RestaurantCard, day: date) -> float | None:
    """How much of what the tables have to give on a day is booked, of 1; None where nothing is served."""
    there = _bookable_minutes(card, day)
    if not there:
        return None
    span = (day.isoformat(), (day + timedelta(days=1)).isoformat())
    counts = await reservations.day_counts(tx, card.id, *span, night_ends=clock_text(NIGHT_ENDS))
    mine = (one for one in counts if one.status in _COUNTED and _night(one) == day)
    return min(sum(one.table_ms for one in mine) / 60_000 / there, 1.0)


def _service(card: RestaurantCard, day: date, shift: Shift, found: Sequence[Reservation]) -> contract.ServiceView:
    first, end = card.at(day, shift.opens), card.at(day, min(shift.closes, 2879))
    mine = [one for one in found if one.status in _COUNTED and first <= one.starts_at < end]
    return contract.ServiceView(
        shift=shift.name,
        opens=clock_text(shift.opens),
        last_seating=clock_text(shift.last_seating),
        closes=clock_text(shift.closes),
        reservations=len(mine),
        covers=_covers(mine),
    )


def _covers(found: Iterable[Reservation]) -> int:
    return sum(one.party_size for one in found if one.status in _COUNTED)


def _night(count: DayCount) -> date:
    day = date.fromisoformat(count.date)
    return day - timedelta(days=1) if count.small_hours else day


def _day(card: RestaurantCard, day: date, counts: Collection[DayCount]) -> contract.CalendarDay:
    status, reason = day_status(card, day)
    held, there = sum(count.table_ms for count in counts) / 60_000, _bookable_minutes(card, day)
    return contract.CalendarDay(
        date=day.isoformat(),
        status=status,
        reason=reason,
        reservations=sum(count.reservations for count in counts),
        covers=sum(count.covers for count in counts),
        occupancy=min(round(100 * held / there), 100) if there else 0,
    )


def _bookable_minutes(card: RestaurantCard, day: date) -> int:
    """What all tables together have to give on that day."""
    there = [table for table in card.tables if table.serves(day)]
    return sum(
        shift.closes - shift.opens
        for shift in shifts_on(card, day)
        for table in there
        if not table.shifts or shift.name in table.shifts
    )
