"""What a guest says of a booking that is there: once more, otherwise, or that they do not want it."""

from typing import Any

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from appliance.domain.reservation import Reservation, ReservationStatus
from appliance.domain.restaurant import Combination, Table
from appliance.store import reservations
from support.desk import CALLER, OTHER, Desk, gaviota, one_table, wish
from support.sound_book import assert_sound
from support.staff_desk import StaffDesk

TERRACE, ROOM = "rest_gaviota_terraza", "rest_gaviota_salon"
ONE: dict[str, Any] = {"restaurant": "rest_one"}


async def _only(desk: Desk) -> Reservation:
    (one,) = await assert_sound(desk.database, "rest_gaviota")
    return one


async def _make_pending(desk: Desk) -> None:
    """The staff have yet to confirm what the call booked."""
    pending = replace(await _only(desk), status=ReservationStatus.PENDING)
    async with desk.books.writing("rest_gaviota") as tx:
        await reservations.replace(tx, pending)


async def _offered(desk: Desk) -> Reservation:
    """A table that came free for the caller, who had waited for it."""
    await desk.open(one_table(phone="+34910000009"))
    await desk.book(wish(party_size=4, name="Bruno"), call="before", caller=OTHER, **ONE)
    await desk.wait(wish(party_size=4), call="waits", **ONE)
    await desk.cancel(call="off", caller=OTHER, **ONE)
    (offer,) = [one for one in await desk.everything("rest_one") if one.is_offer]
    return offer


# --- a booking that the staff have yet to confirm ---


@pytest.mark.parametrize(
    ("changes", "confirmed", "pending"),
    [
        ({}, "Queda confirmada", "por confirmar."),
        ({"notes": "llegan tarde"}, "Queda confirmada", "por confirmar."),
        ({"language": "en"}, "is confirmed", "still to be confirmed."),
        ({"area": "azotea"}, "queda confirmada", "por confirmar."),
    ],
)
async def test_a_booking_yet_to_be_confirmed_is_not_said_to_be_confirmed_when_it_is_made_again(
    desk: Desk, changes: dict[str, str], confirmed: str, pending: str
) -> None:
    await desk.book(wish())
    await _make_pending(desk)
    answer = await desk.book(wish(**changes))
    assert answer.reservation
    assert (answer.code, answer.reservation.status) == ("booked", "pending")
    assert confirmed not in answer.say
    assert answer.say.endswith(pending)


# --- another area ---


async def test_who_makes_the_booking_again_in_another_area_is_moved_there(desk: Desk) -> None:
    first = await desk.book(wish())
    answer = await desk.book(wish(area="salón"))
    assert first.reservation
    assert answer.reservation
    assert (answer.code, answer.reservation.id, answer.area) == ("booked", first.reservation.id, "Salón")
    assert "en la zona de Salón" in answer.say
    one = await _only(desk)
    assert (one.area_id, one.area_wished) == (ROOM, True)
    assert one.table_ids in (("rest_gaviota_s1",), ("rest_gaviota_s2",))


async def test_the_area_that_it_has_is_wished_for_once_it_is_said(desk: Desk) -> None:
    await desk.book(wish())
    before = await _only(desk)
    answer = await desk.book(wish(area="terraza"))
    assert "en la zona de Terraza" in answer.say
    one = await _only(desk)
    assert one == replace(before, area_wished=True, updated_at=one.updated_at)


async def test_where_the_other_area_is_full_the_booking_stays_and_it_is_said_so(desk: Desk) -> None:
    await desk.book(wish(name="Marta", area="terraza"), call="before", caller=OTHER)
    await desk.book(wish())
    before = await desk.everything()
    answer = await desk.book(wish(area="terraza"))
    assert (answer.ok, answer.code) == (False, "area_full")
    assert answer.say.startswith("Su reserva sigue como estaba.")
    assert await desk.everything() == before


async def test_nobody_is_offered_as_another_area_the_one_they_sit_in(desk: Desk) -> None:
    await desk.book(wish(name="Marta", area="terraza"), call="before", caller=OTHER)
    await desk.book(wish(area="salón"))
    for answer in (await desk.book(wish(area="terraza")), await desk.modify({"new_area": "terraza"}, call="c2")):
        assert (answer.ok, answer.code) == (False, "area_full")
        assert answer.say == (
            "Su reserva sigue como estaba. Lo siento, el sábado 28 de noviembre a las nueve de la noche "
            "no me queda mesa para dos personas en la zona de Terraza."
        )


