from typing import Any

import pytest
from msgspec.structs import replace

from appliance.domain.reservation import Reservation, ReservationStatus
from appliance.store.engine import Database
from support.desk import OTHER, Desk, gaviota, one_table, wish
from support.fake_clock import FakeClock
from support.sound_book import assert_sound
from support.staff_desk import StaffDesk

RAMP: dict[str, Any] = {"restaurant": "rest_ramp"}
WHEELCHAIR = "silla de ruedas"


@pytest.fixture
async def ramp(desk: Desk) -> Desk:
    """Beside the Gaviota, a restaurant like it: a wheelchair reaches the second table of the room, and no other."""
    card = gaviota("rest_ramp", phone="+34910000006", high_chairs=1, notify_url="https://book.example.com/hook")
    t1, s1, s2 = card.tables
    await desk.open(replace(card, tables=(t1, s1, replace(s2, accessible=True))))
    return desk


async def _only(desk: Desk, restaurant: str = "rest_ramp") -> Reservation:
    (one,) = await assert_sound(desk.database, restaurant)
    return one


def _place(one: Reservation) -> tuple[tuple[str, ...], str]:
    return one.table_ids, one.area_id


# --- a wheelchair ---


async def test_a_wheelchair_told_when_the_booking_is_made_again_moves_it_to_a_table_that_suits(ramp: Desk) -> None:
    first = await ramp.book(wish(notes="llegan tarde"), **RAMP)
    before = await _only(ramp)
    again = await ramp.book(wish(needs=WHEELCHAIR), **RAMP)
    after = await _only(ramp)
    assert first.reservation
    assert again.reservation
    assert (again.code, again.reservation.id, again.area) == ("booked", first.reservation.id, "Salón")
    assert _place(after) == (("rest_ramp_s2",), "rest_ramp_salon")
    same = {"table_ids": before.table_ids, "area_id": before.area_id, "needs": (), "updated_at": before.updated_at}
    assert (after.needs, replace(after, **same)) == (("wheelchair",), before)
    assert (await ramp.topics())[-2:] == ["reservation.created", "reservation.updated"]


@pytest.mark.parametrize("words", ["cuatro, uno en silla de ruedas", "four of us and one is in a wheelchair"])
async def test_a_wheelchair_that_is_told_with_the_party_is_heard_too(ramp: Desk, words: str) -> None:
    assert (await ramp.book(wish(party_size=words), **RAMP)).party_size == 4
    kept = await _only(ramp)
    assert (kept.needs, kept.table_ids) == (("wheelchair",), ("rest_ramp_s2",))


async def test_once_it_is_told_a_retry_hears_the_same_and_changes_nothing(ramp: Desk) -> None:
    await ramp.book(wish(), **RAMP)
    told = await ramp.book(wish(needs=WHEELCHAIR), **RAMP)
    before = await _only(ramp)
    assert await ramp.book(wish(needs=WHEELCHAIR), **RAMP) == told
    assert await _only(ramp) == before
    assert [use.replayed for use in ramp.trace] == [False, True, True]


async def test_where_no_table_suits_a_wheelchair_the_booking_stays_as_it_was(desk: Desk) -> None:
    await desk.book(wish())
    before = await _only(desk, "rest_gaviota")
    answer = await desk.book(wish(needs=WHEELCHAIR))
    assert (answer.ok, answer.code) == (False, "not_accessible")
    assert answer.say.startswith("Su reserva sigue como estaba. Lo siento, para dos personas no tengo mesa adaptada")
    assert await _only(desk, "rest_gaviota") == before


async def test_where_the_table_that_suits_is_another_party_s_the_booking_stays_as_it_was(ramp: Desk) -> None:
    await ramp.book(wish(needs=WHEELCHAIR, name="Marta"), **RAMP, call="before", caller=OTHER)
    await ramp.book(wish(), **RAMP)
    before = await ramp.everything("rest_ramp")
    answer = await ramp.book(wish(needs=WHEELCHAIR), **RAMP)
    assert (answer.ok, answer.code) == (False, "full")
    assert answer.say.startswith("Su reserva sigue como estaba.")
    assert answer.alternatives
    assert await ramp.everything("rest_ramp") == before


