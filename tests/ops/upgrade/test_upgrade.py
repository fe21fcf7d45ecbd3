"""From one release to the next and back, with real programs, databases and servers; only systemd is a child process."""

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import insert, select

from appliance.errors import UpgradeError
from appliance.ops.upgrade import journal as journals
from appliance.ops.upgrade.journal import Outcome
from appliance.store import inbox, reservations
from appliance.store.engine import Database
from appliance.store.migrate import newest_revision
from appliance.store.schema import tables
from appliance.voice.retell.signature import sign
from support.books import add_restaurant, booking, small_restaurant
from support.releases import MIGRATION, Installation, installation
from support.serve_process import KEY, environment

WILL_NOT_START = "raise RuntimeError('this release is broken')"
MOVES = MIGRATION.format(head=newest_revision())
STEPS = ("unpack", "backup", "rehearse", "stop", "copy", "switch", "units", "start", "watch", "tidy")


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[Installation]:
    """Version 1.0 of a small restaurant with one booking, serving."""
    asyncio.run(_furnish(database_url))
    env = environment(data_dir=tmp_path / "data", database_url=database_url, retell_webhook_keys=KEY, log_level="error")
    with installation(tmp_path, env=env, port=_any_port()) as made:
        yield made


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


async def _furnish(url: str) -> None:
    database = Database(url)
    await add_restaurant(database, small_restaurant())
    async with database.write() as tx:
        await reservations.insert(tx, booking("res_before"))
    await database.close()


def version_served(house: Installation) -> str:
    return str(httpx.get(f"{house.url}/api/health", trust_env=False).json()["version"])


