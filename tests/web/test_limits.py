import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from appliance.loadtest.restaurants import demo_restaurants
from support.serving import EVENTS, House, serving

LA_MAREA, OTHER = demo_restaurants(2)
"""The first is on the basic plan."""

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with serving(database_url, tmp_path, admin_requests=50) as opened:
        await opened.add(OTHER)
        yield opened


async def test_the_101st_request_of_a_basic_plan_is_turned_away_while_its_phone_goes_on(house: House) -> None:
    house.clock.advance(1_000)  # windows begin at round times
    path = f"/api/restaurants/{LA_MAREA.card.id}/reservations"
    answers = [await house.get(path) for _ in range(101)]
    assert [answer.status_code for answer in answers] == [200] * 100 + [429]
    last = answers[-1]
    assert last.headers["content-type"] == "application/problem+json"
    assert last.json()["type"] == "urn:maitre:problem:too_many_requests"
    assert last.json()["retryable"] is True
    assert 0 < int(last.headers["retry-after"]) <= 900
    event = {"event": "call_started", "call": {"call_id": "call_x", "agent_id": LA_MAREA.agent_id}}
    assert (await house.post(EVENTS, event)).status_code == 204
    asked = {"name": "get_hours", "args": {}, "call": {"call_id": "call_x", "agent_id": LA_MAREA.agent_id}}
    assert (await house.tool(asked))["ok"] is True


async def test_every_answer_says_how_many_requests_are_left(house: House) -> None:
    path = f"/api/restaurants/{LA_MAREA.card.id}/reservations"
    first, second = [await house.get(path) for _ in range(2)]
    assert first.headers["ratelimit-policy"] == '"basic";q=100;w=900'
    assert re.fullmatch(r'"basic";r=99;t=\d+', first.headers["ratelimit"])
    assert re.fullmatch(r'"basic";r=98;t=\d+', second.headers["ratelimit"])
    wrong = await house.get(path, date="tomorrow")
    assert (wrong.status_code, "ratelimit" in wrong.headers) == (400, True)


async def test_the_header_never_tells_to_come_back_before_there_is_room(house: House) -> None:
    path = f"/api/restaurants/{LA_MAREA.card.id}/reservations"
    turned_away = [await house.get(path) for _ in range(101)][-1]
    house.clock.advance(int(turned_away.headers["retry-after"]) * 1000)
    assert (await house.get(path)).status_code == 200


async def test_restaurants_do_not_share_their_plan(house: House) -> None:
    for _ in range(101):
        await house.get(f"/api/restaurants/{LA_MAREA.card.id}/reservations")
    assert (await house.get(f"/api/restaurants/{OTHER.card.id}/reservations")).status_code == 200


async def test_operators_have_a_lane_of_their_own(house: House) -> None:
    answers = [await house.get("/api/admin/overview") for _ in range(51)]
    assert [answer.status_code for answer in answers] == [200] * 50 + [429]
    assert answers[0].headers["ratelimit-policy"] == '"admin";q=50;w=900'
    assert (await house.get("/api/restaurants")).headers["ratelimit-policy"] == '"account";q=200;w=900'


async def test_what_is_turned_away_for_another_reason_does_not_count(house: House) -> None:
    path = f"/api/restaurants/{LA_MAREA.card.id}/reservations"
    for _ in range(10):
        assert (await house.http.get(path)).status_code == 401
    assert "r=99" in (await house.get(path)).headers["ratelimit"]


async def test_health_is_asked_as_often_as_one_likes(house: House) -> None:
    answers = [await house.http.get("/livez") for _ in range(120)]
    assert {answer.status_code for answer in answers} == {200}
    assert "ratelimit" not in answers[-1].headers


async def row(house: House, restaurant_id: str = LA_MAREA.card.id) -> dict[str, int]:
    rows = (await house.read("/api/admin/limits"))["items"]
    found: dict[str, int] = next(one for one in rows if one["restaurant_id"] == restaurant_id)
    return found


