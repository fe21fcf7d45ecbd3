"""What came of handing a call over, as the platform's events tell, joined with the request that there was."""

from msgspec.structs import replace

from appliance.clock import Clock
from appliance.contract import TransferRow
from appliance.domain.handover import TransferOutcome, TransferReason, TransferTold, as_shown, surer
from appliance.services.deeds import TRANSFER
from appliance.store import answers, transfers
from appliance.store.engine import Tx
from appliance.store.transfers import Transfer


async def learn(tx: Tx, clock: Clock, restaurant_id: str, call_id: str, told: TransferTold, *, at_ms: int) -> None:
    """Join what an event says with the transfer it speaks of, in whatever order and how often events come.

    One that nobody asked us for, because the platform passed the call on by itself, is noted too.
    """
    known = {transfer.attempt: transfer for transfer in await transfers.of_call(tx, restaurant_id, call_id)}
    attempt = told.attempt or max(known, default=1)
    transfer = known.get(attempt)
    if transfer is None:
        await transfers.add(tx, _unasked(clock, restaurant_id, call_id, replace(told, attempt=attempt), at_ms))
        return
    outcome = surer(transfer.outcome, told.outcome)
    if outcome is transfer.outcome:
        return
    await transfers.settle(tx, replace(transfer, outcome=outcome, updated_at=clock.now_ms()))
    if outcome is TransferOutcome.UNANSWERED:
        # The caller may want to be put through once more; that would be another attempt.
        await answers.undo_for_tool(tx, restaurant_id, call_id, TRANSFER)


async def unanswered_since(tx: Tx, since_ms: int) -> dict[str, tuple[int, int]]:
    """(transfers since, how many of them nobody answered) by restaurant."""
    found: dict[str, tuple[int, int]] = {}
    for one in await transfers.outcomes_since(tx, since_ms):
        asked, missed = found.get(one.restaurant_id, (0, 0))
        nobody = as_shown(one.outcome, ended=one.ended) is TransferOutcome.UNANSWERED
        found[one.restaurant_id] = asked + one.number, missed + one.number * nobody
    return found


def row(transfer: Transfer, *, ended: bool) -> TransferRow:
    """`ended`: the call is over."""
    return TransferRow(
        number=transfer.number,
        reason=transfer.reason,
        outcome=as_shown(transfer.outcome, ended=ended),
        requested_at=transfer.requested_at,
    )


def _unasked(clock: Clock, restaurant_id: str, call_id: str, told: TransferTold, at_ms: int) -> Transfer:
    return Transfer(
        id=clock.new_id("transfer"),
        restaurant_id=restaurant_id,
        call_id=call_id,
        attempt=told.attempt,
        number=told.number,
        reason=TransferReason.OTHER,
        outcome=told.outcome,
        requested_at=at_ms,
        updated_at=clock.now_ms(),
    )
