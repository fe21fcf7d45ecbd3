"""The live tools about a booking that is there: find it, cancel it. Nobody hears of another guest's booking."""

from collections.abc import Callable
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from appliance.clock import Clock
from appliance.domain.hours import clock_text
from appliance.domain.intent import intent_key
from appliance.domain.reservation import Reservation, ReservationStatus
from appliance.domain.spoken.dates import read_date
from appliance.domain.spoken.names import same_person
from appliance.domain.spoken.outcome import Unclear
from appliance.domain.spoken.text import fold
from appliance.domain.spoken.times import read_times
from appliance.services import wording
from appliance.services.arguments import Ask
from appliance.services.daybooks import DayBooks
from appliance.services.deeds import Reply, keep, notify, read_answer
from appliance.store import answers, reservations, restaurants
from appliance.store.engine import Database, Tx

CANCEL = "cancel_reservation"


class _Narrowing(Struct, frozen=True, kw_only=True):
    """What was said of the booking itself; empty where nothing was."""

    reservation_id: str
    date: str
    times: tuple[str, ...]

    def fits(self, reservation: Reservation) -> bool:
        return (
            self.reservation_id in ("", reservation.id)
            and self.date in ("", reservation.date)
            and (not self.times or reservation.time in self.times)
        )


class _Identity(Struct, frozen=True, kw_only=True):
    """Whose bookings are meant. `proven` when it is the number on the line; else the name must fit as well."""

    phone: str
    name: str
    proven: bool


class Lookup:
    def __init__(self, database: Database, clock: Clock, books: DayBooks, wake: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._books = books
        self._wake = wake

    async def find_reservation(self, ask: Ask) -> Reply:
        who, which = _identity(ask), _narrowing(ask)
        if isinstance(who, str) or isinstance(which, str):
            return Reply(answer=wording.question(ask, who if isinstance(who, str) else str(which)))
        async with self._database.read() as tx:
            matches = await _matches(tx, ask, who, which)
        if len(matches) > 1:
            return Reply(answer=wording.which_one(ask, matches, ok=True))
        return Reply(answer=wording.found(ask, matches[0]) if matches else wording.plain("not_found", ask.lang))

    async def cancel_reservation(self, ask: Ask) -> Reply:
        """Cancel the one booking that is meant; with several, ask which. A retry hears the same answer again."""
        who, which = _identity(ask), _narrowing(ask)
        if isinstance(who, str) or isinstance(which, str):
            return Reply(answer=wording.question(ask, who if isinstance(who, str) else str(which)))
        reply = await self._cancel(ask, who, which)
        if reply.answer.reservation:
            self._books.forget(ask.card.id, date.fromisoformat(reply.answer.reservation.date))
            self._wake()
        return reply

    async def _cancel(self, ask: Ask, who: _Identity, which: _Narrowing) -> Reply:
        intent = intent_key(ask.call_id, CANCEL, who.phone, fold(who.name), which)
        async with self._database.write() as tx:
            await restaurants.lock(tx, self._database, ask.card.id)
            given = await answers.standing(tx, intent, ask.tool_call_id)
            if given is not None:
                return Reply(answer=read_answer(given), replayed=True)
            matches = await _matches(tx, ask, who, which)
            if not matches:
                return Reply(answer=wording.plain("not_found", ask.lang))
            if len(matches) > 1:
                return Reply(answer=wording.which_one(ask, matches, ok=False))
            return await self._release(tx, ask, intent, matches[0])

    async def _release(self, tx: Tx, ask: Ask, intent: str, reservation: Reservation) -> Reply:
        status = ReservationStatus.CANCELLED
        await reservations.release(tx, reservation.id, status, now_ms=ask.now_ms)
        gone = replace(reservation, status=status, updated_at=ask.now_ms)
        answer = wording.cancelled(ask, gone)
        await answers.undo_for_reservation(tx, reservation.id)
        await keep(tx, self._clock, ask, tool=CANCEL, intent=intent, reservation=gone, answer=answer)
        await notify(tx, self._clock, ask.card, "reservation.cancelled", gone)
        return Reply(answer=answer)


def _identity(ask: Ask) -> _Identity | str:
    """Who asks, or the code of the question to ask: the caller's own number is enough, another needs the name too."""
    phone, name = ask.phone(), ask.name()
    if isinstance(phone, Unclear):
        return f"{phone.why}_phone"
    known = "" if isinstance(name, Unclear) else name
    proven = phone == ask.caller
    if not proven and not known:
        return "missing_name" if name.why == "impossible" else f"{name.why}_name"  # type: ignore[union-attr]
    return _Identity(phone=phone, name=known, proven=proven)


def _narrowing(ask: Ask) -> _Narrowing | str:
    """What was said of the booking, or the code of the question to ask: a date not understood is no wildcard."""
    day = read_date(ask.said("date"), today=ask.today)
    minutes = read_times(ask.said("time"))
    if isinstance(day, Unclear) and day.why != "missing":
        return f"{day.why}_date"
    if isinstance(minutes, Unclear) and minutes.why != "missing":
        return f"{minutes.why}_time"
    return _Narrowing(
        reservation_id=ask.text("reservation_id"),
        date="" if isinstance(day, Unclear) else day.isoformat(),
        times=() if isinstance(minutes, Unclear) else tuple(map(clock_text, minutes)),
    )


async def _matches(tx: Tx, ask: Ask, who: _Identity, which: _Narrowing) -> list[Reservation]:
    """The guest's bookings still to come, soonest first, narrowed by what was said of them."""
    mine = await reservations.upcoming_of_phone(tx, ask.card.id, who.phone, since_ms=ask.now_ms)
    named = [one for one in mine if who.name and same_person(one.name, who.name)]
    # A number's owner may call their booking by another name; anybody else must know it.
    candidates = named if named or not who.proven else mine
    return [one for one in candidates if which.fits(one)]