async def test_the_area_that_was_wished_is_not_left_for_a_wheelchair_without_asking(ramp: Desk) -> None:
    await ramp.book(wish(area="terraza"), **RAMP)
    asked = await ramp.book(wish(area="terraza", needs=WHEELCHAIR), **RAMP)
    assert (asked.ok, asked.code, asked.area) == (False, "area_full", "Salón")
    assert asked.say.startswith("Su reserva sigue como estaba.")
    assert (await _only(ramp)).table_ids == ("rest_ramp_t1",)
    agreed = await ramp.book(wish(area="Salón", needs=WHEELCHAIR), **RAMP)
    assert (agreed.code, agreed.area) == ("booked", "Salón")
    assert _place(await _only(ramp)) == (("rest_ramp_s2",), "rest_ramp_salon")


async def test_it_is_never_too_late_to_tell_of_a_wheelchair(ramp: Desk) -> None:
    await ramp.book(wish(), **RAMP)
    StaffDesk(ramp, "rest_ramp").go_to("2026-11-28T20:50")
    answer = await ramp.modify({"needs": WHEELCHAIR}, **RAMP, call="call_2")
    assert answer.code == "modified"
    assert (await _only(ramp)).table_ids == ("rest_ramp_s2",)


async def test_a_table_that_suits_is_kept(ramp: Desk) -> None:
    await ramp.book(wish(party_size=4), **RAMP, call="before", caller=OTHER)
    await ramp.book(wish(party_size=4), **RAMP)
    before = await ramp.everything("rest_ramp")
    assert (await ramp.book(wish(party_size=4, needs=WHEELCHAIR), **RAMP)).code == "booked"
    after = await ramp.everything("rest_ramp")
    assert [one.table_ids for one in after] == [one.table_ids for one in before]
    assert after[1].needs == ("wheelchair",)


# --- high chairs ---


async def test_a_high_chair_told_when_the_booking_is_made_again_is_one_that_is_free(ramp: Desk) -> None:
    await ramp.book(wish(), **RAMP)
    answer = await ramp.book(wish(needs="trona"), **RAMP)
    assert "con una trona" in answer.say
    assert ((await _only(ramp)).high_chairs, (await _only(ramp)).needs) == (1, ("high_chair",))


async def test_that_no_high_chair_is_left_is_said_as_often_as_it_is_asked_for(ramp: Desk) -> None:
    await ramp.book(wish(party_size=4, needs="trona"), **RAMP, call="before", caller=OTHER)
    await ramp.book(wish(), **RAMP)
    told = await ramp.book(wish(needs="trona"), **RAMP)
    again = await ramp.book(wish(needs="trona"), **RAMP)
    assert told.say.startswith("A esa hora ya no me quedan tronas. Queda confirmada la reserva")
    assert again == told
    mine = next(one for one in await ramp.everything("rest_ramp") if one.call_id == "call_1")
    assert (mine.high_chairs, mine.needs) == (0, ("high_chair",))


async def test_a_retry_without_a_high_chair_left_takes_none(ramp: Desk) -> None:
    await ramp.book(wish(party_size=4, needs="trona"), **RAMP, call="before", caller=OTHER)
    first = await ramp.book(wish(needs="trona"), **RAMP)
    assert await ramp.book(wish(needs="trona"), **RAMP) == first
    assert sum(one.high_chairs for one in await ramp.everything("rest_ramp")) == 1


async def test_who_cannot_have_another_high_chair_keeps_the_one_they_have(ramp: Desk) -> None:
    await ramp.book(wish(needs="trona"), **RAMP)
    answer = await ramp.modify({"needs": "dos tronas"}, **RAMP, call="call_2")
    assert answer.say.startswith("A esa hora solo puedo ponerle una trona. Hecho:")
    assert (await _only(ramp)).high_chairs == 1


async def test_a_high_chair_is_noted_whatever_the_rules_say_of_the_booking(ramp: Desk) -> None:
    staff = StaffDesk(ramp, "rest_ramp")
    one = await staff.write_down(phone="+34600111222", party_size=12, tables=["S1", "S2"])
    assert (await ramp.modify({"needs": "trona"}, **RAMP)).code == "modified"
    told = await _only(ramp)
    assert (told.high_chairs, told.table_ids, told.party_size) == (1, one.table_ids, 12)


