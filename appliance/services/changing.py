"""The live tool that moves a booking: what it was stands until what it is to be has been written in its place."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from appliance.clock import Clock
from appliance.contract import ToolAnswer
from appliance.domain.availability import Offer, Refusal, Wish, decide
from appliance.domain.hours import minute_of
from appliance.domain.intent import intent_key
from appliance.domain.needs import Needs
from appliance.domain.nights import evening_of
from appliance.domain.reservation import EXPECTED, Reservation, ReservationStatus
from appliance.domain.spoken.text import fold
from appliance.services import daybooks, wording
from appliance.services.arguments import Ask, Heard, hear
from appliance.services.daybooks import DayBooks
from appliance.services.deeds import MODIFY, Reply, begin, keep, notify, standing, twice
from appliance.services.holds import Holds
from appliance.services.meant import Meant, ask_whose, matches, meant_by, views
from appliance.services.reserving import learn, placement
from appliance.services.waitlist import Waitlist
from appliance.services.wishes import unknown_area, wish_of
from appliance.store import answers, reservations
from appliance.store.engine import Tx

_NEW: Mapping[str, str] = {
    "new_date": "date",
    "nueva_fecha": "date",
    "new_time": "time",
    "nueva_hora": "time",
    "new_party_size": "party_size",
    "nuevas_personas": "party_size",
    "new_area": "area",
    "nueva_zona": "area",
}
_OF_THE_BOOKING = frozenset({"date", "fecha", "time", "hora", "party_size", "personas", "area", "zona"})
_OF_THE_GUEST = frozenset({"name", "cliente", "phone", "telefono", "reservation_id", "reserva_id"})


class _Change(Struct, frozen=True, kw_only=True):
    """Which booking is meant, and what `asked` says it should become, as far as it was `heard`."""

    meant: Meant
    asked: Ask
    heard: Heard
    needs: Needs

    @property
    def moves(self) -> bool:
        """Whether another day, hour, party or area is wanted."""
        return bool(self.heard.day or self.heard.minutes or self.heard.party or self.asked.text("area"))

    @property
    def is_empty(self) -> bool:
        return not (self.moves or self.asked.text("notes") or self.needs.as_stored())

    def only_tells(self, known: Reservation) -> bool:
        """Whether the tables of the booking are nobody's concern: the guest says something more, such as an allergy."""
        needs_another = self.needs.accessible and "wheelchair" not in known.needs
        return not (self.moves or needs_another or self.needs.high_chairs > known.high_chairs or known.is_offer)


class Changing:
    def __init__(
        self, clock: Clock, books: DayBooks, holds: Holds, waitlist: Waitlist, wake: Callable[[], None]
    ) -> None:
        self._clock = clock
        self._books = books
        self._holds = holds
        self._waitlist = waitlist
        self._wake = wake

    async def modify_reservation(self, ask: Ask) -> Reply:
        """Move the one booking that is meant; with several, ask which. A retry hears the same answer again."""
        change = _change(ask)
        if isinstance(change, ToolAnswer):
            return Reply(answer=change)
        reply = await twice(lambda: self._modify(ask, change))
        if reply.answer.ok:
            self._holds.drop(ask.card.id, ask.call_id)
        self._wake()
        return reply

    async def _modify(self, ask: Ask, change: _Change) -> Reply:
        async with self._books.writing(ask.card.id) as tx:
            intent = _intent(ask, change)
            given = await standing(tx, ask, intent)
            if given is not None:
                return Reply(answer=wording.modified(ask, given), replayed=True)
            several = await matches(tx, ask, change.meant, by_name=True, states=EXPECTED)
            if not several:
                return Reply(answer=wording.plain("not_found", ask.lang))
            if len(several) > 1:
                return Reply(answer=wording.which_one(ask, views(ask, several), ok=False))
            if change.is_empty:
                return Reply(answer=wording.question(ask, "missing_change"))
            return await self._move(tx, ask, change, intent, several[0])

    async def _move(self, tx: Tx, ask: Ask, change: _Change, intent: str, known: Reservation) -> Reply:
        if change.only_tells(known):
            begin(self._clock, ask)
            return await self._done(tx, ask, intent, known, _told_more(change, known))
        wish = _wish(change, known)
        if isinstance(wish, ToolAnswer):
            return Reply(answer=wish)
        book = self._holds.seen_by(ask.call_id, await daybooks.read(tx, ask.card, wish.day, but=known.id))
        decision = decide(book, wish, now_ms=ask.now_ms)
        if isinstance(decision, Refusal):
            return Reply(answer=wording.not_moved(change.asked, wish, decision))
        if not decision.in_area:
            return Reply(answer=wording.area_full(change.asked, wish, decision))
        begin(self._clock, ask)
        moved = _moved(change, known, wish, decision)
        how = {"unknown_area": unknown_area(change.asked, wish), "with_chairs": decision.with_chairs}
        return await self._done(tx, ask, intent, known, moved, **how)

    async def _done(
        self, tx: Tx, ask: Ask, intent: str, known: Reservation, changed: Reservation, **how: bool
    ) -> Reply:
        await self._write(tx, ask, known, changed)
        answer = wording.modified(ask, wording.booking(changed, ask.card), **how)
        await keep(tx, self._clock, ask, tool=MODIFY, intent=intent, reservation=changed, answer=answer)
        return Reply(answer=answer)

    async def _write(self, tx: Tx, ask: Ask, known: Reservation, moved: Reservation) -> None:
        await reservations.replace(tx, moved)
        if ask.caller == moved.phone:
            await learn(tx, moved, now_ms=ask.now_ms)
        # What was answered about the booking as it was says nothing of it as it is.
        await answers.undo_for_reservation(tx, known.id)
        await notify(tx, self._clock, ask.card, "reservation.updated", moved)
        await self._waitlist.changed(tx, ask.card, known, moved)


