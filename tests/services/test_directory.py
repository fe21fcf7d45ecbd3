import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from appliance.errors import Conflict, NotFound
from appliance.store.engine import Database
from appliance.voice.events import Origin
from support.desk import Desk, gaviota, one_table
from support.fake_clock import FakeClock


def _call(**said: str) -> Origin:
    return Origin(provider="retell", **said)


@pytest.fixture
async def desk(database: Database, clock: FakeClock) -> Desk:
    desk = Desk(database, clock)
    await desk.open(gaviota("rest_a", name="Zeta"))
    await desk.open(one_table("rest_b", name="Alfa", phone="+34910000002"))
    return desk


@pytest.mark.parametrize(
    ("call", "owner"),
    [
        (_call(restaurant_id="rest_a", agent_id="agent_rest_b", to_number="+34910000002rest_b"), "rest_a"),
        (_call(agent_id="agent_rest_a", to_number="+34910000002rest_b"), "rest_a"),
        (_call(agent_id="agent_unknown", to_number="+34910000002rest_b"), "rest_b"),
        (_call(restaurant_id="rest_unknown", agent_id="agent_rest_b"), "rest_b"),
        (_call(restaurant_id="rest_unknown", to_number="+34910000002rest_b"), "rest_b"),
        (_call(direction="outbound", from_number="+34910000002rest_b", to_number="+34910000001rest_a"), "rest_b"),
        (_call(agent_id="agent_unknown", to_number="+34999"), None),
        (_call(), None),
    ],
)
async def test_a_call_is_whose_metadata_agent_or_number_say(desk: Desk, call: Origin, owner: str | None) -> None:
    card = desk.directory.whose(call)
    assert (card.id if card else None) == owner


async def test_an_agent_of_another_platform_is_another_agent(desk: Desk) -> None:
    assert desk.directory.whose(Origin(provider="vapi", agent_id="agent_rest_a")) is None
    assert desk.directory.agent_of("retell", "rest_a") == "agent_rest_a"
    assert desk.directory.agent_of("vapi", "rest_a") == ""


async def test_restaurants_are_listed_by_name(desk: Desk) -> None:
    assert [card.name for card in desk.restaurants.all()] == ["Alfa", "Zeta"]
    assert desk.restaurants.one("rest_a").name == "Zeta"
    with pytest.raises(NotFound):
        desk.restaurants.one("rest_nobody")


async def test_what_another_process_adds_is_there_after_a_refresh(desk: Desk, database: Database) -> None:
    other = Desk(database, desk.clock)
    await other.directory.refresh()
    await desk.open(one_table("rest_c", phone="+34910000003"))
    assert other.directory.card("rest_c") is None
    await other.directory.refresh()
    card = other.directory.whose(_call(agent_id="agent_rest_c"))
    assert card == desk.directory.card("rest_c")


async def test_while_nothing_changes_the_cards_stay_the_same_objects(desk: Desk) -> None:
    before = desk.directory.card("rest_a")
    await asyncio.gather(*(desk.directory.refresh() for _ in range(5)))
    assert desk.directory.card("rest_a") is before


async def test_an_agent_is_one_restaurants_only(desk: Desk) -> None:
    card = one_table("rest_c", phone="+34910000003")
    with pytest.raises(Conflict):
        await desk.restaurants.add(card, agents=[("retell", "agent_rest_a")], numbers=[])
    await desk.directory.refresh()
    assert desk.directory.card("rest_c") is None


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_the_restaurants_of_a_database_put_in_the_place_of_another_are_read_though_its_revision_is_the_same(
    desk: Desk,
) -> None:
    file = Path(desk.database.url.database or "")
    with closing(sqlite3.connect(file)) as other:
        other.execute(f"VACUUM INTO '{file.with_name('backup.db')}'")
    with closing(sqlite3.connect(file.with_name("backup.db"))) as backup, backup:
        backup.execute("UPDATE restaurants SET name = 'Beta' WHERE id = 'rest_b'")
    for log in file.parent.glob(f"{file.name}-*"):
        log.unlink()
    file.with_name("backup.db").replace(file)
    await desk.directory.refresh()
    assert [card.name for card in desk.directory.cards()] == ["Beta", "Zeta"]
