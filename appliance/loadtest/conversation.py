"""How a call goes: the guest and the voice agent react to what the server's tools answer.

A conversation is a generator: it yields what is said and which tool is used, is sent the tool's answer, and returns
how the call ended. It does no I/O, so every turn of it can be tested.
"""

import random
from collections.abc import Generator, Sequence
from enum import StrEnum
from typing import Any, TypeAlias

from msgspec import Struct, UnsetType

from appliance.contract import Booking, Slot, ToolAnswer
from appliance.domain.phrases import language
from appliance.loadtest.lines import line
from appliance.loadtest.scenarios import CallPlan, Scenario
from appliance.loadtest.wishes import TableWish
from appliance.loadtest.words import spoken_time


class Outcome(StrEnum):
    BOOKED = "booked"
    CANCELLED = "cancelled"
    INFORMED = "informed"
    NO_TABLE = "no_table"
    NOT_FOUND = "not_found"
    WRONG_NUMBER = "wrong_number"
    HUNG_UP = "hung_up"


class Say(Struct, frozen=True):
    """Somebody speaks: `agent` or `user`, as the platform calls them."""

    role: str
    words: str


class Use(Struct, frozen=True):
    """The agent uses a tool. `meant` is what the words in the arguments stand for, as the answer should echo it."""

    tool: str
    args: dict[str, Any]
    meant: dict[str, str | int] = {}


class Ending(Struct, frozen=True, kw_only=True):
    """How the call ended, and the booking it leaves behind or took back."""

    outcome: Outcome
    booking: Booking | None = None


class _Request(Struct, frozen=True, kw_only=True):
    """What the guest asks for at the moment; `offered` when it is what the house just said it has."""

    args: dict[str, Any]
    meant: dict[str, str | int]
    offered: bool = False


Conversation: TypeAlias = Generator[Say | Use, ToolAnswer | None, Ending]
_Asking: TypeAlias = Generator[Say | Use, ToolAnswer | None, ToolAnswer]
_Booking: TypeAlias = Generator[Say | Use, ToolAnswer | None, Booking | None]
_Change: TypeAlias = Generator[Say | Use, ToolAnswer | None, _Request | None]

_ELSEWHERE = ("available_elsewhere", "area_full", "unknown_area")
_PATIENCE = 4
"""After so many tries for a table a guest gives up."""


def converse(plan: CallPlan, *, known_as: str = "") -> Conversation:
    """The whole call. `known_as` is the guest's name as the server knows it from earlier calls."""
    return _Call(plan, known_as).run()


