"""What callers left word of, for the restaurant to read and see to."""

from appliance.clock import Clock
from appliance.contract import MessageRow, Page
from appliance.domain.restaurant import RestaurantCard
from appliance.errors import NotFound
from appliance.services import audit
from appliance.services.views import message_row, page
from appliance.store import messages
from appliance.store.engine import Database, Lane


class MessageService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self, card: RestaurantCard, *, open_only: bool, limit: int, offset: int) -> Page[MessageRow]:
        """Newest first; all, or those nobody has seen to."""
        async with self._database.read() as tx:
            found, total = await messages.page(tx, card.id, open_only=open_only, limit=limit, offset=offset)
        return page([message_row(one) for one in found], total=total, offset=offset)

    async def handled(self, card: RestaurantCard, message_id: str) -> MessageRow:
        """Note that somebody has seen to it; the first time stands. Raises NotFound, also for another's message."""
        async with self._database.write(Lane.WORK) as tx:
            await messages.mark_handled(tx, card.id, message_id, now_ms=self._clock.now_ms())
            found = await messages.one(tx, card.id, message_id)
            if found is None:
                raise NotFound("There is no such message.")
            await audit.note(tx, self._clock, "message.handled", subject=message_id, restaurant_id=card.id)
        return message_row(found)
