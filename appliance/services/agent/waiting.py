"""The live tool for whoever finds no table: they are written down, and hear of the first that comes free."""

from collections.abc import Callable

from msgspec.structs import replace

from appliance.clock import Clock
from appliance.contract import ToolAnswer
from appliance.domain.availability import Offer, Refusal, Wish, decide, start_asked, starts_asked
from appliance.domain.hours import Start
from appliance.domain.intent import intent_key
from appliance.domain.needs import Needs, left_of
from appliance.domain.seating import DayBook, could_seat
from appliance.domain.spoken.text import fold
from appliance.domain.waitlist import Entry, EntryState
from appliance.services import daybooks
from appliance.services.agent import asking, booking_words, noted, own_words, wording
from appliance.services.agent.arguments import Ask
from appliance.services.agent.hearing import hear
from appliance.services.agent.meant import as_told
from appliance.services.agent.own import movable, own_tables, reached_as_before
from appliance.services.agent.talk import Talk
from appliance.services.daybooks import DayBooks
from appliance.services.deeds import CANCEL, WAIT, Reply, begin, keep, stood, tell
from appliance.services.holds import Holds
from appliance.services.reserving import Party, customer_of, forget, party_of
from appliance.services.waitlist import offer_to
from appliance.services.wishes import Guest, guest_of, held_for, wish_of
from appliance.store import answers, waitlist
from appliance.store.engine import Tx


class Waiting:
    def __init__(self, clock: Clock, books: DayBooks, holds: Holds, *, talk: Talk, wake: Callable[[], None]) -> None:
        self._clock = clock
        self._books = books
        self._holds = holds
        self._talk = talk
        self._wake = wake

    async def join_waitlist(self, ask: Ask) -> Reply:
        """Write down who would like a table that is not free. If it is after all, nobody needs to wait."""
        ask = await as_told(self._books.reading, ask)
        ask, heard = noted.beside(ask, hear(ask), self._talk)
        needs = ask.needs()
        wish = wish_of(ask, heard, needs, may_choose=True)
        if isinstance(wish, ToolAnswer):
            return Reply(answer=wish)
        guest = guest_of(ask)
        if isinstance(guest, str):
            return Reply(answer=asking.question(ask, guest, heard))
        async with self._books.writing(ask.card.id) as tx:
            party = party_of(ask, await reached_as_before(tx, ask, guest), needs)
            reply = await self.join(tx, ask, wish, party)
        self._wake()
        return reply

    async def join(self, tx: Tx, ask: Ask, wish: Wish, party: Party, *, known: Entry | None = None) -> Reply:
        """`known` is the place in the list that it takes, be it of another day."""
        kept = await offer_to(tx, ask, wish, party.guest)
        if kept:
            return Reply(answer=booking_words.kept_for_you(ask, booking_words.booking(kept, ask.card)))
        book = await daybooks.read(tx, ask.card, wish.day)
        start = start_asked(book, wish, now_ms=ask.now_ms)
        asked = _to_come(book, wish, now_ms=ask.now_ms) if start or wish.open else wish
        wish = _where_it_can_be(ask, asked, start)
        intent = intent_key(ask.call_id, WAIT, ask.card.id, wish, replace(party, guest=_folded(party.guest)))
        if await stood(tx, ask, intent):
            return Reply(answer=_waitlisted(ask, wish), replayed=True)
        own = await own_tables(tx, ask, book, wish, party.guest)
        answer = await movable(tx, self._holds, ask, wish, own)
        answer = answer or self._not_to_wait(ask, book, asked, wish)
        if answer:
            return Reply(answer=answer)
        begin(self._clock, ask)
        entry = await self._write_down(tx, ask, wish, party, known=known)
        # They do something new: what was cancelled before in this call says nothing of the next "cancel it".
        await answers.undo_for_tool(tx, ask.card.id, ask.call_id, CANCEL)
        answer = _waitlisted(ask, wish)
        await keep(tx, self._clock, ask, tool=WAIT, intent=intent, about=entry.id, answer=answer)
        return Reply(answer=answer)

    def _not_to_wait(self, ask: Ask, book: DayBook, wish: Wish, possible: Wish) -> ToolAnswer | None:
        """What to say to who need not wait, or would wait for nothing; `possible`: in an area that has such tables."""
        decision = decide(self._holds.seen_by(ask, book), wish, now_ms=ask.now_ms)
        if isinstance(decision, Offer):
            if not decision.in_area and possible == wish:
                return None  # they know that another area has room, and would rather wait
            self._holds.keep(ask, held_for(ask.card, wish, decision))
            answer = own_words.free_after_all if decision.in_area else wording.area_full
            return answer(ask, wish, decision)
        if decision.code != "full":
            return wording.refused(ask, wish, decision)
        if wish.open or len(wish.minutes) == 1:
            return None
        starts = tuple(starts_asked(book, wish, now_ms=ask.now_ms))
        return wording.refused(ask, wish, Refusal(code="ambiguous_time", alternatives=starts))

    async def _write_down(self, tx: Tx, ask: Ask, wish: Wish, party: Party, *, known: Entry | None) -> Entry:
        """A guest waits once for a meal, in however many calls they ask; what was said last holds."""
        entry = Entry(
            id=self._clock.new_id("wait"),
            restaurant_id=ask.card.id,
            customer_id=await customer_of(tx, self._clock, ask.card, party),
            date=wish.day,
            minutes=wish.minutes,
            party_size=wish.party,
            area_id=wish.area_id,
            accessible=wish.accessible,
            high_chairs=wish.high_chairs,
            name=party.guest.name,
            phone=party.guest.phone,
            notes=party.notes,
            needs=party.needs,
            state=EntryState.WAITING,
            reservation_id="",
            call_id=ask.call_id,
            created_at=ask.now_ms,
            updated_at=ask.now_ms,
        )
        waits = await waitlist.of_phone(tx, ask.card.id, entry.phone)
        own = (one for one in waits if one.state is EntryState.WAITING and one.is_for(wish, entry.name))
        known = known or next(own, None)
        if known:
            return await self._change(tx, ask, known, _told_again(known, entry, wish, ask.needs()))
        await waitlist.add(tx, entry)
        await tell(tx, self._clock, ask.card, "waitlist.joined", about=entry.id, entry=entry)
        return entry

    async def _change(self, tx: Tx, ask: Ask, known: Entry, changed: Entry) -> Entry:
        await waitlist.save(tx, changed)
        if ask.caller == known.phone and ask.call_id == known.call_id:
            gone = set(known.needs).difference(changed.needs)
            await forget(tx, known.customer_id, known.name, gone, call_id=ask.call_id, now_ms=ask.now_ms)
        # What was answered about the place as it was says nothing of it as it is.
        await answers.undo_for_reservation(tx, known.id)
        if list(changed.wishes()) != list(known.wishes()):
            await tell(tx, self._clock, ask.card, "waitlist.changed", about=changed.id, entry=changed)
        return changed


