"""Any number of guests who book, cancel and ask, at once and one after the other, through two processes."""

import asyncio
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from appliance.contract import ToolAnswer
from appliance.store.engine import Database
from support.desk import Desk, gaviota
from support.fake_clock import FakeClock
from support.sound_book import assert_sound

GUESTS = ("Ana", "Bruno", "Carla", "Dani")

_step = st.fixed_dictionaries(
    {
        "deed": st.sampled_from(["create_reservation"] * 4 + ["cancel_reservation"] * 2 + ["find_reservation"]),
        "guest": st.integers(0, 3),
        "desk": st.integers(0, 1),
        "date": st.sampled_from(["2026-11-27", "2026-11-28"]),
        "time": st.sampled_from(["20:00", "20:45", "21:00", "21:30", "22:45"]),
        "party_size": st.sampled_from([1, 2, 3, 4, 5, 8]),
        "area": st.sampled_from(["", "", "terraza", "salón", "azotea"]),
        "language": st.sampled_from(["es", "en"]),
    }
)
_rounds = st.lists(st.lists(_step, min_size=1, max_size=4), min_size=1, max_size=8)


class _House:
    """A restaurant of its own for each example, behind two desks."""

    def __init__(self, desks: tuple[Desk, Desk], restaurant: str) -> None:
        self._desks = desks
        self.restaurant = restaurant
        self._stranger = {"restaurant": restaurant, "call": f"{restaurant}_zoe", "caller": "+34611111111"}

    async def do(self, step: dict[str, Any]) -> ToolAnswer:
        guest = step["guest"]
        fields = ("date", "time", "party_size", "area") if step["deed"] == "create_reservation" else ()
        said = {name: step[name] for name in (*fields, "language")}
        return await self._desks[step["desk"]].use(
            step["deed"],
            said | {"name": GUESTS[guest]},
            restaurant=self.restaurant,
            call=f"{self.restaurant}_{guest}",
            caller=f"+3460000000{guest}",
        )

    async def ask(self, **said: Any) -> ToolAnswer:
        return await self._desks[0].check(said, **self._stranger)

    async def try_out(self, said: dict[str, Any]) -> ToolAnswer:
        """Book it as the one who asked, and give it back."""
        answer = await self._desks[0].book(said | {"name": "Zoe"}, **self._stranger)
        if answer.reservation:
            back = {"reservation_id": answer.reservation.id}
            assert (await self._desks[0].cancel(back, **self._stranger)).code == "cancelled"
        return answer


def _assert_spoken(answer: ToolAnswer, lang: str) -> None:
    assert answer.say[-1] in ".?!"
    english = re.search(r"\b(the|your|you|we|I)\b", answer.say)
    assert bool(english) == (lang == "en"), answer.say


@given(rounds=_rounds, asked=_step)
@settings(
    deadline=None,
    max_examples=15,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking would take minutes, each try books anew
    suppress_health_check=list(HealthCheck),
)
async def test_the_book_is_sound_and_what_is_offered_can_be_had(
    database: Database, clock: FakeClock, rounds: list[list[dict[str, Any]]], asked: dict[str, Any]
) -> None:
    desks = Desk(database, clock), Desk(database, clock)
    restaurant = clock.new_id("rest")
    await desks[0].open(gaviota(restaurant))
    await desks[1].directory.refresh()
    house = _House(desks, restaurant)
    for steps in rounds:
        answers = await asyncio.gather(*map(house.do, steps))
        for step, answer in zip(steps, answers, strict=True):
            _assert_spoken(answer, step["language"])
            assert answer.code != "temporarily_unavailable"
        held = {one.id for one in await assert_sound(database, restaurant)}
    assert held >= {one.id for one in await _found(house)}
    desks[0].books._books.clear()  # a moment later, when what others wrote is known too
    await _assert_offers_hold(house, asked)


async def _found(house: _House) -> list[Any]:
    answers = [await house.do({"deed": "find_reservation", "guest": n, "desk": 1, "language": "es"}) for n in range(4)]
    return [one for answer in answers for one in answer.reservations or []]


async def _assert_offers_hold(house: _House, asked: dict[str, Any]) -> None:
    said = {name: asked[name] for name in ("date", "time", "party_size", "area")}
    offer = await house.ask(**said)
    if offer.available:
        if offer.code == "available_elsewhere":
            said["area"] = offer.area
        assert (await house.try_out(said)).code == "booked"
    for slot in offer.alternatives or []:
        tried = await house.try_out(said | {"date": slot.date, "time": slot.time})
        assert tried.code in ("booked", "area_full"), tried  # the second where no table of the wished area is left


@pytest.mark.parametrize("wished", ["terraza", "azotea", ""])
async def test_all_alternatives_of_a_full_evening_can_be_had(desk: Desk, wished: str) -> None:
    house = _House((desk, desk), "rest_gaviota")
    for guest, size in enumerate((2, 4, 4)):
        step = {"deed": "create_reservation", "guest": guest, "desk": 0, "language": "es", "area": ""}
        answer = await house.do(step | {"date": "2026-11-28", "time": "20:30", "party_size": size})
        assert answer.code == "booked"
    asked = {"date": "2026-11-28", "time": "20:30", "party_size": 2, "area": wished}
    offer = await house.ask(**asked)
    assert (offer.code, len(offer.alternatives or [])) == ("full", 3)
    await _assert_offers_hold(house, asked)