# --- what is not needed after all ---


@pytest.mark.parametrize("words", ["al final no hace falta trona", "we don't need the high chair after all"])
async def test_a_high_chair_that_is_not_needed_after_all_is_free_for_others(ramp: Desk, words: str) -> None:
    await ramp.book(wish(needs="una trona"), **RAMP)
    answer = await ramp.modify({"needs": words}, **RAMP, call="call_2")
    assert (answer.ok, answer.code) == (True, "modified")
    assert ((await _only(ramp)).high_chairs, (await _only(ramp)).needs) == (0, ())
    assert answer.say.endswith("a nombre de Lucía Fernández, sin trona.")
    other = await ramp.book(wish(needs="trona", name="Marta"), **RAMP, call="call_3", caller=OTHER)
    assert "no me quedan" not in other.say


async def test_a_wheelchair_that_does_not_come_any_more_binds_no_table(ramp: Desk) -> None:
    await ramp.book(wish(needs=WHEELCHAIR), **RAMP)
    assert (await ramp.modify({"needs": "ya no viene la silla de ruedas"}, **RAMP)).code == "modified"
    one = await _only(ramp)
    assert (one.needs, one.table_ids) == ((), ("rest_ramp_s2",))
    assert (await ramp.modify({"new_area": "terraza"}, **RAMP)).area == "Terraza"


async def test_what_is_taken_back_when_the_booking_is_made_again_is_gone(ramp: Desk) -> None:
    first = await ramp.book(wish(needs="una trona y alergia a los frutos secos"), **RAMP)
    again = await ramp.book(wish(needs="al final no hace falta trona"), **RAMP)
    assert first.reservation
    assert again.reservation
    assert (again.code, again.reservation.id) == ("booked", first.reservation.id)
    assert ((await _only(ramp)).high_chairs, (await _only(ramp)).needs) == (0, ("nuts",))


async def test_what_is_taken_back_with_another_hour_is_gone_too(ramp: Desk) -> None:
    await ramp.book(wish(needs="una trona, y uno en silla de ruedas"), **RAMP)
    said = {"new_time": "21:30", "needs": "ni trona ni silla de ruedas hacen falta ya"}
    assert (await ramp.modify(said, **RAMP)).code == "modified"
    one = await _only(ramp)
    assert (one.time, one.needs, one.high_chairs) == ("21:30", (), 0)


@pytest.mark.parametrize("words", ["quítame la trona", "la trona ya no"])
async def test_a_high_chair_that_nobody_had_asked_for_is_not_added_by_taking_it_back(ramp: Desk, words: str) -> None:
    await ramp.book(wish(), **RAMP)
    await ramp.modify({"needs": words}, **RAMP, call="call_2")
    assert ((await _only(ramp)).high_chairs, (await _only(ramp)).needs) == (0, ())


@pytest.mark.parametrize("more", [{}, {"new_time": "21:30"}])
@pytest.mark.parametrize("words", ["con una trona basta", "just one high chair"])
async def test_of_two_high_chairs_one_is_left_when_one_is_enough(
    database: Database, clock: FakeClock, words: str, more: dict[str, str]
) -> None:
    desk = Desk(database, clock)
    await desk.open(gaviota(high_chairs=3))
    await desk.book(wish(needs="dos tronas"))
    answer = await desk.modify({"needs": words} | more, call="call_2")
    assert (answer.code, (await desk.everything())[0].high_chairs) == ("modified", 1)
    assert "con una trona" in answer.say


