from typing import Any

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from appliance.domain.reservation import ReservationStatus
from appliance.domain.restaurant import RestaurantCard, Table
from appliance.store import reservations
from support.desk import CALLER, NUMBER, OTHER, Desk, gaviota, one_table, wish
from support.staff_desk import StaffDesk

HOUR_MS = 3_600_000


async def _booked(desk: Desk, **changes: Any) -> str:
    """The id of a booking that the caller made in another call."""
    answer = await desk.book(wish(**changes), call=f"before_{desk.clock.new_id('call')}")
    assert answer.reservation, answer
    return answer.reservation.id


async def test_a_caller_hears_of_their_booking_without_being_asked_anything(desk: Desk) -> None:
    id_ = await _booked(desk)
    answer = await desk.use("buscar_reserva")
    assert answer.reservation
    assert (answer.ok, answer.code, answer.reservation.id) == (True, "found", id_)
    assert answer.reservations == [answer.reservation]
    assert answer.say == (
        "Sí, tengo su reserva: el sábado 28 de noviembre a las nueve de la noche, dos personas en la zona de Terraza, "
        "a nombre de Lucía Fernández."
    )


async def test_nobody_hears_of_anothers_booking(desk: Desk) -> None:
    await _booked(desk)
    answers = [
        await desk.find(caller=OTHER),
        await desk.find({"name": "Lucía Fernández"}, caller=OTHER),
        await desk.find({"phone": CALLER, "name": "Pepe"}, caller=OTHER),
        await desk.find({"reservation_id": (await desk.everything())[0].id}, caller=OTHER),
    ]
    assert [(answer.ok, answer.code, answer.reservation) for answer in answers] == [(False, "not_found", UNSET)] * 4


async def test_nobody_cancels_anothers_booking(desk: Desk) -> None:
    await _booked(desk)
    id_ = (await desk.everything())[0].id
    for arguments in ({}, {"reservation_id": id_}, {"phone": CALLER, "name": "Pepe"}, {"phone": CALLER}):
        answer = await desk.cancel(arguments, caller=OTHER)
        assert answer.code in ("not_found", "missing_name")
    assert [one.status for one in await desk.everything()] == ["confirmed"]


async def test_another_number_needs_the_name_too(desk: Desk) -> None:
    await _booked(desk)
    asked = await desk.find({"telefono": "600 111 222"}, caller=OTHER)
    assert (asked.code, asked.say) == ("missing_name", "¿A nombre de quién está la reserva?")
    found = await desk.find({"telefono": "600 111 222", "cliente": "lucia"}, caller=OTHER)
    assert found.code == "found"


async def test_a_caller_who_withholds_the_number_is_asked_for_it(desk: Desk) -> None:
    await _booked(desk)
    asked = await desk.find({"name": "Lucía"}, caller="")
    assert (asked.code, asked.say) == ("missing_phone", "¿Con qué teléfono se hizo la reserva?")
    assert (await desk.cancel({"name": "Lucía", "phone": CALLER}, caller="")).code == "cancelled"


async def test_the_owner_of_the_number_need_not_remember_the_name(desk: Desk) -> None:
    await _booked(desk)
    assert (await desk.find({"name": "Pepe"})).code == "found"


async def test_a_name_chooses_among_the_bookings_of_one_number(desk: Desk) -> None:
    await _booked(desk)
    martas = await _booked(desk, name="Marta Gil")
    answer = await desk.find({"name": "marta"})
    assert answer.reservation
    assert answer.reservation.id == martas


async def test_of_several_bookings_the_guest_is_asked_which(desk: Desk) -> None:
    await _booked(desk)
    await _booked(desk, date="mañana", party_size=4)
    asked, tried = await desk.find(), await desk.cancel()
    assert (asked.ok, asked.code) == (True, "which_one")
    assert (tried.ok, tried.code) == (False, "which_one")
    assert asked.say == (
        "Veo más de una: mañana, jueves 26 de noviembre, a las nueve de la noche para cuatro personas y "
        "el sábado 28 de noviembre a las nueve de la noche para dos personas. ¿Cuál de ellas?"
    )
    assert [one.party_size for one in asked.reservations or []] == [4, 2]
    assert {one.status for one in await desk.everything()} == {"confirmed"}


