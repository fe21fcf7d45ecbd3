import asyncio
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from appliance.domain.restaurant import Shift, Table
from appliance.services import holds
from support.desk import HOLD_S, OTHER, Desk, one_table, wish

ONE: dict[str, Any] = {"restaurant": "rest_one"}
ANOTHER: dict[str, Any] = ONE | {"call": "call_2", "caller": OTHER}


@pytest.fixture
async def single(desk: Desk) -> Desk:
    """A restaurant with one table, beside the Gaviota."""
    await desk.open(one_table(phone="+34910000009"))
    return desk


async def test_a_table_that_was_offered_is_not_offered_to_the_next_caller(single: Desk) -> None:
    assert (await single.check(wish(), **ONE)).code == "available"
    assert (await single.check(wish(), **ANOTHER)).code == "full"


async def test_one_table_is_offered_to_one_of_many_who_ask_at_once(single: Desk) -> None:
    crowd = [ONE | {"call": f"call_{number}", "caller": f"+3460000000{number}"} for number in range(8)]
    answers = await asyncio.gather(*(single.check(wish(), **one) for one in crowd))
    assert sorted(answer.code for answer in answers) == ["available"] + ["full"] * 7


async def test_one_table_is_offered_to_one_of_two_who_have_another_that_day(single: Desk) -> None:
    """The database is asked about their own bookings meanwhile."""
    two = [ONE | {"caller": f"+3460000000{number}"} for number in range(2)]
    for at, one in zip(("13:00", "15:00"), two, strict=True):
        assert (await single.book(wish(time=at), **one, call=f"lunch_{at}")).code == "booked"
    dining = [one | {"call": f"dinner_{number}"} for number, one in enumerate(two)]
    answers = await asyncio.gather(*(single.check(wish(), **one) for one in dining))
    assert sorted(answer.code for answer in answers) == ["available", "full"]
    assert sorted([(await single.book(wish(), **one)).code for one in dining]) == ["booked", "full"]


async def test_one_table_is_offered_to_one_of_two_who_would_move_to_it(desk: Desk) -> None:
    tables = tuple(Table(id=f"rest_one_t{n}", name=f"T{n}", area_id="rest_one_salon", capacity=4) for n in (1, 2))
    await desk.open(replace(one_table(phone="+34910000009"), tables=tables))
    guests = [ONE | {"caller": f"+3460000000{number}"} for number in range(3)]
    for at, one in zip(("20:00", "20:00", "22:00"), guests, strict=True):
        assert (await desk.book(wish(time=at), **one, call=f"first_{one['caller']}")).code == "booked"
    late = [one | {"call": f"late_{number}"} for number, one in enumerate(guests[:2])]
    answers = await asyncio.gather(*(desk.check(wish(time="22:00"), **one) for one in late))
    assert [answer.code for answer in answers].count("already_booked") == 1
    moved = [(await desk.modify({"new_time": "22:00", "confirmed": True}, **one)).code for one in late]
    assert sorted(moved) == ["full", "modified"]


async def test_of_many_who_would_wait_one_hears_of_the_table_that_is_free_after_all(single: Desk) -> None:
    crowd = [ONE | {"call": f"call_{number}", "caller": f"+3460000000{number}"} for number in range(4)]
    answers = await asyncio.gather(*(single.wait(wish(), **one) for one in crowd))
    assert sorted(answer.code for answer in answers) == ["available"] + ["waitlisted"] * 3
    told = next(one for one, answer in zip(crowd, answers, strict=True) if answer.code == "available")
    assert (await single.book(wish(), **ANOTHER)).code == "full"
    assert (await single.book(wish(), **told)).code == "booked"


async def test_a_table_that_was_offered_is_not_given_to_the_next_caller(single: Desk) -> None:
    await single.check(wish(), **ONE)
    assert (await single.book(wish(), **ANOTHER)).code == "full"
    assert (await single.book(wish(), **ONE)).code == "booked"


async def test_the_caller_who_was_offered_a_table_may_ask_again(single: Desk) -> None:
    assert [(await single.check(wish(), **ONE)).code for _ in range(2)] == ["available"] * 2


REDIALLED: dict[str, Any] = ONE | {"call": "call_2"}
THIRD: dict[str, Any] = ANOTHER | {"call": "call_3"}


async def test_who_rings_again_is_not_in_their_own_way(single: Desk) -> None:
    await single.check(wish(), **ONE)
    assert (await single.check(wish(), **REDIALLED)).code == "available"
    assert (await single.book(wish(), **REDIALLED)).code == "booked"


async def test_the_end_of_a_call_that_dropped_takes_nothing_from_who_rang_again(single: Desk) -> None:
    await single.check(wish(), **ONE)
    await single.check(wish(), **REDIALLED)
    single.holds.drop("rest_one", "call_1")
    assert (await single.check(wish(), **THIRD)).code == "full"
    single.holds.drop("rest_one", "call_2")
    assert (await single.check(wish(), **THIRD)).code == "available"


