"""A call coming in: what the agent should know before it says hello. On any trouble the call goes on without it."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any

import structlog
from babel.dates import format_datetime

from appliance.clock import Clock
from appliance.domain.guests import GuestClass
from appliance.domain.hours import minute_of
from appliance.domain.needs import names
from appliance.domain.phrases import language, phrase
from appliance.domain.reservation import Reservation
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.spoken.say import moment_words, party_words
from appliance.errors import Unavailable
from appliance.services.agent.arguments import caller_number
from appliance.services.agent.opening import schedule_words
from appliance.services.agent.wording import area_name
from appliance.services.directory import Directory
from appliance.store import customers, reservations
from appliance.store.customers import Guest, Habits
from appliance.store.engine import Database
from appliance.voice.events import Origin
from appliance.watch.log_context import about

log = structlog.get_logger()

_GUEST_DEADLINE_S = 0.3
_LOCAL_TIME = {"es": "EEEE d 'de' MMMM 'de' y, HH:mm", "en": "EEEE, MMMM d, y, HH:mm"}

_Known = tuple[Guest | None, list[Reservation], Habits]
_NOBODY: _Known = (None, [], Habits())


class Inbound:
    def __init__(self, database: Database, clock: Clock, directory: Directory) -> None:
        self._database = database
        self._clock = clock
        self._directory = directory

    async def answer(self, origin: Origin) -> dict[str, Any]:
        """`dynamic_variables` (text only) and `metadata`, and an agent where the number has none bound.

        Empty for an unknown restaurant: the platform then goes on with the agent that the number is bound to.
        """
        card = self._directory.whose(origin)
        about(call_id=origin.call_id, restaurant_id=card.id if card else "")
        if card is None:
            log.warning("inbound_restaurant_not_found", called=origin.called, agent_id=origin.agent_id)
            return {}
        caller = caller_number(origin.caller, card)
        known = await self._known(card, caller)
        answer: dict[str, Any] = {
            "dynamic_variables": self._variables(card, caller, known),
            "metadata": {"restaurant_id": card.id, "inbound_lookup_id": self._clock.new_id("lookup")},
        }
        agent = "" if origin.agent_id else self._directory.agent_of(origin.provider, card.id)
        return answer | ({"override_agent_id": agent} if agent else {})

    async def _known(self, card: RestaurantCard, caller: str) -> _Known:
        """The guest with this number, their bookings to come and habits. Not worth letting the telephone ring for."""
        if not caller:
            return _NOBODY
        try:
            async with asyncio.timeout(_GUEST_DEADLINE_S), self._database.read() as tx:
                guest = await customers.known(tx, card.id, caller)
                if guest is None:
                    return _NOBODY
                since = self._clock.now_ms()
                coming = await reservations.upcoming_of_phone(tx, card.id, caller, since_ms=since)
                return guest, coming, await customers.habits(tx, guest.id)
        except (Unavailable, TimeoutError) as error:
            log.warning("inbound_guest_not_read", restaurant_id=card.id, reason=type(error).__name__)
            return _NOBODY

    def _variables(self, card: RestaurantCard, caller: str, known: _Known) -> Mapping[str, str]:
        guest, coming, habits = known
        offers = [one for one in coming if one.is_offer]
        booked = [one for one in coming if not one.is_offer]
        lang = language(card.locale)
        now = card.local(self._clock.now_ms())
        return {
            "restaurant_id": card.id,
            "restaurant_name": card.name,
            "restaurant_phone": card.phone,
            "restaurant_schedule": schedule_words(card, lang),
            "local_datetime": format_datetime(now, _LOCAL_TIME[lang], locale=lang),
            "language": lang,
            "caller_phone": caller,
            "customer_name": guest.name if guest else "",
            "customer_class": (guest.class_ if guest else GuestClass.NEW).value,
            "customer_visits": str(guest.visits if guest else 0),
            "customer_needs": ", ".join(names(guest.needs, lang)) if guest else "",
            "customer_favourite_area": area_name(card, habits.area_id),
            "is_returning": "true" if guest and guest.bookings else "false",
            "upcoming_reservation": _booking_words(booked[0], lang) if booked else "",
            "waitlist_offer": _booking_words(offers[0], lang) if offers else "",
        }


def _booking_words(one: Reservation, lang: str) -> str:
    day, time = moment_words(date.fromisoformat(one.date), minute_of(one.time), lang)
    return phrase("booking_words", lang, day=day, time=time, party=party_words(one.party_size, lang))