@pytest.mark.parametrize(
    "said",
    [
        {"date": "el sábado"},
        {"hora": "a las nueve"},
        {"personas": "dos"},
        {"fecha": "28/11", "hora": "21:00", "personas": 2},
    ],
)
async def test_what_is_said_of_the_booking_narrows_the_choice(desk: Desk, said: dict[str, Any]) -> None:
    wanted = await _booked(desk)
    await _booked(desk, date="mañana", time="20:00", party_size=4)
    answer = await desk.cancel(said)
    assert answer.reservation
    assert (answer.code, answer.reservation.id) == ("cancelled", wanted)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"date": "pronto"}, "unclear_date"),
        ({"date": "31/2"}, "impossible_date"),
        ({"time": "luego"}, "unclear_time"),
        ({"party_size": "unos pocos"}, "unclear_party_size"),
        ({"phone": "12"}, "unclear_phone"),
    ],
)
async def test_what_was_said_but_not_understood_is_no_wildcard(desk: Desk, said: dict[str, Any], code: str) -> None:
    await _booked(desk)
    answer = await desk.cancel(said)
    assert (answer.ok, answer.code) == (False, code)
    assert [one.status for one in await desk.everything()] == ["confirmed"]


@pytest.mark.parametrize("said", [{"date": "{{date}}"}, {"date": None, "time": "", "name": "null"}])
async def test_an_empty_argument_says_nothing_of_the_booking(desk: Desk, said: dict[str, Any]) -> None:
    await _booked(desk)
    assert (await desk.find(said)).code == "found"


async def test_a_booking_of_another_day_is_not_cancelled_for_want_of_a_better(desk: Desk) -> None:
    await _booked(desk)
    assert (await desk.cancel({"date": "mañana"})).code == "another_found"
    assert [one.status for one in await desk.everything()] == ["confirmed"]


@pytest.mark.parametrize("use", ["find_reservation", "cancel_reservation"])
@pytest.mark.parametrize(
    ("said", "first"),
    [
        ({"date": "el viernes"}, "No la veo el viernes 27 de noviembre."),
        ({"date": "2026-12-01", "time": "14:00"}, "No la veo el martes 1 de diciembre."),
        ({"date": "el sábado", "time": "22:00"}, "Esa no la veo."),
        ({"party_size": 5}, "Esa no la veo."),
        ({"date": "el viernes que viene", "party_size": 4}, "Esa no la veo."),
    ],
)
async def test_a_guest_hears_of_the_booking_they_have_around_then_and_is_asked(
    desk: Desk, use: str, said: dict[str, Any], first: str
) -> None:
    id_ = await _booked(desk)
    answer = await desk.use(use, said, call="call_2")
    assert (answer.ok, answer.code, answer.reservation) == (False, "another_found", UNSET)
    assert [one.id for one in answer.reservations or []] == [id_]
    assert answer.say == (
        f"{first} Sí veo esta: el sábado 28 de noviembre a las nueve de la noche para dos personas. ¿Es la que busca?"
    )
    assert [one.status for one in await desk.everything()] == ["confirmed"]
    assert (await desk.use(use, {"reservation_id": id_}, call="call_2")).ok


async def test_of_several_around_then_all_are_asked_about(desk: Desk) -> None:
    for date in ("2026-11-26", "2026-11-28"):
        await _booked(desk, date=date)
    answer = await desk.cancel({"date": "el viernes", "language": "en"})
    assert answer.say == (
        "I don't see it on Friday, November 27. I do see these: tomorrow, Thursday, November 26, at nine in the "
        "evening for two people and on Saturday, November 28, at nine in the evening for two people. "
        "Is it one of them?"
    )


async def test_a_booking_of_another_week_is_not_offered_instead(desk: Desk) -> None:
    await _booked(desk)
    assert (await desk.find({"date": "2026-12-02"})).code == "not_found"
    assert (await desk.find({"date": "2026-11-24"})).code == "not_found"


