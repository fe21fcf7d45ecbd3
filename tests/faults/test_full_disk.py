"""The disk with the data runs full, and has room again: on a small file system of the test's own."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.databases import migrated
from support.retell_bodies import sample
from support.serving import EVENTS, House, serving, until

MB = 1 << 20
SIZE_MB = 160
CHECK = "disk:utilization"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    how = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(how, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a file system")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk: Path, *, left_mb: int) -> None:
    other = disk / "other"
    other.unlink(missing_ok=True)
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    with other.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(free - left_mb * MB, 1))


async def looked(house: House) -> None:
    for one in house.server.parts.probes._asked:
        if one.probe.name in (CHECK, "database:responseTime"):
            await one.ask()
    house.clock.advance(1_000)
    house.server.parts.monitor.tick()


async def level(house: House, *, after_s: int) -> str | None:
    return (await house.alerts(after_s=after_s)).get("disk_full")


async def test_a_disk_that_runs_full_is_told_of_before_it_is_and_then_events_are_sent_again(disk: Path) -> None:
    url = await migrated(f"sqlite:///{disk / 'maitre.db'}")
    async with serving(url, disk, db_wait_ms=300) as house:
        fill(disk, left_mb=20)
        await looked(house)
        assert await level(house, after_s=90) == "warning"
        assert (await house.check(CHECK))[0] == "fail", "the next commit but a few may fail"
        assert (await house.post(EVENTS, sample("10"))).status_code == 204, "there is room as yet"

        fill(disk, left_mb=4)
        await looked(house)
        assert await level(house, after_s=90) == "critical"

        fill(disk, left_mb=0)
        big = json.dumps({"event": "call_ended", "call": {"call_id": "c", "x": "x" * 1_000_000}}).encode()
        refused = [await house.post(EVENTS, big.replace(b'"c"', b'"c%d"' % n)) for n in range(3)]
        assert {one.status_code for one in refused} == {503}
        assert refused[0].json()["type"] == "urn:maitre:problem:database_full"
        assert (await house.tool(sample("20")))["code"] == "available", "what is only read is read"
        assert (await house.status("/readyz"))[0] == 503
        assert (await house.metrics())['maitre_webhook_events_total{event="call_ended",outcome="not_stored"}'] == 3

        (disk / "other").unlink()
        await looked(house)

        async def is_ready() -> bool:
            return (await house.status("/readyz"))[0] == 200

        await until(is_ready)
        assert [(await house.post(EVENTS, body)).status_code for body in (big, sample("10"))] == [204, 204]
        assert (await house.tool(sample("21")))["ok"]
        await house.settled()
        assert await level(house, after_s=180) is None
