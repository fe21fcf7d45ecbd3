"""A database that goes away as soon as it has committed: what was done is answered as done."""

from datetime import date

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from appliance.contract import ClosingFile, RulesEdit
from appliance.domain.access import Role
from appliance.errors import DatabaseDown, PreconditionFailed
from appliance.services.edits import written
from appliance.services.house import House
from appliance.store.engine import Database
from support.databases import gone_once_written
from support.desk import Desk, one_table, wish
from support.fake_clock import FakeClock
from support.people import HOME, porch
from support.switchboard import Switchboard, call_event

GAVIOTA = "rest_gaviota"
SATURDAY = ClosingFile(date=date(2026, 11, 28))
FOREIGN = call_event("call_started", agent="agent_rest_one", to_number="")


@pytest.fixture
def house(desk: Desk) -> House:
    return House(desk.database, desk.clock, desk.directory, desk.books)


async def _states(database: Database) -> list[str]:
    async with database.read() as tx:
        return list((await tx.execute(text("SELECT state FROM tasks ORDER BY id"))).scalars())


async def test_an_edit_names_the_bookings_that_it_leaves_without_a_place(desk: Desk, house: House) -> None:
    booked = (await desk.book(wish())).reservation
    assert booked
    async with gone_once_written(desk.database):
        change = await house.close(GAVIOTA, SATURDAY)
    assert [one.id for one in change.affected] == [booked.id]
    again = await house.close(GAVIOTA, SATURDAY, only_if=[change.etag])
    assert [one.id for one in again.affected] == [booked.id]


async def test_a_restaurant_written_anew_gets_the_events_that_were_set_aside(desk: Desk, house: House) -> None:
    await Switchboard(desk.database, desk.clock, desk.directory).deliver(FOREIGN)
    card = desk.directory.card(GAVIOTA)
    assert card
    async with gone_once_written(desk.database):
        await house.rewrite(GAVIOTA, replace(written(card), agents=["agent_rest_one"]), provider="retell")
    assert await _states(desk.database) == ["ready"]


async def test_a_restaurant_that_is_added_gets_the_events_that_were_set_aside(desk: Desk) -> None:
    await Switchboard(desk.database, desk.clock, desk.directory).deliver(FOREIGN)
    async with gone_once_written(desk.database):
        await desk.open(one_table(phone="+34910000009"))
    assert await _states(desk.database) == ["ready"]


async def test_a_session_that_was_carried_on_has_its_next_tokens(database: Database, clock: FakeClock) -> None:
    door = porch(database, clock)
    await door.add("ana@maitre.example", Role.OPERATOR)
    first = await door.log_in("ana@maitre.example")
    async with gone_once_written(database):
        second = await door.sessions.refresh(first.refresh_token, HOME)
    assert await door.sessions.principal(second.access_token)


async def test_a_removal_that_was_broken_off_is_gone_on_with_on_the_same_condition(desk: Desk, house: House) -> None:
    read = desk.restaurants.etag(GAVIOTA)
    with pytest.raises(DatabaseDown):
        async with gone_once_written(desk.database):
            await house.remove(GAVIOTA, although_booked=False, only_if=[read])
    await house.remove(GAVIOTA, although_booked=False, only_if=[read])
    assert desk.directory.card(GAVIOTA) is None


async def test_a_removal_that_was_broken_off_leaves_another_state_than_was_read(desk: Desk, house: House) -> None:
    read = desk.restaurants.etag(GAVIOTA)
    with pytest.raises(DatabaseDown):
        async with gone_once_written(desk.database):
            await house.remove(GAVIOTA, although_booked=False)
    await desk.directory.refresh()
    assert desk.restaurants.etag(GAVIOTA) != read
    with pytest.raises(PreconditionFailed):
        await house.rules(GAVIOTA, RulesEdit(max_party=5), only_if=[read])
    resumed = await house.rules(GAVIOTA, RulesEdit(status="active"))
    with pytest.raises(PreconditionFailed):
        await house.remove(GAVIOTA, although_booked=False, only_if=[read])
    await house.remove(GAVIOTA, although_booked=False, only_if=[resumed.etag])
