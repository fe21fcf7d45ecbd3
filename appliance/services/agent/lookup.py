"""The live tools about a booking that is there: find it, cancel it. Nobody hears of another guest's booking."""

from collections.abc import Callable

from msgspec import UNSET
from msgspec.structs import replace

from appliance.clock import Clock
from appliance.domain.intent import intent_key
from appliance.domain.reservation import EXPECTED, ReservationStatus
from appliance.domain.spoken.text import fold
from appliance.domain.waitlist import Entry
from appliance.services.agent import booking_words
from appliance.services.agent.arguments import Ask
from appliance.services.agent.meant import (
    Meant,
    Standing,
    as_told,
    ask_whose,
    matches,
    meant_by,
    not_found,
    view,
    views,
)
from appliance.services.agent.talk import Talk
from appliance.services.daybooks import DayBooks
from appliance.services.deeds import CANCEL, Reply, begin, keep, standing
from appliance.services.waitlist import Waitlist
from appliance.store import answers
from appliance.store.engine import Database, Tx


class Lookup:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        books: DayBooks,
        waitlist: Waitlist,
        *,
        talk: Talk,
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._books = books
        self._waitlist = waitlist
        self._talk = talk
        self._wake = wake

    async def find_reservation(self, ask: Ask) -> Reply:
        ask = await as_told(self._database.read, ask)
        meant = meant_by(ask)
        if isinstance(meant, str):
            return Reply(answer=ask_whose(ask, meant))
        async with self._database.read() as tx:
            several = await matches(tx, ask, meant)
            if not several:
                return Reply(answer=await not_found(tx, ask, meant))
        if len(several) > 1:
            return Reply(answer=booking_words.which_one(ask, views(ask, several), ok=True))
        self._talk.single_out(ask, several[0])
        return Reply(answer=booking_words.found(ask, view(ask, several[0])))

    async def cancel_reservation(self, ask: Ask) -> Reply:
        """Cancel the one booking that is meant; with several, ask which. A retry hears the same answer again."""
        ask = await as_told(self._database.read, ask)
        meant = meant_by(ask)
        if isinstance(meant, str):
            return Reply(answer=ask_whose(ask, meant))
        reply = await self._cancel(ask, meant)
        if reply.answer.reservation:
            self._wake()
        return reply

    async def _cancel(self, ask: Ask, meant: Meant) -> Reply:
        intent = intent_key(ask.call_id, CANCEL, ask.card.id, replace(meant, name=fold(meant.name)))
        async with self._books.writing(ask.card.id) as tx:
            given = await standing(tx, ask, intent)
            if given is not None:
                return Reply(answer=booking_words.cancelled(ask, given), replayed=True)
            several = self._talk.meant(
                ask, await matches(tx, ask, meant, by_name=True, states=EXPECTED), to_cancel=True
            )
            if len(several) > 1:
                return Reply(answer=booking_words.which_one(ask, views(ask, several), ok=False))
            if not several:
                gone = views(ask, await matches(tx, ask, meant, by_name=True, states=(ReservationStatus.CANCELLED,)))
                if gone:
                    return Reply(answer=booking_words.already_cancelled(ask, gone[-1]))
                return Reply(answer=await not_found(tx, ask, meant, states=EXPECTED))
            if meant.is_vague and ask.call_id and await answers.stands(tx, ask.card.id, ask.call_id, CANCEL):
                # Perhaps the agent only said again, in fewer words, what has been done.
                return Reply(answer=booking_words.cancel_too(ask, views(ask, several)[0]))
            return await self._release(tx, ask, intent, several[0])

    async def _release(self, tx: Tx, ask: Ask, intent: str, known: Standing) -> Reply:
        begin(self._clock, ask)
        gone: Standing
        if isinstance(known, Entry):
            gone = await self._waitlist.take_off(tx, ask.card, known)
            was = booking_words.waiting(gone, ask.card)
        else:
            gone = await self._waitlist.let_go(tx, ask.card, known, ReservationStatus.CANCELLED)
            was = replace(booking_words.booking(gone, ask.card), kept_for_you=known.is_offer or UNSET)
        answer = booking_words.cancelled(ask, was)
        await keep(tx, self._clock, ask, tool=CANCEL, intent=intent, about=gone.id, answer=answer)
        return Reply(answer=answer)