async def test_a_wheelchair_is_not_put_at_a_table_that_does_not_suit_it_for_the_sake_of_an_area(desk: Desk) -> None:
    card = gaviota("rest_ramp", phone="+34910000006")
    t1, s1, s2 = card.tables
    await desk.open(replace(card, tables=(t1, s1, replace(s2, accessible=True))))
    ramp: dict[str, Any] = {"restaurant": "rest_ramp"}
    await desk.book(wish(needs="silla de ruedas"), **ramp)
    before = await desk.everything("rest_ramp")
    assert (await desk.book(wish(area="terraza"), **ramp)).code == "area_full"
    assert (await desk.modify({"area": "terraza"}, call="c2", **ramp)).code == "area_full"
    assert await desk.everything("rest_ramp") == before


async def test_an_allergy_told_beside_an_area_that_is_full_is_noted(desk: Desk) -> None:
    await desk.book(wish(name="Marta", area="terraza"), call="before", caller=OTHER)
    await desk.book(wish())
    await desk.book(wish(area="terraza", needs="celíaco"))
    mine = next(one for one in await desk.everything() if one.phone == CALLER)
    assert mine.needs == ("coeliac",)


async def test_a_booking_of_no_one_area_is_not_given_one_by_a_note(desk: Desk) -> None:
    both = Combination(id="both", table_ids=("rest_wide_t1", "rest_wide_s1"), capacity=6)
    await desk.open(gaviota("rest_wide", combinations=(both,), phone="+34910000005"))
    await StaffDesk(desk, "rest_wide").write_down(phone=CALLER, party_size=6, tables=["T1", "S1"])
    await desk.modify({"notes": "llegan tarde"}, call="c2", restaurant="rest_wide")
    (one,) = await desk.everything("rest_wide")
    assert (one.notes, one.area_id, one.area_wished) == ("llegan tarde", "", False)


@pytest.mark.parametrize("said", ["area", "zona", "new_area", "nueva_zona"])
@pytest.mark.parametrize("beside", [{}, {"new_time": "21:30"}, {"date": "2026-11-28", "new_time": "21:30"}])
async def test_an_area_told_of_a_change_is_where_the_guest_wishes_to_sit(
    desk: Desk, said: str, beside: dict[str, str]
) -> None:
    await desk.book(wish())
    answer = await desk.modify({said: "salón"} | beside, call="c2")
    assert (answer.code, answer.area) == ("modified", "Salón")
    one = await _only(desk)
    assert (one.area_id, one.area_wished, one.time) == (ROOM, True, beside.get("new_time", "21:00"))


@pytest.mark.parametrize("was", ["area", "zona"])
@pytest.mark.parametrize("new", ["new_area", "nueva_zona"])
async def test_the_area_that_a_booking_was_in_does_not_contradict_the_new_one(desk: Desk, was: str, new: str) -> None:
    await desk.book(wish(area="terraza"))
    answer = await desk.modify({was: "terraza", new: "salón"}, call="c2")
    assert (answer.code, answer.area) == ("modified", "Salón")


@pytest.mark.parametrize(
    "words",
    [
        "me da igual",
        "me da igual la zona",
        "cualquiera",
        "any area",
        "donde sea",
        "en cualquier sitio",
        "whatever you have",
    ],
)
@pytest.mark.parametrize("said", ["area", "new_area"])
async def test_who_does_not_mind_any_more_is_held_to_no_area(desk: Desk, said: str, words: str) -> None:
    await desk.book(wish(time="22:00", area="terraza", name="Marta"), call="before", caller=OTHER)
    await desk.book(wish(time="20:00", area="terraza"))
    answer = await desk.modify({"new_time": "22:00", said: words}, call="c2")
    assert (answer.code, answer.area) == ("modified", "Salón")
    assert "zona" not in answer.say
    mine = next(one for one in await desk.everything() if one.phone == CALLER)
    assert (mine.time, mine.area_id, mine.area_wished) == ("22:00", ROOM, False)


