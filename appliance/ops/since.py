"""What came after a moment, kept in a file and taken over into an older state of the same database.

On the way back from an upgrade the data of before is put in place again, and what callers and staff did meanwhile is in
no backup. Events are applied again by the queue, which knows those it has; a booking is written as it was, under its
own id, unless another party has its table.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from appliance.clock import Clock
from appliance.config import Settings
from appliance.domain.reservation import Reservation
from appliance.errors import Conflict, StartError
from appliance.ops.database import opened
from appliance.store import customers, inbox, reservations
from appliance.store.disk import whole
from appliance.store.engine import Database, Tx
from appliance.store.inbox import NewEvent

_EVENTS_AT_ONCE = 64


class _Event(Struct, frozen=True, tag="event"):
    event: NewEvent


class _Booking(Struct, frozen=True, tag="reservation"):
    reservation: Reservation


_Line = _Event | _Booking
_lines = msgspec.json.Decoder(_Line)


class Counted(Struct, frozen=True, kw_only=True):
    """How much there was; of what was taken over, `left` are the bookings that found their table taken."""

    events: int = 0
    reservations: int = 0
    left: tuple[Reservation, ...] = ()


async def save(settings: Settings, file: Path, *, since_ms: int) -> Counted:
    """Write what came since into a new file, a line of JSON each: all of it, or there is no file. Raises StartError."""
    counted = Counted()
    if file.exists():  # noqa: ASYNC240 — once, before any work
        raise StartError(f"{file} is there already; it is not overwritten.")
    async with opened(settings) as database:
        try:
            with whole(file) as target:
                async for line in _since(database, since_ms):
                    target.write(msgspec.json.encode(line) + b"\n")
                    counted = _with_one_more(counted, line)
        except OSError as error:
            raise StartError(f"{file} cannot be written: {error.strerror}.") from error
    return counted


async def _since(database: Database, since_ms: int) -> AsyncIterator[_Line]:
    async with database.read() as tx:
        async for event in inbox.since(tx, since_ms):
            yield _Event(event)
        for reservation in await reservations.changed_since(tx, since_ms):
            yield _Booking(reservation)


async def take_over(settings: Settings, file: Path, clock: Clock) -> Counted:
    """Put what `save` has kept into the database; done twice, it changes nothing. Raises StartError."""
    lines = list(_read(file))
    # One that is here already is known by its key, as a duplicate on arrival is, under whatever id.
    events = [replace(line.event, id=clock.new_id("event")) for line in lines if isinstance(line, _Event)]
    bookings = [line.reservation for line in lines if isinstance(line, _Booking)]
    async with opened(settings) as database:
        taken = 0
        for start in range(0, len(events), _EVENTS_AT_ONCE):
            taken += len(await inbox.accept(database, events[start : start + _EVENTS_AT_ONCE]))
        left = await _book(database, clock, bookings)
    return Counted(events=taken, reservations=len(bookings) - len(left), left=tuple(left))


def _read(file: Path) -> Iterator[_Line]:
    try:
        with file.open("rb") as source:
            yield from map(_lines.decode, source)
    except OSError as error:
        raise StartError(f"{file} cannot be read: {error.strerror}.") from error
    except msgspec.DecodeError as error:
        raise StartError(f"{file} is not what `maitre db save-since` writes: {error}.") from error


async def _book(database: Database, clock: Clock, bookings: Sequence[Reservation]) -> list[Reservation]:
    """Those that could not be written. One may wait for the table that another gives up, so as long as any can be."""
    left = list(bookings)
    while left:
        still = [one for one in left if not await _is_booked(database, clock, one)]
        if len(still) == len(left):
            break
        left = still
    return left


async def _is_booked(database: Database, clock: Clock, reservation: Reservation) -> bool:
    try:
        async with database.write() as tx:
            whole = replace(reservation, customer_id=await _guest(tx, clock, reservation))
            known = await reservations.one(tx, reservation.id)
            if known and known.updated_at >= whole.updated_at:
                return True  # taken over before, and perhaps changed since
            await (reservations.replace if known else reservations.insert)(tx, whole)
    except Conflict:
        return False
    return True


async def _guest(tx: Tx, clock: Clock, reservation: Reservation) -> str:
    """The guest's id in this database: one who was new meanwhile is written down."""
    known = await customers.one(tx, reservation.restaurant_id, reservation.customer_id)
    if known or not reservation.customer_id or not reservation.phone:
        return known.id if known else ""
    remembered = await customers.remember(
        tx,
        id_=reservation.customer_id,
        restaurant_id=reservation.restaurant_id,
        phone=reservation.phone,
        name=reservation.name,
        by_owner=False,
        now_ms=clock.now_ms(),
    )
    return remembered.id


def _with_one_more(counted: Counted, line: _Line) -> Counted:
    if isinstance(line, _Event):
        return replace(counted, events=counted.events + 1)
    return replace(counted, reservations=counted.reservations + 1)
