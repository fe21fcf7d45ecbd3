"""Calls handed over to a person, and what came of it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from msgspec import Struct
from sqlalchemy import Row, func, select

from appliance.domain.handover import TransferOutcome
from appliance.store import schema as s
from appliance.store.engine import Tx

_t = s.transfers.c


class Transfer(Struct, frozen=True, kw_only=True):
    """The `attempt`th time that a call was to be handed over, counted from one."""

    id: str
    restaurant_id: str
    call_id: str
    attempt: int
    number: str
    reason: str
    outcome: TransferOutcome = TransferOutcome.REQUESTED
    requested_at: int
    updated_at: int


class Counted(NamedTuple):
    """So many transfers of a restaurant with one outcome. `ended`: their calls are over."""

    restaurant_id: str
    outcome: TransferOutcome
    ended: bool
    number: int


async def add(tx: Tx, transfer: Transfer) -> None:
    """Raises Conflict when the call has this attempt already."""
    await tx.execute(s.transfers.insert(), {name: getattr(transfer, name) for name in transfer.__struct_fields__})


async def of_call(tx: Tx, restaurant_id: str, call_id: str) -> list[Transfer]:
    """The call's transfers, first to last."""
    mine = (_t.restaurant_id == restaurant_id) & (_t.call_id == call_id)
    rows = await tx.execute(select(s.transfers).where(mine).order_by(_t.attempt))
    return [_transfer(row) for row in rows]


async def outcomes_since(tx: Tx, since_ms: int) -> list[Counted]:
    """What became of the transfers since, by restaurant."""
    c = s.calls.c
    ended = c.ended_at.is_not(None).label("ended")
    the_call = (c.call_id == _t.call_id) & (c.restaurant_id == _t.restaurant_id)
    query = (
        select(_t.restaurant_id, _t.outcome, ended, func.count().label("n"))
        .outerjoin(s.calls, the_call)
        .where(_t.requested_at >= since_ms)
        .group_by(_t.restaurant_id, _t.outcome, "ended")
    )
    return [
        Counted(row.restaurant_id, TransferOutcome(row.outcome), bool(row.ended), row.n)
        for row in await tx.execute(query)
    ]


async def settle(tx: Tx, transfer: Transfer) -> None:
    """Write what became of a transfer, and where it went."""
    told = {"outcome": transfer.outcome, "number": transfer.number, "updated_at": transfer.updated_at}
    await tx.execute(s.transfers.update().where(_t.id == transfer.id).values(told))


def _transfer(row: Row[*tuple[Any, ...]]) -> Transfer:
    fields = dict(row._mapping)  # noqa: SLF001 — as documented
    return Transfer(**fields | {"outcome": TransferOutcome(fields["outcome"])})


def next_attempt(known: Sequence[Transfer]) -> int:
    return max((transfer.attempt for transfer in known), default=0) + 1