async def test_any_area_alone_is_a_change(desk: Desk) -> None:
    await desk.book(wish(area="terraza"))
    answer = await desk.modify({"area": "me da igual"}, call="c2")
    assert answer.code == "modified"
    assert not (await _only(desk)).area_wished


async def test_any_area_and_then_one_in_the_same_call_are_two_changes(desk: Desk) -> None:
    await desk.book(wish(area="terraza"))
    wished = []
    for words in ("me da igual", "terraza", "me da igual"):
        await desk.modify({"area": words}, call="c2")
        wished.append((await _only(desk)).area_wished)
    assert wished == [False, True, False]


async def test_two_areas_told_of_a_change_are_asked_about_and_nothing_is_changed(desk: Desk) -> None:
    await desk.book(wish())
    before = await _only(desk)
    answer = await desk.modify({"new_time": "21:30", "new_area": "terraza o salón"}, call="c2")
    assert (answer.ok, answer.code) == (False, "unclear_area")
    assert await _only(desk) == before


async def test_it_is_never_too_late_to_say_that_any_area_will_do(desk: Desk) -> None:
    await desk.book(wish(area="terraza"))
    before = await _only(desk)
    StaffDesk(desk).go_to("2026-11-28T20:50")
    answer = await desk.modify({"area": "me da igual"}, call="c2")
    assert answer.code == "modified"
    one = await _only(desk)
    assert one == replace(before, area_wished=False, updated_at=one.updated_at)


async def test_it_is_never_too_late_to_wish_for_another_area(desk: Desk) -> None:
    await desk.book(wish(area="terraza"))
    StaffDesk(desk).go_to("2026-11-28T20:50")
    answer = await desk.modify({"area": "salón"}, call="c2")
    assert (answer.code, answer.area) == ("modified", "Salón")


# --- a table that is only kept for somebody ---


@pytest.mark.parametrize("said", [{"new_time": "17:30"}, {"area": "terraza"}, {"needs": "silla de ruedas"}])
async def test_what_cannot_be_changed_of_an_offer_is_not_said_to_be_a_booking(desk: Desk, said: dict[str, str]) -> None:
    offer = await _offered(desk)
    answer = await desk.modify(said, call="c9", **ONE)
    assert not answer.ok
    assert "reserva sigue" not in answer.say
    assert offer in await desk.everything("rest_one")


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("es", "De acuerdo, no le guardamos la mesa del sábado 28 de noviembre a las nueve de la noche."),
        ("en", "All right, we won't keep the table on Saturday, November 28, at nine in the evening for you."),
    ],
)
async def test_who_gives_up_an_offer_hears_of_no_booking_however_often(desk: Desk, lang: str, words: str) -> None:
    await _offered(desk)
    first = await desk.cancel({"language": lang}, call="c9", **ONE)
    assert (first.ok, first.code) == (True, "cancelled")
    assert first.say.startswith(words)
    assert await desk.cancel({"language": lang}, call="c9", **ONE) == first


async def test_who_cancels_a_booking_hears_that_it_was_one(desk: Desk) -> None:
    await desk.book(wish())
    answer = await desk.cancel(call="c2")
    assert answer.say.startswith("Su reserva del sábado")
    assert answer.reservation
    assert answer.reservation.kept_for_you is UNSET


# --- bookings that are alike ---


async def _four_alike(desk: Desk) -> None:
    tables = tuple(Table(id=f"x{n}", name=f"X{n}", area_id="rest_big_salon", capacity=4) for n in range(4))
    await desk.open(gaviota("rest_big", tables=tables, combinations=(), phone="+34910000005"))
    for n, name in enumerate(("Ana", "Bea", "Carla", "Dora")):
        await desk.book(wish(name=name), call=f"c{n}", restaurant="rest_big")


@pytest.mark.parametrize("use", ["find_reservation", "cancel_reservation"])
async def test_of_bookings_that_only_the_name_tells_apart_the_name_is_asked_for(desk: Desk, use: str) -> None:
    await _four_alike(desk)
    answer = await desk.use(use, {"date": "2026-11-28", "time": "21:00"}, restaurant="rest_big", call="c9")
    assert (answer.code, len(answer.reservations or [])) == ("which_one", 4)
    assert answer.say == "Veo varias a esa hora. ¿A nombre de quién está la que busca?"


