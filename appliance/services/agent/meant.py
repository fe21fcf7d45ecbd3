"""Which booking a caller speaks of. Their own number is enough; with another, they must know the name too."""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from appliance.contract import Booking, ToolAnswer
from appliance.domain.hours import minute_of
from appliance.domain.nights import fits
from appliance.domain.reservation import HOLDING, Reservation, ReservationStatus
from appliance.domain.spoken.moments import narrowed
from appliance.domain.spoken.names import same_person
from appliance.domain.spoken.outcome import MISSING, UNCLEAR, Unclear
from appliance.domain.spoken.text import fold
from appliance.domain.waitlist import Entry, EntryState
from appliance.services.agent import asking, booking_words, wording
from appliance.services.agent.arguments import Ask
from appliance.services.agent.hearing import WHICH_DAY, Heard, hear
from appliance.store import reservations, waitlist
from appliance.store.engine import Tx

_NEAR_DAYS = 3
_WAITING = EntryState.WAITING
_ASKED_OF_A_BOOKING = {"missing_name": "booking_name", "missing_phone": "booking_phone"}


Standing = Reservation | Entry
"""What a guest may speak of as theirs: a booking, or a place in the waiting list."""


def shown(one: Standing) -> tuple[date, int]:
    """When it is for, as calendar and clock show it."""
    return one.start if isinstance(one, Entry) else (date.fromisoformat(one.date), minute_of(one.time))


class Meant(Struct, frozen=True, kw_only=True):
    """Whose booking is meant, and what was said of it; empty where nothing was.

    `proven` when the guest's number is the one on the line; else the name must fit as well. `days` are those that the
    words can mean: "el viernes que viene" may be either Friday, and the guest's bookings tell which. `part` is the part
    of the day, or the meal, that was said in place of an hour.
    """

    phone: str
    name: str
    proven: bool
    reservation_id: str
    days: tuple[date, ...]
    minutes: tuple[int, ...]
    part: tuple[int, int] | None
    party: int

    @property
    def is_vague(self) -> bool:
        """Nothing was said of the booking itself."""
        return not (self.reservation_id or self.days or self.minutes or self.part or self.party)

    def fits(self, one: Standing) -> bool:
        on, at = shown(one)
        return (
            self.reservation_id in ("", one.id)
            and any(fits(day, self.minutes, on=on, at=at) for day in self.days or (None,))
            and narrowed((at,), self.part) != UNCLEAR
            and self.party in (0, one.party_size)
        )

    def is_near(self, one: Standing) -> bool:
        """Whether it is within a few days of those that were said, whatever else does not fit."""
        on, _ = shown(one)
        return not self.days or any(abs((on - day).days) <= _NEAR_DAYS for day in self.days)


def ask_whose(ask: Ask, code: str) -> ToolAnswer:
    """The question that `meant_by` came to."""
    heard = hear(ask)
    if code in heard.unclear:
        return asking.questions(ask, _for_certain(heard), heard)
    return asking.question(ask, code, heard, say=_ASKED_OF_A_BOOKING.get(code, code))


def _for_certain(heard: Heard) -> list[str]:
    """What is to be asked of a booking before it is looked for.

    Which of two days it is, the booking may tell, and at which hour of a part of the day.
    """
    told = {WHICH_DAY, "unclear_time"} if heard.within else {WHICH_DAY}
    return [code for code in heard.unclear if code not in told]


def views(ask: Ask, found: Sequence[Standing]) -> list[Booking]:
    return [view(ask, one) for one in found]


def view(ask: Ask, one: Standing) -> Booking:
    return booking_words.waiting(one, ask.card) if isinstance(one, Entry) else booking_words.booking(one, ask.card)


def meant_by(ask: Ask) -> Meant | str:
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
    if unclear := _for_certain(heard):
        return unclear[0]
    return Meant(
        phone=phone,
        name="" if isinstance(name, Unclear) else name,
        proven=proven,
        reservation_id=ask.text("reservation_id"),
        days=heard.days or ((heard.day,) if heard.day else ()),
        minutes=heard.minutes,
        part=heard.within,
        party=heard.party or 0,
    )


