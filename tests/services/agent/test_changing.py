from typing import Any

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from appliance.domain.reservation import ReservationStatus
from appliance.domain.restaurant import Shift
from support.desk import CALLER, OTHER, Desk, gaviota, one_table, wish
from support.sound_book import assert_sound
from support.staff_desk import StaffDesk

LATE = tuple(
    Shift(weekday=day, name="Noche", opens=1320, last_seating=1470, closes=1560, turn_minutes=60) for day in range(7)
)


async def booked(desk: Desk, **changes: Any) -> str:
    answer = await desk.book(wish(**changes))
    assert answer.reservation
    return answer.reservation.id


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        ({"new_time": "21:30"}, ("2026-11-28", "21:30", 2)),
        ({"nueva_hora": "las diez menos cuarto de la noche"}, ("2026-11-28", "21:45", 2)),
        ({"new_date": "el domingo"}, ("2026-11-29", "21:00", 2)),
        ({"nueva_fecha": "2026-11-29", "nueva_hora": "14:00"}, ("2026-11-29", "14:00", 2)),
        ({"new_party_size": "cuatro"}, ("2026-11-28", "21:00", 4)),
        ({"nuevas_personas": 8}, ("2026-11-28", "21:00", 8)),
        ({"time": "22:00"}, ("2026-11-28", "22:00", 2)),
        ({"date": "el domingo", "party_size": 3}, ("2026-11-29", "21:00", 3)),
        ({"date": "2026-11-28", "time": "21:00", "new_time": "20:00"}, ("2026-11-28", "20:00", 2)),
    ],
)
async def test_a_booking_becomes_what_is_said_and_stays_the_rest(
    desk: Desk, said: dict[str, Any], becomes: tuple[str, str, int]
) -> None:
    id_ = await booked(desk)
    answer = await desk.modify(said, call="call_2")
    assert (answer.ok, answer.code, answer.reservation and answer.reservation.id) == (True, "modified", id_)
    (one,) = await assert_sound(desk.database, "rest_gaviota")
    assert (one.date, one.time, one.party_size) == becomes
    assert (one.status, one.name, one.phone) == (ReservationStatus.CONFIRMED, "Lucía Fernández", CALLER)


async def test_it_is_said_what_the_booking_has_become(desk: Desk) -> None:
    await booked(desk)
    answer = await desk.modify({"new_time": "21:30", "new_party_size": 4}, call="call_2")
    assert answer.say == (
        "Hecho: su reserva queda para el sábado 28 de noviembre a las nueve y media de la noche, "
        "cuatro personas, a nombre de Lucía Fernández."
    )


async def test_what_the_party_needs_is_read_back_with_what_the_booking_has_become(desk: Desk) -> None:
    await booked(desk, needs="una trona y alergia al marisco")
    answer = await desk.modify({"new_time": "21:30"}, call="call_2")
    assert answer.say.endswith("a nombre de Lucía Fernández, con una trona y anotado lo del marisco.")
    english = await desk.modify({"needs": "two high chairs", "language": "en"}, call="call_3")
    assert english.say.endswith("with two high chairs, and I've noted the shellfish allergy.")
    assert english.reservation
    assert (english.reservation.needs, english.reservation.high_chairs) == (["shellfish", "high_chair"], 2)


@pytest.mark.parametrize("said", [{"new_name": "Marta Soler"}, {"nuevo_nombre": "a nombre de Marta Soler"}])
async def test_a_booking_goes_by_its_new_name(desk: Desk, said: dict[str, Any]) -> None:
    await booked(desk)
    (before,) = await desk.everything()
    answer = await desk.modify({"name": "Lucía Fernández"} | said, call="call_2")
    assert (answer.code, answer.reservation and answer.reservation.name) == ("modified", "Marta Soler")
    assert answer.say.endswith("a nombre de Marta Soler.")
    (one,) = await desk.everything()
    assert one == replace(before, name="Marta Soler", updated_at=one.updated_at)


