"""What the tables of the floor look like at a moment, derived from the book: nothing of it is stored."""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from appliance.domain.nights import night_of
from appliance.domain.reservation import HOLDING, Reservation, ReservationStatus
from appliance.domain.restaurant import RestaurantCard, Table

SHOWN_BEFORE_MS = 60 * 60_000
"""A table is shown as reserved from so long before the party is due. It says nothing of what may be booked."""


class TableStatus(StrEnum):
    FREE = "free"
    RESERVED = "reserved"
    SEATED = "seated"
    OVERDUE = "overdue"
    OUT_OF_SERVICE = "out_of_service"


class TableState(Struct, frozen=True, kw_only=True):
    """One table at a moment: who has it (`party`: sits there, or is due within the hour), and who comes next."""

    table: Table
    status: TableStatus
    party: Reservation | None = None
    following: Reservation | None = None


def board(
    card: RestaurantCard, reservations: Iterable[Reservation], *, at_ms: int, now_ms: int
) -> tuple[TableState, ...]:
    """Every table at `at_ms`; a party that is overdue now is taken to have left by any later moment."""
    by_table: dict[str, list[Reservation]] = {}
    for one in sorted(reservations, key=lambda one: one.starts_at):
        if one.status in HOLDING and not _is_gone(one, at_ms, now_ms):
            for table_id in one.table_ids:
                by_table.setdefault(table_id, []).append(one)
    night = night_of(*card.wall(at_ms))
    return tuple(
        _state(table, by_table.get(table.id, []), at_ms=at_ms, out=not table.serves(night)) for table in card.tables
    )


def _is_gone(one: Reservation, at_ms: int, now_ms: int) -> bool:
    """Those who sit stay until somebody says that they have left."""
    lingers = one.status is ReservationStatus.SEATED and at_ms <= now_ms
    return one.ends_at <= at_ms and not lingers


def _state(table: Table, parties: list[Reservation], *, at_ms: int, out: bool) -> TableState:
    sitting = next((one for one in parties if sits(one, at_ms)), None)
    coming = [one for one in parties if one is not sitting]
    if sitting:
        status = TableStatus.OVERDUE if sitting.ends_at <= at_ms else TableStatus.SEATED
        return TableState(table=table, status=status, party=sitting, following=next(iter(coming), None))
    if out:
        return TableState(table=table, status=TableStatus.OUT_OF_SERVICE, following=next(iter(coming), None))
    due = coming[0] if coming and coming[0].starts_at <= at_ms + SHOWN_BEFORE_MS else None
    following = next((one for one in coming if one is not due), None)
    status = TableStatus.RESERVED if due else TableStatus.FREE
    return TableState(table=table, status=status, party=due, following=following)


def sits(one: Reservation, at_ms: int) -> bool:
    """Whether the party is at its table at that moment, as far as anybody said."""
    since = one.starts_at if one.seated_at is None else min(one.seated_at, one.starts_at)
    return one.status is ReservationStatus.SEATED and since <= at_ms
