from typing import Any

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from appliance.domain.reservation import ReservationStatus
from appliance.domain.restaurant import Shift
from appliance.services.agent.inbound import Inbound
from appliance.store import customers, reservations
from appliance.voice.events import Origin
from appliance.voice.retell.blueprint import blueprint
from support.books import booking
from support.desk import CALLER, OTHER, Desk, gaviota, wish


@pytest.fixture
def inbound(desk: Desk) -> Inbound:
    return Inbound(desk.database, desk.clock, desk.directory)


def _ringing(**changes: Any) -> Origin:
    return Origin(**{"provider": "retell", "agent_id": "agent_rest_gaviota", "from_number": CALLER} | changes)


async def test_the_agent_is_told_about_the_restaurant(inbound: Inbound) -> None:
    answer = await inbound.answer(_ringing())
    assert answer["dynamic_variables"] == {
        "restaurant_id": "rest_gaviota",
        "restaurant_name": "La Gaviota",
        "restaurant_phone": "+34910000001",
        "restaurant_schedule": (
            "todos los días menos los martes, de una a cinco y media de la tarde y "
            "de ocho a una menos cuarto de la noche"
        ),
        "local_datetime": "miércoles 25 de noviembre de 2026, 11:00",
        "language": "es",
        "caller_phone": CALLER,
        "customer_name": "",
        "customer_class": "new",
        "customer_visits": "0",
        "customer_needs": "",
        "customer_favourite_area": "",
        "is_returning": "false",
        "upcoming_reservation": "",
        "waitlist_offer": "",
    }
    assert answer["metadata"]["restaurant_id"] == "rest_gaviota"
    assert answer["metadata"]["inbound_lookup_id"]


async def test_a_guest_we_know_is_known(desk: Desk, inbound: Inbound) -> None:
    await desk.book(wish())
    told = (await inbound.answer(_ringing()))["dynamic_variables"]
    assert (told["customer_name"], told["is_returning"]) == ("Lucía Fernández", "true")
    assert told["upcoming_reservation"] == "el sábado 28 de noviembre a las nueve de la noche para dos personas"


async def test_a_guest_is_greeted_by_their_visits_and_with_what_they_need(desk: Desk, inbound: Inbound) -> None:
    await desk.book(wish(needs="soy celíaca, estoy sorda y es mi cumpleaños", date="2026-12-24"))
    (guest,) = {one.customer_id for one in await desk.everything()}
    for visits, greeting in ((0, "new"), (4, "new"), (5, "regular"), (10, "vip")):
        await _visit(desk, guest, until=visits)
        told = (await inbound.answer(_ringing()))["dynamic_variables"]
        assert (told["customer_class"], told["customer_visits"]) == (greeting, str(visits))
    assert told["customer_needs"] == "celíaco, dificultad auditiva"


async def _visit(desk: Desk, guest: str, *, until: int) -> None:
    """So many completed bookings of this guest."""
    async with desk.database.write() as tx:
        known = await customers.one(tx, "rest_gaviota", guest)
        assert known
        for n in range(known.visits, until):
            changes = {"restaurant_id": "rest_gaviota", "table_ids": (), "customer_id": guest}
            await reservations.insert(tx, booking(f"res_{n}", status=ReservationStatus.COMPLETED, **changes))


async def test_the_agent_knows_where_a_guest_likes_to_sit(desk: Desk, inbound: Inbound) -> None:
    await desk.book(wish())
    (one,) = await desk.everything()
    assert (await inbound.answer(_ringing()))["dynamic_variables"]["customer_favourite_area"] == ""
    async with desk.database.write() as tx:
        await reservations.replace(tx, replace(one, status=ReservationStatus.COMPLETED))
    assert (await inbound.answer(_ringing()))["dynamic_variables"]["customer_favourite_area"] == "Terraza"


async def test_whom_the_staff_call_a_vip_is_greeted_as_one(desk: Desk, inbound: Inbound) -> None:
    await desk.book(wish())
    async with desk.database.write() as tx:
        guest = await customers.known(tx, "rest_gaviota", CALLER)
        assert guest
        await customers.save(tx, replace(guest, vip=True), now_ms=desk.clock.now_ms())
    assert (await inbound.answer(_ringing()))["dynamic_variables"]["customer_class"] == "vip"


async def test_a_guest_s_booking_in_the_small_hours_is_told_with_its_night(desk: Desk, inbound: Inbound) -> None:
    late = Shift(weekday=5, name="Noche", opens=1440, last_seating=1470, closes=1560)
    await desk.open(gaviota("rest_late", shifts=(late,), phone="+34910000002"))
    await desk.book(wish(time="doce y media de la noche"), restaurant="rest_late")
    told = (await inbound.answer(_ringing(agent_id="agent_rest_late")))["dynamic_variables"]
    assert told["upcoming_reservation"] == (
        "la noche del sábado 28 al domingo 29 de noviembre, a las doce y media para dos personas"
    )


async def test_all_that_is_told_is_text(desk: Desk, inbound: Inbound) -> None:
    await desk.book(wish())
    for caller in (CALLER, OTHER, "", "junk"):
        answer = await inbound.answer(_ringing(from_number=caller))
        assert {type(value) for value in answer["dynamic_variables"].values()} == {str}


async def test_whatever_is_told_has_a_default_at_the_platform_for_when_nobody_could_be_asked(inbound: Inbound) -> None:
    plan = blueprint(gaviota(), schedule="", public_url="https://voz.example", voice_id="11labs-Adrian")
    told = (await inbound.answer(_ringing()))["dynamic_variables"]
    assert set(told) <= set(plan.llm["default_dynamic_variables"])


async def test_a_caller_without_a_number_is_nobody(desk: Desk, inbound: Inbound) -> None:
    await desk.book(wish())
    told = (await inbound.answer(_ringing(from_number="")))["dynamic_variables"]
    assert (told["caller_phone"], told["customer_name"], told["is_returning"]) == ("", "", "false")


async def test_a_guest_of_another_restaurant_is_not_known_here(desk: Desk, inbound: Inbound) -> None:
    await desk.open(gaviota("rest_other", phone="+34910000009"))
    await desk.book(wish(), restaurant="rest_other")
    assert (await inbound.answer(_ringing()))["dynamic_variables"]["customer_name"] == ""


async def test_of_an_unknown_restaurant_nothing_is_told(inbound: Inbound) -> None:
    with capture_logs() as logs:
        assert await inbound.answer(_ringing(agent_id="agent_nobody")) == {}
    assert [log["event"] for log in logs] == ["inbound_restaurant_not_found"]


async def test_a_number_without_an_agent_is_given_the_restaurants(desk: Desk, inbound: Inbound) -> None:
    by_number = _ringing(agent_id="", to_number="+34910000001rest_gaviota")
    assert (await inbound.answer(by_number))["override_agent_id"] == "agent_rest_gaviota"
    assert "override_agent_id" not in await inbound.answer(_ringing())


async def test_while_the_database_fails_the_restaurant_is_still_told(desk: Desk, inbound: Inbound) -> None:
    await desk.book(wish())
    broken = Inbound(_Broken(), desk.clock, desk.directory)  # type: ignore[arg-type]
    with capture_logs() as logs:
        told = (await broken.answer(_ringing()))["dynamic_variables"]
    assert (told["restaurant_name"], told["customer_name"]) == ("La Gaviota", "")
    assert [(log["event"], log["reason"]) for log in logs] == [("inbound_guest_not_read", "DatabaseDown")]


class _Broken:
    def read(self) -> object:
        from appliance.errors import DatabaseDown

        raise DatabaseDown
