from typing import Any

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from appliance.contract import Slot
from appliance.domain.restaurant import RestaurantStatus
from appliance.store import customers
from appliance.store.engine import Database
from support.desk import CALLER, OTHER, Desk, gaviota, one_table, wish
from support.fake_clock import FakeClock


async def _fill(desk: Desk, **changes: Any) -> None:
    """Book both tables of the room for Saturday at nine."""
    for name in ("Ana", "Bruno"):
        answer = await desk.book(wish(party_size=4, name=name, **changes), call=f"filler_{name}", caller=OTHER)
        assert answer.code == "booked"


# --- is there a table? ---


async def test_a_free_table_is_offered_with_what_was_understood(desk: Desk) -> None:
    answer = await desk.check(wish(date="el sábado", time="a las nueve", party_size="dos"))
    assert (answer.ok, answer.code, answer.available) == (True, "available", True)
    assert (answer.date, answer.time, answer.party_size) == ("2026-11-28", "21:00", 2)
    assert answer.say == (
        "Sí, el sábado 28 de noviembre a las nueve de la noche tenemos mesa para dos personas en la zona de Terraza. "
        "¿A nombre de quién hago la reserva?"
    )


async def test_asking_books_nothing(desk: Desk) -> None:
    await desk.check(wish())
    assert await desk.everything() == []


@pytest.mark.parametrize(
    "names",
    [
        {"date": "2026-11-28", "time": "21:00", "party_size": 4},
        {"fecha": "2026-11-28", "hora": "21:00", "personas": 4},
        {"fecha": "el sábado", "hora": "9 de la noche", "personas": "cuatro"},
        {"date": "Saturday", "time": "9pm", "party_size": "4 people"},
        {"date": "", "fecha": "28/11", "time": None, "hora": "21h", "party_size": [], "personas": 4.0},
    ],
)
async def test_arguments_go_by_either_name_in_any_everyday_form(desk: Desk, names: dict[str, Any]) -> None:
    answer = await desk.use("verificar_disponibilidad", names)
    assert (answer.date, answer.time, answer.party_size, answer.code) == ("2026-11-28", "21:00", 4, "available")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"date": None}, "missing_date"),
        ({"date": ""}, "missing_date"),
        ({"date": "{{fecha}}"}, "missing_date"),
        ({"date": "pronto"}, "unclear_date"),
        ({"date": "31/2"}, "impossible_date"),
        ({"date": ["sábado"]}, "unclear_date"),
        ({"time": None}, "missing_time"),
        ({"time": "más o menos"}, "unclear_time"),
        ({"time": "25:00"}, "impossible_time"),
        ({"time": {"h": 9}}, "unclear_time"),
        ({"party_size": None}, "missing_party_size"),
        ({"party_size": "unos cuantos"}, "unclear_party_size"),
        ({"party_size": 0}, "impossible_party_size"),
        ({"party_size": -3}, "impossible_party_size"),
        ({"party_size": True}, "unclear_party_size"),
        ({"party_size": 500}, "party_too_large"),
        ({"party_size": 9}, "party_too_large"),
        ({"date": "2026-11-24"}, "past_date"),
        ({"date": "2027-11-24"}, "too_far_ahead"),
        ({"date": "2026-12-01"}, "closed_day"),
        ({"date": "2026-12-25"}, "closed_day"),
        ({"time": "18:00"}, "outside_hours"),
        ({"time": "21:05"}, "time_not_offered"),
        ({"date": "hoy", "time": "09:00"}, "outside_hours"),
    ],
)
@pytest.mark.parametrize("tool", ["check_availability", "create_reservation"])
async def test_what_cannot_be_is_refused_with_its_code_and_books_nothing(
    desk: Desk, tool: str, changes: dict[str, Any], code: str
) -> None:
    answer = await desk.use(tool, wish(**changes))
    assert (answer.ok, answer.code) == (False, code)
    assert answer.say.endswith((".", "?"))
    assert await desk.everything() == []


async def test_what_was_understood_goes_along_with_the_question(desk: Desk) -> None:
    answer = await desk.check(wish(party_size=None))
    assert (answer.date, answer.time, answer.party_size) == ("2026-11-28", "21:00", UNSET)


