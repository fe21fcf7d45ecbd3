"""A guest who has a table is not given another for the same meal by mistake, nor turned away because of their own."""

from typing import Any

import pytest

from appliance.domain.reservation import ReservationStatus
from appliance.store import reservations
from support.desk import CALLER, OTHER, Desk, gaviota, one_table, wish
from support.sound_book import assert_sound
from support.staff_desk import StaffDesk

ONE: dict[str, Any] = {"restaurant": "rest_one"}
BOTH = pytest.mark.parametrize("call", ["call_1", "call_2"])


async def _open_one(desk: Desk, **changes: Any) -> None:
    await desk.open(one_table(phone="+34910000009", **changes))


# --- booking ---


@BOTH
@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "es",
            (
                "Ya tiene mesa el sábado 28 de noviembre a las nueve de la noche. "
                "¿La cambio a las nueve y media de la noche, o es una mesa más?"
            ),
        ),
        (
            "en",
            (
                "You already have a table on Saturday, November 28, at nine in the evening. "
                "Shall I change it to half past nine in the evening, or is this one more table?"
            ),
        ),
    ],
)
async def test_who_asks_for_another_hour_of_the_evening_is_asked_whether_to_move(
    desk: Desk, call: str, lang: str, words: str
) -> None:
    first = await desk.book(wish())
    before = await desk.everything()
    asked = await desk.book(wish(time="21:30", name="lucia", language=lang), call=call)
    assert (asked.ok, asked.code, asked.available, asked.say) == (False, "already_booked", True, words)
    assert (asked.time, asked.reservation) == ("21:30", first.reservation)
    assert await desk.everything() == before


async def test_another_party_is_a_change_too(desk: Desk) -> None:
    await desk.book(wish())
    asked = await desk.book(wish(party_size=4))
    assert asked.code == "already_booked"
    assert "¿La cambio a cuatro personas, o es" in asked.say
    both = await desk.book(wish(party_size=4, time="21:30", area="salón"))
    assert "¿La cambio a las nueve y media de la noche, cuatro personas en la zona de Salón, o es" in both.say


@pytest.mark.parametrize(
    ("lang", "said", "words"),
    [
        ("es", {}, "¿La cambio a la zona de Salón, o es"),
        ("en", {}, "Shall I change it to the Salón area, or is"),
        ("es", {"time": "21:30"}, "¿La cambio a las nueve y media de la noche, en la zona de Salón, o es"),
    ],
)
async def test_where_only_the_area_is_another_the_party_is_not_said_again(
    desk: Desk, lang: str, said: dict[str, str], words: str
) -> None:
    await desk.book(wish(), call="before")
    asked = await desk.check(wish(area="salón", language=lang) | said)
    assert words in asked.say
    assert len(await desk.everything()) == 1


async def test_who_says_yes_is_moved(desk: Desk) -> None:
    await desk.book(wish())
    await desk.book(wish(time="21:30"))
    moved = await desk.modify({"new_time": "21:30"})
    assert (moved.code, moved.time) == ("modified", "21:30")
    assert (await desk.book(wish(time="21:30"))).code == "booked"
    (one,) = await assert_sound(desk.database, "rest_gaviota")
    assert one.time == "21:30"


ONE_MORE = {"es": "es otra mesa aparte", "en": "another table, not instead of mine"}


@pytest.mark.parametrize("lang", ["es", "en"])
async def test_one_more_table_after_the_one_they_have_is_booked(desk: Desk, lang: str) -> None:
    await desk.book(wish(time="20:00"))
    more = wish(time="22:30", party_size=4, notes=ONE_MORE[lang], language=lang)
    assert (await desk.check(more)).code == "available"
    assert (await desk.book(more)).code == "booked"
    assert (await desk.book(more)).code == "booked"
    assert [one.time for one in await assert_sound(desk.database, "rest_gaviota")] == ["20:00", "22:30"]


