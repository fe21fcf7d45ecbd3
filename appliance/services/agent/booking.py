"""The live tools about tables to come: is there one, and book it."""

from collections.abc import Callable, Sequence
from functools import partial

from msgspec.structs import replace

from appliance import contract
from appliance.clock import Clock
from appliance.cohort import next_stage
from appliance.contract import ToolAnswer
from appliance.domain.availability import Offer, Refusal, Wish, decide, start_asked
from appliance.domain.intent import intent_key
from appliance.domain.nights import wall_clock
from appliance.domain.reservation import EXPECTED, Reservation
from appliance.domain.seating import DayBook
from appliance.domain.spoken.outcome import Unclear
from appliance.domain.spoken.text import fold
from appliance.errors import Conflict
from appliance.services import daybooks
from appliance.services.agent import asking, booking_words, noted, own_words, wording
from appliance.services.agent.adding import Added, add, note_the_rest, rewrite
from appliance.services.agent.arguments import Ask
from appliance.services.agent.elsewhen import widened
from appliance.services.agent.hearing import hear
from appliance.services.agent.meant import as_told
from appliance.services.agent.own import (
    Own,
    in_the_way,
    is_same,
    is_theirs,
    movable,
    overlaps,
    own_tables,
    reached_as_before,
)
from appliance.services.agent.talk import Talk
from appliance.services.daybooks import DayBooks
from appliance.services.deeds import CANCEL, CREATE, Reply, begin, keep, standing
from appliance.services.holds import Holds
from appliance.services.reserving import Party, decide_for, learn, party_of, reserve
from appliance.services.waitlist import Waitlist, offer_to
from appliance.services.wishes import Guest, about, guest_of, held_for, wish_of
from appliance.store import answers, reservations
from appliance.store.engine import Database, Tx