async def test_a_new_name_goes_with_a_new_time(desk: Desk) -> None:
    await booked(desk)
    await desk.modify({"new_name": "Marta", "new_time": "21:30"}, call="call_2")
    (one,) = await desk.everything()
    assert (one.name, one.time) == ("Marta", "21:30")


async def test_a_second_new_name_of_the_same_call_is_a_change_of_its_own(desk: Desk) -> None:
    await booked(desk)
    for name in ("Marta", "Marta Soler"):
        answer = await desk.modify({"new_name": name}, call="call_2")
        assert answer.reservation
        assert answer.reservation.name == name


async def test_the_old_name_stays_when_the_new_time_cannot_be(desk: Desk) -> None:
    await booked(desk)
    await desk.modify({"new_name": "Marta", "new_time": "18:00"}, call="call_2")
    (one,) = await desk.everything()
    assert one.name == "Lucía Fernández"


async def test_whoever_does_not_know_the_name_changes_none(desk: Desk) -> None:
    await booked(desk)
    answer = await desk.modify({"new_name": "Marta", "phone": CALLER, "name": "Otra"}, call="c", caller=OTHER)
    assert answer.code == "not_found"
    assert (await desk.modify({"new_name": "Marta", "phone": CALLER}, call="c", caller=OTHER)).code == "missing_name"


async def test_a_booking_may_move_into_time_that_it_holds_itself(desk: Desk) -> None:
    await desk.open(one_table(phone="+34910000009"))
    await desk.book(wish(), restaurant="rest_one")
    answer = await desk.modify({"new_time": "21:30"}, restaurant="rest_one", call="call_2")
    assert answer.code == "modified"
    await assert_sound(desk.database, "rest_one")


async def test_the_old_booking_stays_when_the_new_time_is_full(desk: Desk) -> None:
    await desk.open(one_table(phone="+34910000009"))
    one = {"restaurant": "rest_one"}
    await desk.book(wish(time="21:00"), **one)
    await desk.book(wish(time="14:00"), **one, call="call_2", caller=OTHER)
    before = await desk.everything("rest_one")
    answer = await desk.modify({"new_time": "14:30"}, **one, call="call_3")
    assert (answer.ok, answer.code) == (False, "full")
    assert answer.say.startswith("Su reserva sigue como estaba.")
    assert answer.alternatives
    assert await desk.everything("rest_one") == before


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"new_date": "el martes"}, "closed_day"),
        ({"new_date": "2020-01-01"}, "past_date"),
        ({"new_date": "cuando sea"}, "unclear_date"),
        ({"new_time": "18:00"}, "outside_hours"),
        ({"new_time": "a las tantas"}, "unclear_time"),
        ({"new_party_size": 40}, "party_too_large"),
        ({"new_party_size": "un montón"}, "unclear_party_size"),
        ({"new_name": "mi marido"}, "unclear_name"),
        ({"new_name": "{{new_name}}"}, "missing_change"),
        ({}, "missing_change"),
    ],
)
async def test_what_cannot_be_changes_nothing(desk: Desk, said: dict[str, Any], code: str) -> None:
    await booked(desk)
    before = await desk.everything()
    answer = await desk.modify(said, call="call_2")
    assert (answer.ok, answer.code) == (False, code)
    assert await desk.everything() == before


async def test_a_change_of_what_nobody_booked_finds_nothing(desk: Desk) -> None:
    assert (await desk.modify({"new_time": "21:30"})).code == "not_found"


async def test_another_guest_s_booking_is_not_moved(desk: Desk) -> None:
    await booked(desk)
    answer = await desk.modify({"new_time": "21:30", "phone": CALLER, "name": "Otra Persona"}, call="c", caller=OTHER)
    assert (answer.code, answer.reservation) == ("not_found", UNSET)