class _Call:
    def __init__(self, plan: CallPlan, known_as: str) -> None:
        self.plan = plan
        self.guest = plan.guest
        self.known_as = known_as
        self.rng = random.Random(plan.seed)  # noqa: S311 — makes people up, keeps no secrets

    def run(self) -> Conversation:
        yield self.greet()
        match self.plan.scenario:
            case Scenario.HANG_UP:
                return Ending(outcome=Outcome.HUNG_UP)
            case Scenario.WRONG_NUMBER:
                return (yield from self.wrong_number())
            case Scenario.HOURS:
                return (yield from self.ask_hours())
            case Scenario.CANCEL:
                return (yield from self.cancel())
            case _:
                return (yield from self.book())

    # --- the ways a call can go ---

    def book(self) -> Conversation:
        booking = yield from self.get_table()
        if booking is None:
            yield self.user("what_a_pity")
            return Ending(outcome=Outcome.NO_TABLE)
        yield from self.part("see_you")
        return Ending(outcome=Outcome.BOOKED, booking=booking)

    def ask_hours(self) -> Conversation:
        yield self.user("asks_hours")
        answer = yield from self.use("get_hours", {})
        yield self.repeat(answer)
        yield from self.part()
        return Ending(outcome=Outcome.INFORMED)

    def wrong_number(self) -> Conversation:
        yield self.user("wrong_number")
        yield self.agent("not_here", restaurant=self.plan.line.card.name)
        yield self.user("sorry_wrong")
        return Ending(outcome=Outcome.WRONG_NUMBER)

    def cancel(self) -> Conversation:
        if self.plan.has_booking:
            yield self.user("wants_cancel", name=self.guest.name)
        else:
            booking = yield from self.get_table()
            if booking is None:
                yield self.user("what_a_pity")
                return Ending(outcome=Outcome.NO_TABLE)
            yield self.user("second_thoughts")
        return (yield from self.find_and_cancel())

    def find_and_cancel(self) -> Conversation:
        who = {"name": self.guest.name, "phone": self.guest.phone}
        found = yield from self.use("find_reservation", who)
        yield self.repeat(found)
        several = _given(found.reservations)
        booking = _given(found.reservation) or next(iter(several or []), None)
        if booking is None:
            yield from self.part()
            return Ending(outcome=Outcome.NOT_FOUND)
        which = {"reservation_id": booking.id} if several else {"date": booking.date, "time": booking.time}
        gone = yield from self.use("cancel_reservation", who | which)
        yield self.repeat(gone)
        yield from self.part()
        return Ending(outcome=Outcome.CANCELLED if gone.ok else Outcome.NOT_FOUND, booking=booking)

    # --- getting a table ---

    def get_table(self) -> _Booking:
        wish = self.plan.wish
        assert wish is not None
        yield self.ask_for(wish)
        request = _asked(wish)
        for _ in range(_PATIENCE):
            yield self.agent("looking")
            answer = yield from self.use("check_availability", request.args, request.meant)
            yield self.repeat(answer)
            if answer.code == "available":
                return (yield from self.confirm(request))
            change = yield from self.reconsider(answer, request)
            if change is None:
                return None
            request = change
            if request.offered:
                return (yield from self.confirm(request))
        return None

    def confirm(self, request: _Request) -> _Booking:
        """The guest gives a name and the agent books; what was free a moment ago may be gone."""
        key = "gives_name_and_phone" if self.guest.withheld else "gives_name"
        yield self.user(key, name=self.guest.name, phone=self.guest.phone)
        who = {"name": self.guest.name} | ({"phone": self.guest.phone} if self.guest.withheld else {})
        for _ in range(_PATIENCE):
            answer = yield from self.use("create_reservation", request.args | who, request.meant)
            yield self.repeat(answer)
            if answer.ok:
                booking: Booking | None = _given(answer.reservation)
                return booking
            change = yield from self.reconsider(answer, request)
            if change is None:
                return None
            request = change
        return None

    def reconsider(self, answer: ToolAnswer, request: _Request) -> _Change:
        """What the guest asks for next; None when they give up."""
        if answer.code in _ELSEWHERE:
            yield self.user("fine_there")
            return _Request(args=_without_area(request.args), meant=request.meant, offered=True)
        if answer.code == "ambiguous_time" and "time" in request.meant:
            clock = str(request.meant["time"])
            yield self.user("says_clearly", clock=clock)
            return _Request(args=request.args | {"time": clock}, meant=request.meant)
        if offers := _given(answer.alternatives):
            offer = _nearest(offers, request)
            yield self.take(offer)
            slot: dict[str, str | int] = {"date": offer.date, "time": offer.time}
            return _Request(args=request.args | slot, meant=request.meant | slot, offered=True)
        second = self.plan.second_wish
        if answer.code in ("closed_day", "full") and second and request.args != second.words:
            yield self.user("other_day", **second.spoken)
            return _asked(second)
        return None

    # --- what is said ---

    def greet(self) -> Say:
        restaurant = self.plan.line.card.name
        if self.known_as:
            return self.agent("known_greeting", restaurant=restaurant, customer=self.known_as.split()[0])
        return self.agent("greeting", restaurant=restaurant)

    def ask_for(self, wish: TableWish) -> Say:
        asked = self.user("wants_table", **wish.spoken)
        return Say("user", f"{asked.words} {self.user('wants_area', area=wish.area).words}") if wish.area else asked

    def take(self, offer: Slot) -> Say:
        return self.user("takes_offer", time=spoken_time(_minute(offer.time), self.guest.language))

    def part(self, last_words: str = "thanks") -> Generator[Say | Use, ToolAnswer | None, None]:
        yield self.user(last_words)
        yield self.agent("goodbye")

    def repeat(self, answer: ToolAnswer) -> Say:
        return Say("agent", answer.say) if answer.say else self.agent("no_words")

    def user(self, key: str, **facts: str) -> Say:
        return Say("user", line(key, self.guest.language, self.rng, **facts))

    def agent(self, key: str, **facts: str) -> Say:
        return Say("agent", line(key, self.guest.language, self.rng, **facts))

    def use(self, tool: str, args: dict[str, Any], meant: dict[str, str | int] | None = None) -> _Asking:
        if self.guest.language != language(self.plan.line.card.locale):
            args = {**args, "language": self.guest.language}
        answer = yield Use(tool, args, meant or {})
        assert answer is not None
        return answer


def _given(value: Any) -> Any:
    return None if isinstance(value, UnsetType) else value


def _asked(wish: TableWish) -> _Request:
    meant: dict[str, str | int] = {"date": wish.day.isoformat(), "time": wish.time, "party_size": wish.party}
    return _Request(args=dict(wish.words), meant=meant)


def _nearest(offers: Sequence[Slot], request: _Request) -> Slot:
    """The offer closest to what was meant; the earlier of two."""
    wanted = _minute(str(request.meant["time"]))
    return min(offers, key=lambda offer: abs(_minute(offer.time) - wanted))


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _without_area(args: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in args.items() if name != "area"}
