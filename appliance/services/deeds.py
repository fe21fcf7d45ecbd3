"""What every deed of a live tool leaves behind in its own transaction: the answer that stands, the message to send."""

import msgspec
from msgspec import Struct

from appliance.clock import Clock
from appliance.contract import Booking, ToolAnswer
from appliance.domain.reservation import Reservation
from appliance.domain.restaurant import RestaurantCard
from appliance.services.arguments import Ask
from appliance.store import answers, outbox
from appliance.store.engine import Tx

CREATE = "create_reservation"
CANCEL = "cancel_reservation"


class Reply(Struct, frozen=True, kw_only=True):
    """A tool's answer; `replayed` when it was given before to the same wish and nothing was done now."""

    answer: ToolAnswer
    replayed: bool = False


async def keep(
    tx: Tx, clock: Clock, ask: Ask, *, tool: str, intent: str, reservation: Reservation, answer: ToolAnswer
) -> None:
    """Let the answer stand for its intent, so that the same wish in the same call gets it again."""
    await answers.keep(
        tx,
        answers.ToolAnswer(
            id=clock.new_id("answer"),
            intent=intent,
            tool_call_id=ask.tool_call_id,
            restaurant_id=ask.card.id,
            call_id=ask.call_id,
            tool=tool,
            reservation_id=reservation.id,
            answer=msgspec.json.encode(answer).decode(),
            created_at=ask.now_ms,
        ),
    )


def booking_in(answer: str) -> Booking:
    """What an answer that was kept is about. Its words are found anew: the caller may speak another language by now."""
    booking = msgspec.json.decode(answer, type=ToolAnswer).reservation
    assert booking
    return booking


async def notify(tx: Tx, clock: Clock, card: RestaurantCard, topic: str, reservation: Reservation) -> None:
    """Tell the restaurant's own system, if it has one, of a change in its book."""
    if not card.notify_url:
        return
    payload = {"topic": topic, "restaurant_id": card.id, "reservation": reservation}
    message = outbox.Message(
        id=clock.new_id("message"),
        restaurant_id=card.id,
        topic=topic,
        destination=card.notify_url,
        payload=msgspec.json.encode(payload).decode(),
        created_at=clock.now_ms(),
    )
    await outbox.add(tx, message, lock=reservation.id)
