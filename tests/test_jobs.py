"""What the server does by itself as time goes by, seen from outside."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from appliance import jobs
from appliance.loadtest.restaurants import demo_restaurants
from support.fake_clock import START_MS
from support.fake_retell import API_KEY, FakeRetell
from support.retell_bodies import sample
from support.serving import EVENTS, House, serving, until

LA_MAREA = demo_restaurants(1)[0]
DAY_MS = 86_400_000
BOOK = f"/api/restaurants/{LA_MAREA.card.id}/reservations"


@pytest.fixture
async def house(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """A server whose rounds come many times a second."""
    for every in ("_OVERDUE_S", "_RETENTION_S"):
        monkeypatch.setattr(jobs, every, 0.02)
    async with serving(database_url, tmp_path) as opened:
        yield opened


async def post(house: House, path: str, **body: Any) -> Any:
    response = await house.http.post(path, json=body, headers={"authorization": f"Bearer {house.token}"})
    assert response.is_success, response.text
    return response.json()


async def gone_through(house: House, job: str) -> None:
    """Wait until the job has begun and ended since now."""
    schedule = house.server.parts.schedule
    enough = schedule.runs[job] + 2  # the one under way began before

    async def come_round() -> bool:
        return schedule.runs[job] >= enough

    await until(come_round)
    assert schedule.failures[job] == 0


async def test_a_party_whose_time_and_grace_are_over_is_done_and_none_before(house: House) -> None:
    seated = (await post(house, BOOK.replace("reservations", "walk-ins"), party_size=2))["reservation"]
    assert seated["status"] == "seated"
    house.clock.advance(seated["ends_at"] - house.clock.now_ms() + LA_MAREA.card.grace_minutes * 60_000 - 1)

    async def done() -> bool:
        return bool((await house.read(f"{BOOK}/{seated['id']}"))["status"] == "completed")

    await gone_through(house, "complete-overdue")
    assert not await done()
    house.clock.advance(1)
    await until(done)


async def test_what_was_said_on_the_phone_is_kept_for_as_long_as_the_house_keeps_it_and_no_longer(house: House) -> None:
    assert (await house.post(EVENTS, sample("12"))).status_code == 204
    await house.settled()
    house.clock.advance(LA_MAREA.card.call_days * DAY_MS)

    async def forgotten() -> bool:
        (call,) = (await house.read(f"/api/restaurants/{LA_MAREA.card.id}/calls"))["items"]
        told = await house.read(f"/api/restaurants/{LA_MAREA.card.id}/calls/{call['call_id']}")
        return bool(told["transcript"] == [] and (await house.read("/api/admin/inbox"))["total"] == 0)

    await gone_through(house, "retention")
    assert not await forgotten()
    house.clock.advance(1)
    await until(forgotten)


async def test_a_guest_who_has_not_come_for_as_long_as_the_house_keeps_them_is_forgotten(house: House) -> None:
    booked = await post(house, BOOK, date="2026-11-28", time="21:00", party_size=2, name="Marta", phone="+34600111222")
    house.clock.advance((LA_MAREA.card.guest_days + 10) * DAY_MS)

    async def forgotten() -> bool:
        return bool((await house.read(f"{BOOK}/{booked['id']}"))["name"] == "")

    await until(forgotten)


async def test_what_a_guest_pays_ahead_stands_in_the_book_and_in_its_file(database_url: str, tmp_path: Path) -> None:
    async with serving(database_url, tmp_path) as house:
        asking = replace(demo_restaurants(2)[1], card=replace(demo_restaurants(2)[1].card, deposit_cents=500))
        await house.add(asking)
        path = f"/api/restaurants/{asking.card.id}/reservations"
        booked = await post(house, path, date="2026-11-28", time="21:00", party_size=3, name="Marta", force=True)
        assert booked["deposit_cents"] == 1500
        head, row = (await house.get(f"{path}.csv")).text.lstrip("\ufeff").splitlines()[:2]
        assert dict(zip(head.split(";"), row.split(";"), strict=True))["deposit_cents"] == "1500"


async def test_a_call_whose_webhooks_were_lost_is_there_soon_after_the_start(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, retell: FakeRetell
) -> None:
    for every in ("_FIRST_RECONCILE_S", "RECONCILE_S"):
        monkeypatch.setattr(jobs, every, 0.05)
    retell.add_call("call_lost", agent_id=LA_MAREA.agent_id, start_timestamp=START_MS - 600_000)
    async with serving(database_url, tmp_path, retell_api_key=API_KEY, retell_api_url=retell.url) as house:

        async def there() -> bool:
            calls = (await house.read(f"/api/restaurants/{LA_MAREA.card.id}/calls"))["items"]
            return [call["summary"] for call in calls] == ["Booked a table."]

        await until(there)
        assert house.server.parts.reconcile
        assert house.server.parts.reconcile.counts.fetched == 1


async def test_without_a_key_the_platform_is_asked_nothing(database_url: str, tmp_path: Path) -> None:
    async with serving(database_url, tmp_path) as house:
        assert (house.server.parts.reconcile, house.server.parts.retell) == (None, None)
        assert "reconcile" not in house.server.parts.schedule.done_at
