from typing import Any

import pytest
from msgspec import UNSET

from support.desk import Desk, wish

# --- words that say nothing ---


@pytest.mark.parametrize(
    "words",
    ["cualquiera", "me da igual", "la que sea", "any", "no preference", "null", "None", "N/A", "no", "{{zona}}"],
)
async def test_an_area_that_does_not_matter_is_not_called_unknown(desk: Desk, words: str) -> None:
    answer = await desk.check(wish(area=words))
    assert answer.code == "available"
    assert answer.say.startswith("Sí, el sábado")


@pytest.mark.parametrize("words", ["null", "none", "unknown", "N/A", "ninguna", "<reservation_id>"])
async def test_a_booking_number_that_nobody_knows_does_not_hide_the_booking(desk: Desk, words: str) -> None:
    await desk.book(wish())
    assert (await desk.find({"reservation_id": words}, call="c2")).code == "found"
    assert (await desk.cancel({"reserva_id": words}, call="c3")).code == "cancelled"


@pytest.mark.parametrize("words", ["null", "N/A", "ninguna", "Ninguno.", "nada", "no", "no, gracias", "{{notas}}"])
async def test_notes_and_needs_that_say_nothing_are_not_kept(desk: Desk, words: str) -> None:
    await desk.book(wish(notes=words, needs=words))
    await desk.book(wish(notes=words, needs=[words, "trona"], date="2026-11-29"), call="c2")
    first, second = await desk.everything()
    assert (first.notes, first.needs) == ("", ())
    assert (second.notes, second.needs) == ("", ("high_chair",))


async def test_notes_that_only_begin_with_no_are_kept(desk: Desk) -> None:
    await desk.book(wish(notes="No picante", needs=["[sin gluten]"]))
    [kept] = await desk.everything()
    assert (kept.notes, kept.needs) == ("No picante", ("coeliac",))


async def test_a_name_that_says_nothing_leaves_the_word_to_its_alias(desk: Desk) -> None:
    answer = await desk.check({"date": "null", "fecha": "sábado", "time": "", "hora": "21:00", "personas": 2})
    assert (answer.code, answer.date, answer.time, answer.party_size) == ("available", "2026-11-28", "21:00", 2)
    assert (await desk.book(wish(area="any", zona="fuera"))).area == "Terraza"


# --- an area that is refused, or is one of two ---


@pytest.mark.parametrize(
    ("words", "area"),
    [
        ("cualquiera menos la terraza", "Salón"),
        ("no dentro", "Terraza"),
        ("dentro, no fuera", "Salón"),
        ("fuera, y si no dentro", "Terraza"),
        ("anywhere but the terraza", "Salón"),
    ],
)
async def test_a_table_is_booked_in_the_area_that_is_wished_for_not_in_the_one_refused(
    desk: Desk, words: str, area: str
) -> None:
    assert (await desk.book(wish(area=words))).area == area


@pytest.mark.parametrize("words", ["ni dentro ni fuera", "dentro o fuera", "fuera no dentro"])
async def test_an_area_of_which_nobody_knows_whether_it_is_wished_for_is_asked(desk: Desk, words: str) -> None:
    answer = await desk.book(wish(area=words))
    assert (answer.ok, answer.code) == (False, "unclear_area")


async def test_areas_that_are_named_only_to_say_that_any_will_do_are_not_called_unknown(desk: Desk) -> None:
    answer = await desk.check(wish(area="dentro o fuera, me da igual"))
    assert answer.code == "available"
    assert answer.say.startswith("Sí, el sábado")


# --- words that contradict each other ---


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"fecha": "domingo"}, "unclear_date"),
        ({"fecha": "pronto"}, "unclear_date"),
        ({"hora": "22:00"}, "unclear_time"),
        ({"personas": 3}, "unclear_party_size"),
        ({"area": "terraza", "zona": "salón"}, "unclear_area"),
        ({"date": "sábado a las diez"}, "unclear_time"),
        ({"date": "2026-11-28T22:00:00"}, "unclear_time"),
        ({"time": "2026-11-30T21:00:00"}, "unclear_date"),
        ({"time": "mañana a las nueve"}, "unclear_date"),
        ({"time": "esta noche a las nueve"}, "unclear_date"),
        ({"date": "2026-11-28T21:00:00Z"}, "unclear_time"),
        ({"time": "2026-11-28T23:30:00Z"}, "unclear_date"),
    ],
)
@pytest.mark.parametrize("tool", ["check_availability", "create_reservation"])
async def test_a_contradiction_is_asked_about(desk: Desk, tool: str, changes: dict[str, Any], code: str) -> None:
    answer = await desk.use(tool, wish(**changes))
    assert (answer.ok, answer.code) == (False, code)
    assert answer.say.endswith("?")
    assert await desk.everything() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"name": "Ana", "cliente": "Pepe"}, "unclear_name"), ({"phone": 1, "telefono": 2}, "unclear_phone")],
)
async def test_who_books_is_asked_when_it_could_be_either(desk: Desk, changes: dict[str, Any], code: str) -> None:
    assert (await desk.book(wish(**changes))).code == code