async def test_an_operator_sees_what_was_used_and_gives_it_back(house: House) -> None:
    path = f"/api/restaurants/{LA_MAREA.card.id}/reservations"
    for _ in range(101):
        await house.get(path)
    assert ((await row(house))["used"], (await row(house))["remaining"]) == (100, 0)
    headers = {"authorization": f"Bearer {house.token}"}
    cleared = await house.http.delete(f"/api/admin/limits/{LA_MAREA.card.id}", headers=headers)
    assert cleared.json()["remaining"] == 100
    assert (await house.get(path)).status_code == 200


async def test_what_the_phone_sends_is_counted_and_never_refused(house: House) -> None:
    about = {"agent_id": LA_MAREA.agent_id, "from_number": "+34600111222"}
    for number in range(120):
        event = {"event": "call_started", "call": about | {"call_id": f"call_{number}"}}
        assert (await house.post(EVENTS, event)).status_code == 204
    asked = {"name": "get_hours", "args": {}, "call": about | {"call_id": "call_1"}}
    assert (await house.tool(asked))["ok"] is True
    used = await row(house)
    assert (used["phone_webhooks"], used["phone_tools"], used["phone_in_plan"]) == (120, 1, 121)
    assert (used["phone_percent"], used["used"]) == (121, 0)


async def test_a_restart_gives_nobody_a_fresh_quota(database_url: str, tmp_path: Path) -> None:
    path = f"/api/restaurants/{LA_MAREA.card.id}/reservations"
    async with serving(database_url, tmp_path) as before:
        for _ in range(100):
            await before.get(path)
    async with serving(database_url, tmp_path) as after:
        assert (await after.get(path)).status_code == 429


async def set_terms(house: House, **terms: object) -> None:
    path, headers = f"/api/restaurants/{LA_MAREA.card.id}/terms", {"authorization": f"Bearer {house.token}"}
    assert (await house.http.patch(path, json=terms, headers=headers)).status_code == 200


async def an_event(house: House, call_id: str) -> httpx.Response:
    about = {"agent_id": LA_MAREA.agent_id, "from_number": "+34600111222", "call_id": call_id}
    return await house.post(EVENTS, {"event": "call_started", "call": about})


async def test_a_quota_of_its_own_takes_the_place_of_the_plan_s(house: House) -> None:
    await set_terms(house, api_requests=3)
    path = f"/api/restaurants/{LA_MAREA.card.id}/reservations"
    answers = [await house.get(path) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200] * 3 + [429]
    assert answers[0].headers["ratelimit-policy"] == '"basic";q=3;w=900'
    assert (await house.get(f"/api/restaurants/{OTHER.card.id}/reservations")).status_code == 200


async def test_what_was_turned_away_is_told(house: House) -> None:
    await set_terms(house, api_requests=3)
    for _ in range(5):
        await house.get(f"/api/restaurants/{LA_MAREA.card.id}/reservations")
    assert ((await row(house))["refused"], (await row(house))["enforced"]) == (2, True)
    assert (await row(house, OTHER.card.id))["refused"] == 0


async def test_in_shadow_everything_passes_and_what_would_not_is_counted(database_url: str, tmp_path: Path) -> None:
    async with serving(database_url, tmp_path, limits_mode="shadow") as house:
        await set_terms(house, api_requests=3, enforce_webhooks=True)
        path = f"/api/restaurants/{LA_MAREA.card.id}/reservations"
        answers = [await house.get(path) for _ in range(5)]
        assert {answer.status_code for answer in answers} == {200}
        assert answers[-1].headers["ratelimit"].startswith('"basic";r=0;')
        fill(house, 1_000)
        assert (await an_event(house, "call_x")).status_code == 204
        used = await row(house)
        assert (used["refused"], used["phone_refused"], used["enforced"]) == (2, 1, False)
        assert used["phone_webhooks"] == 1_001