async def test_with_two_bookings_it_is_asked_which_and_the_one_named_is_moved(desk: Desk) -> None:
    await booked(desk)
    second = await booked(desk, date="2026-11-29")
    assert (await desk.modify({"new_time": "22:00"}, call="call_2")).code == "which_one"
    answer = await desk.modify({"date": "2026-11-29", "new_time": "22:00"}, call="call_2")
    assert answer.reservation
    assert (answer.reservation.id, answer.reservation.time) == (second, "22:00")


async def test_a_retry_hears_the_same_and_moves_nothing_twice(desk: Desk) -> None:
    await booked(desk)
    first = await desk.modify({"new_time": "21:30"}, call="call_2", invocation="tool_1")
    again = await desk.modify({"new_time": "21:30"}, call="call_2", invocation="tool_1")
    assert again == first
    assert [use.replayed for use in desk.trace if use.tool == "modify_reservation"] == [False, True]


async def test_there_and_back_again_are_two_changes(desk: Desk) -> None:
    await booked(desk)
    for time in ("21:30", "21:00", "21:30"):
        answer = await desk.modify({"new_time": time}, call="call_2")
        assert answer.time == time
    ((one),) = await desk.everything()
    assert one.time == "21:30"


async def test_what_is_added_is_kept_beside_what_was_said_before(desk: Desk) -> None:
    await booked(desk, notes="cumpleaños de la abuela", needs=["trona"])
    await desk.modify({"new_time": "21:30", "notes": "llegan tarde", "needs": ["sin gluten"]}, call="c2")
    ((one),) = await desk.everything()
    assert one.notes == "cumpleaños de la abuela; llegan tarde"
    assert set(one.needs) == {"high_chair", "birthday", "coeliac"}


async def test_a_baby_who_comes_along_after_all_has_a_high_chair(desk: Desk) -> None:
    await booked(desk)
    await desk.modify({"new_party_size": "dos adultos y un bebé"}, call="c2")
    ((one),) = await desk.everything()
    assert (one.party_size, one.needs, one.high_chairs) == (3, ("high_chair",), 1)


async def test_who_had_no_high_chair_has_one_where_the_booking_goes_if_there_is_one(desk: Desk) -> None:
    home = {"restaurant": "rest_chairs"}
    await desk.open(gaviota("rest_chairs", high_chairs=1, phone="+34910000008"))
    await desk.book(wish(name="Bruno", needs="trona"), caller=OTHER, call="before", **home)
    short = await desk.book(wish(needs="trona"), **home)
    assert short.reservation
    assert short.reservation.chairs_short is True
    moved = await desk.modify({"new_date": "domingo"}, call="call_2", **home)
    assert moved.reservation
    assert moved.reservation.high_chairs == 1
    assert "con una trona" in moved.say
    back = await desk.modify({"new_date": "sábado"}, call="call_3", **home)
    assert back.say.startswith("A esa hora ya no me quedan tronas.")


async def test_the_terrace_is_not_left_without_asking(desk: Desk) -> None:
    await booked(desk, area="terraza")
    answer = await desk.modify({"new_party_size": 4}, call="call_2")
    assert (answer.ok, answer.code, answer.area) == (False, "area_full", "Salón")
    assert answer.say.startswith("Su reserva sigue como estaba.")
    moved = await desk.modify({"new_party_size": 4, "new_area": "salón"}, call="call_2")
    assert (moved.code, moved.area) == ("modified", "Salón")


async def test_a_booking_of_the_small_hours_moves_with_its_night(desk: Desk) -> None:
    await desk.open(gaviota("rest_late", shifts=LATE, phone="+34910000007"))
    await desk.book(wish(date="viernes", time="00:30"), restaurant="rest_late")
    moved = await desk.modify({"new_date": "el sábado"}, restaurant="rest_late", call="call_2")
    assert (moved.code, moved.date, moved.time) == ("modified", "2026-11-29", "00:30")