@pytest.mark.parametrize(
    "changes",
    [
        {"fecha": "el sábado"},
        {"hora": "a las nueve"},
        {"personas": "dos"},
        {"date": "el sábado a las nueve"},
        {"date": "2026-11-28T21:00:00"},
        {"date": "2026-11-28T00:00:00Z"},
        {"date": "2026-11-28T21:00:00+01:00"},
        {"time": "2026-11-28T20:00:00Z"},
        {"time": "el sábado a las nueve"},
        {"cliente": "lucia"},
        {"telefono": "600 111 222", "phone": "+34600111222"},
        {"date": "el sábado a las nueve", "time": None},
        {"date": None, "time": "2026-11-28T21:00:00"},
        {"area": "terraza", "zona": "fuera"},
    ],
)
async def test_the_same_said_twice_is_no_contradiction(desk: Desk, changes: dict[str, Any]) -> None:
    answer = await desk.book(wish(**changes))
    assert answer.reservation
    assert (answer.code, answer.date, answer.time, answer.party_size) == ("booked", "2026-11-28", "21:00", 2)
    assert answer.reservation.name == "Lucía Fernández"


async def test_two_notes_are_both_kept(desk: Desk) -> None:
    await desk.book(wish(notes="cumpleaños", notas="sin gluten", needs="trona", necesidades=["trona", "rampa"]))
    [kept] = await desk.everything()
    assert (kept.notes, kept.needs) == ("cumpleaños; sin gluten", ("high_chair", "coeliac", "birthday", "rampa"))


async def test_a_date_that_contradicts_itself_is_no_wildcard(desk: Desk) -> None:
    await desk.book(wish())
    answer = await desk.cancel({"date": "sábado", "fecha": "domingo"}, call="c2")
    assert answer.code == "unclear_date"
    assert [one.status for one in await desk.everything()] == ["confirmed"]


async def test_an_area_that_is_unclear_does_not_hide_a_booking(desk: Desk) -> None:
    await desk.book(wish())
    assert (await desk.find({"area": "terraza", "zona": "salón"}, call="c2")).code == "found"


async def test_hours_of_two_different_dates_are_asked_about(desk: Desk) -> None:
    assert (await desk.use("get_hours", {"date": "sábado", "fecha": "domingo"})).code == "unclear_date"
    assert (await desk.use("get_hours", {"date": "sábado a las nueve"})).date == "2026-11-28"


async def test_a_question_about_the_area_tells_what_was_understood(desk: Desk) -> None:
    answer = await desk.check(wish(area="terraza", zona="salón", party_size=None))
    assert (answer.code, answer.party_size) == ("missing_party_size", UNSET)
    assert (await desk.check(wish(area="terraza", zona="salón"))).date == "2026-11-28"


# --- the part of the day said with the date, and a time that fits another one ---


@pytest.mark.parametrize(
    ("date", "time", "at"),
    [
        ("el sábado por la noche", "a las nueve", "21:00"),
        ("el sábado por la noche", "a las nueve de la noche", "21:00"),
        ("Saturday night", "21:00", "21:00"),
        ("esta noche", "a las nueve", "21:00"),
        ("tonight", "9pm", "21:00"),
        ("this evening", "at nine", "21:00"),
        ("el sábado a mediodía", "a las dos", "14:00"),
        ("el sábado por la tarde", "a las dos", "14:00"),
    ],
)
async def test_the_time_is_taken_in_the_part_of_the_day_said_with_the_date(
    desk: Desk, date: str, time: str, at: str
) -> None:
    answer = await desk.check(wish(date=date, time=time))
    assert (answer.code, answer.time) == ("available", at)


