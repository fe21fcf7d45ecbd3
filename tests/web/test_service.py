"""An operator's hands on the server itself."""

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from appliance.services.host import Host
from support.serving import House, serving, until

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])
MADE = json.dumps({"entry": {"name": "maitre-20261127T090000.000Z"}})


@pytest.fixture
async def service(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A house that makes backups, and is begun anew when it ends."""
    host = Host(backup=(sys.executable, "-c", f"print({MADE!r})"), is_kept=True)
    async with serving(database_url, tmp_path, host=host) as opened:
        yield opened


async def ask(house: House, path: str) -> httpx.Response:
    return await house.http.post(path, headers={"authorization": f"Bearer {house.token}"})


async def work_of(house: House) -> Any:
    return (await house.read("/api/admin/backups"))["work"]


async def actions(house: House) -> list[tuple[str, str]]:
    return [(row["action"], row["actor"]) for row in (await house.read("/api/admin/audit"))["items"]]


async def test_a_backup_is_asked_for_and_seen_in_the_list_and_in_the_system(service: House) -> None:
    assert (await service.read("/api/admin/backups"))["work"] is None
    answer = await ask(service, "/api/admin/backups")
    assert (answer.status_code, answer.json()["state"]) == (202, "running")

    async def is_over() -> bool:
        return (await work_of(service))["state"] != "running"

    await until(is_over)
    work = await work_of(service)
    assert (work["state"], work["name"]) == ("done", "maitre-20261127T090000.000Z")
    assert (await service.read("/api/admin/system"))["backup_work"] == work
    assert ("backup.asked", "ana@example.com") in [(a, b.split()[0]) for a, b in await actions(service)]


async def test_a_restart_is_told_before_it_begins_and_audited(service: House) -> None:
    answer = await ask(service, "/api/admin/restart")
    assert answer.status_code == 202
    assert answer.json()["drain_s"] > 0
    assert service.server.parts.restarts.asked.is_set()
    assert "server.restart_asked" in [action for action, _ in await actions(service)]


async def test_what_cannot_be_done_here_is_a_conflict_with_its_reason(house: House) -> None:
    for path, reason in (("restart", "systemd"), ("backups", "maitre backup create")):
        answer = await ask(house, f"/api/admin/{path}")
        assert (answer.status_code, reason in answer.json()["detail"]) == (409, True)
    assert not house.server.parts.restarts.asked.is_set()


async def test_the_overview_and_the_system_say_when_the_newest_backup_was_made(house: House, tmp_path: Path) -> None:
    assert (await house.read("/api/admin/overview"))["backup"] == {"made_at": None, "late": False}
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "maitre-20260101T000000.000Z.json").write_text("{}")
    house.clock.advance(6_000)
    told = (await house.read("/api/admin/overview"))["backup"]
    assert told == {"made_at": 1_767_225_600_000, "late": True}
    assert (await house.read("/api/admin/system"))["backup"] == told