async def test_nobody_hears_of_what_another_has_around_then(desk: Desk) -> None:
    await _booked(desk)
    said = {"date": "el viernes", "phone": CALLER}
    for who in ({}, {"name": "Pepe Gil"}):
        for tool in ("find_reservation", "cancel_reservation", "modify_reservation"):
            answer = await desk.use(tool, said | who | {"new_time": "22:00"}, caller=OTHER)
            assert (answer.code, answer.reservations) in [("missing_name", UNSET), ("not_found", UNSET)]
    assert (await desk.find(said | {"name": "Lucía"}, caller=OTHER)).code == "another_found"


async def test_cancelling_asks_nothing_it_knows_and_frees_the_table(desk: Desk) -> None:
    await desk.open(one_table(phone="+34910000002"))
    await desk.book(wish(), restaurant="rest_one")
    assert (await desk.check(wish(), restaurant="rest_one", call="c2", caller=OTHER)).code == "full"
    answer = await desk.use("cancelar_reserva", restaurant="rest_one", call="c3")
    assert answer.say == (
        "Su reserva del sábado 28 de noviembre a las nueve de la noche queda cancelada. Gracias por avisarnos."
    )
    assert answer.reservation
    assert (answer.ok, answer.reservation.status) == (True, "cancelled")
    assert (await desk.check(wish(), restaurant="rest_one", call="c2")).code == "available"


async def test_cancelling_once_more_in_the_call_is_answered_the_same(desk: Desk) -> None:
    await _booked(desk)
    first = await desk.cancel(invocation="tool_1")
    assert await desk.cancel(invocation="tool_1") == first
    assert await desk.cancel(invocation="tool_2") == first


async def test_cancelling_what_an_earlier_call_cancelled_is_nothing_to_worry_about(desk: Desk) -> None:
    id_ = await _booked(desk)
    await desk.cancel(call="call_1")
    answer = await desk.cancel(call="call_2")
    assert answer.reservation
    assert (answer.ok, answer.code, answer.reservation.id) == (True, "already_cancelled", id_)
    assert (await desk.cancel(call="call_3", caller=OTHER)).code == "not_found"


async def test_of_two_bookings_the_second_is_cancelled_after_the_first(desk: Desk) -> None:
    await _booked(desk)
    await _booked(desk, date="mañana")
    assert (await desk.cancel({"date": "mañana"})).date == "2026-11-26"
    assert (await desk.cancel()).date == "2026-11-28"


async def test_a_booking_that_is_over_is_neither_found_nor_cancelled(desk: Desk) -> None:
    await _booked(desk, date="hoy", time="14:00")
    desk.clock.advance(4 * HOUR_MS)  # 15:00, they are at table
    assert (await desk.find()).code == "found"
    desk.clock.advance(2 * HOUR_MS)
    assert (await desk.find()).code == "not_found"
    assert (await desk.cancel()).code == "not_found"


async def test_the_same_guest_of_two_restaurants_hears_of_one_only(desk: Desk) -> None:
    await desk.open(one_table(phone="+34910000002"))
    await desk.book(wish(), restaurant="rest_one")
    assert (await desk.find()).code == "not_found"


async def test_a_booking_under_another_name_is_not_cancelled_in_place_of_the_one_meant(desk: Desk) -> None:
    await desk.book(wish())
    asked = await desk.cancel({"name": "Pedro Gómez"}, call="call_2")
    assert (asked.ok, asked.code, asked.reservation) == (False, "another_found", UNSET)
    assert asked.say == (
        "A ese nombre no la veo. Sí veo esta: el sábado 28 de noviembre a las nueve de la noche para dos personas. "
        "¿Es la que busca?"
    )
    assert [one.status for one in await desk.everything()] == ["confirmed"]
    assert (await desk.find({"name": "Pedro Gómez"}, call="call_2")).code == "found"