async def test_of_one_more_table_for_the_same_time_it_is_asked_once_whether_it_is_instead(desk: Desk) -> None:
    await desk.book(wish())
    more = wish(time="21:30", party_size=4, notes=ONE_MORE["es"])
    for _ in range(2):  # a retry hears the question again
        assert (await desk.book(more, invocation="tool_2")).code == "already_booked"
    assert (await desk.book(more, invocation="tool_3")).code == "booked"
    assert len(await assert_sound(desk.database, "rest_gaviota")) == 2


async def test_another_table_at_another_time_may_be_instead_and_is_asked_about_once(desk: Desk) -> None:
    await desk.book(wish(time="20:00"))
    more = wish(time="22:30", party_size=4, notes="otra mesa")
    assert (await desk.book(more, invocation="tool_2")).code == "already_booked"
    assert (await desk.book(more, invocation="tool_3")).code == "booked"
    assert len(await assert_sound(desk.database, "rest_gaviota")) == 2


@pytest.mark.parametrize("notes", ["no quiere otra mesa, que le cambien la suya", "prefiere otra mesa más tranquila"])
async def test_who_wants_no_second_table_gets_none(desk: Desk, notes: str) -> None:
    await desk.book(wish(time="20:00"))
    for invocation in ("tool_2", "tool_3"):
        changed = await desk.book(wish(time="22:30", party_size=4, notes=notes), invocation=invocation)
        assert changed.code == "already_booked"
    assert len(await desk.everything()) == 1


async def test_one_more_table_of_the_same_hour_and_party_is_booked_once_it_has_been_asked(desk: Desk) -> None:
    await desk.book(wish())
    more = wish(notes=ONE_MORE["es"])
    assert (await desk.book(more, invocation="tool_2")).code == "already_booked"
    for invocation in ("tool_3", "tool_4"):  # what is said again is not a third
        assert (await desk.book(more, invocation=invocation)).code == "booked"
    assert len(await assert_sound(desk.database, "rest_gaviota")) == 2


async def test_who_was_asked_and_says_that_it_is_one_more_gets_it_under_the_same_name(desk: Desk) -> None:
    await desk.book(wish())
    assert (await desk.book(wish(time="21:30", party_size=4), invocation="tool_2")).code == "already_booked"
    more = wish(time="21:30", party_size=4, notes=ONE_MORE["es"])
    assert (await desk.book(more, invocation="tool_3")).code == "booked"


async def test_who_only_says_it_again_is_asked_again(desk: Desk) -> None:
    await desk.book(wish())
    for invocation in ("tool_2", "tool_3", "tool_4"):
        assert (await desk.book(wish(time="21:30"), invocation=invocation)).code == "already_booked"


async def test_another_name_is_another_table(desk: Desk) -> None:
    await desk.book(wish())
    assert (await desk.book(wish(time="21:30", name="Marta Gil"))).code == "booked"
    assert len(await assert_sound(desk.database, "rest_gaviota")) == 2


@pytest.mark.parametrize("other", [{"time": "14:00"}, {"date": "2026-11-29"}])
async def test_another_meal_is_another_table(desk: Desk, other: dict[str, str]) -> None:
    await desk.book(wish())
    assert (await desk.book(wish(**other))).code == "booked"
    assert len(await assert_sound(desk.database, "rest_gaviota")) == 2


async def test_a_table_after_midnight_is_of_the_same_evening(desk: Desk) -> None:
    late = tuple(_late(shift) for shift in gaviota().shifts)
    await desk.open(gaviota("rest_late", shifts=late, phone="+34910000005"))
    await desk.book(wish(time="22:00"), restaurant="rest_late")
    asked = await desk.book(wish(date="2026-11-29", time="00:30"), restaurant="rest_late")
    assert asked.code == "already_booked"


def _late(shift: Any) -> Any:
    return type(shift)(
        weekday=shift.weekday, name=shift.name, opens=shift.opens, last_seating=1500, closes=1560, step_minutes=15
    )


async def test_nobody_hears_of_a_table_under_a_number_whose_name_they_do_not_know(desk: Desk) -> None:
    await desk.book(wish())
    answer = await desk.book(wish(time="21:30", name="Marta", phone=CALLER), caller=OTHER, call="c2")
    assert (answer.code, "Lucía" in answer.say) == ("booked", False)


