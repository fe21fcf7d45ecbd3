"""What becomes of a reservation on the day: confirmed, seated, completed, called off, and each of these taken back."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from msgspec.structs import replace

from appliance.clock import Clock
from appliance.domain.availability import Wish, alternatives
from appliance.domain.board import sits
from appliance.domain.hours import Stay, minute_of, shift_running, stay
from appliance.domain.placing import unbound
from appliance.domain.reservation import HOLDING, Reservation, ReservationStatus, Source
from appliance.domain.restaurant import QUARTER_MS, USUAL_MINUTES, RestaurantCard
from appliance.domain.seating import DayBook
from appliance.domain.transitions import Deed, led_to, possible
from appliance.errors import Conflict
from appliance.services import daybooks
from appliance.services.agent.adding import when
from appliance.services.daybooks import DayBooks
from appliance.services.deeds import notify
from appliance.services.directory import Directory
from appliance.services.views import mine
from appliance.services.waitlist import Waitlist
from appliance.store import answers, reservations
from appliance.store.engine import Database, Lane, Tx

_S = ReservationStatus
_DAY_MS = 26 * 3_600_000
_EARLY_MS = 4 * 3_600_000
"""Who is seated so long before their time has come early; before that it is a slip."""

_TOPICS: Mapping[ReservationStatus, str] = {
    _S.CONFIRMED: "reservation.updated",
    _S.SEATED: "reservation.seated",
}


async def seated_now(tx: Tx, restaurant_id: str, *, now_ms: int, but: str = "") -> list[Reservation]:
    """The parties that sit at a table, those included whose time is over."""
    recent = await reservations.between(tx, restaurant_id, now_ms - _DAY_MS, now_ms + _DAY_MS, states=(_S.SEATED,))
    return [one for one in recent if one.id != but and sits(one, now_ms)]


class Staff:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        directory: Directory,
        books: DayBooks,
        *,
        waitlist: Waitlist,
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._waitlist = waitlist
        self._directory = directory
        self._books = books
        self._wake = wake

    async def act(self, card: RestaurantCard, id_: str, deed: Deed) -> Reservation:
        """Done before, it changes nothing. Raises NotFound, and Conflict where its state or the tables forbid it."""
        async with self._books.writing(card.id) as tx:
            known = await mine(tx, card, id_)
            status = led_to(deed, known.status)
            if status is None:
                raise _impossible(deed, known)
            if status is not known.status:
                _check_time(deed, known, now_ms=self._clock.now_ms())
            done = known if status is known.status else await self._lead(tx, card, known, status)
        self._wake()
        return done

    async def complete_overdue(self, limit: int = 200) -> int:
        """Let the parties be done whose time and grace have passed; how many there were, `limit` at most.

        Those who never came, as far as anybody said, are left to the staff.
        """
        async with self._database.read() as tx:
            due = await reservations.overdue(tx, now_ms=self._clock.now_ms(), limit=limit)
        done = [await self._complete(restaurant_id, id_) for restaurant_id, id_ in due]
        if any(done):
            self._wake()
        return sum(done)

    async def _complete(self, restaurant_id: str, id_: str) -> bool:
        card = self._directory.card(restaurant_id)
        if card is None:  # added by another server a moment ago
            return False
        async with self._books.writing(restaurant_id, Lane.WORK) as tx:
            known = await reservations.one(tx, id_)
            is_due = known and known.ends_at + card.grace_minutes * 60_000 <= self._clock.now_ms()
            if not known or not is_due or known.status is not _S.SEATED:
                return False
            await self._waitlist.let_go(tx, card, known, _S.COMPLETED)
            return True

    async def _lead(self, tx: Tx, card: RestaurantCard, known: Reservation, status: ReservationStatus) -> Reservation:
        if status in HOLDING:
            return await self._hold(tx, card, known, status)
        return await self._waitlist.let_go(tx, card, known, status)

    async def _hold(self, tx: Tx, card: RestaurantCard, known: Reservation, status: ReservationStatus) -> Reservation:
        """Lead it to a state in which it has its tables: they must be its own already, or free."""
        now_ms = self._clock.now_ms()
        book = await daybooks.read(tx, unbound(card), when(known)[0], but=known.id)
        done = replace(known, status=status, pending_until=None, updated_at=now_ms)
        if status is _S.SEATED:
            await self._check_nobody_sits(tx, card, known)
            done = _during(done, _sitting(book, known, now_ms))
            done = replace(done, seated_at=known.seated_at or now_ms)
        else:
            done = replace(_during(done, _as_booked(card, known)), seated_at=None)
        await self._check_tables(tx, book, known, done)
        await reservations.replace(tx, done)
        # What was answered about the booking as it was says nothing of it as it is.
        await answers.undo_for_reservation(tx, done.id)
        await notify(tx, self._clock, card, _TOPICS[done.status], done, before=known)
        await self._waitlist.changed(tx, card, known, done)
        return done

    async def _check_nobody_sits(self, tx: Tx, card: RestaurantCard, known: Reservation) -> None:
        """Those whose time is over may still sit there, though the book has given their table away."""
        others = await seated_now(tx, card.id, now_ms=self._clock.now_ms(), but=known.id)
        wanted = set(known.table_ids)
        there = next((one for one in others if not wanted.isdisjoint(one.table_ids)), None)
        if there:
            names = _names(card, there, wanted)
            if there.name:
                raise Conflict("{who} still sits at {tables}: complete that party first.", who=there.name, tables=names)
            raise Conflict("A walk-in still sits at {tables}: complete that party first.", tables=names)

    async def _check_tables(self, tx: Tx, book: DayBook, known: Reservation, done: Reservation) -> None:
        """Whether the tables are there, and free for all the time that is not its own already."""
        held = known.status in HOLDING
        if not held and not book.card.in_service(done.table_ids, book.day):
            near = self._near(book, known)
            raise Conflict("A table of these is out of service then.", alternatives=near)
        own = known.quarters if held else range(0)
        more = [quarter for quarter in done.quarters if quarter not in own]
        taken = {id_ for quarter in more for id_ in book.taken(range(quarter, quarter + 1))}.intersection(
            done.table_ids
        )
        if taken:
            holder = await self._holder(tx, book.card, taken, more, but=known.id)
            raise _not_free(book.card, holder, taken, self._near(book, known))

    async def _holder(
        self, tx: Tx, card: RestaurantCard, taken: set[str], quarters: Sequence[int], *, but: str
    ) -> Reservation:
        """The one that has those tables then."""
        first, end = quarters[0] * QUARTER_MS, (quarters[-1] + 1) * QUARTER_MS
        near = await reservations.between(tx, card.id, first - 2 * _DAY_MS, end, states=tuple(HOLDING))
        return next(
            one
            for one in near
            if one.id != but and not taken.isdisjoint(one.table_ids) and not set(one.quarters).isdisjoint(quarters)
        )

    def _near(self, book: DayBook, known: Reservation) -> list[tuple[str, str]]:
        """The times near its own at which some table is free."""
        day, minute = when(known)
        wish = Wish(day=day, minutes=(minute,), party=known.party_size, high_chairs=known.high_chairs)
        near = alternatives(book, wish, now_ms=self._clock.now_ms())
        return [(start.day.isoformat(), start.time) for start in near]


def _names(card: RestaurantCard, one: Reservation, among: set[str]) -> tuple[str, ...]:
    return tuple(card.tables_by_id[id_].name for id_ in one.table_ids if id_ in among)


def _not_free(card: RestaurantCard, holder: Reservation, taken: set[str], near: Sequence[tuple[str, str]]) -> Conflict:
    names, until = _names(card, holder, taken), f"{card.local(holder.free_at):%H:%M}"
    if not holder.name:
        return Conflict(
            "Its table is not free: a walk-in has {tables} until {until}.",
            tables=names,
            until=until,
            alternatives=near,
        )
    return Conflict(
        "Its table is not free: {who} has {tables} until {until}.",
        who=holder.name,
        tables=names,
        until=until,
        alternatives=near,
    )


def _impossible(deed: Deed, known: Reservation) -> Conflict:
    return Conflict(
        "The reservation is {status}: {deed} is not possible, but {choices}.",
        status=known.status,
        deed=deed,
        choices=possible(known.status),
    )


def _check_time(deed: Deed, known: Reservation, *, now_ms: int) -> None:
    """Nobody sits down, or fails to come, days before: that was meant of another booking."""
    ahead_ms = known.starts_at - now_ms
    if deed is Deed.SEAT and ahead_ms > _EARLY_MS:
        raise Conflict(
            "The party is expected on {date} at {time}: it is too early to seat it.", date=known.date, time=known.time
        )
    if deed is Deed.NO_SHOW and ahead_ms > 0:
        raise Conflict(
            "The party is expected on {date} at {time}: if it has called off, cancel it.",
            date=known.date,
            time=known.time,
        )


def _during(reservation: Reservation, stay: Stay) -> Reservation:
    return replace(reservation, starts_at=stay.starts_at, ends_at=stay.ends_at, free_at=stay.free_at)


def _stay(known: Reservation) -> Stay:
    return Stay(starts_at=known.starts_at, ends_at=known.ends_at, free_at=known.free_at)


def _sitting(book: DayBook, known: Reservation, now_ms: int) -> Stay:
    """Who comes early has the table from now on; who comes late keeps it for as long, where nobody follows too soon."""
    if known.status is _S.COMPLETED:
        return _stay(known)
    now_ms -= now_ms % 60_000
    if now_ms < known.starts_at:
        return replace(_stay(known), starts_at=now_ms)
    late_ms = now_ms - known.starts_at
    longer = replace(_stay(known), ends_at=known.ends_at + late_ms, free_at=known.free_at + late_ms)
    more = range(known.quarters.stop, longer.quarters.stop)
    if known.starts_at < now_ms < known.ends_at and all(book.is_free(id_, more) for id_ in known.table_ids):
        return longer
    return _stay(known)


def _as_booked(card: RestaurantCard, known: Reservation) -> Stay:
    """The time it was booked for, whenever the party that was taken for it sat down."""
    if known.status is not _S.SEATED or known.source is Source.WALK_IN:
        return _stay(known)
    day, minute = date.fromisoformat(known.date), minute_of(known.time)
    shift = shift_running(card, day, minute)
    minutes = shift.stays(known.party_size) if shift else USUAL_MINUTES
    booked = stay(card.at(day, minute), minutes, card)
    return booked if booked.free_at <= known.free_at else replace(_stay(known), starts_at=booked.starts_at)
