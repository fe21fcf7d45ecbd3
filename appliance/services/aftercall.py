"""What only the analysis of a call brought to light: a booking that somebody wanted and no tool has made.

It never books. A table is kept as pending for the staff to confirm where all was understood and can be had, else the
staff find a note of what was wanted. When the live tools dealt with the call, there is nothing left to do.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from appliance.clock import Clock
from appliance.contract import ToolAnswer
from appliance.domain.availability import Offer, Refusal, Wish, decide
from appliance.domain.calls import CallFacts
from appliance.domain.phrases import language, phrase
from appliance.domain.reservation import ReservationStatus, Source
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.spoken.outcome import Unclear
from appliance.services import daybooks
from appliance.services.agent.arguments import Ask, caller_number
from appliance.services.agent.hearing import hear
from appliance.services.agent.wording import area_name
from appliance.services.daybooks import DayBooks
from appliance.services.directory import Directory
from appliance.services.holds import Holds
from appliance.services.reserving import party_of, reserve
from appliance.services.wishes import Guest, wish_of
from appliance.store import answers, calls, messages, reservations, tasks
from appliance.store.calls import CallKey
from appliance.store.engine import Database, Lane, Tx
from appliance.store.messages import LeftMessage
from appliance.store.tasks import Task
from appliance.work.queue import Finish

SETTLE = "call.settle"
"""The kind of the task that looks at an analysed call; its payload is the call's key."""

_SYNONYMS: Mapping[str, str] = {
    "day": "date",
    "reservation_date": "date",
    "fecha_reserva": "date",
    "reservation_time": "time",
    "hora_reserva": "time",
    "people": "party_size",
    "guests": "party_size",
    "comensales": "party_size",
    "customer_name": "name",
    "nombre": "name",
    "customer_phone": "phone",
    "special_requests": "notes",
    "peticiones": "notes",
}
"""What analyses call things, beside the names that the tools know."""

_BESIDE = frozenset({"get_hours", "restaurant_status", "end_call"})
"""Tools that say nothing of a booking."""
_TROUBLE = frozenset({"temporarily_unavailable", "unknown_tool", "unknown_restaurant"})
"""Answers that left the caller with nothing."""
_QUESTIONS = ("missing_", "unclear_", "impossible_", "ambiguous_")


def has_wish(facts: CallFacts) -> bool:
    """Whether an analysis speaks of a booking at all: of a day, and of a time or how many."""
    said = _arguments(facts.analysis or {})
    return _names(said, "date", "fecha") and _names(said, "time", "hora", "party_size", "personas")


async def look_at(tx: Tx, key: CallKey, restaurant_id: str, *, id_: str, now_ms: int) -> None:
    """See to it, in the transaction that learned of the analysis, that the call is looked at."""
    payload = msgspec.json.encode(key).decode()
    lock = f"settle:{key[1]}"
    await tasks.add(tx, id_=id_, kind=SETTLE, lock=lock, restaurant_id=restaurant_id, payload=payload, now_ms=now_ms)


class AfterCall:
    """`settle` is the handler of tasks of kind `SETTLE`."""

    def __init__(self, database: Database, clock: Clock, directory: Directory, books: DayBooks, holds: Holds) -> None:
        self._database = database
        self._clock = clock
        self._directory = directory
        self._books = books
        self._holds = holds

    async def settle(self, task: Task, finish: Finish) -> None:
        _, call_id = msgspec.json.decode(task.payload, type=CallKey)
        card = self._directory.card(task.restaurant_id)
        if card is None:  # gone since
            async with self._database.write(Lane.WORK) as tx:
                await finish(tx)
            return
        async with self._books.writing(card.id, Lane.WORK) as tx:
            call = await calls.one(tx, card.id, call_id)
            # Its analysis may have been erased since.
            if call and has_wish(call.facts) and not await _dealt_with(tx, card.id, call_id):
                await self._keep(tx, card, call_id, call.facts)
            await finish(tx)

    async def _keep(self, tx: Tx, card: RestaurantCard, call_id: str, facts: CallFacts) -> None:
        ask = self._ask(card, call_id, facts)
        wish = wish_of(ask, hear(ask), ask.needs())
        if isinstance(wish, ToolAnswer):
            await self._note(tx, ask, wish.code)
            return
        book = self._holds.seen_by(None, await daybooks.read(tx, card, wish.day))
        decision = decide(book, wish, now_ms=self._clock.now_ms())
        if isinstance(decision, Refusal):
            await self._note(tx, ask, decision.code)
        else:
            await self._reserve(tx, ask, wish, decision)

    def _ask(self, card: RestaurantCard, call_id: str, facts: CallFacts) -> Ask:
        """The analysis as if a tool had been used; "tomorrow" is the day after the call."""
        now_ms = self._clock.now_ms()
        return Ask(
            card=card,
            lang=language(card.locale),
            arguments=_arguments(facts.analysis or {}),
            call_id=call_id,
            tool_call_id="",
            caller=caller_number(facts.from_number or "", card),
            now_ms=now_ms,
            today=card.date_at(facts.started_at or now_ms),
            act_by_us=0,
        )

    async def _reserve(self, tx: Tx, ask: Ask, wish: Wish, offer: Offer) -> None:
        """With a word to the staff where it is another area than the one wished for: nobody could ask the guest."""
        party = party_of(ask, _guest(ask), ask.needs())
        if not offer.in_area:
            missed = phrase("area_missed", ask.lang, area=area_name(ask.card, wish.area_id))
            party = replace(party, notes="; ".join(filter(None, (party.notes, missed))))
        await reserve(
            tx,
            self._clock,
            ask.card,
            wish=wish if offer.in_area else replace(wish, area_id=""),
            offer=offer,
            party=party,
            status=ReservationStatus.PENDING,
            source=Source.ANALYSIS,
        )

    async def _note(self, tx: Tx, ask: Ask, why: str) -> None:
        """Leave word of what was wanted, and of why no table is kept."""
        said = "; ".join(f"{name}: {value}" for name, value in ask.arguments.items())
        guest = _guest(ask)
        left = LeftMessage(
            id=self._clock.new_id("left"),
            restaurant_id=ask.card.id,
            about="wish",
            name=guest.name,
            phone=guest.phone,
            text=f"{said} ({why})"[:1000],
            call_id=ask.call_id,
            created_at=self._clock.now_ms(),
        )
        await messages.add(tx, left)


async def _dealt_with(tx: Tx, restaurant_id: str, call_id: str) -> bool:
    """Whether something came of the call: a booking, a note, or a last answer that left nothing open."""
    if await reservations.of_call(tx, restaurant_id, call_id) or await messages.of_call(tx, restaurant_id, call_id):
        return True
    if await answers.any_given(tx, restaurant_id, call_id):
        return True
    used = [use for use in await answers.of_call(tx, restaurant_id, call_id) if use.tool not in _BESIDE]
    return bool(used) and not _left_open(used[-1].code)


def _left_open(code: str) -> bool:
    """Whether an answer was a failure, or a question that nobody answered."""
    return code in _TROUBLE or code.startswith(_QUESTIONS)


def _guest(ask: Ask) -> Guest:
    """As far as it is known: empty where it is not."""
    name, phone = ask.name(), ask.phone()
    return Guest(name="" if isinstance(name, Unclear) else name, phone="" if isinstance(phone, Unclear) else phone)


def _arguments(analysis: Mapping[str, Any]) -> dict[str, Any]:
    return {_SYNONYMS.get(name, name): value for name, value in analysis.items() if value not in ("", None)}


def _names(said: Mapping[str, Any], *names: str) -> bool:
    return any(name in said for name in names)
