from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import update

from appliance.contract import CustomerPatch
from appliance.domain.reservation import ReservationStatus
from appliance.errors import Invalid, NotFound
from appliance.services.guests import Guests
from appliance.store import customers, schema
from appliance.store.customers import Guest
from support.desk import CALLER, OTHER, Desk, gaviota, wish
from support.staff_desk import StaffDesk

THIRD = "+34600000003"


@pytest.fixture
def guests(desk: Desk) -> Guests:
    return Guests(desk.database, desk.clock)


async def _known(desk: Desk, phone: str = CALLER, *, restaurant: str = "rest_gaviota") -> Guest:
    async with desk.database.read() as tx:
        guest = await customers.known(tx, restaurant, phone)
    assert guest is not None
    return guest


async def _needs_booked(desk: Desk) -> list[tuple[str, ...]]:
    return [one.needs for one in await desk.everything()]


async def test_what_a_guest_cannot_eat_is_told_the_kitchen_the_next_time_too(desk: Desk) -> None:
    await desk.book(wish(needs="soy celíaca y es mi cumpleaños"))
    assert (await _known(desk)).needs == ("coeliac",)
    await desk.book(wish(date="2026-11-29", notes="sin cebolla"), call="call_2")
    assert await _needs_booked(desk) == [("coeliac", "birthday"), ("coeliac",)]


async def test_needs_add_up_over_a_guest_s_bookings(desk: Desk) -> None:
    await desk.book(wish(needs="vegana"))
    await desk.book(wish(date="2026-11-29", needs="soy celíaca"), call="call_2")
    assert (await _known(desk)).needs == ("coeliac", "vegan")
    assert set((await _needs_booked(desk))[1]) == {"coeliac", "vegan"}


async def test_what_one_needs_is_not_told_of_another_who_books_from_the_same_telephone(desk: Desk) -> None:
    await desk.book(wish(needs="soy celíaca"))
    await desk.book(wish(date="2026-11-29", name="Marta Soler", needs="vegana"), call="call_2")
    await desk.book(wish(date="2026-11-30", name="Marta"), call="call_3")
    await desk.book(wish(date="2026-12-02", name="Lucía"), call="call_4")
    assert await _needs_booked(desk) == [("coeliac",), ("vegan",), ("vegan",), ("coeliac",)]
    assert ((await _known(desk)).name, (await _known(desk)).needs) == ("Lucía", ("coeliac",))


async def test_a_booking_that_goes_by_another_name_from_now_on_teaches_that_name_only_what_is_said_then(
    desk: Desk,
) -> None:
    await desk.book(wish(needs="soy celíaca"))
    await desk.modify({"new_name": "Marta Soler", "needs": "vegana"})
    await desk.book(wish(date="2026-11-29", name="Marta Soler"), call="call_2")
    assert (await _needs_booked(desk))[1] == ("vegan",)


async def test_what_was_kept_before_names_were_told_apart_is_that_of_the_name_beside_it(desk: Desk) -> None:
    await desk.book(wish(needs="soy celíaca"))
    async with desk.database.write() as tx:
        await tx.execute(update(schema.customers).values(needs='["nuts"]'))
    assert (await _known(desk)).needs == ("nuts",)
    await desk.book(wish(date="2026-11-29", name="Marta"), call="call_2")
    await desk.book(wish(date="2026-11-30"), call="call_3")
    assert (await _needs_booked(desk))[1:] == [(), ("nuts",)]


async def test_a_guest_whom_the_staff_rename_keeps_what_they_need(desk: Desk, guests: Guests) -> None:
    await desk.book(wish(needs="celíaca"))
    card = desk.directory.cards()[0]
    await guests.edit(card, (await _known(desk)).id, CustomerPatch(name="Señora F."))
    assert (await _known(desk)).needs == ("coeliac",)
    await desk.book(wish(date="2026-11-29"), call="call_2")
    assert (await _needs_booked(desk))[1] == ("coeliac",)


