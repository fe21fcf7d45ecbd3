"""The live tools about a booking that is there: find it, cancel it. Nobody hears of another guest's booking."""

from collections.abc import Callable, Collection, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from appliance.clock import Clock
from appliance.contract import Booking, ToolAnswer
from appliance.domain.hours import minute_of
from appliance.domain.intent import intent_key
from appliance.domain.nights import fits
from appliance.domain.reservation import HOLDING, Reservation, ReservationStatus
from appliance.domain.spoken.names import same_person
from appliance.domain.spoken.outcome import Unclear
from appliance.domain.spoken.text import fold
from appliance.services import wording
from appliance.services.arguments import Ask, hear
from appliance.services.daybooks import DayBooks
from appliance.services.deeds import CANCEL, Reply, begin, keep, notify, standing
from appliance.store import answers, reservations
from appliance.store.engine import Database, Tx

_ASKED_OF_A_BOOKING = {"missing_name": "booking_name", "missing_phone": "booking_phone"}


class _Meant(Struct, frozen=True, kw_only=True):
    """Whose booking is meant, and what was said of it; empty where nothing was.

    `proven` when the guest's number is the one on the line; else the name must fit as well.
    """

    phone: str
    name: str
    proven: bool
    reservation_id: str
    day: date | None
    minutes: tuple[int, ...]
    party: int

    @property
    def is_vague(self) -> bool:
        """Nothing was said of the booking itself."""
        return not (self.reservation_id or self.day or self.minutes or self.party)

    def fits(self, reservation: Reservation) -> bool:
        return (
            self.reservation_id in ("", reservation.id)
            and fits(self.day, self.minutes, on=date.fromisoformat(reservation.date), at=minute_of(reservation.time))
            and self.party in (0, reservation.party_size)
        )


class Lookup:
    def __init__(self, database: Database, clock: Clock, books: DayBooks, wake: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._books = books
        self._wake = wake

    async def find_reservation(self, ask: Ask) -> Reply:
        meant = _meant(ask)
        if isinstance(meant, str):
            return Reply(answer=wording.question(ask, meant, say=_ASKED_OF_A_BOOKING.get(meant, meant)))
        async with self._database.read() as tx:
            matches = await _matches(tx, ask, meant)
        several = _views(ask, matches)
        if len(several) > 1:
            return Reply(answer=wording.which_one(ask, several, ok=True))
        return Reply(answer=wording.found(ask, several[0]) if several else _not_found(ask))

    async def cancel_reservation(self, ask: Ask) -> Reply:
        """Cancel the one booking that is meant; with several, ask which. A retry hears the same answer again."""
        meant = _meant(ask)
        if isinstance(meant, str):
            return Reply(answer=wording.question(ask, meant, say=_ASKED_OF_A_BOOKING.get(meant, meant)))
        reply = await self._cancel(ask, meant)
        if reply.answer.reservation:
            self._books.forget(ask.card.id, date.fromisoformat(reply.answer.reservation.date))
            self._wake()
        return reply

    async def _cancel(self, ask: Ask, meant: _Meant) -> Reply:
        intent = intent_key(ask.call_id, CANCEL, ask.card.id, replace(meant, name=fold(meant.name)))
        async with self._books.writing(ask.card.id) as tx:
            given = await standing(tx, ask, intent)
            if given is not None:
                return Reply(answer=wording.cancelled(ask, given), replayed=True)
            matches = await _matches(tx, ask, meant, by_name=True)
            if len(matches) > 1:
                return Reply(answer=wording.which_one(ask, _views(ask, matches), ok=False))
            if not matches:
                gone = _views(ask, await _matches(tx, ask, meant, by_name=True, states=(ReservationStatus.CANCELLED,)))
                return Reply(answer=wording.already_cancelled(ask, gone[-1]) if gone else _not_found(ask))
            if meant.is_vague and ask.call_id and await answers.stands(tx, ask.card.id, ask.call_id, CANCEL):
                # Perhaps the agent only said again, in fewer words, what has been done.
                return Reply(answer=wording.cancel_too(ask, _views(ask, matches)[0]))
            return await self._release(tx, ask, intent, matches[0])

    async def _release(self, tx: Tx, ask: Ask, intent: str, reservation: Reservation) -> Reply:
        begin(self._clock, ask)
        status = ReservationStatus.CANCELLED
        await reservations.release(tx, reservation.id, status, now_ms=ask.now_ms)
        gone = replace(reservation, status=status, updated_at=ask.now_ms)
        answer = wording.cancelled(ask, wording.booking(gone, ask.card))
        await answers.undo_for_reservation(tx, reservation.id)
        await keep(tx, self._clock, ask, tool=CANCEL, intent=intent, reservation=gone, answer=answer)
        await notify(tx, self._clock, ask.card, "reservation.cancelled", gone)
        return Reply(answer=answer)


def _views(ask: Ask, found: Sequence[Reservation]) -> list[Booking]:
    return [wording.booking(one, ask.card) for one in found]


def _not_found(ask: Ask) -> ToolAnswer:
    return wording.plain("not_found", ask.lang)


def _meant(ask: Ask) -> _Meant | str:
    """Which booking of whom, or the code of the question to ask first.

    The caller's own number is enough; with another the name is needed too. What was said and not understood is no
    wildcard: it is asked again.
    """
    phone, name = ask.phone(), ask.name()
    if isinstance(phone, Unclear):
        return f"{phone.why}_phone"
    proven = phone == ask.caller
    if isinstance(name, Unclear) and not proven:
        return f"{name.why}_name"
    heard = hear(ask)
    if heard.unclear:
        return heard.unclear
    return _Meant(
        phone=phone,
        name="" if isinstance(name, Unclear) else name,
        proven=proven,
        reservation_id=ask.text("reservation_id"),
        day=heard.day,
        minutes=heard.minutes,
        party=heard.party or 0,
    )


async def _matches(
    tx: Tx, ask: Ask, meant: _Meant, *, by_name: bool = False, states: Collection[ReservationStatus] = HOLDING
) -> list[Reservation]:
    """The guest's bookings still to come, soonest first, narrowed by what was said of them.

    A number's owner may hear of bookings of theirs that go by another name, unless `by_name`; anybody else must know
    the name.
    """
    mine = await reservations.upcoming_of_phone(tx, ask.card.id, meant.phone, since_ms=ask.now_ms, states=states)
    named = [one for one in mine if meant.name and same_person(one.name, meant.name)]
    unnamed = mine if meant.proven and not (by_name and meant.name) else []
    candidates = named or unnamed
    return [one for one in candidates if meant.fits(one)]
