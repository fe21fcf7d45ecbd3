"""The calls of the whole platform, as its operator sees them."""

import pytest

from appliance.contract import NewToken
from appliance.loadtest.restaurants import demo_restaurants
from support.serving import EVENTS, House, until

LA_MAREA, OTHER = demo_restaurants(2)
CALLS = "/api/admin/calls"


async def ring(house: House, call_id: str, agent_id: str, number: str) -> None:
    about = {"call_id": call_id, "agent_id": agent_id, "from_number": number, "direction": "inbound"}
    event = {"event": "call_started", "call": about | {"call_status": "ongoing"}}
    assert (await house.post(EVENTS, event)).status_code == 204
    await house.settled()


async def test_calls_of_all_restaurants_come_in_one_list_with_what_happened_last(house: House) -> None:
    await house.add(OTHER)
    await ring(house, "call_one", LA_MAREA.agent_id, "+34611223344")
    house.clock.advance(1_000)
    await ring(house, "call_two", OTHER.agent_id, "+34611223355")
    about = {"call_id": "call_one", "agent_id": LA_MAREA.agent_id, "from_number": "+34611223344"}
    await house.tool({"name": "get_hours", "args": {}, "call": about})

    async def is_recorded() -> bool:
        return any(row["last_tool"] for row in (await house.read(CALLS))["items"])

    await until(is_recorded)
    listed = await house.read(CALLS)
    assert listed["total"] == 2
    assert [(row["restaurant_id"], row["phase"], row["last_event"], row["last_tool"]) for row in listed["items"]] == [
        (OTHER.card.id, "ongoing", "call_started", None),
        (LA_MAREA.card.id, "ongoing", "call_started", "get_hours"),
    ]


async def test_what_is_older_than_a_day_is_not_listed(house: House) -> None:
    await ring(house, "call_one", LA_MAREA.agent_id, "+34611223344")
    house.clock.advance(86_400_001)
    assert (await house.read(CALLS))["items"] == []


@pytest.mark.parametrize(("scopes", "guest"), [([], "Ana"), (["platform:read"], "")])
async def test_a_number_is_told_by_its_last_digits_and_a_guest_to_who_may_read_guests(
    house: House, scopes: list[str], guest: str
) -> None:
    night = {"date": "2026-11-29", "time": "21:00", "party_size": 2, "name": "Ana"}
    about = {"call_id": "call_one", "agent_id": LA_MAREA.agent_id, "from_number": "+34611223344"}
    assert (await house.tool({"name": "create_reservation", "args": night, "call": about}))["code"] == "booked"
    await ring(house, "call_one", LA_MAREA.agent_id, "+34611223344")
    whose = await house.server.parts.users.one("ana@example.com")
    made = await house.server.parts.api_tokens.make_for(whose, NewToken(name="wall", scopes=scopes))
    answer = await house.http.get(CALLS, headers={"authorization": f"Bearer {made.token}"})
    (row,) = answer.json()["items"]
    assert (row["number"], row["guest"]) == ("••••344", guest)
    assert "611223" not in answer.text


async def test_the_stored_events_of_a_call_are_applied_once_more(house: House) -> None:
    await ring(house, "call_one", LA_MAREA.agent_id, "+34611223344")
    headers = {"authorization": f"Bearer {house.token}"}
    answer = await house.http.post(f"{CALLS}/call_one/replay", headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"count": 1})
    await house.settled()
    assert (await house.read(CALLS))["total"] == 1


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_call_that_nobody_knows_cannot_be_applied_again(house: House) -> None:
    answer = await house.http.post(f"{CALLS}/call_x/replay", headers={"authorization": f"Bearer {house.token}"})
    assert answer.status_code == 404


async def found(house: House, search: str, *, token: str = "") -> list[str]:
    headers = {"authorization": f"Bearer {token or house.token}"}
    answer = await house.http.get(CALLS, params={"search": search}, headers=headers)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["total"] == len(told["items"])
    return [row["call_id"] for row in told["items"]]


@pytest.fixture
async def two_calls(house: House) -> House:
    """Ana's at La Marea, and a stranger's at another restaurant."""
    await house.add(OTHER)
    night = {"date": "2026-11-29", "time": "21:00", "party_size": 2, "name": "Ana Peña"}
    about = {"call_id": "call_one", "agent_id": LA_MAREA.agent_id, "from_number": "+34611223344"}
    assert (await house.tool({"name": "create_reservation", "args": night, "call": about}))["code"] == "booked"
    await ring(house, "call_one", LA_MAREA.agent_id, "+34611223344")
    await ring(house, "call_two_100%", OTHER.agent_id, "+34611223355")
    return house


@pytest.mark.parametrize(
    ("search", "calls"),
    [
        ("call_one", ["call_one"]),
        ("CALL_ON", ["call_one"]),
        ("la marea", ["call_one"]),
        ("peña", ["call_one"]),
        ("ana PENA", ["call_one"]),
        ("611 22 33 55", ["call_two_100%"]),
        ("344", ["call_one"]),
        ("100%", ["call_two_100%"]),
        ("c_ll_one", []),
        ("%%%", []),
        ("nobody", []),
    ],
)
async def test_a_call_is_found_by_its_id_its_restaurant_or_its_guest(
    two_calls: House, search: str, calls: list[str]
) -> None:
    assert await found(two_calls, search) == calls


async def test_who_may_not_read_guests_does_not_find_them(two_calls: House) -> None:
    whose = await two_calls.server.parts.users.one("ana@example.com")
    wall = NewToken(name="wall", scopes=["platform:read"])
    token = (await two_calls.server.parts.api_tokens.make_for(whose, wall)).token
    assert await found(two_calls, "611223344", token=token) == []
    assert await found(two_calls, "ana peña", token=token) == []
    assert await found(two_calls, "call_one", token=token) == ["call_one"]


async def test_an_old_call_is_found_by_its_whole_id_only(two_calls: House) -> None:
    two_calls.clock.advance(30 * 86_400_000)
    assert await found(two_calls, "call_one") == ["call_one"]
    assert await found(two_calls, "call_on") == []
    assert await found(two_calls, "la marea") == []


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_two_letters_are_too_few_to_look_for(house: House) -> None:
    assert (await house.get(CALLS, search="ab")).status_code == 400