async def test_whoever_books_under_another_s_number_teaches_us_nothing_about_its_owner(desk: Desk) -> None:
    await desk.book(wish(needs="vegana", phone=OTHER))
    assert (await _known(desk, OTHER)).needs == ()
    assert await _needs_booked(desk) == [("vegan",)]


async def test_a_need_said_only_when_the_booking_is_made_again_or_moved_is_remembered(desk: Desk) -> None:
    await desk.book(wish())
    await desk.book(wish(needs="alergia a los frutos secos"))
    assert (await _known(desk)).needs == ("nuts",)
    moved = await desk.modify({"new_time": "21:30", "needs": "sordo"}, call="call_2")
    assert moved.ok
    assert (await _known(desk)).needs == ("nuts", "hearing")


async def _rolls(desk: Desk, restaurant: str = "rest_gaviota") -> None:
    """The guest came in a wheelchair once."""
    await desk.book(wish(date="2026-11-27"), restaurant=restaurant, call="before")
    async with desk.database.write() as tx:
        guest = await customers.known(tx, restaurant, CALLER)
        assert guest
        await customers.save_needs(tx, guest.id, "Lucía Fernández", ("wheelchair", "nuts"), now_ms=desk.clock.now_ms())


async def test_no_place_for_a_wheelchair_is_claimed_where_nobody_asked_for_one(desk: Desk) -> None:
    await _rolls(desk)
    await desk.book(wish(date="2026-11-29"), call="call_2")
    assert (await _needs_booked(desk))[1] == ("nuts",)
    assert (await desk.modify({"new_time": "21:30", "date": "2026-11-29"}, call="call_3")).ok


async def test_the_staff_read_of_a_wheelchair_that_nobody_spoke_of_and_that_has_no_place(desk: Desk) -> None:
    await _rolls(desk)
    answer = await desk.book(wish(notes="llegan tarde"))
    last = (await desk.everything())[-1]
    assert (answer.code, last.notes) == ("booked", "llegan tarde; Otras veces ha venido en silla de ruedas.")
    house = StaffDesk(desk)
    edited = await house.change(last, notes=f"{last.notes}; cumpleaños")
    assert (edited.table_ids, edited.needs) == (last.table_ids, ("nuts", "birthday"))


@pytest.fixture
async def ramp(desk: Desk) -> Desk:
    """Beside the Gaviota, a restaurant like it whose guest comes in a wheelchair, which reaches its last table."""
    card = gaviota("rest_ramp", phone="+34910000006")
    t1, s1, s2 = card.tables
    await desk.open(replace(card, tables=(t1, s1, replace(s2, accessible=True))))
    await _rolls(desk, "rest_ramp")
    return desk


async def test_who_came_in_a_wheelchair_before_gets_a_table_that_suits_it_where_there_is_one(ramp: Desk) -> None:
    await ramp.book(wish(), restaurant="rest_ramp", call="c2")
    (told,) = [one for one in await ramp.everything("rest_ramp") if one.call_id == "c2"]
    assert (told.table_ids, "wheelchair" in told.needs, told.notes) == (("rest_ramp_s2",), True, "")


@pytest.mark.parametrize("words", ["esta vez sin silla", "this time without the wheelchair"])
async def test_a_wheelchair_known_from_before_is_only_not_needed_this_time(ramp: Desk, words: str) -> None:
    await ramp.book(wish(), restaurant="rest_ramp", call="c2")
    answer = await ramp.modify({"date": "2026-11-28", "needs": words}, restaurant="rest_ramp", call="c2")
    (told,) = [one for one in await ramp.everything("rest_ramp") if one.call_id == "c2"]
    assert (answer.code, told.needs) == ("modified", ("nuts",))
    assert (await _known(ramp, restaurant="rest_ramp")).needs == ("wheelchair", "nuts")