def ring(house: Installation, call_id: str) -> None:
    """An event of the phone platform, acknowledged."""
    event = {
        "event": "call_started",
        "call": {"call_id": call_id, "agent_id": "agent_rest_a", "call_type": "phone_call"},
    }
    body = json.dumps(event).encode()
    signature = sign(body, KEY, time.time_ns() // 1_000_000)
    headers = {"x-retell-signature": signature, "content-type": "application/json"}
    answer = httpx.post(f"{house.url}/webhooks/retell", content=body, headers=headers, trust_env=False)
    assert answer.status_code == 204


def calls_kept(url: str) -> set[str]:
    return asyncio.run(_calls_kept(url))


async def _calls_kept(url: str) -> set[str]:
    database = Database(url)
    async with database.read() as tx:
        found = {event.call_id async for event in inbox.since(tx, 0)}
    await database.close()
    return found


def bookings(url: str) -> set[str]:
    return asyncio.run(_bookings(url))


async def _bookings(url: str) -> set[str]:
    database = Database(url)
    async with database.read() as tx:
        found = {one.id for one in await reservations.changed_since(tx, 0)}
    await database.close()
    return found


def book(url: str, id_: str) -> None:
    asyncio.run(_book(url, id_))


async def _book(url: str, id_: str) -> None:
    database = Database(url)
    async with database.write() as tx:
        new = booking(id_, table_ids=("rest_a_t2",), updated_at=time.time_ns() // 1_000_000)
        await reservations.insert(tx, new)
    await database.close()


def schema(house: Installation, version: str) -> str:
    return str(house.means().program(version).told("db", "status", as_=dict)["current"])


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_new_release_serves_the_same_data(house: Installation, database_url: str) -> None:
    ring(house, "call_1")
    journal = house.upgrade(house.release_file("2.0"), "2.0")
    assert (journal.outcome, journal.copy) == (Outcome.UPGRADED, "")
    assert (version_served(house), house.places.current()) == ("2.0", "2.0")
    assert (bookings(database_url), calls_kept(database_url)) == ({"res_before"}, {"call_1"})


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_release_that_does_not_start_gives_way_to_the_old_one(house: Installation, database_url: str) -> None:
    broken = house.release_file("2.0", added={"app.py": WILL_NOT_START})
    journal = house.upgrade(broken, "2.0")
    assert journal.outcome is Outcome.RETURNED
    assert "did not start" in journal.why
    assert (version_served(house), house.places.current()) == ("1.0", "1.0")
    assert bookings(database_url) == {"res_before"}
    assert house.places.versions() == ["1.0"]
    assert (
        journal.done["tidy"] == dict(house.told)["tidy"] == f"deleted {house.places.release('2.0')}, which did not do"
    )


def units_say(house: Installation) -> str:
    return (house.service.units / "maitre.service").read_text().splitlines()[-1]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_units_of_the_new_release_come_with_it_and_go_when_it_does_not_do(house: Installation) -> None:
    of_2, of_3 = {"units/maitre.service": "# of 2.0"}, {"units/maitre.service": "# of 3.0"}
    house.upgrade(house.release_file("2.0", added=of_2), "2.0")
    assert units_say(house) == "# of 2.0"
    journal = house.upgrade(house.release_file("3.0", added={"app.py": WILL_NOT_START, **of_3}), "3.0")
    assert (journal.outcome, units_say(house)) == (Outcome.RETURNED, "# of 2.0")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_units_that_cannot_be_brought_back_keep_nobody_from_being_answered(house: Installation) -> None:
    house.service.fails_with_units = True
    journal = house.upgrade(house.release_file("2.0"), "2.0")
    assert (journal.outcome, journal.why, version_served(house)) == (Outcome.RETURNED, "No units today.", "1.0")
    assert "maitre service install" in dict(house.told)["units"]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_release_that_does_not_take_the_settings_never_stops_the_service(house: Installation) -> None:
    picky = house.release_file("2.0", added={"cli/config.py": WILL_NOT_START})
    with pytest.raises(UpgradeError, match="this release is broken"):
        house.upgrade(picky, "2.0")
    assert version_served(house) == "1.0"
    assert "stop" not in dict(house.told)
    assert house.places.versions() == ["1.0"]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_release_that_rollback_goes_back_to_stays_whatever_fails(house: Installation) -> None:
    house.upgrade(house.release_file("2.0"), "2.0")
    with pytest.raises(UpgradeError):
        house.upgrade(house.release_file("1.0-picky", added={"cli/config.py": WILL_NOT_START}), "1.0")
    assert set(house.places.versions()) == {"1.0", "2.0"}


@pytest.mark.parametrize("backend", ["sqlite", pytest.param("postgres", marks=pytest.mark.install)])
def test_what_was_acknowledged_while_a_release_failed_is_there_in_the_data_of_before(
    house: Installation, database_url: str
) -> None:
    ring(house, "call_before")

    def serve_and_break() -> None:
        ring(house, "call_meanwhile")
        book(database_url, "res_meanwhile")
        house.service.kill()

    house.service.before_restarts = serve_and_break
    journal = house.upgrade(house.release_file("2.0", migration=MOVES), "2.0")
    assert journal.outcome is Outcome.RETURNED
    assert (version_served(house), schema(house, "1.0")) == ("1.0", newest_revision())
    assert calls_kept(database_url) == {"call_before", "call_meanwhile"}
    assert bookings(database_url) == {"res_before", "res_meanwhile"}


@pytest.mark.parametrize("backend", [pytest.param("sqlite", marks=pytest.mark.install), "postgres"])
def test_rollback_brings_the_old_release_and_keeps_what_came_since(house: Installation, database_url: str) -> None:
    journal = house.upgrade(house.release_file("2.0", migration=MOVES), "2.0")
    assert (version_served(house), schema(house, "2.0")) == ("2.0", "9999")
    ring(house, "call_since")
    book(database_url, "res_since")
    assert house.back(journal).outcome is Outcome.RETURNED
    assert (version_served(house), schema(house, "1.0")) == ("1.0", newest_revision())
    assert (calls_kept(database_url), bookings(database_url)) == ({"call_since"}, {"res_before", "res_since"})


@pytest.mark.install
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_booking_that_the_data_of_before_have_no_table_for_is_named_and_the_old_release_answers(
    house: Installation, database_url: str
) -> None:
    journal = house.upgrade(house.release_file("2.0", migration=MOVES), "2.0")
    asyncio.run(_book_a_new_table(database_url))
    returned = house.back(journal)
    assert (returned.outcome, version_served(house)) == (Outcome.RETURNED, "1.0")
    assert "1 bookings found their table taken" in returned.left
    (kept,) = Path(returned.copy_path).parent.glob("since-*")
    assert str(kept) in returned.left


async def _book_a_new_table(url: str) -> None:
    database = Database(url)
    async with database.write() as tx:
        known = (await tx.execute(select(tables).where(tables.c.id == "rest_a_t2"))).one()
        await tx.execute(insert(tables), [{**known._mapping, "id": "rest_a_new", "name": "new", "position": 99}])
        new = booking("res_since", table_ids=("rest_a_new",), updated_at=time.time_ns() // 1_000_000)
        await reservations.insert(tx, new)
    await database.close()


@pytest.mark.install
@pytest.mark.parametrize("backend", ["sqlite"])
def test_of_what_was_taken_over_no_copy_is_left(house: Installation, database_url: str) -> None:
    journal = house.upgrade(house.release_file("2.0", migration=MOVES), "2.0")
    book(database_url, "res_since")
    returned = house.back(journal)
    assert (returned.left, list(Path(returned.copy_path).parent.glob("since-*"))) == ("", [])


@pytest.mark.install
@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("step", ["return", "restore"])
def test_what_came_after_an_interrupted_way_back_is_kept_as_well(
    house: Installation, database_url: str, step: str
) -> None:
    """Killed, it holds the service no longer, and the release that is current is begun by whoever calls."""
    journal = house.upgrade(house.release_file("2.0", migration=MOVES), "2.0")
    ring(house, "call_since")
    house.interrupt_at = step
    with pytest.raises(KeyboardInterrupt):
        house.back(journal)
    house.service.start()
    ring(house, "call_between")
    house.interrupt_at = ""
    assert house.back(journal).outcome is Outcome.RETURNED
    assert (version_served(house), calls_kept(database_url)) == ("1.0", {"call_since", "call_between"})


@pytest.mark.install
@pytest.mark.parametrize("backend", ["sqlite"])
def test_an_interrupted_way_back_is_finished_before_anything_else(house: Installation) -> None:
    journal = house.upgrade(house.release_file("2.0", migration=MOVES), "2.0")
    house.interrupt_at = "restore"
    with pytest.raises(KeyboardInterrupt):
        house.back(journal)
    house.interrupt_at = ""
    with pytest.raises(UpgradeError, match="maitre rollback"):
        house.upgrade(house.release_file("3.0"), "3.0")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_killed_between_the_switch_and_its_line_in_the_journal_there_is_still_a_way_back(
    house: Installation, database_url: str
) -> None:
    house.interrupt_at, file = "switch", house.release_file("2.0", migration=MOVES)
    with pytest.raises(KeyboardInterrupt):
        house.upgrade(file, "2.0")
    house.places.switch("2.0")
    house.service.start()
    ring(house, "call_between")
    house.interrupt_at, house.service.before_restarts = "", house.service.kill
    assert house.upgrade(file, "2.0").outcome is Outcome.RETURNED
    assert (version_served(house), calls_kept(database_url)) == ("1.0", {"call_between"})


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_switch_that_the_disk_refuses_leads_back(house: Installation) -> None:
    (house.places.prefix / "current.fresh").mkdir()
    journal = house.upgrade(house.release_file("2.0"), "2.0")
    assert (journal.outcome, version_served(house)) == (Outcome.RETURNED, "1.0")


@pytest.mark.install
@pytest.mark.parametrize("step", STEPS)
def test_interrupted_at_any_step_it_is_gone_on_with(house: Installation, database_url: str, step: str) -> None:
    house.interrupt_at, file = step, house.release_file("2.0", migration=MOVES)
    with pytest.raises(KeyboardInterrupt):
        house.upgrade(file, "2.0")
    house.service.start()  # as systemd does after a reboot, whichever is current then
    ring(house, "call_between")
    house.interrupt_at = ""
    assert house.upgrade(file, "2.0").outcome is Outcome.UPGRADED
    assert version_served(house) == "2.0"
    assert (calls_kept(database_url), bookings(database_url)) == ({"call_between"}, {"res_before"})


@pytest.mark.install
@pytest.mark.parametrize("step", ["return", "restore", "take over"])
def test_a_way_back_that_is_interrupted_is_gone_once_more(house: Installation, database_url: str, step: str) -> None:
    house.upgrade(house.release_file("2.0", migration=MOVES), "2.0")
    ring(house, "call_since")
    house.interrupt_at = step
    journal = journals.read(house.places.journal)
    assert journal
    with pytest.raises(KeyboardInterrupt):
        house.back(journal)
    house.interrupt_at = ""
    assert house.back(journal).outcome is Outcome.RETURNED
    assert (version_served(house), calls_kept(database_url)) == ("1.0", {"call_since"})


@pytest.mark.install
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_try_that_changed_nothing_leaves_the_way_back_from_the_upgrade_before(house: Installation) -> None:
    house.upgrade(house.release_file("2.0"), "2.0")
    with pytest.raises(UpgradeError):
        house.upgrade(house.release_file("3.0", added={"cli/config.py": WILL_NOT_START}), "3.0")
    journal = journals.read(house.places.journal)
    assert journal
    assert (journal.old, journal.new, journal.outcome) == ("1.0", "2.0", Outcome.UPGRADED)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_only_one_upgrade_at_a_time(house: Installation) -> None:
    with house.places.alone(), pytest.raises(UpgradeError, match="under way"):
        house.upgrade(house.release_file("2.0"), "2.0")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_is_installed_is_not_installed_again(house: Installation) -> None:
    with pytest.raises(UpgradeError, match="is what is installed"):
        house.upgrade(house.release_file("1.0-again"), "1.0")