async def test_a_name_tells_which_of_the_bookings_that_are_alike(desk: Desk) -> None:
    await _four_alike(desk)
    answer = await desk.cancel({"date": "2026-11-28", "name": "Carla"}, restaurant="rest_big", call="c9")
    assert answer.reservation
    assert (answer.code, answer.reservation.name) == ("cancelled", "Carla")


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("es", "A ese nombre no la veo, pero sí a nombre de Ana y Bea. ¿Es una de ellas o lo paso al equipo?"),
        (
            "en",
            "I don't see that name, but I do see Ana and Bea. Is it one of them, or shall I pass it on to the team?",
        ),
    ],
)
@pytest.mark.parametrize("use", ["find_reservation", "cancel_reservation", "modify_reservation"])
async def test_who_says_a_name_that_none_of_those_alike_has_hears_theirs(
    desk: Desk, use: str, lang: str, words: str
) -> None:
    staff = StaffDesk(desk)
    for table, name in (("S1", "Ana"), ("S2", "Bea")):
        await staff.write_down(phone=CALLER, name=name, tables=[table])
    said = {"name": "Luis", "new_time": "22:00", "language": lang}
    answer = await desk.use(use, said)
    assert (answer.code, len(answer.reservations or []), answer.say) == ("which_one", 2, words)
    assert (await desk.use(use, said | {"name": "Bea"})).reservation


@pytest.mark.parametrize("use", ["find_reservation", "cancel_reservation"])
async def test_nobody_but_their_owner_hears_the_names_of_those_alike(desk: Desk, use: str) -> None:
    staff = StaffDesk(desk)
    for table, name in (("S1", "Ana"), ("S2", "Bea")):
        await staff.write_down(phone=CALLER, name=name, tables=[table])
    answer = await desk.use(use, {"name": "Luis", "phone": CALLER}, caller=OTHER)
    assert (answer.code, answer.reservations) == ("not_found", UNSET)


@pytest.mark.parametrize("use", ["find_reservation", "cancel_reservation"])
async def test_of_many_alike_the_names_are_not_read_out(desk: Desk, use: str) -> None:
    await _four_alike(desk)
    answer = await desk.use(use, {"name": "Luis"}, restaurant="rest_big", call="c9")
    assert answer.code == "which_one"
    assert answer.say.startswith("Veo varias reservas iguales: el sábado 28")


async def test_who_has_said_the_name_of_several_alike_is_not_asked_for_it_again(desk: Desk) -> None:
    staff = StaffDesk(desk)
    for table, name in (("S1", "Ana"), ("S2", "Ana Ruiz")):
        await staff.write_down(phone=CALLER, name=name, tables=[table])
    answer = await desk.cancel({"date": "2026-11-28", "name": "Ana"})
    assert (answer.code, len(answer.reservations or [])) == ("which_one", 2)
    assert answer.say.endswith("¿Quiere que tome nota y se lo paso al equipo?")


async def test_of_bookings_that_nothing_tells_apart_a_person_sees_to_it(desk: Desk) -> None:
    staff = StaffDesk(desk)
    for table in ("S1", "S2"):
        await staff.write_down(phone=CALLER, name="Ana Ruiz", tables=[table])
    answer = await desk.cancel({"date": "2026-11-28", "time": "21:00"})
    assert answer.code == "which_one"
    assert answer.say.startswith("Veo varias reservas iguales: el sábado 28 de noviembre a las nueve de la noche")
    assert answer.say.endswith("¿Quiere que tome nota y se lo paso al equipo?")
    assert {one.status for one in await desk.everything()} == {"confirmed"}


# --- a retry ---


async def test_that_no_high_chair_is_left_is_said_again_of_a_change_that_is_retried(desk: Desk) -> None:
    await desk.open(gaviota("rest_few", phone="+34910000006", high_chairs=1))
    home = {"restaurant": "rest_few"}
    await desk.book(wish(party_size=4, needs="trona", name="Marta"), call="before", caller=OTHER, **home)
    await desk.book(wish(), **home)
    first = await desk.modify({"needs": "trona"}, call="c2", **home)
    assert first.say.startswith("A esa hora ya no me quedan tronas. Hecho:")
    assert await desk.modify({"needs": "trona"}, call="c2", **home) == first