async def test_nor_is_it_forgotten_where_the_call_told_it_too(ramp: Desk) -> None:
    await ramp.book(wish(needs="silla de ruedas y sordo"), restaurant="rest_ramp", call="c2")
    said = {"date": "2026-11-28", "needs": "al final sin silla de ruedas, y nadie es sordo"}
    await ramp.modify(said, restaurant="rest_ramp", call="c2")
    assert set((await _known(ramp, restaurant="rest_ramp")).needs) == {"wheelchair", "nuts"}


async def test_where_none_is_left_who_came_in_a_wheelchair_before_is_seated_all_the_same(ramp: Desk) -> None:
    await ramp.book(wish(needs="silla de ruedas", name="Bruno"), restaurant="rest_ramp", caller=OTHER, call="before")
    await ramp.book(wish(), restaurant="rest_ramp", call="c2")
    (told,) = [one for one in await ramp.everything("rest_ramp") if one.call_id == "c2"]
    assert (told.table_ids, "wheelchair" in told.needs, bool(told.notes)) == (("rest_ramp_t1",), False, True)


async def test_who_came_in_a_wheelchair_before_sits_in_the_area_they_wish_for(ramp: Desk) -> None:
    answer = await ramp.book(wish(area="terraza"), restaurant="rest_ramp")
    assert (answer.code, answer.area) == ("booked", "Terraza")


async def test_who_says_that_they_come_in_no_wheelchair_is_not_told_of_as_coming_in_one(ramp: Desk) -> None:
    await ramp.book(wish(needs="ya no voy en silla de ruedas", party_size=4), restaurant="rest_ramp", call="c2")
    (told,) = [one for one in await ramp.everything("rest_ramp") if one.call_id == "c2"]
    assert ("wheelchair" in told.needs, told.notes) == (False, "")


@pytest.mark.parametrize("first", ["create_reservation", "join_waitlist"])
async def test_a_wheelchair_told_and_taken_back_in_one_call_is_not_remembered(ramp: Desk, first: str) -> None:
    said: dict[str, Any] = {"restaurant": "rest_ramp", "caller": OTHER}
    if first == "join_waitlist":
        await ramp.book(wish(name="Zoe", needs="silla de ruedas"), restaurant="rest_ramp", call="z", caller=THIRD)
        await ramp.book(wish(name="Ana", party_size=4), restaurant="rest_ramp", call="a", caller=THIRD)
    await ramp.use(first, wish(name="Bruno", party_size=4, needs="silla de ruedas"), **said)
    await ramp.modify({"needs": "al final sin silla de ruedas"}, **said)
    await ramp.book(wish(name="Bruno", date="2026-12-05", area="terraza"), **said)
    last = (await ramp.everything("rest_ramp"))[-1]
    assert (last.date, last.needs, last.notes) == ("2026-12-05", (), "")


async def test_the_staff_give_who_came_in_a_wheelchair_before_a_table_that_suits_it(ramp: Desk) -> None:
    house = StaffDesk(ramp, "rest_ramp")
    made = [await house.write_down(phone=CALLER, name="Lucía Fernández") for _ in range(2)]
    assert [house.tables(one) for one in made] == [["S2"], ["T1"]]
    assert ["wheelchair" in one.needs for one in made] == [True, False]


@pytest.mark.parametrize(("said", "table"), [({"area": "terraza"}, "T1"), ({"tables": ["S1"]}, "S1")])
async def test_where_the_staff_put_who_came_in_a_wheelchair_before_is_where_they_sit(
    ramp: Desk, said: dict[str, Any], table: str
) -> None:
    house = StaffDesk(ramp, "rest_ramp")
    assert house.tables(await house.write_down(phone=CALLER, **said)) == [table]


async def test_who_came_in_a_wheelchair_before_is_offered_a_table_that_suits_it_when_they_waited(ramp: Desk) -> None:
    house = StaffDesk(ramp, "rest_ramp")
    await house.write_down(area="terraza")
    crowd = await house.write_down(party_size=8)
    assert (await ramp.wait(wish(), restaurant="rest_ramp", call="waits")).code == "waitlisted"
    await house.act("cancel", crowd)
    offered = [one for one in await ramp.everything("rest_ramp") if one.is_offer]
    assert [house.tables(one) for one in offered] == [["S2"]]