def fill(house: House, events: int) -> None:
    """As many events of La Marea as came in this minute."""
    card = house.server.parts.restaurants.one(LA_MAREA.card.id)
    for _ in range(events):
        house.server.parts.meter.webhook(card)


async def test_events_beyond_the_lane_are_refused_where_the_operator_chose_so_and_tools_are_not(house: House) -> None:
    await set_terms(house, enforce_webhooks=True)
    fill(house, 999)
    assert (await an_event(house, "call_x")).status_code == 204
    refused = await an_event(house, "call_y")
    assert (refused.status_code, refused.json()["type"]) == (429, "urn:maitre:problem:too_many_requests")
    asked = {"name": "get_hours", "args": {}, "call": {"call_id": "call_y", "agent_id": LA_MAREA.agent_id}}
    for _ in range(3):
        assert (await house.tool(asked))["ok"] is True
    assert ((await row(house))["phone_webhooks"], (await row(house))["phone_refused"]) == (1_000, 1)
    house.clock.advance(int(refused.headers["retry-after"]) * 1000)
    assert (await an_event(house, "call_y")).status_code == 204


async def test_whichever_quota_refuses_is_named_and_has_nothing_left(house: House) -> None:
    await set_terms(house, api_requests=1, enforce_webhooks=True)
    fill(house, 1_000)
    path, wrong = f"/api/restaurants/{LA_MAREA.card.id}/reservations", {"email": "ana@example.com", "password": "x"}
    refused = {
        '"webhooks";q=1000;w=60': await an_event(house, "call_x"),
        '"basic";q=1;w=900': [await house.get(path) for _ in range(2)][-1],
        '"login";q=5;w=900': [await house.http.post("/api/auth/login", json=wrong) for _ in range(6)][-1],
    }
    for policy, answer in refused.items():
        assert (answer.status_code, answer.headers["ratelimit-policy"]) == (429, policy)
        assert answer.headers["ratelimit"] == f"{policy.partition(';')[0]};r=0;t={answer.headers['retry-after']}"


async def test_an_event_that_is_stored_already_is_acknowledged_however_full_the_lane_is(house: House) -> None:
    await set_terms(house, enforce_webhooks=True)
    assert (await an_event(house, "call_x")).status_code == 204
    fill(house, 1_000)
    assert (await an_event(house, "call_x")).status_code == 204
    assert (await row(house))["phone_webhooks"] == 1_001


async def test_whose_events_were_refused_is_told_for_as_long_as_the_plan_s_window(house: House) -> None:
    await set_terms(house, enforce_webhooks=True)
    fill(house, 1_000)
    await an_event(house, "call_x")
    house.clock.advance(300_000)
    assert (await row(house))["phone_refused"] == 1
    assert (await house.read("/api/admin/errors"))["by_restaurant"] == {LA_MAREA.card.id: 1}


async def test_events_beyond_the_lane_are_taken_where_nobody_chose_otherwise(house: House) -> None:
    fill(house, 1_500)
    assert (await an_event(house, "call_x")).status_code == 204
    assert (await row(house))["phone_refused"] == 0


async def test_one_restaurant_s_flood_costs_no_other_an_event(house: House) -> None:
    await set_terms(house, enforce_webhooks=True)
    fill(house, 1_000)
    event = {"event": "call_started", "call": {"call_id": "call_o", "agent_id": OTHER.agent_id}}
    assert (await house.post(EVENTS, event)).status_code == 204


async def test_what_was_refused_is_still_known_after_a_restart(database_url: str, tmp_path: Path) -> None:
    async with serving(database_url, tmp_path) as before:
        await set_terms(before, api_requests=1)
        for _ in range(3):
            await before.get(f"/api/restaurants/{LA_MAREA.card.id}/reservations")
    async with serving(database_url, tmp_path) as after:
        assert (await row(after))["refused"] == 2