@pytest.mark.parametrize(("use", "done"), [("cancel_reservation", "cancelled"), ("modify_reservation", "modified")])
async def test_who_gives_the_name_a_booking_had_before_is_asked_and_then_served(
    desk: Desk, use: str, done: str
) -> None:
    await _booked(desk)
    await desk.modify({"new_name": "Marta Soler"}, call="call_2")
    said = {"name": "Lucía Fernández", "new_time": "22:00"}
    asked = await desk.use(use, said, call="call_3")
    assert (asked.code, [one.name for one in asked.reservations or []]) == ("another_found", ["Marta Soler"])
    yes = said | {"reservation_id": (asked.reservations or [])[0].id}
    assert (await desk.use(use, yes, call="call_3")).code == done


async def test_who_gives_another_name_hears_first_of_what_else_is_as_they_say(desk: Desk) -> None:
    for date in ("2026-11-27", "2026-11-28"):
        await _booked(desk, date=date)
    asked = await desk.cancel({"name": "Pedro", "date": "2026-11-28"}, call="call_2")
    assert (asked.code, [one.date for one in asked.reservations or []]) == ("another_found", ["2026-11-28"])


async def test_from_another_number_the_name_a_booking_had_before_is_not_enough(desk: Desk) -> None:
    id_ = await _booked(desk)
    await desk.modify({"new_name": "Marta Soler"}, call="call_2")
    said = {"phone": CALLER, "name": "Lucía Fernández", "reservation_id": id_}
    for use in ("find_reservation", "cancel_reservation", "modify_reservation"):
        answer = await desk.use(use, said | {"new_time": "22:00"}, caller=OTHER, call="call_3")
        assert (answer.code, answer.reservations) == ("not_found", UNSET)
    assert (await desk.find({"phone": CALLER, "name": "Marta"}, caller=OTHER, call="call_3")).code == "found"


async def test_without_a_call_a_cancellation_is_not_taken_for_a_repetition(desk: Desk) -> None:
    await desk.book(wish(), call="")
    assert (await desk.cancel(call="")).code == "cancelled"
    await desk.book(wish(time="22:00"), call="")
    assert (await desk.cancel(call="")).code == "cancelled"
    assert {one.status for one in await desk.everything()} == {"cancelled"}


async def test_a_cancellation_repeated_in_fewer_words_does_not_take_the_next_booking(desk: Desk) -> None:
    await desk.book(wish())
    await desk.book(wish(date="2026-11-29", time="14:00"))
    assert (await desk.cancel({"date": "2026-11-28"})).code == "cancelled"
    asked = await desk.cancel()
    assert (asked.ok, asked.code) == (False, "cancel_too")
    assert "domingo 29 de noviembre" in asked.say
    assert (await desk.cancel({"date": "2026-11-29"})).code == "cancelled"


async def test_one_who_cancels_without_details_is_not_asked_for_any(desk: Desk) -> None:
    await desk.book(wish())
    assert (await desk.cancel(call="call_2")).code == "cancelled"


async def test_a_booking_the_staff_have_yet_to_confirm_is_not_said_to_stand(desk: Desk) -> None:
    await StaffDesk(desk).write_down(phone=CALLER, status="pending")
    answer = await desk.find()
    assert answer.reservation
    assert (answer.code, answer.reservation.status) == ("found", "pending")
    assert answer.say.endswith("dos personas en la zona de Terraza, a nombre de Ana Ruiz. Todavía está por confirmar.")


async def test_a_booking_that_is_moved_before_it_is_confirmed_is_still_not_said_to_stand(desk: Desk) -> None:
    await StaffDesk(desk).write_down(phone=CALLER, status="pending")
    answer = await desk.modify({"new_time": "21:30", "new_area": "azotea"})
    assert answer.reservation
    assert (answer.code, answer.reservation.status) == ("modified", "pending")
    assert answer.say.startswith("No tenemos esa zona, pero su reserva queda para el sábado")
    assert answer.say.endswith("a nombre de Ana Ruiz. Todavía está por confirmar.")


