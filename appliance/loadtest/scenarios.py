"""Calls as data: who calls which restaurant, for what, and in which temper; all of it from one seeded chance."""

import random
from enum import StrEnum

from msgspec import Struct

from appliance.domain.restaurant import RestaurantCard
from appliance.loadtest.guests import Guest, any_guest
from appliance.loadtest.wishes import Caller, TableWish, between_seatings, closed_day_wish, table_wish


class Scenario(StrEnum):
    BOOK = "book"
    ALTERNATIVE = "alternative"
    CLOSED_DAY = "closed_day"
    HOURS = "hours"
    CANCEL = "cancel"
    WRONG_NUMBER = "wrong_number"
    HANG_UP = "hang_up"


MEANINGS = {
    Scenario.BOOK: "asks for a table and books it",
    Scenario.ALTERNATIVE: "asks for a time that cannot be had and takes the nearest offered",
    Scenario.CLOSED_DAY: "asks for a day the house is closed, then for another",
    Scenario.HOURS: "asks when the house is open",
    Scenario.CANCEL: "has a booking looked up and cancels it; without one, books first",
    Scenario.WRONG_NUMBER: "wanted somebody else",
    Scenario.HANG_UP: "hangs up without a word",
}

_WEIGHTS = {
    Scenario.BOOK: 11,
    Scenario.ALTERNATIVE: 4,
    Scenario.CLOSED_DAY: 2,
    Scenario.HOURS: 2,
    Scenario.CANCEL: 2,
    Scenario.WRONG_NUMBER: 1,
    Scenario.HANG_UP: 1,
}
_NEEDS_NO_TABLE = frozenset({Scenario.HOURS, Scenario.WRONG_NUMBER, Scenario.HANG_UP})
_TWICE = 0.2


class Line(Struct, frozen=True, kw_only=True):
    """A telephone line that leads to a restaurant: its card, the voice agent and the number dialled.

    Not `known` when the card is only a guess, and the real house may well be closed when we think it open.
    """

    card: RestaurantCard
    agent_id: str
    number: str
    known: bool = True


class CallPlan(Struct, frozen=True, kw_only=True):
    """All that is settled before the phone rings; how the call goes then depends on what the server answers.

    `wish` is what is asked for first, `second_wish` what instead if that day is no good. `tools_twice` makes the
    platform run the booking tool twice, as it does when a caller talks over the agent.
    """

    line: Line
    guest: Guest
    scenario: Scenario
    wish: TableWish | None = None
    second_wish: TableWish | None = None
    has_booking: bool = False
    tools_twice: bool = False
    seed: int = 0


def plan_call(
    line: Line,
    rng: random.Random,
    *,
    now_ms: int,
    scenario: Scenario | None = None,
    returning: Guest | None = None,
) -> CallPlan:
    """A call to `line`. `returning` is a guest with a booking, who calls to cancel it.

    A scenario that the restaurant does not allow (a closed day where there is none) becomes a plain booking, and
    where nothing can be booked at all, a question about the hours.
    """
    scenario = scenario or (Scenario.CANCEL if returning else _any_scenario(rng))
    guest = returning or any_guest(rng)
    caller = Caller(card=line.card, now_ms=now_ms, language=guest.language)
    scenario, wish = _wish_for(scenario, caller, rng)
    return CallPlan(
        line=line,
        guest=guest,
        scenario=scenario,
        wish=wish,
        second_wish=table_wish(caller, rng),
        has_booking=returning is not None,
        tools_twice=rng.random() < _TWICE,
        seed=rng.getrandbits(48),
    )


def _any_scenario(rng: random.Random) -> Scenario:
    return rng.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]


def _wish_for(scenario: Scenario, caller: Caller, rng: random.Random) -> tuple[Scenario, TableWish | None]:
    if scenario in _NEEDS_NO_TABLE:
        return scenario, None
    make = {Scenario.ALTERNATIVE: between_seatings, Scenario.CLOSED_DAY: closed_day_wish}.get(scenario, table_wish)
    if wish := make(caller, rng):
        return scenario, wish
    plain = table_wish(caller, rng)
    return (Scenario.BOOK, plain) if plain else (Scenario.HOURS, None)
