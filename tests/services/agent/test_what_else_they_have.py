"""A guest with a table of another meal or day hears of it: they may have changed their mind. Nothing is cancelled."""

from typing import Any

import pytest

from support.desk import CALLER, OTHER, Desk, wish
from support.sound_book import assert_sound

LUNCH: dict[str, Any] = wish(date="2026-11-29", time="14:00")


# --- booking ---


@pytest.mark.parametrize("call", ["call_1", "call_2"])
@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("es", "Ya tiene también mesa el sábado 28 de noviembre a las nueve de la noche."),
        ("en", "You also have a table on Saturday, November 28, at nine in the evening."),
    ],
)
async def test_who_books_another_meal_hears_what_they_have_already(
    desk: Desk, call: str, lang: str, words: str
) -> None:
    first = await desk.book(wish())
    second = await desk.book(LUNCH | {"language": lang}, call=call)
    assert second.code == "booked"
    assert second.say.endswith(f" {words}")
    assert second.reservations == [first.reservation]
    assert [one.status for one in await assert_sound(desk.database, "rest_gaviota")] == ["confirmed"] * 2


async def test_a_retry_hears_it_again(desk: Desk) -> None:
    await desk.book(wish())
    second = await desk.book(LUNCH, invocation="tool_2")
    assert await desk.book(LUNCH, invocation="tool_2") == second


async def test_of_several_the_nearest_are_told(desk: Desk) -> None:
    for day in ("2026-12-02", "2026-12-03", "2026-12-04", "2026-12-05"):
        await desk.book(wish(date=day))
    fifth = await desk.book(wish(date="2026-12-06"))
    assert [one.date for one in fifth.reservations or []] == ["2026-12-03", "2026-12-04", "2026-12-05"]
    assert "el jueves 3 de diciembre a las nueve de la noche, el viernes 4" in fifth.say


@pytest.mark.parametrize(
    "first",
    [
        wish(name="Bruno Sanz"),
        wish(name="Marta Gil", phone=OTHER),
    ],
)
async def test_nobody_hears_what_others_have(desk: Desk, first: dict[str, Any]) -> None:
    await desk.book(first, call="before")
    second = await desk.book(LUNCH)
    assert second.say.endswith("¡Hasta entonces!")
    assert not second.reservations


# --- asking for a table while there are some ---


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"time": "21:30"}, "Ya tiene mesa el sábado 28 de noviembre a las nueve de la noche. ¿La cambio a las nueve"),
        ({}, "Esa mesa ya la tiene: el sábado 28 de noviembre a las nueve de la noche, dos personas"),
    ],
)
async def test_who_asks_for_a_meal_of_which_they_have_a_table_hears_of_it_though_there_is_room(
    desk: Desk, asked: dict[str, Any], words: str
) -> None:
    booked = await desk.book(wish())
    answer = await desk.check(wish(name=None, **asked), call="call_2")
    assert (answer.ok, answer.code, answer.available) == (True, "already_booked", True)
    assert answer.say.startswith(words)
    assert answer.reservation == booked.reservation


@pytest.mark.parametrize(
    ("asked", "caller"),
    [({"name": None}, OTHER), ({"name": "Marta Gil"}, CALLER), ({"time": "14:00"}, CALLER)],
)
async def test_others_and_other_meals_are_simply_offered_a_table(
    desk: Desk, asked: dict[str, Any], caller: str
) -> None:
    await desk.book(wish())
    assert (await desk.check(wish(**asked), call="call_2", caller=caller)).code == "available"


async def test_the_table_that_theirs_could_become_is_kept_while_they_think(desk: Desk) -> None:
    await desk.book(wish())
    await desk.check(wish(party_size=8, name=None), call="call_2")
    assert (await desk.check(wish(party_size=8), call="call_3", caller=OTHER)).code == "full"


# --- moving one table onto another ---


async def _moves_lunch_to_dinner(desk: Desk, **said: Any) -> Any:
    await desk.book(wish())
    await desk.book(LUNCH)
    return await desk.modify({"date": "2026-11-29", "new_date": "2026-11-28", "new_time": "21:30"} | said)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "es",
            (
                "Para entonces ya tiene otra mesa: el sábado 28 de noviembre a las nueve de la noche, dos personas. "
                "¿Quiere las dos, o cancelo alguna?"
            ),
        ),
        (
            "en",
            (
                "You already have another table then: on Saturday, November 28, at nine in the evening, two people. "
                "Would you like both, or shall I cancel one of them?"
            ),
        ),
    ],
)
async def test_who_moves_one_table_to_the_meal_of_another_is_told_of_it(desk: Desk, lang: str, words: str) -> None:
    answer = await _moves_lunch_to_dinner(desk, language=lang)
    assert (answer.ok, answer.code, answer.say) == (False, "already_booked", words)
    assert (answer.reservation.date, answer.reservation.time) == ("2026-11-28", "21:00")
    assert [one.date for one in await desk.everything()] == ["2026-11-28", "2026-11-29"]


@pytest.mark.parametrize("said", [{"notes": "es otra mesa"}, {"new_name": "Marta Gil"}])
async def test_who_wants_both_tables_gets_them(desk: Desk, said: dict[str, str]) -> None:
    assert (await _moves_lunch_to_dinner(desk, **said)).code == "modified"
    booked = await assert_sound(desk.database, "rest_gaviota")
    assert {(one.date, one.time) for one in booked} == {("2026-11-28", "21:00"), ("2026-11-28", "21:30")}


async def test_who_wants_both_may_say_the_day_and_hour_again_without_calling_them_new(desk: Desk) -> None:
    await desk.book(wish())
    lunch = (await desk.book(LUNCH)).reservation.id
    moved = {"reservation_id": lunch, "date": "2026-11-28", "time": "21:30"}
    assert (await desk.modify(moved)).code == "already_booked"
    assert (await desk.modify(moved | {"notes": "es otra mesa"})).code == "modified"
    booked = await assert_sound(desk.database, "rest_gaviota")
    assert {(one.date, one.time) for one in booked} == {("2026-11-28", "21:00"), ("2026-11-28", "21:30")}


async def test_the_table_can_be_moved_once_the_other_is_cancelled(desk: Desk) -> None:
    await _moves_lunch_to_dinner(desk)
    await desk.cancel({"date": "2026-11-28"})
    assert (await desk.modify({"new_date": "2026-11-28", "new_time": "21:30"})).code == "modified"


async def test_who_has_two_tables_at_one_meal_may_change_either(desk: Desk) -> None:
    await _moves_lunch_to_dinner(desk, notes="otra mesa")
    answer = await desk.modify({"time": "21:30", "new_time": "22:00"})
    assert (answer.code, answer.time) == ("modified", "22:00")