async def test_who_books_for_somebody_whose_table_it_is_is_asked_too(desk: Desk) -> None:
    await desk.book(wish())
    answer = await desk.book(wish(time="21:30", phone=CALLER), caller=OTHER, call="c2")
    assert answer.code == "already_booked"


@BOTH
async def test_the_same_wish_again_is_the_booking_that_there_is(desk: Desk, call: str) -> None:
    first = await desk.book(wish())
    again = await desk.book(wish(needs="celíaca"), call=call)
    assert (again.code, again.reservation.id) == ("booked", first.reservation.id)
    assert desk.trace[-1].replayed
    (one,) = await desk.everything()
    assert one.needs == ("coeliac",)


async def test_what_the_staff_wrote_down_is_the_guest_s_too(desk: Desk) -> None:
    await StaffDesk(desk).write_down(phone=CALLER, name="Lucía", time="21:00", tables=["S1"])
    assert (await desk.book(wish(time="21:30"))).code == "already_booked"


async def test_a_late_retry_is_no_new_wish(desk: Desk) -> None:
    await desk.book(wish(), invocation="tool_1")
    await desk.modify({"new_time": "21:30"}, invocation="tool_2")
    late = await desk.book(wish(), invocation="tool_1")
    assert (late.code, len(await desk.everything())) == ("booked", 1)


async def test_a_retry_after_the_booking_was_cancelled_is_none_either(desk: Desk) -> None:
    await desk.book(wish(), invocation="tool_1")
    await desk.cancel({}, invocation="tool_2")
    assert (await desk.book(wish(), invocation="tool_1")).code == "booked"
    assert [one.status for one in await desk.everything()] == ["cancelled"]
    assert (await desk.book(wish(time="21:30"), invocation="tool_3")).code == "booked"


# --- full because of their own table ---


async def test_nobody_is_turned_away_because_of_their_own_table(desk: Desk) -> None:
    await _open_one(desk)
    await desk.book(wish(), **ONE)
    asked = await desk.book(wish(time="21:30"), **ONE)
    assert (asked.code, asked.available) == ("already_booked", True)
    assert (await desk.modify({"new_time": "21:30"}, **ONE)).code == "modified"


async def test_who_only_asks_hears_that_their_own_table_can_be_moved(desk: Desk) -> None:
    await _open_one(desk)
    booked = await desk.book(wish(), **ONE)
    asked = await desk.check(wish(time="21:30", name=None), call="c2", **ONE)
    assert (asked.ok, asked.code, asked.available) == (True, "already_booked", True)
    assert asked.reservation == booked.reservation
    other = await desk.check(wish(time="21:30", name=None), call="c3", caller=OTHER, **ONE)
    assert (other.code, other.available) == ("full", False)


async def test_who_asks_for_the_table_they_have_hears_that_they_have_it(desk: Desk) -> None:
    await _open_one(desk)
    await desk.book(wish(), **ONE)
    asked = await desk.check(wish(name=None), call="c2", **ONE)
    assert (asked.ok, asked.code) == (True, "already_booked")
    assert asked.say == (
        "Esa mesa ya la tiene: el sábado 28 de noviembre a las nueve de la noche, dos personas, "
        "a nombre de Lucía Fernández."
    )


async def test_where_the_table_cannot_be_moved_it_is_said_that_it_stands(desk: Desk) -> None:
    await _open_one(desk)
    await desk.book(wish(time="20:00"), **ONE)
    await desk.book(wish(time="22:15", name="Bruno"), caller=OTHER, call="before", **ONE)
    refused = await desk.book(wish(time="22:00"), **ONE)
    assert (refused.ok, refused.code) == (False, "full")
    assert refused.say.startswith("Su reserva sigue como estaba.")
    assert [slot.time for slot in refused.alternatives or []] == ["20:15"]
    assert len(await desk.everything("rest_one")) == 2


