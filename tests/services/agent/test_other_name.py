"""A name put right is not another table: what the call has booked, or is kept for the caller, is asked about."""

from typing import Any

import pytest

from appliance.domain.reservation import ReservationStatus
from support.desk import CALLER, OTHER, Desk, one_table, wish
from support.sound_book import assert_sound

ONE: dict[str, Any] = {"restaurant": "rest_one"}
PEPE: dict[str, Any] = ONE | {"caller": OTHER, "call": "call_b"}


async def _open_one(desk: Desk) -> None:
    await desk.open(one_table(phone="+34910000009"))


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "es",
            (
                "Esa mesa ya la tiene a nombre de Luisa Fernández: el sábado 28 de noviembre a las nueve de la noche, "
                "dos personas. ¿Corrijo el nombre o es otra mesa?"
            ),
        ),
        (
            "en",
            (
                "You already have that table under the name Luisa Fernández: on Saturday, November 28, at nine in the "
                "evening, two people. Shall I correct the name, or is this another table?"
            ),
        ),
    ],
)
async def test_the_same_table_under_another_name_in_the_same_call_is_asked_about(
    desk: Desk, lang: str, words: str
) -> None:
    first = await desk.book(wish(name="Luisa Fernández"))
    before = await desk.everything()
    for _ in range(2):
        asked = await desk.book(wish(language=lang))
        assert (asked.ok, asked.code, asked.say) == (False, "already_booked", words)
        assert asked.reservation == first.reservation
    assert await desk.everything() == before


async def test_who_says_that_the_name_was_wrong_has_it_put_right(desk: Desk) -> None:
    await desk.book(wish(name="Luisa Fernández"))
    await desk.book(wish())
    assert (await desk.modify({"new_name": "Lucía Fernández"})).code == "modified"
    assert (await desk.book(wish())).code == "booked"
    (one,) = await assert_sound(desk.database, "rest_gaviota")
    assert one.name == "Lucía Fernández"


@pytest.mark.parametrize("notes", ["otra mesa", "Es una segunda mesa", "another table", "dos mesas separadas"])
async def test_who_says_that_it_is_another_table_has_two(desk: Desk, notes: str) -> None:
    await desk.book(wish(name="Luisa Fernández"))
    assert (await desk.book(wish(notes=notes))).code == "booked"
    assert (await desk.book(wish())).code == "booked"
    assert len(await assert_sound(desk.database, "rest_gaviota")) == 2


@pytest.mark.parametrize("notes", ["no es otra mesa", "mesa tranquila"])
async def test_other_notes_are_no_wish_for_another_table(desk: Desk, notes: str) -> None:
    await desk.book(wish(name="Luisa Fernández"))
    assert (await desk.book(wish(notes=notes))).code == "already_booked"


async def test_the_area_makes_no_other_table_of_it(desk: Desk) -> None:
    await desk.book(wish(name="Luisa Fernández"))
    asked = await desk.book(wish(area="salón"))
    assert asked.say.endswith("¿Corrijo el nombre o es otra mesa?")


@pytest.mark.parametrize("other", [{"time": "21:30"}, {"party_size": 3}])
async def test_another_hour_or_party_under_another_name_is_another_table(desk: Desk, other: dict[str, Any]) -> None:
    await desk.book(wish(name="Luisa Fernández"))
    assert (await desk.book(wish(**other))).code == "booked"
    assert len(await assert_sound(desk.database, "rest_gaviota")) == 2


async def test_in_another_call_another_name_is_another_guest(desk: Desk) -> None:
    await desk.book(wish(name="Luisa Fernández"))
    assert (await desk.book(wish(), call="call_2")).code == "booked"


async def test_nobody_is_turned_away_or_waits_because_of_a_misheard_name(desk: Desk) -> None:
    await _open_one(desk)
    await desk.book(wish(name="Luisa Fernández"), **ONE)
    assert (await desk.book(wish(), **ONE)).code == "already_booked"
    asked = await desk.check(wish(), **ONE)
    assert (asked.ok, asked.code) == (True, "already_booked")
    assert (await desk.wait(wish(), **ONE)).code == "already_booked"
    assert await desk.queue("rest_one") == []