async def test_the_area_that_a_guest_wished_for_is_read_back(desk: Desk) -> None:
    answers = [
        await desk.check(wish(area="fuera")),
        await desk.book(wish(area="fuera")),
        await desk.book(wish(area="fuera")),  # a retry
        await desk.find(call="call_2"),
        await desk.modify({"new_time": "21:30"}, call="call_2"),
        await desk.modify({"new_time": "21:30"}, call="call_2"),
        await desk.find({"language": "en"}, call="call_2"),
    ]
    assert [answer.code for answer in answers] == "available booked booked found modified modified found".split()
    said = ["dos personas en la zona de Terraza"] * 6 + ["two people in the Terraza area"]
    assert all(words in answer.say for words, answer in zip(said, answers, strict=True)), answers


async def test_an_indoor_area_that_nobody_wished_for_is_not_read_out(desk: Desk) -> None:
    four = wish(party_size=4)
    answers = [await desk.check(four), await desk.book(four), await desk.find(call="call_2")]
    assert [answer.area for answer in answers] == ["Salón"] * 3
    assert not any("zona" in answer.say for answer in answers)


@pytest.mark.parametrize("tool", ["find_reservation", "cancel_reservation", "modify_reservation"])
async def test_a_table_kept_from_the_waiting_list_is_not_called_a_booking(desk: Desk, tool: str) -> None:
    await desk.open(one_table(phone="+34910000002"))
    one = {"restaurant": "rest_one"}
    await desk.book(wish(name="Bruno"), caller=OTHER, **one)
    await desk.wait(wish(), call="call_2", **one)
    await desk.book(wish(time="14:00"), call="call_2", **one)
    await desk.cancel(call="call_3", caller=OTHER, **one)
    asked = await desk.use(tool, {"new_party_size": 3}, call="call_4", **one)
    assert asked.code == "which_one"
    assert asked.say == (
        "Veo más de una: el sábado 28 de noviembre a las dos de la tarde para dos personas y una mesa que le guardamos "
        "de la lista de espera, el sábado 28 de noviembre a las nueve de la noche para dos personas. ¿Cuál de ellas?"
    )
    assert [one.kept_for_you for one in asked.reservations or []] == [UNSET, True]


async def test_bookings_that_nothing_tells_apart_are_for_a_person(desk: Desk) -> None:
    area, four = "rest_four_terraza", {"restaurant": "rest_four"}
    tables = tuple(Table(id=f"four_{number}", name=f"F{number}", area_id=area, capacity=2) for number in range(4))
    await desk.open(gaviota("rest_four", phone="+34910000004", tables=tables, combinations=()))
    for number in range(4):
        await StaffDesk(desk, "rest_four").write_down(phone=CALLER, tables=[f"F{number}"])
    asked = await desk.cancel({"date": "2026-11-28", "time": "21:00"}, call="call_9", **four)
    assert (asked.ok, asked.code, len(asked.reservations or [])) == (False, "which_one", 4)
    assert asked.say.startswith("Veo varias reservas iguales: el sábado 28 de noviembre a las nueve de la noche")
    assert asked.say.endswith(("¿Le paso con un compañero o prefiere que tome nota?", "lo paso al equipo?"))


async def test_who_repeats_a_booking_that_is_not_confirmed_yet_hears_so(desk: Desk) -> None:
    await desk.book(wish())
    (one,) = await desk.everything()
    async with desk.books.writing("rest_gaviota") as tx:
        await reservations.replace(tx, replace(one, status=ReservationStatus.PENDING))
    assert "por confirmar" in (await desk.book(wish())).say


async def test_of_many_bookings_none_is_read_out(desk: Desk) -> None:
    for day in ("2026-11-26", "2026-11-27", "2026-11-28", "2026-11-29"):
        await _booked(desk, date=day)
    asked = await desk.cancel()
    assert (asked.code, len(asked.reservations or [])) == ("which_one", 4)
    assert asked.say == "Veo varias. ¿De qué día y a qué hora es la que busca?"


GIVEN = {"phone": OTHER, "name": "Lucía Fernández"}