@pytest.mark.parametrize(
    ("date", "time"),
    [
        ("esta noche", "a las dos"),
        ("el viernes por la noche", "a la una"),
        ("mañana por la mañana", "a las nueve"),
    ],
)
async def test_a_table_of_another_part_of_the_day_is_not_taken_for_the_one_meant(
    desk: Desk, date: str, time: str
) -> None:
    answer = await desk.book(wish(date=date, time=time))
    assert not answer.ok
    assert await desk.everything() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"date": "tonight", "time": "noon"},
        {"date": "esta noche", "time": "14:00"},
        {"date": "el sábado por la mañana", "time": "a las nueve de la noche"},
        {"date": "el sábado a mediodía", "time": "21:00"},
        {"date": "Saturday afternoon", "fecha": "el sábado por la noche", "time": "a las dos"},
        {"date": "el sábado por la noche", "time": "2026-11-28T14:00:00"},
    ],
)
@pytest.mark.parametrize("tool", ["check_availability", "create_reservation", "cancel_reservation"])
async def test_a_time_outside_the_part_of_the_day_is_asked_about(
    desk: Desk, tool: str, changes: dict[str, Any]
) -> None:
    answer = await desk.use(tool, wish(**changes))
    assert (answer.ok, answer.code) == (False, "unclear_time")
    assert await desk.everything() == []


async def test_a_part_of_the_day_alone_leaves_the_time_to_be_asked(desk: Desk) -> None:
    assert (await desk.check(wish(date="el sábado por la noche", time=None))).code == "missing_time"


@pytest.mark.parametrize(
    ("said", "time"),
    [({"date": "tonight", "time": "9pm"}, "21:00"), ({"date": "this evening", "time": "22:00"}, "22:00")],
)
async def test_an_hour_that_the_part_of_the_day_allows_is_taken(desk: Desk, said: dict[str, str], time: str) -> None:
    answer = await desk.check(wish() | said)
    assert (answer.code, answer.time) == ("available", time)


NOTED = {
    "es": "Lo del sitio lo dejo anotado, sin poder garantizarlo. ",
    "en": "I've noted where you'd like to sit, though I can't guarantee it. ",
}


@pytest.mark.parametrize(
    ("lang", "words"),
    [("es", "un sitio tranquilo"), ("es", "junto a la ventana"), ("es", "lejos de la puerta"), ("en", "a quiet table")],
)
async def test_a_spot_asked_for_as_an_area_is_noted_for_the_staff_and_not_promised(
    desk: Desk, lang: str, words: str
) -> None:
    asked = await desk.check(wish(area=words, language=lang))
    assert asked.code == "available"
    assert "esa zona" not in asked.say
    assert "that area" not in asked.say
    answer = await desk.book(wish(area=words, notes="llegan tarde", language=lang))
    assert answer.say.startswith(NOTED[lang])
    (one,) = await desk.everything()
    assert (one.notes, one.area_wished) == (f"llegan tarde; {words}", False)
    assert await desk.book(wish(area=words, notes="llegan tarde", language=lang)) == answer


async def test_a_spot_within_an_area_is_noted_beside_the_area(desk: Desk) -> None:
    await desk.book(wish(area="dentro, junto a la ventana"))
    (one,) = await desk.everything()
    assert (one.area_id, one.area_wished, one.notes) == ("rest_gaviota_salon", True, "dentro, junto a la ventana")


@pytest.mark.parametrize("said", [{"new_area": "un sitio tranquilo"}, {"area": "un sitio tranquilo"}])
async def test_a_spot_said_later_is_noted_too(desk: Desk, said: dict[str, Any]) -> None:
    await desk.book(wish(area="terraza"))
    answer = await desk.modify(said, call="call_2")
    assert answer.say.startswith(f"{NOTED['es']}Hecho:")
    (one,) = await desk.everything()
    assert (one.area_id, one.area_wished, one.notes) == ("rest_gaviota_terraza", True, "un sitio tranquilo")


@pytest.mark.parametrize("said", [{"new_area": "un sitio tranquilo"}, {"area": "un sitio tranquilo"}])
async def test_a_change_with_a_spot_that_is_said_again_is_answered_alike(desk: Desk, said: dict[str, Any]) -> None:
    await desk.book(wish(area="terraza"))
    answer = await desk.modify(said, call="call_2")
    assert await desk.modify(said, call="call_2") == answer


async def test_a_spot_said_when_the_booking_is_made_again_is_noted_too(desk: Desk) -> None:
    await desk.book(wish())
    await desk.book(wish(area="un sitio tranquilo"))
    (one,) = await desk.everything()
    assert one.notes == "un sitio tranquilo"