# --- another number ---


async def test_a_number_that_is_put_right_is_not_another_table(desk: Desk) -> None:
    await desk.book(wish(phone="600 555 444"))
    before = await desk.everything()
    asked = await desk.book(wish(phone="600 555 445"))
    assert (asked.ok, asked.code) == (False, "already_booked")
    assert asked.say == (
        "Esa mesa ya la tiene con otro teléfono: el sábado 28 de noviembre a las nueve de la noche, dos personas. "
        "¿Aviso al equipo para que lo corrija o es otra mesa?"
    )
    assert await desk.everything() == before


async def test_with_another_number_too_another_table_is_one_once_it_is_said(desk: Desk) -> None:
    await desk.book(wish(phone="600 555 444"))
    assert (await desk.book(wish(phone="600 555 445", notes="otra mesa"))).code == "booked"
    assert len(await assert_sound(desk.database, "rest_gaviota")) == 2


async def test_the_number_that_was_given_in_the_call_holds_where_none_is_said(desk: Desk) -> None:
    first = await desk.book(wish(phone=OTHER))
    again = await desk.book(wish(notes="una trona"))
    assert first.reservation
    assert again.reservation
    assert (again.code, again.reservation.id) == ("booked", first.reservation.id)
    assert (await desk.book(wish(time="22:00"))).code == "already_booked"
    assert (await desk.book(wish(date="2026-11-29"))).code == "booked"
    assert {(one.phone, one.needs) for one in await desk.everything()} == {(OTHER, ("high_chair",)), (OTHER, ())}


async def test_the_number_that_was_given_is_not_that_of_another_guest_of_the_call(desk: Desk) -> None:
    await desk.book(wish(name="Rosa Gil", phone=OTHER))
    await desk.book(wish(date="2026-11-29"))
    assert [(one.name, one.phone) for one in await desk.everything()] == [
        ("Rosa Gil", OTHER),
        ("Lucía Fernández", CALLER),
    ]


# --- a table kept from the waiting list ---


async def _kept_for_pepe(desk: Desk) -> None:
    await _open_one(desk)
    await desk.book(wish(), **ONE)
    await desk.wait(wish(name="Pepe Sanz"), **PEPE)
    await desk.cancel(call="off", caller=CALLER, **ONE)


async def test_a_kept_table_is_not_booked_under_the_name_of_another(desk: Desk) -> None:
    await _kept_for_pepe(desk)
    before = await desk.everything("rest_one")
    asked = await desk.book(wish(name="Marta Gil"), **(PEPE | {"call": "call_c"}))
    assert (asked.ok, asked.code) == (False, "already_booked")
    assert asked.say == (
        "Esa mesa la guardamos a nombre de Pepe Sanz: el sábado 28 de noviembre a las nueve de la noche. "
        "¿La confirmo a nombre de Marta Gil o es otra mesa?"
    )
    assert await desk.everything("rest_one") == before


@pytest.mark.parametrize(
    ("tool", "said", "name"),
    [
        ("modify_reservation", {"new_name": "Marta Gil"}, "Marta Gil"),
        ("create_reservation", wish(name="Pepe"), "Pepe Sanz"),
    ],
)
async def test_who_is_asked_under_which_name_takes_it_under_that(
    desk: Desk, tool: str, said: dict[str, Any], name: str
) -> None:
    await _kept_for_pepe(desk)
    await desk.book(wish(name="Marta Gil"), **(PEPE | {"call": "call_c"}))
    assert (await desk.use(tool, said, **(PEPE | {"call": "call_c"}))).ok
    (one,) = [one for one in await assert_sound(desk.database, "rest_one") if one.phone == OTHER]
    assert (one.name, one.status) == (name, ReservationStatus.CONFIRMED)


async def test_who_does_not_call_from_its_number_does_not_hear_for_whom_a_table_is_kept(desk: Desk) -> None:
    await _kept_for_pepe(desk)
    answer = await desk.book(wish(name="Marta Gil", phone=OTHER), caller="+34600000003", call="c3", **ONE)
    assert answer.code == "full"
    assert "Pepe" not in answer.say