async def test_a_chair_lost_by_a_move_is_said_again_when_it_is_retried(desk: Desk) -> None:
    await desk.open(gaviota("rest_few", phone="+34910000006", high_chairs=1))
    home = {"restaurant": "rest_few"}
    await desk.book(wish(party_size=4, needs="trona", name="Marta"), call="before", caller=OTHER, **home)
    await desk.book(wish(date="2026-11-29", needs="trona"), **home)
    first = await desk.modify({"new_date": "2026-11-28"}, call="c2", **home)
    assert first.say.startswith("A esa hora ya no me quedan tronas. Hecho:")
    assert await desk.modify({"new_date": "2026-11-28"}, call="c2", **home) == first


async def test_that_there_is_no_such_area_is_said_again_of_a_change_that_is_retried(desk: Desk) -> None:
    await desk.book(wish())
    said = {"new_time": "21:30", "new_area": "azotea"}
    first = await desk.modify(said, call="c2")
    assert first.say.startswith("No tenemos esa zona, pero")
    assert await desk.modify(said, call="c2") == first


@pytest.mark.parametrize(
    ("use", "said"), [("create_reservation", wish(area="salón")), ("modify_reservation", {"area": "salón"})]
)
async def test_a_late_retry_does_not_take_back_the_area_that_was_wished_since(
    desk: Desk, use: str, said: dict[str, Any]
) -> None:
    await desk.book(wish(area="terraza"), invocation="tool_1")
    await desk.use(use, said, invocation="tool_2")
    before = await _only(desk)
    assert (await desk.book(wish(area="terraza"), invocation="tool_1")).code == "booked"
    assert (await _only(desk), before.area_id) == (before, ROOM)


async def test_a_late_retry_does_not_take_back_the_area_that_was_let_go(desk: Desk) -> None:
    await desk.book(wish(area="terraza"), invocation="tool_1")
    await desk.modify({"area": "me da igual"}, invocation="tool_2")
    await desk.book(wish(area="terraza"), invocation="tool_1")
    assert (await _only(desk)).area_wished is False


async def test_who_goes_back_to_the_first_area_is_moved_back(desk: Desk) -> None:
    for number, area in enumerate(("terraza", "salón", "terraza")):
        await desk.book(wish(area=area), invocation=f"tool_{number}")
    assert (await _only(desk)).area_id == TERRACE


async def test_that_there_is_no_such_area_is_said_of_a_booking_yet_to_be_confirmed(desk: Desk) -> None:
    await desk.book(wish())
    await _make_pending(desk)
    assert (await desk.book(wish(area="azotea"))).say.startswith("No tenemos esa zona, pero su reserva queda para")


# --- an offer beside a booking ---


async def test_an_offer_that_comes_after_a_cancelled_booking_is_not_called_a_booking(desk: Desk) -> None:
    await _offered(desk)
    await desk.book(wish(date="2026-11-29"), call="c9", **ONE)
    await desk.cancel({"date": "2026-11-29"}, call="c9", **ONE)
    asked = await desk.cancel(call="c9", **ONE)
    assert (asked.ok, asked.code) == (False, "cancel_too")
    assert asked.say.startswith("¿Dejo también la mesa que le guardamos, el sábado 28 de noviembre")


async def test_an_offer_given_up_before_is_not_called_a_booking(desk: Desk) -> None:
    await _offered(desk)
    await desk.cancel(call="c9", **ONE)
    again = await desk.cancel(call="c10", **ONE)
    assert (again.code, "reserva" in again.say) == ("already_cancelled", False)


# --- more than can be read out ---


async def test_of_many_at_one_hour_the_party_is_asked_for(desk: Desk) -> None:
    tables = tuple(Table(id=f"y{n}", name=f"Y{n}", area_id="rest_wide_salon", capacity=4) for n in range(4))
    await desk.open(gaviota("rest_wide", tables=tables, combinations=(), phone="+34910000008"))
    for party in (1, 2, 3, 4):
        await desk.book(wish(party_size=party, name=f"Ana {party}"), call=f"c{party}", restaurant="rest_wide")
    asked = await desk.cancel({"date": "2026-11-28", "time": "21:00"}, call="c9", restaurant="rest_wide")
    assert (asked.code, len(asked.reservations or [])) == ("which_one", 4)
    assert asked.say == "Veo varias a esa hora. ¿Para cuántas personas es la que busca?"