def _change(ask: Ask) -> _Change | ToolAnswer:
    """What should change, or the question that comes first.

    What is said as new is new, and the rest tells which booking is meant. When nothing is said as new, the guest
    tells which booking it is, and the rest is what it should become.
    """
    new = {plain: value for name, plain in _NEW.items() if (value := ask.arguments.get(name)) is not None}
    beside = {name: value for name, value in ask.arguments.items() if name not in _NEW}
    if new:
        told, wanted = beside, {name: value for name, value in beside.items() if name not in _OF_THE_BOOKING} | new
    else:
        told, wanted = {name: value for name, value in beside.items() if name not in _OF_THE_BOOKING}, beside
    meant = meant_by(replace(ask, arguments=told))
    if isinstance(meant, str):
        return ask_whose(ask, meant)
    asked = replace(ask, arguments={name: value for name, value in wanted.items() if name not in _OF_THE_GUEST})
    heard = hear(asked)
    if heard.unclear or heard.question == "unclear_area":
        return wording.question(asked, heard.unclear or heard.question, heard)
    return _Change(meant=meant, asked=asked, heard=heard, needs=asked.needs())


def _wish(change: _Change, known: Reservation) -> Wish | ToolAnswer:
    """The booking as it should become: what was not said stays as it is."""
    day, minute = date.fromisoformat(known.date), minute_of(known.time)
    evening = evening_of(day, minute)
    if evening:  # the small hours move with their night
        day, minute = evening, minute + 1440
    heard = replace(
        change.heard,
        day=change.heard.day or day,
        minutes=change.heard.minutes or (minute,),
        party=change.heard.party or known.party_size,
        question="",
    )
    wish = wish_of(change.asked, heard, change.needs)
    if isinstance(wish, ToolAnswer):
        return wish
    return replace(
        wish,
        area_id=wish.area_id or (known.area_id if known.area_wished else ""),
        accessible=wish.accessible or "wheelchair" in known.needs,
        high_chairs=wish.high_chairs or known.high_chairs,
    )


def _told_more(change: _Change, known: Reservation) -> Reservation:
    ask = change.asked
    told = known.told_more(notes=ask.text("notes"), needs=change.needs.as_stored())
    return replace(told, updated_at=ask.now_ms)


def _moved(change: _Change, known: Reservation, wish: Wish, offer: Offer) -> Reservation:
    ask = change.asked
    return replace(
        _told_more(change, known),
        **placement(ask.card, wish, offer),
        # Who moves what they were offered from the waiting list takes it.
        status=ReservationStatus.CONFIRMED if known.is_offer else known.status,
        pending_until=None,
    )


def _intent(ask: Ask, change: _Change) -> str:
    meant = replace(change.meant, name=fold(change.meant.name))
    heard, asked = change.heard, change.asked
    wanted: tuple[Any, ...] = (heard.day, heard.minutes, heard.party, fold(asked.text("area")), asked.text("notes"))
    return intent_key(ask.call_id, MODIFY, ask.card.id, meant, *wanted, change.needs)