async def test_who_says_goodbye_needs_no_table_any_more(single: Desk) -> None:
    await single.check(wish(), **ONE)
    await single.use("end_call", **ONE)
    assert (await single.check(wish(), **THIRD)).code == "available"


# --- two on the line from one number: a company's switchboard, a family ---


async def test_what_one_call_turns_to_takes_nothing_from_another_of_its_number(single: Desk) -> None:
    await single.check(wish(time="21:00"), **ONE)
    await single.check(wish(time="14:00"), **REDIALLED)
    assert [(await single.check(wish(time=time), **THIRD)).code for time in ("21:00", "14:00")] == ["full"] * 2


async def test_a_booking_in_one_call_takes_nothing_from_another_of_its_number(single: Desk) -> None:
    await single.check(wish(time="21:00"), **ONE)
    assert (await single.book(wish(time="14:00"), **REDIALLED)).code == "booked"
    assert (await single.check(wish(time="21:00"), **THIRD)).code == "full"


async def test_a_goodbye_in_one_call_takes_nothing_from_another_of_its_number(single: Desk) -> None:
    await single.check(wish(), **ONE)
    await single.use("end_call", **REDIALLED)
    assert (await single.check(wish(), **THIRD)).code == "full"


async def test_two_callers_who_withhold_their_number_are_two(single: Desk) -> None:
    withheld = ONE | {"caller": ""}
    assert (await single.check(wish(), **withheld)).code == "available"
    assert (await single.check(wish(), **withheld | {"call": "call_2"})).code == "full"
    assert (await single.check(wish(), **withheld)).code == "available"


async def test_a_caller_who_turns_to_another_time_lets_the_first_go(single: Desk) -> None:
    await single.check(wish(time="21:00"), **ONE)
    await single.check(wish(time="14:00"), **ONE)
    assert (await single.check(wish(time="21:00"), **ANOTHER)).code == "available"


async def test_an_offer_is_kept_for_a_while_and_no_longer(single: Desk) -> None:
    await single.check(wish(), **ONE)
    single.clock.advance((HOLD_S - 1) * 1000)
    assert (await single.check(wish(), **ANOTHER)).code == "full"
    single.clock.advance(1000)
    assert (await single.check(wish(), **ANOTHER)).code == "available"


async def test_a_booking_ends_what_was_kept_for_its_call(single: Desk) -> None:
    await single.check(wish(time="21:00"), **ONE)
    await single.book(wish(time="14:00"), **ONE)
    assert (await single.check(wish(time="21:00"), **ANOTHER)).code == "available"


async def test_a_question_without_a_call_keeps_nothing(single: Desk) -> None:
    await single.check(wish(), restaurant="rest_one", call="")
    assert (await single.check(wish(), **ANOTHER)).code == "available"


async def test_what_is_offered_elsewhere_meanwhile_is_free(single: Desk) -> None:
    await single.check(wish(), **ONE)
    refused = await single.check(wish(), **ANOTHER)
    assert refused.alternatives
    for slot in refused.alternatives:
        taken = await single.book(wish(date=slot.date, time=slot.time), **ANOTHER)
        assert taken.code == "booked"
        break


async def test_what_is_kept_is_bounded(single: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holds, "_MOST", 3)
    for n in range(5):
        await single.check(wish(party_size=1), call=f"call_{n}", caller=f"+3460011122{n}")
    assert len(single.holds._desks["rest_gaviota"]) == 3


async def test_nothing_stays_in_memory_of_what_is_not_kept_any_more(single: Desk) -> None:
    await single.check(wish(), **ONE)
    single.clock.advance(HOLD_S * 1000)
    card = single.directory.card("rest_one")
    assert card
    book = await single.books.get(card, date(2026, 11, 28))
    assert single.holds.seen_by(None, book) is book
    assert not single.holds._desks


async def test_what_is_kept_for_the_small_hours_is_kept_from_whoever_asks_for_either_date(desk: Desk) -> None:
    late = tuple(
        Shift(weekday=day, name="Cena", opens=1200, last_seating=1500, closes=1620, step_minutes=15) for day in range(7)
    )
    await desk.open(one_table(phone="+34910000009", shifts=late))
    assert (await desk.check(wish(date="2026-11-29", time="00:30"), **ONE)).code == "available"
    assert (await desk.check(wish(date="2026-11-28", time="23:30"), **ANOTHER)).code == "full"
    assert (await desk.check(wish(date="2026-11-29", time="20:00"), **ANOTHER)).code == "available"


async def test_of_two_calls_from_one_number_the_first_who_says_yes_has_the_table(single: Desk) -> None:
    assert [(await single.check(wish(), **line)).code for line in (ONE, REDIALLED)] == ["available"] * 2
    assert (await single.book(wish(), **REDIALLED)).code == "booked"
    other = await single.book(wish(name="Marta Soler"), **ONE)
    assert (other.code, bool(other.alternatives)) == ("full", True)
