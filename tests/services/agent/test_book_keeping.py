"""Any number of guests who book, move, cancel, hold and wait, at once and one after the other, through two processes.

The staff do their part beside them, and what is kept for somebody runs out; on a usual weekend, and on those on which
the clocks change; on a plain floor, and on one with a pace, tables of one service only, a table for a wheelchair and a
high chair.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from appliance.contract import ToolAnswer
from appliance.domain.hours import starts_on
from appliance.domain.reservation import Reservation
from appliance.domain.restaurant import RestaurantCard
from appliance.errors import Conflict, Unprocessable
from appliance.store.engine import Database
from support.desk import Desk, gaviota
from support.fake_clock import FakeClock
from support.sound_book import assert_sound
from support.staff_desk import StaffDesk

GUESTS = ("Ana", "Bruno", "Carla", "Dani", "Elena", "Fermín", "Gala")
WEEKENDS = ("2026-11-28", "2027-03-27", "2026-10-24")
"""The Saturdays of a usual night, and of those that have an hour less and one more."""

_STEPS = {
    "create_reservation": 6,
    "modify_reservation": 3,
    "cancel_reservation": 2,
    "check_availability": 2,
    "join_waitlist": 2,
    "find_reservation": 1,
}
_AS_ASKED = ("create_reservation", "check_availability", "join_waitlist")
_step = st.fixed_dictionaries(
    {
        "deed": st.sampled_from([deed for deed, times in _STEPS.items() for _ in range(times)]),
        "guest": st.integers(0, len(GUESTS) - 1),
        "desk": st.integers(0, 1),
        "date": st.integers(0, 1),
        "time": st.sampled_from(["14:00", "20:00", "20:45", "21:00", "21:00", "21:30", "22:45", "00:30", "02:15"]),
        "party_size": st.sampled_from([1, 2, 3, 4, 5, 8]),
        "area": st.sampled_from(["", "", "terraza", "salón", "azotea"]),
        "needs": st.sampled_from(["", "", "silla de ruedas", "trona"]),
        "language": st.sampled_from(["es", "en"]),
    }
)
_of_the_staff = st.tuples(
    st.sampled_from(["edit", "edit", "seat", "complete", "no-show", "cancel", "reopen"]),
    st.integers(0, 7),
    st.sampled_from(["20:00", "21:15", "22:00"]),
)
_minutes_passed = st.sampled_from([0, 0, 1, 3, 31])
_rounds = st.lists(
    st.tuples(_minutes_passed, st.lists(_step, min_size=1, max_size=4), st.none() | _of_the_staff),
    min_size=1,
    max_size=8,
)


def late_gaviota(id_: str) -> RestaurantCard:
    """The Gaviota with dinners that begin until a quarter past two at night."""
    card = gaviota(id_)
    late = {"last_seating": 26 * 60 + 15, "closes": 29 * 60}
    return replace(card, shifts=tuple(replace(one, **late) if one.name == "Cena" else one for one in card.shifts))


def rich_gaviota(id_: str) -> RestaurantCard:
    """The same, but the kitchen takes four guests at a start, and not every table is for any party or service."""
    card = late_gaviota(id_)
    t1, s1, s2 = card.tables
    tables = (
        replace(t1, shifts=("Cena",)),
        replace(t1, id=f"{id_}_t2", name="T2", shifts=("Comida",), accessible=True),
        replace(s1, min_party=2),
        replace(s2, accessible=True, shifts=("Cena",)),
        replace(s2, id=f"{id_}_s3", name="S3"),
    )
    paced = tuple(replace(one, max_covers=4) for one in card.shifts)
    return replace(card, tables=tables, shifts=paced, high_chairs=1)


FLOORS = (late_gaviota, rich_gaviota)


class _House:
    """A restaurant of its own for each example, behind two desks; `saturday` is the night that it is about."""

    def __init__(self, desks: tuple[Desk, Desk], restaurant: str, saturday: str) -> None:
        self._desks = desks
        self.restaurant = restaurant
        self._dates = (saturday, date.fromisoformat(saturday).replace(day=int(saturday[-2:]) + 1).isoformat())
        self._stranger = {"restaurant": restaurant, "call": f"{restaurant}_zoe", "caller": "+34611111111"}

    def said(self, step: dict[str, Any]) -> dict[str, Any]:
        asked = {name: step[name] for name in ("time", "party_size", "area", "needs")}
        return asked | {"date": self._dates[step["date"]]}

    async def do(self, step: dict[str, Any]) -> ToolAnswer:
        guest = step["guest"]
        said: dict[str, Any] = {}
        if step["deed"] in _AS_ASKED:
            said = self.said(step)
        elif step["deed"] == "modify_reservation":
            asked = self.said(step)
            said = {"needs": asked.pop("needs")} | {f"new_{name}": value for name, value in asked.items()}
        return await self._desks[step["desk"]].use(
            step["deed"],
            said | {"name": GUESTS[guest], "language": step["language"]},
            restaurant=self.restaurant,
            call=f"{self.restaurant}_{guest}",
            caller=f"+3460000000{guest}",
        )

    async def staff(self, deed: str, which: int, time: str) -> None:
        desk = StaffDesk(self._desks[0], self.restaurant)
        for one in (await self._desks[0].everything(self.restaurant))[which : which + 1]:
            with suppress(Conflict, Unprocessable):  # it may be in no state for that, or the hour be no start
                await (desk.change(one, time=time) if deed == "edit" else desk.act(deed, one))

    async def pass_time(self, minutes: int) -> None:
        """Holds and offers run out, and the waiting list is looked after."""
        self._desks[0].clock.advance(minutes * 60_000)
        for desk in self._desks:
            await desk.waitlist.lapse(desk.directory)
            await desk.waitlist.look_again(desk.directory)

    async def assert_kept(self) -> None:
        """No table holds two parties, and nobody comes at an hour at which guests are not received.

        Nor does anybody sit where their party or service does not belong, or come when the kitchen has enough to do.
        """
        card = self._desks[0].restaurants.one(self.restaurant)
        held = await assert_sound(self._desks[0].database, self.restaurant)
        for one in held:
            assert one.starts_at in {start.starts_at for start in starts_on(card, date.fromisoformat(one.date))}
            _assert_suited(card, one)
        _assert_paced(card, held)
        _assert_chairs(card, held)

    async def ask(self, **said: Any) -> ToolAnswer:
        return await self._desks[0].check(said, **self._stranger)

    async def try_out(self, said: dict[str, Any]) -> ToolAnswer:
        """Book it as the one who asked, and give it back."""
        answer = await self._desks[0].book(said | {"name": "Zoe"}, **self._stranger)
        if answer.reservation:
            back = {"reservation_id": answer.reservation.id}
            assert (await self._desks[0].cancel(back, **self._stranger)).code == "cancelled"
        return answer


def _assert_suited(card: RestaurantCard, one: Reservation) -> None:
    (way,) = [way for way in card.seatings if set(way.table_ids) == set(one.table_ids)]
    assert way.min_party <= one.party_size <= way.capacity
    assert not way.shifts or one.shift in way.shifts
    assert way.accessible or "wheelchair" not in one.needs


def _assert_paced(card: RestaurantCard, held: list[Reservation]) -> None:
    (most,) = {shift.max_covers for shift in card.shifts}
    starts: dict[int, list[int]] = {}
    for one in held:
        starts.setdefault(one.starts_at, []).append(one.party_size)
    assert not most or all(sum(parties) <= most or len(parties) == 1 for parties in starts.values())


def _assert_chairs(card: RestaurantCard, held: list[Reservation]) -> None:
    used = Counter(quarter for one in held for quarter in one.quarters for _ in range(one.high_chairs))
    assert card.high_chairs is None or all(count <= card.high_chairs for count in used.values())


def _assert_spoken(answer: ToolAnswer, lang: str) -> None:
    assert answer.say[-1] in ".?!"
    english = re.search(r"\b(the|your|you|we|I|that|was)\b", answer.say, re.IGNORECASE)
    assert bool(english) == (lang == "en"), answer.say


_THREE_AT_NINE: dict[str, Any] = {
    "deed": "create_reservation",
    "desk": 0,
    "date": 0,
    "time": "21:00",
    "party_size": 3,
    "area": "",
    "needs": "",
    "language": "es",
}


@example(  # more at one start than the kitchen takes
    place=(rich_gaviota, WEEKENDS[0]),
    rounds=[(0, [_THREE_AT_NINE | {"guest": guest} for guest in range(2)], None)],
    asked=_THREE_AT_NINE | {"guest": 2},
)
@given(place=st.tuples(st.sampled_from(FLOORS), st.sampled_from(WEEKENDS)), rounds=_rounds, asked=_step)
@settings(
    max_examples=30,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking would take minutes, each try books anew
    suppress_health_check=list(HealthCheck),
)
async def test_the_book_is_sound_and_what_is_offered_can_be_had(
    database: Database,
    clock: FakeClock,
    place: tuple[Callable[[str], RestaurantCard], str],
    rounds: list[Any],
    asked: dict[str, Any],
) -> None:
    floor, saturday = place
    friday_noon = datetime.fromisoformat(f"{saturday}T12:00").replace(tzinfo=UTC).timestamp() - 86_400
    clock.advance(int(friday_noon) * 1000 - clock.now_ms())
    desks = Desk(database, clock), Desk(database, clock)
    restaurant = clock.new_id("rest")
    await desks[0].open(floor(restaurant))
    await desks[1].directory.refresh()
    house = _House(desks, restaurant, saturday)
    for minutes, steps, of_the_staff in rounds:
        await house.pass_time(minutes)
        answers = await asyncio.gather(*map(house.do, steps))
        for step, answer in zip(steps, answers, strict=True):
            _assert_spoken(answer, step["language"])
            assert answer.code != "temporarily_unavailable"
        if of_the_staff:
            await house.staff(*of_the_staff)
        await house.assert_kept()
    held = {one.id for one in await assert_sound(database, restaurant)}
    assert held >= {one.id for one in await _found(house) if not one.waiting}
    await house.pass_time(0)
    desks[0].books._books.clear()  # a moment later, when what others wrote is known too
    await _assert_offers_hold(house, house.said(asked))


async def _found(house: _House) -> list[Any]:
    step = {"deed": "find_reservation", "desk": 1, "language": "es"}
    answers = [await house.do(step | {"guest": guest}) for guest in range(len(GUESTS))]
    return [one for answer in answers for one in answer.reservations or []]


async def _assert_offers_hold(house: _House, said: dict[str, Any]) -> None:
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
    house = _House((desk, desk), "rest_gaviota", "2026-11-28")
    for guest, size in enumerate((2, 4, 4)):
        step = {"deed": "create_reservation", "guest": guest, "desk": 0, "language": "es", "area": "", "needs": ""}
        answer = await house.do(step | {"date": 0, "time": "20:30", "party_size": size})
        assert answer.code == "booked"
    asked = {"date": "2026-11-28", "time": "20:30", "party_size": 2, "area": wished}
    offer = await house.ask(**asked)
    assert (offer.code, len(offer.alternatives or [])) == ("full", 2)  # the last of that dinner, and no lunch
    await _assert_offers_hold(house, asked)