async def test_the_restaurant_s_own_system_hears_of_a_change(desk: Desk) -> None:
    await desk.open(replace(gaviota("rest_told", phone="+34910000008"), notify_url="http://127.0.0.1:1/hook"))
    await desk.book(wish(), restaurant="rest_told")
    await desk.modify({"new_time": "21:30"}, restaurant="rest_told", call="call_2")
    assert await desk.topics() == ["reservation.created", "reservation.updated"]


async def test_a_party_that_sits_is_not_moved_or_cancelled_on_the_phone(desk: Desk) -> None:
    await desk.book(wish(date="hoy", time="14:00"))
    staff = StaffDesk(desk)
    staff.go_to("2026-11-25T14:00")
    (one,) = await desk.everything()
    seated = await staff.act("seat", one)
    assert (await desk.modify({"new_date": "2026-11-28"}, call="call_2")).code == "not_found"
    assert (await desk.cancel(call="call_2")).code == "not_found"
    assert await desk.everything() == [seated]


@pytest.mark.parametrize(
    "booked",
    [
        {"time": "20:10", "tables": ["S1"]},
        {"party_size": 12, "tables": ["S1", "S2"]},
        {"tables": ["S1"]},
        {"date": "2026-11-25", "time": "13:00"},
    ],
)
async def test_an_allergy_is_noted_whatever_the_rules_say_of_the_booking(desk: Desk, booked: dict[str, Any]) -> None:
    staff = StaffDesk(desk)
    one = await staff.write_down(phone=CALLER, **booked)
    staff.go_to("2026-11-25T12:45")
    answer = await desk.modify({"notes": "alergia a los frutos secos"})
    (told,) = await desk.everything()
    assert (answer.code, told.table_ids, told.starts_at) == ("modified", one.table_ids, one.starts_at)
    assert "nuts" in told.needs


@pytest.mark.parametrize("said", [{"date": "el viernes"}, {"time": "22:00"}, {"date": "2026-11-27", "time": "21:00"}])
@pytest.mark.parametrize("remark", [{"notes": "uno es celíaco"}, {"needs": ["trona"]}])
async def test_a_wrong_day_or_hour_beside_a_remark_moves_nothing(
    desk: Desk, said: dict[str, Any], remark: dict[str, Any]
) -> None:
    await desk.book(wish())
    before = await desk.everything()
    answer = await desk.modify(said | remark, call="call_2")
    assert (answer.ok, answer.code) == (False, "another_found")
    assert await desk.everything() == before


async def test_the_right_day_beside_a_remark_tells_which_booking_it_is_for(desk: Desk) -> None:
    await desk.book(wish())
    await desk.book(wish(date="2026-11-29"), call="call_2")
    answer = await desk.modify({"date": "el domingo", "notes": "uno es celíaco"}, call="call_3")
    assert (answer.code, answer.date) == ("modified", "2026-11-29")
    saturday, sunday = sorted(await desk.everything(), key=lambda one: one.date)
    assert (saturday.needs, sunday.needs) == ((), ("coeliac",))


async def test_who_names_the_wrong_day_hears_of_the_booking_they_have_and_nothing_is_moved(desk: Desk) -> None:
    await desk.book(wish())
    answer = await desk.modify({"date": "2026-11-27", "new_time": "21:30"})
    assert (answer.ok, answer.code) == (False, "another_found")
    (kept,) = await desk.everything()
    assert (kept.date, kept.time) == ("2026-11-28", "21:00")


async def test_an_area_beside_a_new_hour_is_the_one_that_is_wished_for_now(desk: Desk) -> None:
    await booked(desk)
    answer = await desk.modify({"new_time": "21:30", "area": "salón"}, call="call_2")
    assert (answer.code, answer.area) == ("modified", "Salón")
    (one,) = await desk.everything()
    assert (one.time, one.area_id, one.area_wished) == ("21:30", "rest_gaviota_salon", True)


