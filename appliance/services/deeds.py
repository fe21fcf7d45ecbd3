"""What every deed of a live tool leaves behind in its own transaction: the answer that stands, the message to send."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec
from msgspec import Struct

from appliance.clock import Clock
from appliance.contract import Booking, ToolAnswer
from appliance.domain.reservation import Reservation
from appliance.domain.restaurant import RestaurantCard
from appliance.errors import Conflict, Unavailable
from appliance.services import audit
from appliance.services.agent.arguments import Ask
from appliance.store import answers, outbox
from appliance.store.engine import Tx

T = TypeVar("T")

CREATE = "create_reservation"
MODIFY = "modify_reservation"
CANCEL = "cancel_reservation"
MESSAGE = "take_message"
TRANSFER = "transfer_call"
WAIT = "join_waitlist"


class Reply(Struct, frozen=True, kw_only=True):
    """A tool's answer; `replayed` when it was given before to the same wish and nothing was done now."""

    answer: ToolAnswer
    replayed: bool = False


async def twice(deed: Callable[[], Awaitable[T]]) -> T:
    """Do it, and once more after a Conflict: somebody who does not share our lock was quicker, and now it shows."""
    try:
        return await deed()
    except Conflict:
        return await deed()


def begin(clock: Clock, ask: Ask) -> None:
    """To be called before a deed's first write. Raises Unavailable when it is too late to tell the caller of it."""
    if clock.stopwatch_us() > ask.act_by_us:
        raise Unavailable("too late to act: the caller will have heard that it cannot be done")


async def standing(tx: Tx, ask: Ask, intent: str) -> Booking | None:
    """What the same wish of this call has led to already. Its words are found anew: the language may have changed.

    Without a call there is nothing that would tell a retry from a second wish.
    """
    given = await stood(tx, ask, intent)
    return given.reservation or None if given else None


async def stood(tx: Tx, ask: Ask, intent: str) -> ToolAnswer | None:
    """What the same wish of this call was answered, if that stands."""
    given = await answers.standing(tx, intent, ask.tool_call_id) if ask.call_id else None
    return msgspec.json.decode(given, type=ToolAnswer) if given else None


async def keep(
    tx: Tx,
    clock: Clock,
    ask: Ask,
    *,
    tool: str,
    intent: str,
    answer: ToolAnswer,
    about: str = "",
) -> None:
    """Let the answer stand for its intent, so that the same wish in the same call gets it again.

    `about` is the booking, or the place in the waiting list, that it speaks of: when that changes, it stands no more.
    """
    if not ask.call_id:
        return
    await answers.keep(
        tx,
        answers.ToolAnswer(
            id=clock.new_id("answer"),
            intent=intent,
            tool_call_id=ask.tool_call_id,
            restaurant_id=ask.card.id,
            call_id=ask.call_id,
            tool=tool,
            reservation_id=about,
            answer=msgspec.json.encode(answer).decode(),
            created_at=ask.now_ms,
        ),
    )


async def notify(
    tx: Tx, clock: Clock, card: RestaurantCard, topic: str, reservation: Reservation, *, before: Reservation | None
) -> None:
    """Tell the audit of a change in the book, where somebody made it, and the restaurant's own system if it has one."""
    await audit.note(
        tx, clock, topic, subject=reservation.id, restaurant_id=card.id, before=before, after=reservation, personal=True
    )
    await tell(tx, clock, card, topic, about=reservation.id, reservation=reservation)


async def tell(tx: Tx, clock: Clock, card: RestaurantCard, topic: str, *, about: str, **facts: object) -> None:
    """Tell the restaurant's own system something; what is `about` the same thing arrives in order."""
    if not card.notify_url:
        return
    payload = {"topic": topic, "restaurant_id": card.id} | facts
    message = outbox.Message(
        id=clock.new_id("message"),
        restaurant_id=card.id,
        topic=topic,
        destination=card.notify_url,
        payload=msgspec.json.encode(payload).decode(),
        created_at=clock.now_ms(),
    )
    await outbox.add(tx, message, lock=about)
