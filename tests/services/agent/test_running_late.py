"""Who has a table and runs late keeps it: how soon the house takes new guests says nothing of those it expects."""

import pytest

from support.desk import OTHER, Desk, one_table, wish

MINUTE_MS = 60_000
HOME = {"restaurant": "rest_one"}


@pytest.fixture
async def at_ten_to_two(desk: Desk) -> Desk:
    """A single table, booked for today at two; it is ten minutes before."""
    await desk.open(one_table())
    await desk.book(wish(date="hoy", time="14:00"), **HOME)
    desk.clock.advance(170 * MINUTE_MS)
    return desk


@pytest.mark.parametrize("said", [{"new_time": "14:15"}, {"new_time": "un cuarto de hora más tarde"}])
async def test_a_table_is_had_a_little_later_at_short_notice(at_ten_to_two: Desk, said: dict[str, str]) -> None:
    answer = await at_ten_to_two.modify(said, call="call_2", **HOME)
    assert (answer.ok, answer.code, answer.time) == (True, "modified", "14:15")


async def test_nobody_comes_sooner_or_in_greater_number_at_short_notice(at_ten_to_two: Desk) -> None:
    await at_ten_to_two.modify({"new_time": "14:15"}, call="call_2", **HOME)
    for said in ({"new_time": "14:00"}, {"new_time": "14:15", "new_party_size": 3}):
        answer = await at_ten_to_two.modify(said, call="call_3", **HOME)
        assert (answer.ok, answer.code) == (False, "too_soon")
        assert answer.say.startswith("Su reserva sigue como estaba.")


async def test_the_next_party_is_not_turned_out_for_who_is_late(desk: Desk) -> None:
    await desk.open(one_table())
    await desk.book(wish(date="hoy", time="13:00"), **HOME)
    await desk.book(wish(date="hoy", time="15:00", name="Bruno"), call="before", caller=OTHER, **HOME)
    desk.clock.advance(110 * MINUTE_MS)
    answer = await desk.modify({"new_time": "13:15"}, call="call_2", **HOME)
    assert (answer.ok, answer.code) == (False, "full")
    assert [one.time for one in await desk.everything("rest_one")] == ["13:00", "15:00"]