@pytest.mark.parametrize(
    ("tool", "said", "code"),
    [
        ("find_reservation", {}, "found"),
        ("modify_reservation", {"new_time": "21:30"}, "modified"),
        ("cancel_reservation", {}, "cancelled"),
    ],
)
async def test_a_number_given_in_this_call_is_not_asked_for_again(
    desk: Desk, tool: str, said: dict[str, Any], code: str
) -> None:
    made = await desk.book(wish(**GIVEN), caller="")
    answer = await desk.use(tool, said, caller="")
    assert made.reservation
    assert answer.code == code
    told = answer.reservation or answer.reservations
    assert made.reservation.id in str(told)
    assert (await desk.use(tool, said, caller="", call="call_2")).code == "missing_phone"


async def test_who_gave_a_number_in_this_call_hears_of_no_other_guest_s_booking_under_it(desk: Desk) -> None:
    await desk.book(wish(name="Marta Soler", time="14:00"), caller=OTHER, call="before")
    made = await desk.book(wish(**GIVEN), caller="")
    answer = await desk.find(caller="")
    assert made.reservation
    assert isinstance(answer.reservations, list)
    assert [one.id for one in answer.reservations] == [made.reservation.id]
    assert (await desk.cancel({"time": "14:00"}, caller="")).code != "cancelled"


# --- bookings by one first name ---

_ALIKE = {"party_size": 4, "phone": OTHER}


async def _three_lucias(desk: Desk) -> None:
    """All that they do not share is a surname."""
    await desk.open(_with_four_tables())
    for surname in ("Fernández", "Gil", "Soler"):
        said = wish(name=f"Lucía {surname}", **_ALIKE, notes="otra mesa")
        assert (await desk.book(said, caller=OTHER, call=surname, restaurant="rest_big")).code == "booked"


def _with_four_tables() -> RestaurantCard:
    tables = (Table(id=f"big_{n}", name=f"S{n}", area_id="rest_big_salon", capacity=4) for n in range(4))
    return gaviota("rest_big", tables=tuple(tables), combinations=())


@pytest.mark.parametrize("tool", ["find_reservation", "modify_reservation", "cancel_reservation"])
async def test_of_bookings_by_one_first_name_the_surname_is_asked_for(desk: Desk, tool: str) -> None:
    await _three_lucias(desk)
    said: dict[str, Any] = {"name": "Lucía", "phone": OTHER}
    asked = await desk.use(tool, said, restaurant="rest_big")
    assert (asked.code, asked.say) == ("which_one", "Veo varias a ese nombre. ¿Con qué apellido está la que busca?")
    found = await desk.use(tool, said | {"name": "Lucía Gil", "new_time": "21:30"}, restaurant="rest_big")
    assert found.reservation
    assert found.reservation.name == "Lucía Gil"


async def test_who_says_all_of_a_name_means_no_booking_by_half_of_it(desk: Desk) -> None:
    await desk.open(_with_four_tables())
    for name in ("Ana", "Lucía Gil"):
        await desk.book(wish(name=name, notes="otra mesa"), caller=OTHER, call=name, restaurant="rest_big")
    await desk.modify({"name": "Ana", "new_name": "Lucía"}, caller=OTHER, restaurant="rest_big")
    said = {"name": "Lucía Gil", "phone": OTHER}
    gone = await desk.cancel(said, restaurant="rest_big")
    assert gone.reservation
    assert (gone.code, gone.reservation.name) == ("cancelled", "Lucía Gil")


# --- what was given before in the call ---


@pytest.mark.parametrize("first", ["join_waitlist", "create_reservation"])
@pytest.mark.parametrize("then", ["join_waitlist", "create_reservation", "find_reservation", "modify_reservation"])
async def test_a_number_that_was_given_once_in_a_call_is_not_asked_for_again(desk: Desk, first: str, then: str) -> None:
    full = "2026-11-29"
    for size in (8, 2):
        await desk.book(wish(date=full, party_size=size, name=f"Bruno {size}"), caller=OTHER, call=f"before_{size}")
    day = full if first == "join_waitlist" else "2026-11-30"
    assert (await desk.use(first, wish(date=day, phone=CALLER), caller="")).ok
    other = {"join_waitlist": wish(date=full, time="21:30"), "create_reservation": wish(date="2026-12-02")}
    answer = await desk.use(then, other.get(then, {"new_party_size": 1}), caller="")
    assert answer.ok, answer.say
    assert (await desk.use(then, other.get(then, {}), caller="", call="call_2")).code == "missing_phone"