class Booking:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        books: DayBooks,
        holds: Holds,
        waitlist: Waitlist,
        *,
        talk: Talk,
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._books = books
        self._holds = holds
        self._waitlist = waitlist
        self._talk = talk
        self._wake = wake

    async def check_availability(self, ask: Ask) -> Reply:
        """Whether there is a table; the one offered is kept for the call for a moment."""
        wish = wish_of(ask, about(hear(ask)), ask.needs(), may_choose=True)
        if isinstance(wish, ToolAnswer):
            return Reply(answer=wish)
        await next_stage()
        book = await self._seen(ask, wish)
        decision = decide(book, wish, now_ms=ask.now_ms)
        # Most callers have no table then, which costs a look into a set.
        if ask.caller and ask.caller in book.phones and (isinstance(decision, Offer) or decision.code == "full"):
            theirs = await self._theirs(ask, wish, book)
            if theirs:
                return Reply(answer=theirs)
            # Others were offered tables while the database was asked.
            decision = decide(await self._seen(ask, wish), wish, now_ms=ask.now_ms)
        if isinstance(decision, Refusal):
            done = decision.code == "full" or wording.is_choice(wish, decision)
            wider = await widened(ask, self._holds, wish, decision, partial(self._books.get, ask.card))
            await next_stage()
            return Reply(answer=wording.refused(ask, wish, wider, done=done))
        self._holds.keep(ask, held_for(ask.card, wish, decision))
        self._talk.offer(ask, wish.day)
        await next_stage()
        answer = wording.offered(ask, wish, decision, unknown_area=ask.unknown_area)
        return Reply(answer=wording.spot_first(ask, answer, noted=False))

    async def _theirs(self, ask: Ask, wish: Wish, book: DayBook) -> ToolAnswer | None:
        """What is kept for whoever calls, or is their own of that meal."""
        kept = await self._waitlist.offer_on_the_line(ask, wish)
        if kept:
            return booking_words.kept_for_you(ask, booking_words.booking(kept, ask.card))
        name = ask.name()
        guest = Guest(name="" if isinstance(name, Unclear) else name, phone=ask.caller)
        async with self._database.read() as tx:
            own = await own_tables(tx, ask, book, wish, guest)
            answer = await movable(tx, self._holds, ask, wish, own)
        return replace(answer, ok=True) if answer else None

    async def create_reservation(self, ask: Ask) -> Reply:
        """Book the table, once per wish of the call. "Booked" is said of what has been committed, never before."""
        ask = await as_told(self._database.read, ask)
        ask, heard = noted.beside(ask, hear(ask), self._talk)
        wish = wish_of(ask, heard, ask.needs(), may_choose=True)
        if isinstance(wish, ToolAnswer):
            return Reply(answer=wish)
        if wish.open:
            decision = decide(await self._seen(ask, wish), wish, now_ms=ask.now_ms)
            if isinstance(decision, Refusal):
                wider = await widened(ask, self._holds, wish, decision, partial(self._books.get, ask.card))
                return Reply(answer=wording.refused(ask, wish, wider))
        guest = guest_of(ask)
        if isinstance(guest, str):
            return Reply(answer=asking.question(ask, guest, heard))
        try:
            reply = await self._book(ask, wish, guest)
        except Conflict:
            # Somebody who does not share our lock was quicker by a moment; now the book shows it.
            reply = await self._book(ask, wish, guest, lost=True)
        if reply.answer.ok:
            self._holds.decided(ask)
        self._wake()
        return reply

    async def _seen(self, ask: Ask, wish: Wish) -> DayBook:
        """The day as it is for this call: what is kept for others is taken."""
        return self._holds.seen_by(ask, await self._books.get(ask.card, wish.day))

    async def _book(self, ask: Ask, wish: Wish, guest: Guest, *, lost: bool = False) -> Reply:
        """One try, in one transaction. `lost`: the table of the try before was taken from under it."""
        async with self._books.writing(ask.card.id) as tx:
            party = party_of(ask, await reached_as_before(tx, ask, guest), ask.needs())
            book = self._holds.seen_by(ask, await daybooks.read(tx, ask.card, wish.day))
            own = await own_tables(tx, ask, book, wish, party.guest)
            reply = await self._give(tx, ask, book, wish, party=party, own=own, lost=lost)
        besides = [one for one in own.besides if not self._talk.wants_both(ask, wish.day, one)]
        return replace(reply, answer=own_words.with_others(ask, reply.answer, besides))

    async def _give(self, tx: Tx, ask: Ask, book: DayBook, wish: Wish, *, party: Party, own: Own, lost: bool) -> Reply:
        """The booking that is made, or that there is already, or why there is none."""
        intent = _intent(ask, book, wish, party.guest)
        given = await standing(tx, ask, intent)
        known = await reservations.one(tx, given.id) if given else _twin(ask, own, wish)
        if known:
            return await self._again(tx, ask, intent, known=known, given=given)
        kept = await offer_to(tx, ask, wish, party.guest)
        if kept:
            return await self._take(tx, ask, intent, kept, own.at_meal)
        theirs = await self._asked_of_own(tx, ask, book, wish, own)
        if theirs:
            return Reply(answer=theirs)
        decision = await decide_for(tx, book, wish, party.guest, now_ms=ask.now_ms)
        if isinstance(decision, Refusal):
            code = "race_lost" if lost and decision.code == "full" else decision.code
            wider = await widened(ask, self._holds, wish, decision, partial(daybooks.read, tx, ask.card))
            return Reply(answer=wording.refused(ask, wish, replace(wider, code=code)))
        if not decision.in_area:
            return Reply(answer=wording.area_full(ask, wish, decision))
        begin(self._clock, ask)
        made = await reserve(tx, self._clock, ask.card, wish=wish, offer=decision, party=party)
        await self._waitlist.settle(tx, made)
        added = Added(reservation=made, chairs_short=made.high_chairs < wish.high_chairs)
        return Reply(answer=await self._keep(tx, ask, intent, added))

    async def _asked_of_own(self, tx: Tx, ask: Ask, book: DayBook, wish: Wish, own: Own) -> ToolAnswer | None:
        """What is asked of who has tables for that meal, unless they say that it is one more.

        For the same time they are asked even then, once, and whenever "otra mesa" may be one in place of theirs.
        """
        if not own.at_meal:
            return None
        if ask.clearly_second and not any(overlaps(one, book, wish, now_ms=ask.now_ms) for one in own.at_meal):
            return None
        question = ("own", *sorted(one.id for one in own.at_meal))
        if not self._talk.is_asked_first(ask, question) and ask.second_table:
            return None
        return await in_the_way(tx, self._holds, ask, wish, own)

    async def _take(self, tx: Tx, ask: Ask, intent: str, offer: Reservation, own: Sequence[Reservation]) -> Reply:
        """The table was kept for this guest, who had waited for it; another of their `own` may be needed no more."""
        added = await add(tx, self._holds, ask, offer, ask.needs())
        if isinstance(added, ToolAnswer):
            return Reply(answer=added)
        begin(self._clock, ask)
        taken = await self._waitlist.take(tx, ask.card, offer, added.reservation)
        if ask.caller == taken.phone:
            await learn(tx, taken, taken.needs, call_id=ask.call_id, now_ms=ask.now_ms)
        answer = await self._keep(tx, ask, intent, replace(added, reservation=taken))
        before = next((one for one in own if not one.is_offer), None)
        return Reply(answer=own_words.and_the_other(ask, answer, before) if before else answer)

    async def _again(
        self, tx: Tx, ask: Ask, intent: str, *, known: Reservation, given: contract.Booking | None
    ) -> Reply:
        """The call has booked that already: what is said only now, an allergy say, must not be lost to a replay."""
        # Where a retry would sit has been answered: the guest may have wished for another area since.
        added = await add(tx, self._holds, ask.anywhere() if given else ask, known, ask.needs())
        if isinstance(added, ToolAnswer):
            await note_the_rest(tx, self._clock, self._waitlist, ask, known=known, needs=ask.needs())
            return Reply(answer=added)
        if added.reservation == known:
            # A retry that comes after the booking has ended hears what it would have heard then.
            then = None if known.status in EXPECTED else given
            return Reply(answer=_booked(ask, then or added.view(ask.card)), replayed=True)
        begin(self._clock, ask)
        told = replace(added.reservation, updated_at=ask.now_ms)
        await rewrite(tx, self._clock, self._waitlist, ask, known=known, changed=told)
        return Reply(answer=await self._keep(tx, ask, intent, replace(added, reservation=told)), replayed=True)

    async def _keep(self, tx: Tx, ask: Ask, intent: str, added: Added) -> ToolAnswer:
        """What is said of the booking now, and again should the wish be repeated."""
        booked = added.reservation
        # The guest did something new: what was cancelled before in this call says nothing of the next "cancel it".
        await answers.undo_for_tool(tx, ask.card.id, ask.call_id, CANCEL)
        answer = _booked(ask, added.view(ask.card))
        await keep(tx, self._clock, ask, tool=CREATE, intent=intent, about=booked.id, answer=answer)
        return answer


def _booked(ask: Ask, booking: contract.Booking) -> ToolAnswer:
    return wording.spot_first(ask, booking_words.booked(ask, booking, unknown_area=ask.unknown_area))


def _twin(ask: Ask, own: Own, wish: Wish) -> Reservation | None:
    """The booking that the guest has of just that, whoever made it when; not a table only kept for them.

    Who says that it is one more has none.
    """
    if ask.second_table:
        return None
    return next((one for one in own.at_meal if is_theirs(one, own.guest) and is_same(one, wish)), None)


def _intent(ask: Ask, book: DayBook, wish: Wish, guest: Guest) -> str:
    start = start_asked(book, wish, now_ms=ask.now_ms)
    moments = [(start.day, start.minute)] if start else [wall_clock(wish.day, minute) for minute in wish.minutes]
    meaning = (
        moments,
        wish.party,
        wish.area_id,
        fold(guest.name),
        guest.phone,
        *(["second"] if ask.second_table else []),
    )
    return intent_key(ask.call_id, CREATE, ask.card.id, *meaning)