async def as_told(reading: Callable[[], AbstractAsyncContextManager[Tx]], ask: Ask) -> Ask:
    """With the number and the name under which this call has booked or waits, where neither is known otherwise.

    Together they are what anybody must know to hear of a booking: of another name's under that number they do not.
    """
    phone, name = ask.phone(), ask.name()
    if phone != MISSING or not ask.call_id:
        return ask
    made: list[Standing] = []
    async with reading() as tx:
        made += await reservations.of_call(tx, ask.card.id, ask.call_id)
        made += await waitlist.of_call(tx, ask.card.id, ask.call_id)
    if name == MISSING and len({fold(one.name) for one in made}) == 1:
        name = made[0].name
    if isinstance(name, Unclear) or len({one.phone for one in made}) != 1:
        return ask
    return replace(ask, arguments={**ask.arguments, "phone": made[0].phone, "name": name})


async def matches(
    tx: Tx, ask: Ask, meant: Meant, *, by_name: bool = False, states: Collection[ReservationStatus] = HOLDING
) -> list[Standing]:
    """What the guest has still to come, bookings first, soonest first, narrowed by what was said of it."""
    found = [one for one in await _theirs(tx, ask, meant, by_name=by_name, states=states) if meant.fits(one)]
    exact = [one for one in found if fold(one.name) == fold(meant.name)]
    # "Lucía Gil" is not the other Lucía who has a table then, too.
    alike = len({(shown(one), one.party_size) for one in found}) == 1
    return exact if exact and alike and " " in meant.name else found


async def not_found(tx: Tx, ask: Ask, meant: Meant, *, states: Collection[ReservationStatus] = HOLDING) -> ToolAnswer:
    """Nothing is as it was said. Of what the guest has around then they hear, and say whether they meant that."""
    theirs = await _theirs(tx, ask, meant, by_name=False, states=states)
    fitting = [one for one in theirs if meant.fits(one)]
    if len(fitting) > 1:
        return booking_words.which_one(ask, views(ask, fitting), ok=False)
    if near := fitting or [one for one in theirs if meant.is_near(one)]:
        return booking_words.another_found(ask, views(ask, near), days=meant.days)
    return wording.plain("not_found", ask.lang)


async def _theirs(
    tx: Tx, ask: Ask, meant: Meant, *, by_name: bool, states: Collection[ReservationStatus]
) -> list[Standing]:
    """Every booking still to come that the caller has proven to be the guest of, and wherever they wait for one.

    A number's owner may hear of bookings of theirs that go by another name. `by_name` one that is meant by its name
    goes by that, unless they chose it by its id. Anybody else must know the name. What this very call has booked is
    the caller's too, under whatever number.
    """
    mine: list[Standing] = []
    mine += await _booked(tx, ask, meant, states)
    if ReservationStatus.PENDING in states:
        mine += await _waits(tx, ask, meant)
    if meant.proven and meant.reservation_id:
        return mine
    named = [one for one in mine if meant.name and same_person(one.name, meant.name)]
    unnamed = mine if meant.proven and not (by_name and meant.name) else []
    return named or unnamed


async def _booked(tx: Tx, ask: Ask, meant: Meant, states: Collection[ReservationStatus]) -> list[Reservation]:
    id_, now_ms = ask.card.id, ask.now_ms
    booked = await reservations.upcoming_of_phone(tx, id_, meant.phone, since_ms=now_ms, states=states)
    made = await reservations.of_call(tx, id_, ask.call_id) if meant.proven and ask.call_id else []
    others = [one for one in made if one.phone != meant.phone and one.status in states and one.ends_at > now_ms]
    return sorted((*booked, *others), key=lambda one: one.starts_at)


async def _waits(tx: Tx, ask: Ask, meant: Meant) -> list[Entry]:
    waits = await waitlist.of_phone(tx, ask.card.id, meant.phone)
    made = await waitlist.of_call(tx, ask.card.id, ask.call_id) if meant.proven and ask.call_id else []
    return [one for one in (*waits, *(one for one in made if one.phone != meant.phone)) if one.state is _WAITING]