@pytest.mark.parametrize("name", ["", "Rosa Gil"])
@pytest.mark.parametrize("tool", ["find_reservation", "modify_reservation", "cancel_reservation"])
async def test_what_the_call_has_booked_under_another_number_is_the_callers_too(
    desk: Desk, tool: str, name: str
) -> None:
    booked = await desk.book(wish(name="Rosa Gil", phone=OTHER))
    answer = await desk.use(tool, {"new_time": "22:00", "name": name} if "modify" in tool else {"name": name})
    assert answer.ok, answer.say
    assert answer.reservation
    assert booked.reservation
    assert answer.reservation.id == booked.reservation.id


async def test_of_the_callers_own_and_what_the_call_has_booked_for_another_it_is_asked_which(desk: Desk) -> None:
    own = await _booked(desk, date="2026-11-27")
    await desk.book(wish(name="Rosa Gil", phone=OTHER))
    for answer in (await desk.modify({"new_time": "22:00"}), await desk.cancel()):
        assert (answer.ok, answer.code) == (False, "which_one")
        assert [one.date for one in answer.reservations or []] == ["2026-11-27", "2026-11-28"]
    hers = await desk.cancel({"date": "2026-11-28"})
    assert hers.code == "cancelled"
    assert [one.id for one in await desk.everything() if one.status is ReservationStatus.CONFIRMED] == [own]


async def test_in_another_call_the_other_number_is_asked_for(desk: Desk) -> None:
    await desk.book(wish(name="Rosa Gil", phone=OTHER))
    assert (await desk.find({"name": "Rosa Gil"}, call="call_2")).code == "not_found"


async def test_of_the_other_number_a_caller_hears_only_what_the_call_has_booked(desk: Desk) -> None:
    await desk.book(wish(date="2026-11-30", name="Rosa Gil"), caller=OTHER, call="before")
    await desk.book(wish(name="Rosa Gil", phone=OTHER))
    found = await desk.find()
    assert [one.date for one in found.reservations or []] == ["2026-11-28"]


async def test_a_place_in_the_list_that_the_call_has_taken_under_another_number_is_the_callers_too(desk: Desk) -> None:
    for size in (8, 2):
        await desk.book(wish(party_size=size, name=f"Bruno {size}"), caller="+34600000003", call=f"before_{size}")
    assert (await desk.wait(wish(name="Rosa Gil", phone=OTHER))).code == "waitlisted"
    assert (await desk.find()).code == "waitlisted"
    assert (await desk.cancel()).code == "cancelled"


# --- the house's own number ---


@pytest.mark.parametrize("context", [{"caller": ""}, {"caller": NUMBER}])
async def test_the_number_of_the_house_is_nobody_s(desk: Desk, context: dict[str, Any]) -> None:
    asked = await desk.book(wish(phone="910 00 00 01"), **context)
    assert (asked.code, asked.say) == ("missing_phone", "¿Me deja un teléfono de contacto, por favor?")


async def test_who_calls_from_their_own_number_is_reached_under_it(desk: Desk) -> None:
    await desk.book(wish(phone=NUMBER))
    assert [one.phone for one in await desk.everything()] == [CALLER]


# --- which of two of one day ---


@pytest.mark.parametrize("words", ["la de la noche", "la de cenar", "the dinner one", "the one in the evening"])
async def test_the_meal_said_where_a_date_is_expected_tells_two_bookings_of_a_day_apart(desk: Desk, words: str) -> None:
    await desk.book(wish(time="14:00"), call="lunch")
    await desk.book(wish(), call="dinner")
    found = await desk.find({"date": words})
    assert found.reservation
    assert found.reservation.time == "21:00"