async def test_a_hopeless_day_is_refused_before_the_time_is_asked_for(desk: Desk) -> None:
    answer = await desk.check({"date": "2026-12-25"})
    assert answer.code == "closed_day"


async def test_a_party_too_large_names_no_date_that_nobody_said(desk: Desk) -> None:
    answer = await desk.check({"party_size": 12})
    assert (answer.code, answer.date, answer.party_size) == ("party_too_large", UNSET, 12)


async def test_a_time_that_may_be_morning_or_evening_is_asked_back(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    card = gaviota()
    early = tuple(
        type(shift)(weekday=shift.weekday, name="Desayuno", opens=480, last_seating=600, closes=660)
        for shift in card.shifts
        if shift.name == "Comida"
    )
    await desk.open(gaviota(shifts=card.shifts + early))
    answer = await desk.book(wish(time="a las nueve"))
    assert (answer.ok, answer.code, answer.time) == (False, "ambiguous_time", UNSET)
    assert answer.say == "¿Sería el sábado 28 a las nueve de la mañana o las nueve de la noche?"
    assert await desk.everything() == []


async def test_a_full_house_is_an_answer_to_the_question_but_no_booking(desk: Desk) -> None:
    await _fill(desk)
    asked, booked = await desk.check(wish(party_size=4)), await desk.book(wish(party_size=4))
    assert (asked.ok, asked.code, asked.available) == (True, "full", False)
    assert (booked.ok, booked.code, booked.available) == (False, "full", False)


async def test_alternatives_are_said_and_told_apart(desk: Desk) -> None:
    await _fill(desk, time="14:00")
    answer = await desk.check(wish(party_size=4, time="15:00"))
    assert answer.alternatives == [
        Slot(date="2026-11-27", time="15:00"),
        Slot(date="2026-11-29", time="15:00"),
        Slot(date="2026-11-28", time="20:00"),
    ]
    assert answer.say.endswith(
        "Puedo ofrecerle mesa el viernes 27 de noviembre a las tres de la tarde, el domingo 29 de noviembre a las tres "
        "de la tarde o el sábado 28 de noviembre a las ocho de la noche."
    )


async def test_a_paused_restaurant_takes_no_bookings(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    await desk.open(gaviota(status=RestaurantStatus.PAUSED))
    assert (await desk.book(wish())).code == "restaurant_paused"


# --- areas ---


@pytest.mark.parametrize("words", ["Terraza", "en la terraza", "fuera", "AL AIRE LIBRE"])
async def test_a_wished_area_is_understood_by_name_and_synonym(desk: Desk, words: str) -> None:
    answer = await desk.book(wish(area=words))
    assert answer.reservation
    assert answer.reservation.area == "Terraza"


async def test_a_full_area_is_offered_elsewhere_and_booked_only_when_the_guest_agrees(desk: Desk) -> None:
    await desk.book(wish(area="terraza"), call="somebody", caller=OTHER)
    asked, tried = await desk.check(wish(zona="terraza")), await desk.book(wish(area="terraza"))
    assert (asked.ok, asked.code, asked.area) == (True, "available_elsewhere", "Salón")
    assert (tried.ok, tried.code, tried.area, tried.available) == (False, "area_full", "Salón", True)
    assert tried.say.endswith(
        "no me queda mesa para dos personas en la zona de Terraza, pero sí en la de Salón. ¿La reservo ahí?"
    )
    agreed = await desk.book(wish(area=tried.area))
    assert agreed.code == "booked"


async def test_a_party_that_the_wished_area_never_seats_is_offered_the_one_that_does(desk: Desk) -> None:
    eight = wish(party_size=8, area="terraza")
    asked, tried = await desk.check(eight), await desk.book(eight)
    assert (asked.code, asked.area) == ("available_elsewhere", "Salón")
    assert (tried.code, tried.area) == ("area_full", "Salón")
    assert (await desk.book(wish(party_size=8))).code == "booked"
    refused = await desk.check(eight, call="call_2", caller=OTHER)
    assert (refused.code, bool(refused.alternatives)) == ("full", True)


async def test_an_area_that_does_not_exist_is_said_so_and_any_is_taken(desk: Desk) -> None:
    asked, booked = await desk.check(wish(area="azotea")), await desk.book(wish(area="azotea"))
    assert (asked.code, booked.code) == ("available", "booked")
    assert asked.say.startswith("No tenemos esa zona, pero el sábado 28 de noviembre a las nueve de la noche sí hay")
    assert booked.say.startswith("No tenemos esa zona, pero queda confirmada la reserva: el sábado")


# --- booking ---


async def test_a_booking_is_in_the_book_with_all_that_was_said(desk: Desk) -> None:
    answer = await desk.use(
        "crear_reserva",
        {
            "fecha": "mañana",
            "hora": "nueve y media de la noche",
            "personas": "cuatro",
            "cliente": "Lucía Fernández",
            "notas": "  cumpleaños\n de Ana ",
            "necesidades": ["trona", "", 7, "celíaco"],
        },
    )
    [kept] = await desk.everything()
    assert answer.reservation
    assert (answer.ok, answer.code, answer.reservation.id) == (True, "booked", kept.id)
    assert (kept.date, kept.time, kept.party_size, kept.name) == ("2026-11-26", "21:30", 4, "Lucía Fernández")
    assert (kept.phone, kept.notes, kept.needs) == (CALLER, "cumpleaños de Ana", ("coeliac", "high_chair", "birthday"))
    assert (kept.status, kept.call_id, len(kept.table_ids)) == ("confirmed", "call_1", 1)
    assert answer.say == (
        "Queda confirmada la reserva: mañana, jueves 26 de noviembre, a las nueve y media de la noche, "
        "cuatro personas, a nombre de Lucía Fernández, con una trona y anotado lo del gluten y lo del cumpleaños. "
        "¡Hasta entonces!"
    )


@pytest.mark.parametrize(
    ("party", "more", "chairs"),
    [
        ("cuatro y un bebé", {}, 1),
        ("dos adultos y dos bebés", {}, 2),
        ("two adults and a baby", {"needs": ["two high chairs"]}, 2),
        ("cuatro y un bebé", {"notes": "trona"}, 1),
        ("cuatro adultos y un niño", {}, 0),
    ],
)
async def test_every_baby_of_the_party_has_a_high_chair(
    desk: Desk, party: str, more: dict[str, Any], chairs: int
) -> None:
    assert (await desk.book(wish(party_size=party, **more))).code == "booked"
    [kept] = await desk.everything()
    assert kept.high_chairs == chairs
    assert ("high_chair" in kept.needs) == bool(chairs)


async def test_a_large_party_gets_joined_tables(desk: Desk) -> None:
    await desk.book(wish(party_size=8))
    [kept] = await desk.everything()
    assert kept.table_ids == ("rest_gaviota_s1", "rest_gaviota_s2")


@pytest.mark.parametrize(
    ("changes", "caller", "code"),
    [
        ({"name": None}, CALLER, "missing_name"),
        ({"name": "cliente"}, CALLER, "missing_name"),
        ({"name": 7}, CALLER, "unclear_name"),
        ({}, "", "missing_phone"),
        ({"phone": "12"}, CALLER, "unclear_phone"),
    ],
)
async def test_who_books_is_asked_when_it_is_not_known(
    desk: Desk, changes: dict[str, Any], caller: str, code: str
) -> None:
    answer = await desk.book(wish(**changes), caller=caller)
    assert (answer.ok, answer.code, answer.date) == (False, code, "2026-11-28")
    assert await desk.everything() == []


async def test_a_number_that_was_given_goes_before_the_one_on_the_line(desk: Desk) -> None:
    await desk.book(wish(telefono="600 99 98 88"))
    assert (await desk.everything())[0].phone == OTHER


async def test_who_books_under_the_number_of_a_guest_does_not_rename_them(desk: Desk) -> None:
    await desk.book(wish(name="Ana"), call="call_1", caller=OTHER)
    booked = await desk.book(wish(name="Luis", phone=OTHER), call="call_2", caller=CALLER)
    assert booked.code == "booked"
    async with desk.database.read() as tx:
        guest = await customers.known(tx, "rest_gaviota", OTHER)
    assert guest
    assert (guest.name, guest.bookings) == ("Ana", 2)


async def test_the_day_is_that_of_the_restaurants_clock(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    await desk.open(gaviota())
    clock.advance(13 * 3_600_000 + 1_800_000)  # 00:30 in Madrid, still the 25th in London
    assert (await desk.check(wish(date="hoy"))).date == "2026-11-26"


# --- once per wish ---

_SPELLINGS = (
    {"date": "el sábado", "time": "a las nueve de la noche", "party_size": "dos", "name": "lucia fernandez"},
    {"fecha": "28/11", "hora": "9pm", "personas": 2.0, "cliente": "LUCÍA FERNÁNDEZ", "telefono": CALLER},
    {"date": "2026-11-28", "time": "a las nueve", "party_size": "2", "name": "Lucía  Fernández"},
)


async def test_the_same_wish_in_other_words_is_booked_once(desk: Desk) -> None:
    first = await desk.book(wish(), invocation="tool_1")
    for number, spelling in enumerate(_SPELLINGS, start=2):
        again = await desk.book(spelling, invocation=f"tool_{number}")
        assert again == first
    assert len(await desk.everything()) == 1
    assert [use.replayed for use in desk.trace] == [False, True, True, True]


async def test_a_retry_is_answered_in_the_language_spoken_by_now(desk: Desk) -> None:
    first = await desk.book(wish(), invocation="tool_1")
    again = await desk.book(wish(language="en"), invocation="tool_1")
    assert (again.reservation, desk.trace[-1].replayed) == (first.reservation, True)
    assert again.say.startswith("Your booking is confirmed: on Saturday, November 28, at nine in the evening")


async def test_another_process_gives_the_same_answer_to_the_retry(desk: Desk, database: Database) -> None:
    elsewhere = Desk(database, FakeClock(desk.clock.now_ms() + 1000))
    await elsewhere.directory.refresh()
    first = await desk.book(wish())
    assert await elsewhere.book(wish()) == first


async def test_two_guests_of_one_call_are_two_bookings(desk: Desk) -> None:
    await desk.book(wish())
    await desk.book(wish(name="Marta Gil", notes="otra mesa"))
    assert {one.name for one in await desk.everything()} == {"Lucía Fernández", "Marta Gil"}


async def test_two_restaurants_never_share_an_answer(desk: Desk) -> None:
    await desk.open(one_table("rest_other", phone="+34910000002"))
    here = await desk.book(wish(), call="")
    there = await desk.book(wish(), call="", restaurant="rest_other")
    assert (here.code, there.code) == ("booked", "booked")
    assert len(await desk.everything("rest_other")) == 1


async def test_a_refusal_is_thought_over_anew(desk: Desk) -> None:
    await _fill(desk)
    refused = await desk.book(wish(party_size=4))
    await desk.cancel(call="filler_Ana", caller=OTHER, arguments={"reservation_id": (await desk.everything())[0].id})
    assert (refused.code, (await desk.book(wish(party_size=4))).code) == ("full", "booked")


async def test_booked_cancelled_and_booked_again_in_one_call_is_a_new_booking(desk: Desk) -> None:
    first = await desk.book(wish(), invocation="tool_1")
    cancelled = await desk.cancel(invocation="tool_2")
    second = await desk.book(wish(), invocation="tool_3")
    assert (first.code, cancelled.code, second.code) == ("booked", "cancelled", "booked")
    assert [one.status for one in await desk.everything()] == ["cancelled", "confirmed"]


async def test_a_late_retry_of_the_first_invocation_does_not_book_what_was_cancelled_since(desk: Desk) -> None:
    first = await desk.book(wish(), invocation="tool_1")
    await desk.cancel(invocation="tool_2")
    assert await desk.book(wish(), invocation="tool_1") == first
    assert [one.status for one in await desk.everything()] == ["cancelled"]


async def test_a_booking_wakes_the_queue_and_writes_to_the_restaurants_own_system(
    database: Database, clock: FakeClock
) -> None:
    desk = Desk(database, clock)
    await desk.open(gaviota(notify_url="https://till.example/hook"))
    await desk.book(wish())
    await desk.book(wish())
    await desk.cancel()
    from appliance.store import tasks

    async with database.read() as tx:
        waiting, total = await tasks.page(tx, state="ready", limit=10, offset=0)
    assert (total, {task.kind for task in waiting}) == (2, {"outbox.deliver"})
    assert desk.wakes > 0


async def test_what_is_added_when_the_booking_is_repeated_is_written_down(desk: Desk) -> None:
    await desk.book(wish(notes="Trona", needs=["highchair"]))
    again = await desk.book(wish(notes="Alergia grave a los frutos secos", needs=["nut_allergy"]))
    assert again.code == "booked"
    await desk.book(wish(notes="Trona"))
    (booked,) = await desk.everything()
    assert booked.notes == "Trona; Alergia grave a los frutos secos"
    assert booked.needs == ("high_chair", "nuts")
    assert [use.replayed for use in desk.trace] == [False, True, True]


async def test_who_books_the_same_under_more_of_the_name_has_one_booking(desk: Desk) -> None:
    first = await desk.book(wish(name="Lucía"), call="call_1")
    second = await desk.book(wish(needs="celíaca"), call="call_1")
    assert first.reservation
    assert second.reservation
    assert (second.code, second.reservation.id) == ("booked", first.reservation.id)
    (one,) = await desk.everything()
    assert one.needs == ("coeliac",)


@pytest.mark.parametrize("other", [{"name": "Marta"}, {"time": "14:00"}, {"date": "2026-11-29"}])
async def test_another_party_of_the_same_number_is_another_booking(desk: Desk, other: dict[str, Any]) -> None:
    await desk.book(wish())
    assert (await desk.book(wish(**other), call="call_2")).code == "booked"
    assert len(await desk.everything()) == 2


@pytest.mark.parametrize(
    ("lang", "end"),
    [
        ("es", "a nombre de Lucía Fernández, con una trona y anotado lo del marisco. ¡Hasta entonces!"),
        (
            "en",
            "under the name Lucía Fernández, with one high chair, and I've noted the shellfish allergy. See you then!",
        ),
    ],
)
async def test_what_the_party_needs_is_read_back_with_the_booking(desk: Desk, lang: str, end: str) -> None:
    answer = await desk.book(wish(needs="una trona", notes="alergia al marisco", language=lang))
    assert answer.say.endswith(end)
    assert await desk.book(wish(language=lang)) == answer


@pytest.mark.parametrize(
    ("notes", "noted"),
    [
        ("alergia al melocotón", "y queda anotado lo de la alergia al melocotón"),
        ("llevamos un perro", "y queda anotado lo del perro, sin poder garantizarlo"),
        ("otra mesa", "a nombre de Lucía Fernández."),
    ],
)
async def test_what_is_told_in_the_notes_alone_is_read_back_too(desk: Desk, notes: str, noted: str) -> None:
    assert noted in (await desk.book(wish(notes=notes))).say
    assert noted in (await desk.modify({"notes": notes, "new_time": "21:30"})).say
    (kept,) = await desk.everything()
    assert kept.notes == notes


@pytest.mark.parametrize("day", ["2026-11-28", "2026-12-31"])
@pytest.mark.parametrize(
    ("lang", "there"), [("es", "dos personas en la zona de Terraza"), ("en", "two people in the Terraza area")]
)
async def test_a_table_in_the_open_air_is_never_given_without_saying_so(
    desk: Desk, day: str, lang: str, there: str
) -> None:
    said = wish(date=day, language=lang)
    for answer in (await desk.check(said), await desk.book(said), await desk.find({"date": day, "language": lang})):
        assert there in answer.say
    moved = await desk.modify({"new_time": "21:30", "language": lang})
    assert there in moved.say


async def test_a_table_at_the_bar_is_never_given_without_saying_so(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    terrace, room = gaviota().areas
    await desk.open(gaviota(areas=(replace(terrace, name="Barra", synonyms=()), room)))
    for answer in (await desk.check(wish()), await desk.book(wish())):
        assert "dos personas en la zona de Barra" in answer.say


async def test_an_area_under_a_roof_is_spoken_of_only_where_it_was_wished_for(desk: Desk) -> None:
    assert "Salón" not in (await desk.book(wish(party_size=4))).say
    assert "Salón" in (await desk.book(wish(party_size=4, area="salón", date="2026-11-29"))).say
