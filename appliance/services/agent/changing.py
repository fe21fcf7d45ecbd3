"""The live tool that moves a booking: what it was stands until what it is to be has been written in its place."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from appliance.clock import Clock
from appliance.contract import Booking, ToolAnswer
from appliance.domain.availability import Offer, Refusal, Wish, decide, start_asked
from appliance.domain.hours import minute_of
from appliance.domain.intent import intent_key
from appliance.domain.needs import NO_NEEDS, Needs
from appliance.domain.nights import fits, of_night
from appliance.domain.placing import Order, rearrange
from appliance.domain.reservation import EXPECTED, Reservation, ReservationStatus
from appliance.domain.seating import DayBook
from appliance.domain.spoken.moments import narrowed
from appliance.domain.spoken.outcome import MISSING, UNCLEAR, Unclear
from appliance.domain.spoken.spans import beyond
from appliance.domain.spoken.text import fold
from appliance.domain.waitlist import Entry
from appliance.services import daybooks
from appliance.services.agent import asking, booking_words, noted, own_words, wording
from appliance.services.agent.adding import Added, add, note_the_rest, rewrite, when
from appliance.services.agent.arguments import Ask
from appliance.services.agent.elsewhen import widened
from appliance.services.agent.hearing import Heard, hear
from appliance.services.agent.meant import Meant, Standing, as_told, ask_whose, matches, meant_by, not_found, views
from appliance.services.agent.open_hours import ONLY_HOUR
from appliance.services.agent.own import is_theirs, own_tables
from appliance.services.agent.talk import Talk
from appliance.services.agent.waiting import Waiting
from appliance.services.daybooks import DayBooks
from appliance.services.deeds import MODIFY, Reply, begin, keep, stood, twice
from appliance.services.holds import Holds
from appliance.services.reserving import party_of, placement
from appliance.services.waitlist import Waitlist
from appliance.services.wishes import Guest, wish_of
from appliance.store.engine import Tx
from appliance.voice.declarations import ARGUMENTS

_NEW: Mapping[str, str] = {name: one.becomes for one in ARGUMENTS if one.becomes for name in one.names}
_OF_THE_BOOKING = frozenset({"date", "fecha", "time", "hora", "party_size", "personas"})
_WHEN = frozenset({"date", "fecha", "time", "hora"})
_REMARKS = ("notes", "notas", "needs", "necesidades")
_AREA = frozenset({"area", "zona"})
"""Where the guest wishes to sit, and where they were to sit when another area is said to be new."""
_OF_THE_GUEST = frozenset({"name", "cliente", "phone", "telefono", "reservation_id", "reserva_id"})


class _Change(Struct, frozen=True, kw_only=True):
    """Which booking is meant, and what `asked` says it should become, as far as it was `heard`.

    `name` is the one that it should go by; empty when that stays as it is. `as_new`: it was said to be new.
    """

    meant: Meant
    asked: Ask
    heard: Heard
    name: str
    needs: Needs
    as_new: bool

    def moves(self, known: Reservation) -> bool:
        """Whether it should become another day, hour or party: the rules bind that as they do what is booked anew.

        What the booking has already is no change. In the small hours that is either of two dates; said to be new, the
        later of them is the next night's. Of hours that are left open nobody knows yet.
        """
        if self.heard.spans:
            return True
        day, minute = when(known)
        said_day, minutes, party = self.heard.day, self.heard.minutes, self.heard.party
        hours = self.hours((minute,))
        if self.as_new:
            said_day, minutes = said_day or day, hours
        stays = hours and fits(said_day, minutes, on=date.fromisoformat(known.date), at=minute_of(known.time))
        return not stays or party not in (None, known.party_size)

    def hours(self, was: tuple[int, ...]) -> tuple[int, ...]:
        """The hours that were said, else those it `was` at that the words leave open; none where they fit none.

        Of the small hours without a day, those of the night that it was on.
        """
        left, said = narrowed(was, self.heard.part), self.heard.minutes
        if said:
            return said if self.heard.day else of_night(said, beside=was)
        return () if isinstance(left, Unclear) else left

    def on(self, day: date) -> "_Change":
        """With the hours that are left open those of the day that stays: "a última hora" is told by its services."""
        if self.heard.day or not self.heard.spans or self.asked.said("date"):
            return self
        told = replace(self.asked, arguments={**self.asked.arguments, "date": day.isoformat()})
        return replace(self, heard=hear(told))

    def moved_from(self, known: Standing) -> "_Change":
        """With the hour that is so much later, or earlier, than it was; of several hours nobody knows which."""
        moved, heard = self.heard.moved, replace(self.heard, moved=None)
        if moved is None:
            return self
        day, minute = when(known) if isinstance(known, Reservation) else (known.date, known.minutes[0])
        if isinstance(known, Entry) and len(known.minutes) > 1:
            return replace(self, heard=heard)
        heard = replace(heard, day=heard.day or day)
        if moved.minutes:
            rest = tuple(code for code in heard.questions if code not in ONLY_HOUR)
            return replace(self, heard=replace(heard, minutes=(minute + moved.minutes,), questions=rest))
        return replace(self, heard=replace(heard, spans=(beyond(minute, is_later=moved.is_later),)))

    @property
    def is_empty(self) -> bool:
        placed = self.heard.day or self.heard.minutes or self.heard.spans or self.heard.party
        seated = self.asked.area != MISSING or self.asked.any_area
        return not (placed or seated or self.name or self.asked.notes or self.needs != NO_NEEDS)


class Changing:
    def __init__(
        self,
        clock: Clock,
        books: DayBooks,
        holds: Holds,
        waitlist: Waitlist,
        *,
        waiting: Waiting,
        talk: Talk,
        wake: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._waiting = waiting
        self._books = books
        self._holds = holds
        self._waitlist = waitlist
        self._talk = talk
        self._wake = wake

    async def modify_reservation(self, ask: Ask) -> Reply:
        """Move the one booking that is meant; with several, ask which. A retry hears the same answer again."""
        ask = await as_told(self._books.reading, ask)
        change = _change(ask)
        if isinstance(change, ToolAnswer):
            return Reply(answer=change)
        reply = await twice(lambda: self._modify(ask, change))
        if reply.answer.ok:
            self._holds.decided(ask)
        self._wake()
        return reply

    async def _modify(self, ask: Ask, change: _Change) -> Reply:
        async with self._books.writing(ask.card.id) as tx:
            change = await _singled_out(tx, ask, change)
            intent = _intent(ask, change)
            given = await stood(tx, ask, intent)
            if given:
                return Reply(answer=_again(ask, change, given), replayed=True)
            several = await matches(tx, ask, change.meant, by_name=True, states=EXPECTED)
            several = self._talk.meant(ask, several)
            if len(several) > 1:
                return Reply(answer=booking_words.which_one(ask, views(ask, several), ok=False))
            known = next(iter(several), None)
            if known is None:
                return Reply(answer=await not_found(tx, ask, change.meant, states=EXPECTED))
            return await self._change(tx, ask, change.moved_from(known), intent, known)

    async def _change(self, tx: Tx, ask: Ask, change: _Change, intent: str, known: Standing) -> Reply:
        self._talk.single_out(ask, known, changed=not change.is_empty)
        change = self._with_notes(change, known)
        if unclear := change.heard.unclear if change.heard.days else _to_ask(change.heard):
            return Reply(answer=asking.questions(change.asked, unclear, change.heard))
        if change.is_empty:
            return Reply(answer=asking.question(ask, "missing_change"))
        if isinstance(known, Reservation):
            return await self._become(tx, ask, change, intent, known)
        return await self._wait_for(tx, ask, change, intent, known)

    def _with_notes(self, change: _Change, known: Standing) -> _Change:
        """With what the notes say otherwise than the booking would be left open, which is asked."""
        day, minute = when(known) if isinstance(known, Reservation) else (known.date, known.minutes[0])
        heard = change.heard
        told = replace(
            heard,
            day=heard.day or day,
            minutes=heard.minutes or (() if heard.spans else (minute,)),
            party=heard.party or known.party_size,
        )
        asked, left = noted.beside(change.asked, told, self._talk)
        return replace(change, asked=asked, heard=heard if left == told else left)

    async def _wait_for(self, tx: Tx, ask: Ask, change: _Change, intent: str, known: Entry) -> Reply:
        """They wait for something else, if it is anything to wait for."""
        was = Wish(
            day=known.date,
            minutes=known.minutes,
            party=known.party_size,
            area_id=known.area_id,
            accessible=known.accessible,
            high_chairs=known.high_chairs,
            open=len(known.minutes) > 1,
        )
        wish = _wish(change, was)
        if isinstance(wish, ToolAnswer):
            return Reply(answer=wish)
        guest = Guest(name=change.name or known.name, phone=known.phone)
        party = party_of(change.asked, guest, change.needs)
        reply = await self._waiting.join(tx, change.asked, wish, party, known=known)
        if reply.answer.ok and not reply.replayed:
            await keep(tx, self._clock, ask, tool=MODIFY, intent=intent, about=known.id, answer=reply.answer)
        return reply

    async def _become(self, tx: Tx, ask: Ask, change: _Change, intent: str, known: Reservation) -> Reply:
        if change.moves(known):
            added = await self._moved(tx, ask, change, known)
        else:
            added = await add(tx, self._holds, change.asked, known, change.needs)
        if isinstance(added, ToolAnswer):
            await note_the_rest(tx, self._clock, self._waitlist, change.asked, known=known, needs=change.needs)
            return Reply(answer=added)
        begin(self._clock, ask)
        changed = _accepted(added.reservation, name=change.name, now_ms=ask.now_ms)
        await rewrite(tx, self._clock, self._waitlist, ask, known=known, changed=changed)
        answer = _modified(ask, change, replace(added, reservation=changed).view(ask.card))
        await keep(tx, self._clock, ask, tool=MODIFY, intent=intent, about=changed.id, answer=answer)
        return Reply(answer=answer)

    async def _moved(self, tx: Tx, ask: Ask, change: _Change, known: Reservation) -> Added | ToolAnswer:
        day, minute = when(known)
        was = Wish(
            day=day,
            minutes=(minute,),
            party=known.party_size,
            area_id=known.area_id if known.area_wished else "",
            accessible="wheelchair" in known.needs,
            # Who has none, for there was none left then, may have one now.
            high_chairs=max(known.high_chairs, int("high_chair" in known.needs)),
        )
        wish = _wish(change.on(day), was)
        if isinstance(wish, ToolAnswer):
            return own_words.still_stands(ask, wish, known) if wish.available is False else wish
        book = self._holds.seen_by(ask, await daybooks.read(tx, ask.card, wish.day, but=known.id))
        is_alone = change.name or change.asked.second_table
        if not is_alone and (other := await _at_that_meal(tx, ask, book, wish, known)):
            return own_words.moves_onto(ask, other)
        decision = _decide(book, wish, known, now_ms=ask.now_ms)
        if isinstance(decision, Refusal):
            read = partial(daybooks.read, tx, ask.card, but=known.id)
            decision = await widened(ask, self._holds, wish, decision, read)
        if isinstance(decision, Refusal) or not decision.in_area:
            return own_words.not_moved(change.asked, wish, decision, known)
        said = change.needs
        told = known.told_more(
            notes=change.asked.notes, needs=said.as_stored(), dropped=said.dropped, most_chairs=said.most_chairs
        )
        moved = replace(told, **placement(ask.card, wish, decision))
        added = Added(reservation=moved, chairs_short=decision.high_chairs < wish.high_chairs)
        return added.settled_in(ask.card, known)


async def _singled_out(tx: Tx, ask: Ask, change: _Change) -> _Change:
    """Where nothing was said to be new and they have several, day and hour tell which, if they are those of one.

    One of them alone may as well be what another booking should become.
    """
    if change.as_new or not (ask.said("date") and ask.said("time")):
        return change
    told = _change(ask, when_tells=True)
    if isinstance(told, ToolAnswer):
        return change
    several = await matches(tx, ask, change.meant, by_name=True, states=EXPECTED)
    fitting = await matches(tx, ask, told.meant, by_name=True, states=EXPECTED) if len(several) > 1 else []
    return told if len(fitting) == 1 else change


def _change(ask: Ask, *, when_tells: bool = False) -> _Change | ToolAnswer:
    """What should change, or the question that comes first. `when_tells`: day and hour are those that the booking has.

    What is said as new is new, and the rest tells which booking is meant. When nothing is said as new, the guest
    tells which booking it is, and the rest is what it should become; beside a remark the day and the hour tell it, too:
    who says "the one of Friday, and one of us is a coeliac" wants nothing moved.
    """
    new = {plain: value for name, plain in _NEW.items() if (value := ask.arguments.get(name)) is not None}
    beside = {name: value for name, value in ask.arguments.items() if name not in _NEW}
    if replace(ask, arguments=new).name() == ask.name():
        new.pop("name", None)  # what they said twice tells which booking it is
    told = _WHEN if when_tells else _told(ask, new)
    rest = {name: value for name, value in beside.items() if name not in told}
    becomes = _OF_THE_BOOKING - told if not new else frozenset()
    meant = meant_by(replace(ask, arguments={name: value for name, value in beside.items() if name not in becomes}))
    if isinstance(meant, str):
        return ask_whose(ask, meant)
    wanted = {name: value for name, value in rest.items() if name not in _OF_THE_GUEST}
    asked = replace(ask, arguments=wanted | new)
    heard, name = hear(asked), asked.name()
    if unclear := _to_ask(heard) or (("unclear_area",) if asked.area == UNCLEAR else ()):
        return asking.questions(asked, unclear, heard)
    if name == UNCLEAR:
        return asking.question(asked, "unclear_name", heard)
    named = "" if isinstance(name, Unclear) else name
    return _Change(meant=meant, asked=asked, heard=heard, name=named, needs=asked.needs(), as_new=bool(new))


def _to_ask(heard: Heard) -> tuple[str, ...]:
    """What was not understood; an hour that was left open alone is no question yet: what is free then may answer it.

    Nor is one that is so much later than that of the booking.
    """
    return () if (heard.spans or heard.moved) and heard.unclear == ONLY_HOUR else heard.unclear


def _told(ask: Ask, new: Mapping[str, Any]) -> frozenset[str]:
    """The arguments that say what the booking is, and not what it should become."""
    if new:
        return _OF_THE_BOOKING | _AREA if "area" in new else _OF_THE_BOOKING
    if ask.second_table:  # the answer to whether they want both
        return frozenset()
    return _WHEN if any(ask.arguments.get(name) for name in _REMARKS) else frozenset()


def _wish(change: _Change, was: Wish) -> Wish | ToolAnswer:
    """What is wished for now: what was not said stays as it was, but for an hour that is not of the meal said."""
    hours, heard_open = change.hours(was.minutes), bool(change.heard.spans)
    heard = replace(
        change.heard,
        day=change.heard.day or was.day,
        minutes=hours,
        party=change.heard.party or was.party,
        questions=ONLY_HOUR if heard_open else () if hours else ("missing_time",),
    )
    wish = wish_of(change.asked, heard, change.needs, may_choose=True)
    if isinstance(wish, ToolAnswer):
        return wish
    dropped, most = change.needs.dropped, change.needs.most_chairs
    return replace(
        wish,
        open=wish.open or (was.open and not change.heard.minutes),
        area_id=wish.area_id or ("" if change.asked.any_area else was.area_id),
        accessible=wish.accessible or (was.accessible and "wheelchair" not in dropped),
        high_chairs=max(wish.high_chairs, was.high_chairs) if most is None else most,
    )


def _decide(book: DayBook, wish: Wish, known: Reservation, *, now_ms: int) -> Offer | Refusal:
    """As for new guests, but whoever is expected and late keeps the table: that is no guest at short notice."""
    decision = decide(book, wish, now_ms=now_ms)
    if not isinstance(decision, Refusal) or decision.code != "too_soon" or wish.party > known.party_size:
        return decision
    start = start_asked(book, wish, now_ms=now_ms)
    if start is None or start.starts_at <= known.starts_at or not known.is_of_meal(start.starts_at):
        return decision
    later = replace(wish, minutes=(start.minute_from(book.day),), open=False)
    found = rearrange(book, Order(wish=later), known, now_ms=now_ms)
    return found if isinstance(found, Offer) or found.code == "full" else decision


async def _at_that_meal(tx: Tx, ask: Ask, book: DayBook, wish: Wish, known: Reservation) -> Reservation | None:
    """Another booking of the guest's, of the meal that theirs is to become one of."""
    guest = Guest(name=known.name, phone=known.phone)
    own = await own_tables(tx, ask, book, wish, guest)
    others = (one for one in own.at_meal if is_theirs(one, guest) and not one.is_of_meal(known.starts_at))
    return next(others, None)


def _again(ask: Ask, change: _Change, given: ToolAnswer) -> ToolAnswer:
    """What was answered; that of a booking is put in words anew: the language may have changed."""
    return _modified(ask, change, given.reservation) if given.reservation else given


def _modified(ask: Ask, change: _Change, one: Booking) -> ToolAnswer:
    answer = booking_words.modified(ask, one, unknown_area=change.asked.unknown_area)
    return wording.spot_first(change.asked, answer)


def _accepted(changed: Reservation, *, name: str, now_ms: int) -> Reservation:
    """Who changes what they were offered from the waiting list takes it."""
    status = ReservationStatus.CONFIRMED if changed.is_offer else changed.status
    return replace(changed, name=name or changed.name, status=status, pending_until=None, updated_at=now_ms)


def _intent(ask: Ask, change: _Change) -> str:
    meant = replace(change.meant, name=fold(change.meant.name))
    heard, asked = change.heard, change.asked
    area = asked.any_area or asked.area
    when: tuple[Any, ...] = (heard.day, heard.minutes, heard.spans, heard.part, heard.moved)
    wanted = (*when, heard.party, area, asked.notes)
    return intent_key(ask.call_id, MODIFY, ask.card.id, meant, *wanted, fold(change.name), change.needs)