def _told_again(known: Entry, entry: Entry, wish: Wish, needs: Needs) -> Entry:
    """In the place they had in that line; what was told once is not lost, unless it is taken back."""
    stays = known.is_for(wish, entry.name)
    return replace(
        entry,
        id=known.id,
        call_id=known.call_id,
        created_at=known.created_at if stays else entry.created_at,
        notes="; ".join(dict.fromkeys(text for text in (known.notes, entry.notes) if text)),
        needs=left_of(dict.fromkeys((*known.needs, *entry.needs)), needs.dropped),
        accessible=entry.accessible or (known.accessible and "wheelchair" not in needs.dropped),
        high_chairs=max(known.high_chairs, entry.high_chairs) if needs.most_chairs is None else entry.high_chairs,
    )


def _to_come(book: DayBook, wish: Wish, *, now_ms: int) -> Wish:
    """The wish for those of its hours that have not passed."""
    starts = starts_asked(book, wish, now_ms=now_ms)
    return replace(wish, minutes=tuple(start.minute_from(wish.day) for start in starts) or wish.minutes)


def _where_it_can_be(ask: Ask, wish: Wish, start: Start | None) -> Wish:
    """The wish for any area, where the one wished for never has such a table then."""
    shift = start.shift.name if start else ""
    possible = could_seat(ask.card, wish.party, area_id=wish.area_id, accessible=wish.accessible, shift=shift)
    return wish if possible else replace(wish, area_id="")


def _waitlisted(ask: Ask, wish: Wish) -> ToolAnswer:
    return wording.spot_first(ask, own_words.waitlisted(ask, wish, unknown_area=ask.unknown_area))


def _folded(guest: Guest) -> Guest:
    return replace(guest, name=fold(guest.name))