@pytest.mark.parametrize("said", [{"new_area": "me da igual la zona"}, {"area": "da igual", "new_party_size": 4}])
async def test_who_does_not_mind_the_area_any_more_is_held_to_none(desk: Desk, said: dict[str, Any]) -> None:
    await booked(desk, area="terraza")
    assert (await desk.modify({"new_party_size": 4}, call="call_2")).code == "area_full"
    assert (await desk.modify(said, call="call_3")).code == "modified"
    (one,) = await desk.everything()
    assert one.area_wished is False


@pytest.mark.parametrize(
    "said",
    [
        {"date": "hoy", "area": "terraza"},
        {"fecha": "2026-11-25", "hora": "a la una", "personas": 2, "zona": "terraza"},
        {"new_date": "hoy", "new_time": "13:00", "new_area": "terraza"},
    ],
)
async def test_what_a_booking_has_already_is_no_change_and_bound_by_no_rule(desk: Desk, said: dict[str, Any]) -> None:
    staff = StaffDesk(desk)
    one = await staff.write_down(phone=CALLER, date="2026-11-25", time="13:00", area="Salón")
    staff.go_to("2026-11-25T12:45")
    assert (await desk.modify(said)).code == "modified"
    (told,) = await desk.everything()
    assert (told.starts_at, told.party_size, told.area_id) == (one.starts_at, 2, "rest_gaviota_terraza")


async def test_a_date_that_the_only_booking_is_not_on_is_the_new_one(desk: Desk) -> None:
    await booked(desk)
    answer = await desk.modify({"date": "el domingo", "area": "terraza"}, call="call_2")
    assert (answer.code, answer.date, answer.area) == ("modified", "2026-11-29", "Terraza")


async def test_of_two_bookings_a_date_alone_does_not_tell_which(desk: Desk) -> None:
    await booked(desk)
    await desk.book(wish(date="2026-11-29"), call="call_2")
    answer = await desk.modify({"date": "el domingo", "area": "terraza"}, call="call_3")
    assert (answer.ok, answer.code) == (False, "which_one")


@pytest.mark.parametrize(
    ("said", "date"),
    [
        ({"date": "2026-11-28"}, "2026-11-28"),
        ({"date": "el viernes"}, "2026-11-28"),
        ({"new_date": "el sábado"}, "2026-11-29"),
    ],
)
async def test_a_booking_of_the_small_hours_is_on_either_of_its_dates_unless_one_is_new(
    desk: Desk, said: dict[str, str], date: str
) -> None:
    await desk.open(gaviota("rest_late", shifts=LATE, phone="+34910000007"))
    await desk.book(wish(date="2026-11-28", time="00:30"), restaurant="rest_late")
    answer = await desk.modify(said | {"notes": "un cumpleaños"}, restaurant="rest_late", call="call_2")
    (one,) = await desk.everything("rest_late")
    assert (answer.code, one.date, one.time) == ("modified", date, "00:30")


async def test_a_new_name_that_is_the_one_it_goes_by_is_no_change(desk: Desk) -> None:
    await desk.book(wish())
    same = {"name": "Lucía Fernández", "new_name": "lucía fernández"}
    assert (await desk.modify(same)).code == "missing_change"
    moved = await desk.modify(same | {"date": "2026-11-28", "new_time": "21:30"})
    assert (moved.code, moved.time) == ("modified", "21:30")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"new_party_size": 12}, "party_too_large"),
        ({"new_date": "ayer"}, "past_date"),
        ({"new_date": "2028-01-15"}, "too_far_ahead"),
    ],
)
async def test_whatever_cannot_be_the_guest_hears_that_the_booking_stands(
    desk: Desk, change: dict[str, Any], code: str
) -> None:
    await desk.book(wish())
    answer = await desk.modify(change)
    assert (answer.ok, answer.code) == (False, code)
    assert answer.say.startswith("Su reserva sigue como estaba. ")