async def test_a_table_kept_for_them_may_be_changed_instead(desk: Desk) -> None:
    await _open_one(desk)
    await desk.book(wish(name="Bruno"), call="before", caller=OTHER, **ONE)
    await desk.wait(wish(), **ONE)
    await desk.cancel(call="off", caller=OTHER, **ONE)
    asked = await desk.book(wish(party_size=4), call="c2", **ONE)
    assert (asked.code, asked.reservation.kept_for_you) == ("already_booked", True)  # type: ignore[union-attr]
    assert asked.say.startswith("Le estamos guardando una mesa el sábado 28")
    assert (await desk.modify({"new_party_size": 4}, call="c2", **ONE)).code == "modified"


# --- the waiting list ---


@pytest.mark.parametrize(
    ("lang", "words"),
    [("es", "Esa mesa ya la tiene: el sábado 28"), ("en", "You already have that table: on Saturday, November 28")],
)
async def test_who_has_the_table_does_not_wait_for_it(desk: Desk, lang: str, words: str) -> None:
    await _open_one(desk)
    await desk.book(wish(), **ONE)
    answer = await desk.wait(wish(language=lang), call="c2", **ONE)
    assert (answer.ok, answer.code, answer.say[: len(words)]) == (False, "already_booked", words)
    assert await desk.queue("rest_one") == []


async def test_who_could_move_does_not_wait(desk: Desk) -> None:
    await _open_one(desk)
    await desk.book(wish(), **ONE)
    assert (await desk.wait(wish(time="21:30"), **ONE)).code == "already_booked"
    assert await desk.queue("rest_one") == []


async def _waits_for_a_better_hour(desk: Desk) -> None:
    """Lucía has the table at a quarter past ten, and waits for it at eight, when Bruno has it."""
    await _open_one(desk)
    await desk.book(wish(time="20:00", name="Bruno"), caller=OTHER, call="before", **ONE)
    await desk.book(wish(time="22:15"), **ONE)
    assert (await desk.wait(wish(time="20:00"), call="c2", **ONE)).code == "waitlisted"


async def test_who_would_rather_come_at_another_hour_may_wait_for_it(desk: Desk) -> None:
    await _waits_for_a_better_hour(desk)
    assert len(await assert_sound(desk.database, "rest_one")) == 2


async def test_who_takes_what_they_waited_for_is_asked_about_the_table_they_had(desk: Desk) -> None:
    await _waits_for_a_better_hour(desk)
    await desk.cancel(call="off", caller=OTHER, **ONE)
    taken = await desk.book(wish(time="20:00"), call="c3", **ONE)
    assert taken.code == "booked"
    assert taken.say.endswith(
        "¿Cancelo también la reserva del sábado 28 de noviembre a las diez y cuarto de la noche para dos personas?"
    )
    assert (await desk.cancel({"time": "22:15"}, call="c3", **ONE)).code == "cancelled"


@pytest.mark.parametrize("comes_by", ["create_reservation", "modify_reservation"])
async def test_who_comes_to_the_table_they_waited_for_waits_no_more(desk: Desk, comes_by: str) -> None:
    await _open_one(desk)
    await desk.book(wish(name="Bruno"), caller=OTHER, call="before", **ONE)
    await desk.book(wish(date="2026-11-29", time="14:00"), **ONE)
    await desk.wait(wish(), call="c2", **ONE)
    # It comes free where nobody sees it yet.
    await _free_unseen(desk)
    moved = {"date": "2026-11-29", "new_date": "2026-11-28", "new_time": "21:00"}
    said = wish() if comes_by == "create_reservation" else moved
    assert (await desk.use(comes_by, said, call="c3", **ONE)).ok
    (entry,) = await desk.queue("rest_one")
    assert entry.state == "booked"
    assert (await desk.cancel({"date": "2026-11-28"}, call="c4", **ONE)).code == "cancelled"
    assert not [one for one in await desk.everything("rest_one") if one.is_offer]


async def _free_unseen(desk: Desk) -> None:
    bruno = next(one for one in await desk.everything("rest_one") if one.phone == OTHER)
    async with desk.books.writing("rest_one") as tx:
        await reservations.release(tx, bruno.id, ReservationStatus.CANCELLED, now_ms=desk.clock.now_ms())
