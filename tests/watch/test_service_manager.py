import asyncio
import os
import select
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.store import migrate
from appliance.store.engine import Database
from appliance.watch import service_manager
from appliance.watch.service_manager import ServiceManager

ADDRESSES = ["path", "@maitre-test-{pid}"]


@pytest.fixture(params=ADDRESSES)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "notify") if request.param == "path" else request.param.format(pid=os.getpid())


@pytest.fixture
def ear(address: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
        there.bind(f"\0{address[1:]}" if address.startswith("@") else address)
        there.settimeout(5)
        yield there


@pytest.fixture
def manager(address: str, ear: socket.socket) -> ServiceManager:
    return ServiceManager.of({"NOTIFY_SOCKET": address}, pid=1)


def test_it_hears_when_the_server_is_ready(manager: ServiceManager, ear: socket.socket) -> None:
    manager.ready("Answering")
    assert ear.recv(4096) == b"READY=1\nSTATUS=Answering"


def test_it_hears_of_a_reload_with_its_time_by_the_clock_that_nobody_sets(
    manager: ServiceManager, ear: socket.socket
) -> None:
    manager.reloading("Reading")
    reloading, at, status = ear.recv(4096).decode().splitlines()
    assert (reloading, status) == ("RELOADING=1", "STATUS=Reading")
    assert at.startswith("MONOTONIC_USEC=")


def test_it_hears_of_a_stop_and_how_long_that_may_take(manager: ServiceManager, ear: socket.socket) -> None:
    manager.stopping("Finishing", within_s=28)
    assert ear.recv(4096) == b"STOPPING=1\nEXTEND_TIMEOUT_USEC=28000000\nSTATUS=Finishing"


async def test_more_time_is_asked_for_while_something_takes_long(
    manager: ServiceManager, ear: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_manager, "_EVERY_S", 0.01)
    async with manager.taking_long("Migrating", at_most_s=60):
        for _ in range(3):
            assert await asyncio.to_thread(ear.recv, 4096) == b"EXTEND_TIMEOUT_USEC=60000000\nSTATUS=Migrating"


_SLOW = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT max(i) FROM n",
    "postgresql": "SELECT pg_sleep(0.5)",
}
"""One statement that takes about half a second, as copying a large table takes minutes."""


@pytest.mark.parametrize("address", ["path"], indirect=True)
async def test_more_time_is_asked_for_while_the_database_works_on_one_long_statement(
    manager: ServiceManager, ear: socket.socket, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_manager, "_EVERY_S", 0.02)
    database = Database(database_url)
    asked = 0
    async with manager.taking_long("Migrating", at_most_s=60), migrate.alone(database) as tx:
        while _heard(ear):
            pass  # of what came before the statement
        await tx.run_sync(lambda connection: connection.exec_driver_sql(_SLOW[connection.dialect.name]))
        while _heard(ear):
            asked += 1
    await database.close()
    assert asked >= 3


def _heard(ear: socket.socket) -> bool:
    return bool(select.select([ear], [], [], 0)[0] and ear.recv(4096))


async def test_more_time_is_not_asked_for_for_ever(
    manager: ServiceManager, ear: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_manager, "_EVERY_S", 0.01)
    async with manager.taking_long("Migrating", at_most_s=0):
        await asyncio.sleep(0.05)
    ear.setblocking(False)
    with pytest.raises(BlockingIOError):
        ear.recv(4096)


async def test_without_one_nothing_is_told() -> None:
    nobody = ServiceManager.of({}, pid=1)
    assert not nobody.is_there
    nobody.ready("Answering")
    async with nobody.taking_long("Migrating", at_most_s=60):
        pass


def test_one_that_has_gone_keeps_nothing_from_working(tmp_path: Path) -> None:
    ServiceManager(str(tmp_path / "gone")).ready("Answering")


@pytest.mark.parametrize(
    ("more", "watchdog_s"),
    [
        ({"WATCHDOG_USEC": "60000000"}, 60.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "42"}, 60.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "43"}, 0.0),
        ({"WATCHDOG_USEC": "soon"}, 0.0),
        ({}, 0.0),
    ],
)
def test_how_often_it_wants_to_hear_from_this_process(more: dict[str, str], watchdog_s: float) -> None:
    assert ServiceManager.of({"NOTIFY_SOCKET": "@maitre", **more}, pid=42).watchdog_s == watchdog_s


def test_no_watchdog_is_fed_where_nobody_listens() -> None:
    assert ServiceManager.of({"WATCHDOG_USEC": "60000000"}, pid=42).watchdog_s == 0.0
