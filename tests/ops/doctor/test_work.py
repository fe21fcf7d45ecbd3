from pathlib import Path

import pytest

from appliance.domain.backups import name_of
from appliance.ops.doctor import backups, work
from appliance.store.engine import Database
from appliance.store.inbox import NewEvent, accept
from support.examined import found, subject
from support.fake_clock import FakeClock
from support.retell_bodies import sample
from support.serving import EVENTS, serving


async def test_what_was_given_up_and_what_is_held_is_told(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    clock = FakeClock()

    def event(key: str, state: str) -> NewEvent:
        return NewEvent(
            id=clock.new_id("event"),
            idempotency_key=key,
            provider="retell",
            event="call_ended",
            call_id=key,
            restaurant_id="",
            headers="{}",
            body=b"{}",
            received_at=clock.now_ms() - 10 * 60_000,
            state=state,
        )

    await accept(database, [event("a", "dead"), event("b", "held"), event("c", "ready")])
    seen = await found(work.look, subject(tmp_path, database_url=database_url))
    assert (seen["dead letters"].outcome, seen["dead letters"].found) == ("warn", "1 given up, 1 held")
    assert (seen["queue"].outcome, "the oldest for 10 minutes" in seen["queue"].found) == ("warn", True)


async def test_a_restaurant_whose_calls_no_longer_arrive_is_named(database_url: str, tmp_path: Path) -> None:
    whom = subject(tmp_path, database_url=database_url)
    assert (await found(work.look, whom))["webhooks seen lately"].found == "there is no restaurant"
    async with serving(database_url, tmp_path) as house:
        never = (await found(work.look, whom))["webhooks seen lately"]
        await house.post(EVENTS, sample("10"))
        await house.settled()
        now = (await found(work.look, whom))["webhooks seen lately"]
        whom.clock.advance(3 * 86_400_000)  # type: ignore[attr-defined]
        late = (await found(work.look, whom))["webhooks seen lately"]
    assert (never.outcome, "(never)" in never.found) == ("warn", True)
    assert (now.outcome, now.found) == ("ok", "of all 1 restaurants, the last 0 h ago")
    assert (late.outcome, "(3 days ago)" in late.found) == ("warn", True)


@pytest.mark.parametrize(("hours", "outcome"), [(None, "warn"), (3, "ok"), (27, "warn")])
async def test_the_newest_finished_backup_must_be_of_the_last_day(
    tmp_path: Path, hours: int | None, outcome: str
) -> None:
    whom = subject(tmp_path)
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "half-made-backup").mkdir()
    if hours is not None:
        (folder / f"{name_of(whom.clock.now_ms() - hours * 3_600_000)}.json").touch()
    assert (await found(backups.look, whom))["backups"].outcome == outcome
