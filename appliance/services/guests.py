"""The restaurant's guests as the staff see them: who they are, what they need, how often they came."""

import re
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from appliance import contract
from appliance.clock import Clock
from appliance.contract import CustomerDetail, CustomerPatch, CustomerRow
from appliance.domain import needs
from appliance.domain.guests import lasting
from appliance.domain.restaurant import RestaurantCard
from appliance.errors import Invalid, NotFound
from appliance.services import audit
from appliance.services.agent.wording import area_name
from appliance.services.views import page, reservation_row
from appliance.store import customers, reservations, restaurants
from appliance.store.customers import Guest
from appliance.store.engine import Database, Tx

HISTORY = 100
"""How many of a guest's past bookings are shown."""
_BETWEEN_DIGITS = re.compile(r"[\s().+-]")


class Guests:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def page(self, card: RestaurantCard, *, words: str, limit: int, offset: int) -> contract.Page[CustomerRow]:
        """The guests by name: all, or those whose name or number has `words` in it."""
        digits = _BETWEEN_DIGITS.sub("", words)
        sought = {"phone": digits.removeprefix("00")} if digits.isdecimal() else {"name": words}
        async with self._database.read() as tx:
            found, total = await customers.page(tx, card.id, **sought, limit=limit, offset=offset)
        return page([CustomerRow(**_row(guest)) for guest in found], total=total, offset=offset)

    async def one(self, card: RestaurantCard, customer_id: str) -> CustomerDetail:
        async with self._database.read() as tx:
            return await self._detail(tx, card, await guest(tx, card, customer_id))

    async def edit(self, card: RestaurantCard, customer_id: str, patch: CustomerPatch) -> CustomerDetail:
        said = {name: value for name in patch.__struct_fields__ if (value := getattr(patch, name)) is not UNSET}
        if "needs" in said:
            said["needs"] = _needs(said["needs"])
        async with self._database.write() as tx:
            # What a guest says on the phone meanwhile, an allergy perhaps, must not be overwritten.
            await restaurants.lock(tx, self._database, card.id)
            known = await guest(tx, card, customer_id)
            told = replace(known, **said)
            await customers.save(tx, told, now_ms=self._clock.now_ms())
            await audit.note(
                tx,
                self._clock,
                "customer.changed",
                subject=customer_id,
                restaurant_id=card.id,
                before=known,
                after=told,
                personal=True,
            )
            return await self._detail(tx, card, await guest(tx, card, customer_id))

    async def _detail(self, tx: Tx, card: RestaurantCard, known: Guest) -> CustomerDetail:
        now = self._clock.now_ms()
        to_come = await reservations.to_come_of_guest(tx, known.id, since_ms=now)
        past = await reservations.past_of_guest(tx, known.id, before_ms=now, limit=HISTORY)
        habits = await customers.habits(tx, known.id)
        return CustomerDetail(
            **_row(known),
            notes=known.notes,
            favourite_area=area_name(card, habits.area_id),
            usual_time=habits.time,
            usual_party_size=habits.party_size,
            created_at=known.created_at,
            upcoming=[reservation_row(one, card) for one in to_come],
            history=[reservation_row(one, card) for one in past],
        )


async def guest(tx: Tx, card: RestaurantCard, customer_id: str) -> Guest:
    """Raises NotFound, also for another restaurant's guest."""
    found = await customers.one(tx, card.id, customer_id)
    if found is None:
        raise NotFound("There is no such guest.")
    return found


def _row(known: Guest) -> dict[str, Any]:
    plain = ("id", "name", "phone", "vip", "bookings", "visits", "no_shows", "cancellations", "last_visit_at")
    row = {name: getattr(known, name) for name in plain}
    return row | {"customer_class": known.class_.value, "needs": list(known.needs)}


def _needs(said: list[str]) -> tuple[str, ...]:
    """What the staff name, by id or in words, as ids. Raises Invalid for what is no lasting need of the catalogue."""
    known = lasting(need.id for need in needs.NEEDS)
    found: list[str] = []
    for words in said:
        ids = (words,) if words in known else lasting(needs.heard_in(words))
        if not ids:
            raise Invalid("needs: {words!r} is none of {known}", words=words, known=", ".join(known))
        found.extend(ids)
    return lasting(found)