async def test_a_house_without_high_chairs_says_that_it_has_none(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    await desk.open(gaviota(high_chairs=0))
    answer = await desk.book(wish(needs="una trona"))
    assert answer.say.startswith("No tenemos tronas. Queda confirmada")


async def test_who_denies_what_the_kitchen_goes_by_hears_that_only_the_team_takes_it_off(ramp: Desk) -> None:
    await ramp.book(wish(needs="celíaca"), **RAMP)
    answer = await ramp.modify({"needs": "ya no hay celíaco"}, **RAMP, call="call_2")
    assert (await _only(ramp)).needs == ("coeliac",)
    assert answer.say.endswith("sigue anotado; eso solo lo puede quitar el equipo.")


@pytest.mark.parametrize("words", ["nada más", "eso es todo", "nothing else"])
async def test_nothing_else_is_no_need(ramp: Desk, words: str) -> None:
    await ramp.book(wish(needs=words), **RAMP)
    assert (await _only(ramp)).needs == ()


async def test_what_the_kitchen_must_know_stays_noted_whatever_is_denied(ramp: Desk) -> None:
    await ramp.book(wish(needs="celíaca"), **RAMP)
    await ramp.modify({"needs": "nadie es celíaco"}, **RAMP)
    assert "coeliac" in (await _only(ramp)).needs


async def test_a_baby_that_needs_no_high_chair_gets_none(ramp: Desk) -> None:
    await ramp.book(wish(party_size="dos adultos y un bebé", needs="no hace falta trona"), **RAMP)
    assert ((await _only(ramp)).high_chairs, (await _only(ramp)).needs) == (0, ())


# --- fewer high chairs than are wanted ---


@pytest.fixture
async def nursery(desk: Desk) -> Desk:
    """Beside the Gaviota, a restaurant like it with two high chairs."""
    await desk.open(gaviota("rest_two", phone="+34910000007", high_chairs=2))
    return desk


TWO: dict[str, Any] = {"restaurant": "rest_two"}


@pytest.mark.parametrize("said", [{"needs": "tres tronas"}, {"new_time": "21:30", "needs": "tres tronas"}])
async def test_who_has_all_high_chairs_keeps_them_and_hears_that_there_are_no_more(
    nursery: Desk, said: dict[str, Any]
) -> None:
    await nursery.book(wish(party_size=4, needs="dos tronas"), **TWO)
    answer = await nursery.modify(said, **TWO)
    assert answer.say.startswith("A esa hora solo puedo ponerle dos tronas. Hecho:")
    assert (await _only(nursery, "rest_two")).high_chairs == 2


@pytest.mark.parametrize("said", [{"new_time": "21:30"}, {"needs": "dos tronas"}, {"new_party_size": 3}])
async def test_their_own_high_chairs_are_theirs_when_the_booking_changes(nursery: Desk, said: dict[str, Any]) -> None:
    await nursery.book(wish(party_size=4, needs="dos tronas"), **TWO)
    answer = await nursery.modify(said, **TWO)
    assert answer.say.startswith("Hecho:")
    assert (await _only(nursery, "rest_two")).high_chairs == 2


async def test_of_two_high_chairs_one_is_given_where_one_is_left(nursery: Desk) -> None:
    await nursery.book(wish(party_size=4, needs="una trona", name="Marta"), **TWO, call="before", caller=OTHER)
    answer = await nursery.book(wish(party_size=4, needs="dos tronas"), **TWO)
    assert answer.say.startswith("A esa hora solo puedo ponerle una trona. Queda confirmada")
    mine = next(one for one in await nursery.everything("rest_two") if one.call_id == "call_1")
    assert mine.high_chairs == 1


# --- what was kept from the waiting list ---


async def _offered(desk: Desk, restaurant: str) -> Reservation:
    """A table that came free for somebody who waited for it."""
    home = {"restaurant": restaurant}
    await desk.book(wish(party_size=4, name="Bruno"), call="before", caller=OTHER, **home)
    await desk.wait(wish(party_size=4), call="waits", **home)
    (cancelled,) = [one for one in await desk.everything(restaurant) if one.name == "Bruno"]
    await desk.cancel({"reservation_id": cancelled.id}, call="before", caller=OTHER, **home)
    (offer,) = [one for one in await desk.everything(restaurant) if one.is_offer]
    return offer


async def test_a_kept_table_that_does_not_suit_a_wheelchair_is_not_taken_for_one(desk: Desk) -> None:
    await desk.open(one_table(phone="+34910000009"))
    offer = await _offered(desk, "rest_one")
    answer = await desk.book(wish(party_size=4, needs=WHEELCHAIR), restaurant="rest_one")
    assert (answer.ok, answer.code) == (False, "not_accessible")
    assert answer.say.startswith("Lo siento, para cuatro personas no tengo mesa adaptada")
    assert offer in await desk.everything("rest_one")


async def test_a_kept_table_is_changed_for_one_that_suits_a_wheelchair(ramp: Desk) -> None:
    blocker = await ramp.book(wish(party_size=4, name="Marta"), **RAMP, call="other", caller=OTHER)
    assert blocker.code == "booked"
    offer = await _waits_for_the_last(ramp)
    taken = await ramp.book(wish(party_size=4, needs=WHEELCHAIR), **RAMP)
    assert taken.reservation
    assert (taken.code, taken.reservation.id) == ("booked", offer.id)
    (mine,) = [one for one in await assert_sound(ramp.database, "rest_ramp") if one.id == offer.id]
    assert (mine.status, mine.table_ids, mine.needs) == (
        ReservationStatus.CONFIRMED,
        ("rest_ramp_s2",),
        ("wheelchair",),
    )


async def _waits_for_the_last(ramp: Desk) -> Reservation:
    """Both tables of the room were taken; the first came free and was offered, and the second a moment later."""
    second = await ramp.book(wish(party_size=4, name="Pilar"), **RAMP, call="second", caller=OTHER)
    assert second.reservation
    await ramp.wait(wish(party_size=4), call="waits", **RAMP)
    by_name = {one.name: one for one in await ramp.everything("rest_ramp")}
    assert by_name["Marta"].table_ids == ("rest_ramp_s1",)
    for name in ("Marta", "Pilar"):
        await ramp.cancel({"reservation_id": by_name[name].id}, **RAMP, call=f"off_{name}", caller=OTHER)
    (offer,) = [one for one in await ramp.everything("rest_ramp") if one.is_offer]
    return offer


# --- what is told beside a wish that cannot be ---


async def test_an_allergy_told_beside_a_wheelchair_that_cannot_be_is_noted(desk: Desk) -> None:
    await desk.book(wish())
    answer = await desk.book(wish(needs="silla de ruedas y alergia a los frutos secos"))
    assert answer.code == "not_accessible"
    one = await _only(desk, "rest_gaviota")
    assert ("nuts" in one.needs, "wheelchair" in one.needs) == (True, False)


async def test_an_allergy_told_beside_a_move_that_cannot_be_is_noted(desk: Desk) -> None:
    await desk.book(wish())
    answer = await desk.modify({"new_date": "2026-12-01", "needs": "alergia a los frutos secos"})
    assert not answer.ok
    one = await _only(desk, "rest_gaviota")
    assert (one.date, "nuts" in one.needs) == ("2026-11-28", True)


# --- an area ---


async def test_another_area_said_when_the_booking_is_made_again_moves_it_there(desk: Desk) -> None:
    first = await desk.book(wish())
    again = await desk.book(wish(area="salón"))
    assert first.reservation
    assert again.reservation
    assert (again.code, again.reservation.id, again.area) == ("booked", first.reservation.id, "Salón")
    one = await _only(desk, "rest_gaviota")
    assert (one.area_id, one.area_wished) == ("rest_gaviota_salon", True)


async def test_where_the_other_area_has_no_table_the_booking_stays_as_it_was(desk: Desk) -> None:
    await desk.book(wish(party_size=4))
    before = await _only(desk, "rest_gaviota")
    answer = await desk.book(wish(party_size=4, area="terraza"))
    assert (answer.ok, answer.code) == (False, "area_full")
    assert answer.say.startswith("Su reserva sigue como estaba. ")
    assert await _only(desk, "rest_gaviota") == before


async def test_the_area_that_it_is_in_is_kept_as_the_one_wished_for_once_it_is_said(desk: Desk) -> None:
    await desk.book(wish())
    assert (await desk.book(wish(area="terraza"))).code == "booked"
    one = await _only(desk, "rest_gaviota")
    assert (one.area_id, one.area_wished) == ("rest_gaviota_terraza", True)