async def test_a_guest_is_shown_with_what_was_and_what_is_to_come(desk: Desk, guests: Guests) -> None:
    card = desk.directory.cards()[0]
    for n, day in enumerate((28, 29)):
        await desk.book(wish(date=f"2026-11-{day}"), call=f"call_{n}")
    first, second = await desk.everything()
    async with desk.database.write() as tx:
        visited = {"status": ReservationStatus.COMPLETED.value}
        await tx.execute(update(schema.reservations).where(schema.reservations.c.id == first.id).values(**visited))
    shown = await guests.one(card, (await _known(desk)).id)
    assert ([row.id for row in shown.history], [row.id for row in shown.upcoming]) == ([first.id], [second.id])
    assert (shown.visits, shown.bookings, shown.last_visit_at) == (1, 2, first.starts_at)
    assert (shown.favourite_area, shown.usual_time, shown.usual_party_size) == ("Terraza", "21:00", 2)
    assert (shown.customer_class, shown.phone) == ("new", CALLER)


async def test_guests_are_found_by_number_however_it_is_written(desk: Desk, guests: Guests) -> None:
    card = desk.directory.cards()[0]
    await desk.book(wish())
    for words in ("600 111 222", "+34 600", "0034 600111222", "111.222", "fernandez", "LUCIA", ""):
        assert (await guests.page(card, words=words, limit=10, offset=0)).total == 1, words
    for words in ("601", "Luciano", "0033600111222"):
        assert (await guests.page(card, words=words, limit=10, offset=0)).total == 0, words


@pytest.mark.parametrize(
    ("said", "needs"),
    [(["nuts", "vegano"], ["vegan", "nuts"]), (["silla de ruedas"], ["wheelchair"]), ([], [])],
)
async def test_the_staff_say_what_a_guest_needs_by_id_or_in_words(
    desk: Desk, guests: Guests, said: list[str], needs: list[str]
) -> None:
    await desk.book(wish(needs="celíaca"))
    shown = await guests.edit(desk.directory.cards()[0], (await _known(desk)).id, CustomerPatch(needs=said))
    assert (shown.needs, shown.name) == (needs, "Lucía Fernández")


async def test_a_need_that_nobody_knows_is_refused_and_nothing_changed(desk: Desk, guests: Guests) -> None:
    await desk.book(wish(needs="celíaca"))
    for said in ("cumpleaños", "una mesa buena"):
        with pytest.raises(Invalid, match="needs: "):
            await guests.edit(desk.directory.cards()[0], (await _known(desk)).id, CustomerPatch(vip=True, needs=[said]))
    assert ((await _known(desk)).vip, (await _known(desk)).needs) == (False, ("coeliac",))


async def test_what_the_staff_say_of_a_guest_stays_until_they_say_otherwise(desk: Desk, guests: Guests) -> None:
    card = desk.directory.cards()[0]
    await desk.book(wish())
    known = await _known(desk)
    patches: list[dict[str, Any]] = [{"vip": True}, {"notes": "Mesa junto a la ventana"}, {"name": "Lucía F."}]
    for patch in patches:
        await guests.edit(card, known.id, CustomerPatch(**patch))
    shown = await guests.one(card, known.id)
    assert (shown.vip, shown.customer_class, shown.notes, shown.name) == (
        True,
        "vip",
        "Mesa junto a la ventana",
        "Lucía F.",
    )
    assert (await guests.page(card, words="lucia f.", limit=1, offset=0)).total == 1


async def test_a_guest_of_another_restaurant_is_not_found(desk: Desk, guests: Guests) -> None:
    other = await desk.open(gaviota("rest_other", phone="+34910000009"))
    await desk.book(wish())
    known = await _known(desk)
    with pytest.raises(NotFound):
        await guests.one(other, known.id)
    with pytest.raises(NotFound):
        await guests.edit(other, known.id, CustomerPatch(vip=True))
    assert not (await _known(desk)).vip
