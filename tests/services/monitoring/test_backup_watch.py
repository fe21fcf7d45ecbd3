"""How old the newest backup is: health warns of it, and an alert fires, holds and clears."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from appliance.domain.backups import name_of
from appliance.services.monitoring.alert_words import Words
from appliance.services.monitoring.alerts import Alerts, HowTold
from appliance.services.monitoring.backup_watch import BackupWatch
from appliance.store import schema
from appliance.store.engine import Database
from appliance.watch.alert_rules import adjusted, of_backups
from appliance.watch.quiet import NEVER
from appliance.watch.rules import Key
from appliance.web.languages import in_english, in_spanish
from appliance.work.alerts import Channels
from support.fake_clock import FakeClock

HOUR_MS, DAY_MS = 3_600_000, 86_400_000


class Yard:
    """A house with a folder for its backups, looked at every quarter of a minute."""

    def __init__(self, database: Database, clock: FakeClock, folder: Path) -> None:
        self.database, self.clock, self.folder = database, clock, folder
        self.watch = BackupWatch(database, clock, folder, oldest_hours=26)
        self.said = in_english
        words = Words(in_english, platform="Maitre", zone=ZoneInfo("Europe/Madrid"), name_of=str)
        how = HowTold(channels=Channels((), ()), words=words, quiet=NEVER, escalate_after_s=900)
        self.alerts = Alerts(database, clock, adjusted([of_backups(26)]), self.read, how=how, wake=lambda: None)

    async def read(self) -> dict[Key, float]:
        now = await self.watch.standing()
        return {("backup_missing", ""): now.without_s} if now.age_s is None else {("backup_old", ""): now.age_s}

    def backed_up(self, *, hours_ago: float = 0) -> None:
        self.folder.mkdir(exist_ok=True)
        name = name_of(self.clock.now_ms() - int(hours_ago * HOUR_MS))
        (self.folder / f"{name}.json").write_text("{}")

    async def settled(self) -> None:
        """Since the first account there has been something to lose."""
        account: dict[str, Any] = {"id": "user_1", "email": "a@b.c", "name": "Ana", "role": "operator", "active": True}
        async with self.database.write() as tx:
            await tx.execute(insert(schema.users), [account | {"created_at": self.clock.now_ms()}])

    async def look(self, minutes: float = 2) -> list[tuple[str, str, str]]:
        """What is open after so long."""
        for _ in range(int(minutes * 4)):
            self.clock.advance(15_000)
            await self.alerts.look()
        rows = (await self.alerts.list(self.said)).items
        return [(row.rule, row.level, row.message) for row in rows if row.state == "open"]

    async def health(self) -> tuple[str, str]:
        found = await self.watch.probe().ask()
        return found.status, found.output


@pytest.fixture
def yard(database: Database, clock: FakeClock, tmp_path: Path) -> Yard:
    return Yard(database, clock, tmp_path / "backups")


async def test_a_backup_of_last_night_is_well(yard: Yard) -> None:
    yard.backed_up(hours_ago=25)
    assert await yard.look() == []
    assert (await yard.watch.probe().ask()).value == pytest.approx(25, abs=0.1)
    assert await yard.health() == ("pass", "")


async def test_one_that_is_too_old_fires_once_it_has_been_so_for_a_minute(yard: Yard) -> None:
    yard.backed_up(hours_ago=26)
    assert await yard.look(minutes=0.75) == []
    assert await yard.look() == [("backup_old", "warning", "The newest backup is 26 h old.")]
    status, output = await yard.health()
    assert (status, "too old" in output) == ("warn", True)


async def test_it_holds_and_gets_critical_after_three_nights(yard: Yard) -> None:
    yard.backed_up(hours_ago=26)
    await yard.look()
    yard.clock.advance(52 * HOUR_MS)
    assert [row[:2] for row in await yard.look()] == [("backup_old", "critical")]


async def test_a_new_backup_ends_it(yard: Yard) -> None:
    yard.backed_up(hours_ago=30)
    assert len(await yard.look()) == 1
    yard.backed_up()
    assert await yard.look(minutes=0.5) == []
    assert await yard.health() == ("pass", "")


async def test_a_new_house_has_three_days_until_it_should_have_one(yard: Yard) -> None:
    await yard.settled()
    yard.clock.advance(3 * DAY_MS - HOUR_MS)
    assert await yard.look() == []
    assert await yard.health() == ("pass", "")
    yard.clock.advance(HOUR_MS)
    yard.said = in_spanish
    (row,) = await yard.look()
    assert row[:2] == ("backup_missing", "warning")
    assert row[2].startswith("No hay ninguna copia de seguridad desde hace 72 h")
    assert (await yard.health())[0] == "warn"
    yard.backed_up()
    assert await yard.look() == []


async def test_where_there_is_nobody_nothing_is_missed(yard: Yard) -> None:
    yard.clock.advance(30 * DAY_MS)
    assert await yard.look() == []


async def test_what_is_no_backup_does_not_count(yard: Yard) -> None:
    yard.folder.mkdir()
    for name in ("notes.json", f"half-made-{name_of(yard.clock.now_ms())}.json", f"{name_of(0)}.tar.zst"):
        (yard.folder / name).write_text("{}")
    assert await yard.watch.age_s() is None


async def test_a_clock_that_was_set_back_makes_no_age_below_nothing(yard: Yard) -> None:
    yard.backed_up(hours_ago=-5)
    assert await yard.watch.age_s() == 0
