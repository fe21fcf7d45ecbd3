"""What a whole server does by itself as time goes by, nobody asking it to."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from appliance import app
from support.retell_bodies import sample
from support.serving import EVENTS, House, serving, until

HOME = "/api/restaurants/rest_la_marea"
MINUTE_MS, DAY_MS = 60_000, 86_400_000
LONGEST_PACE_S = 3600
TURN_MINUTES, GRACE_MINUTES, CALL_DAYS, GUEST_DAYS = 120, 30, 180, 730


@pytest.fixture
async def house(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """Its clock stands still, but its jobs come round as if it raced."""
    for pace in ("_OVERDUE_S", "_RETENTION_S"):
        monkeypatch.setattr(app, pace, 0.02)
    async with serving(database_url, tmp_path) as opened:
        yield opened


async def gone_through(house: House, job: str) -> None:
    """Wait until the job has begun and ended since now."""
    schedule = house.server._schedule
    enough = schedule.runs[job] + 2  # the one under way began before

    async def come_round() -> bool:
        return schedule.runs[job] >= enough

    await until(come_round)
    assert schedule.failures[job] == 0


async def seat_walk_in(house: House) -> Any:
    headers = {"authorization": f"Bearer {house.token}"}
    party = {"party_size": 2, "name": "Marta", "notes": "la señora García"}
    seated = await house.http.post(f"{HOME}/walk-ins", json=party, headers=headers)
    assert seated.status_code == 201, seated.text
    return seated.json()["reservation"]


async def booked(house: House) -> Any:
    (row,) = (await house.read(f"{HOME}/reservations"))["items"]
    return row


async def test_a_seated_party_is_completed_when_its_time_and_the_grace_have_passed(house: House) -> None:
    house.clock.advance(180 * MINUTE_MS)  # lunch
    seated = await seat_walk_in(house)
    house.clock.advance((TURN_MINUTES + GRACE_MINUTES) * MINUTE_MS - 1)
    await gone_through(house, "complete-overdue")
    assert (await booked(house))["status"] == "seated"
    house.clock.advance(1)
    await until(lambda: _has_status(house, "completed"))
    assert (await booked(house))["id"] == seated["id"]


async def _has_status(house: House, status: str) -> bool:
    return bool((await booked(house))["status"] == status)


async def test_what_was_said_is_let_go_of_when_the_restaurant_s_days_are_over(house: House) -> None:
    assert (await house.post(EVENTS, sample("12"))).status_code == 204
    await house.settled()
    house.clock.advance(CALL_DAYS * DAY_MS)
    await gone_through(house, "retention")
    assert (await house.read("/api/admin/inbox"))["total"] == 1
    house.clock.advance(1)
    await until(lambda: _forgotten(house))


async def _forgotten(house: House) -> bool:
    (call,) = (await house.read(f"{HOME}/calls"))["items"]
    told = await house.read(f"{HOME}/calls/{call['call_id']}")
    return bool((await house.read("/api/admin/inbox"))["total"] == 0 and told["transcript"] == [])


async def test_who_has_not_come_for_longer_than_the_restaurant_remembers_is_forgotten(house: House) -> None:
    house.clock.advance(180 * MINUTE_MS)
    await seat_walk_in(house)
    house.clock.advance((GUEST_DAYS + 1) * DAY_MS)
    await until(lambda: _nameless(house))


async def _nameless(house: House) -> bool:
    row = await booked(house)
    return bool(row["status"] == "completed" and row["name"] == row["notes"] == "")


async def test_no_job_keeps_anybody_waiting_for_longer_than_an_hour(database_url: str, tmp_path: Path) -> None:
    async with serving(database_url, tmp_path) as house:
        paces = {job.name: job.every_s for job in house.server._jobs()}
    assert {"complete-overdue", "retention"} <= paces.keys()
    assert max(paces.values()) <= LONGEST_PACE_S
