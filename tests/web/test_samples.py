import json

import pytest

from support.retell_bodies import SAMPLES, sample
from support.serving import EVENTS, INBOUND, TOOLS, House, until

LA_MAREA = "/api/restaurants/rest_la_marea"
GUEST = "+34611223344"


def samples(first: str, last: str) -> list[str]:
    names = sorted(path.stem for path in SAMPLES.glob("*.json"))
    return [name for name in names if first <= name[:2] <= last]


async def test_every_sample_event_is_taken_kept_and_applied(house: House) -> None:
    names = samples("10", "13") + samples("30", "62")
    for name in names:
        response = await house.post(EVENTS, sample(name))
        assert (response.status_code, response.content) == (204, b""), name
    await house.settled()
    inbox = await house.read("/api/admin/inbox")
    assert {(row["state"], row["restaurant_id"]) for row in inbox["items"]} == {("applied", "rest_la_marea")}
    assert inbox["total"] == len(names)
    kept = [(row["event"], row["body_bytes"]) for row in reversed(inbox["items"])]
    assert kept == [(json.loads(sample(name))["event"], len(sample(name))) for name in names]


@pytest.mark.parametrize("order", [("10", "11", "12", "13"), ("12", "13", "11", "10")])
async def test_a_call_of_the_samples_can_be_read_with_all_that_is_known_of_it(
    house: House, order: tuple[str, ...]
) -> None:
    for name in ("20", "21"):
        await house.tool(sample(name))
    for name in order:
        await house.post(EVENTS, sample(name))
    await house.settled()

    path = f"{LA_MAREA}/calls/call_bfdfc2ce659c9f8487f89dba5fd"

    async def traced() -> bool:
        return len((await house.read(path))["tools"]) == 2

    await until(traced)
    call = await house.read(path)
    analyzed = json.loads(sample("12"))["call"]
    assert [event["event"] for event in call["events"]] == [json.loads(sample(name))["event"] for name in order]
    assert (call["phase"], call["channel"], call["direction"]) == ("ended", "phone", "inbound")
    assert (call["from_number"], call["duration_ms"], call["ended_because"]) == (GUEST, 94310, "agent_hangup")
    assert call["summary"] == analyzed["call_analysis"]["call_summary"]
    assert (call["sentiment"], call["successful"]) == ("Positive", True)
    assert call["cost_cents"] == analyzed["call_cost"]["combined_cost"]
    assert call["analysis"]["outcome"] == "reserved"
    assert call["recording_url"] == analyzed["recording_url"]
    assert {turn["role"] for turn in call["transcript"]} == {"agent", "user"}
    assert call["transcript"][0]["content"].startswith("¡Hola")
    assert [(tool["tool"], tool["ok"]) for tool in call["tools"]] == [
        ("check_availability", True),
        ("create_reservation", True),
    ]
    assert call["tools"][0]["arguments"] == {"date": "2026-11-28", "time": "21:30", "party_size": 4}
    assert call["tools"][1]["answer"]["reservation"]["id"] == call["reservations"][0]["id"]
    assert all(isinstance(tool["ms"], int | float) for tool in call["tools"])


async def test_the_sample_functions_are_answered_as_a_caller_would_hope(house: House) -> None:
    available = await house.tool(sample("20"))
    assert (available["ok"], available["code"], available["available"]) == (True, "available", True)
    assert (available["date"], available["time"], available["party_size"]) == ("2026-11-28", "21:30", 4)
    booked = await house.tool(sample("21"))
    assert (booked["ok"], booked["code"]) == (True, "booked")
    assert booked["reservation"] | {"id": "", "area": ""} == {
        "id": "",
        "date": "2026-11-28",
        "time": "21:00",
        "party_size": 4,
        "area": "",
        "status": "confirmed",
        "name": "Lucía Fernández",
        "needs": ["high_chair"],
        "high_chairs": 1,
    }
    found = await house.tool(sample("24"))
    assert (found["ok"], found["reservations"][0]["id"]) == (True, booked["reservation"]["id"])


@pytest.mark.parametrize("name", ["20", "21", "22", "23", "24", "25", "27", "28"])
@pytest.mark.parametrize("path", [TOOLS, "/api/retell/functions"])
async def test_every_sample_function_has_an_answer_to_say(house: House, name: str, path: str) -> None:
    response = await house.post(path, sample(name))
    assert response.status_code == 200
    assert set(response.json()) >= {"ok", "code", "say"}


async def test_a_function_sent_twice_books_once_and_says_the_same(house: House) -> None:
    answers = [await house.tool(sample("21")) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert (await house.read(f"{LA_MAREA}/reservations"))["total"] == 1


@pytest.mark.parametrize("path", [INBOUND, "/api/retell/inbound"])
@pytest.mark.parametrize(
    ("name", "key", "caller"),
    [("01", "call_inbound", GUEST), ("02", "call_inbound", ""), ("04", "chat_inbound", GUEST)],
)
async def test_an_inbound_call_is_answered_with_text_variables_only(
    house: House, path: str, name: str, key: str, caller: str
) -> None:
    response = await house.post(path, sample(name))
    assert (response.status_code, list(response.json())) == (200, [key])
    answer = response.json()[key]
    variables = answer["dynamic_variables"]
    assert all(isinstance(value, str) for value in variables.values())
    assert (variables["restaurant_name"], variables["caller_phone"]) == ("La Marea", caller)
    assert variables["is_returning"] == "false"
    assert answer["metadata"]["restaurant_id"] == "rest_la_marea"
    assert "override_agent_id" not in answer


async def test_a_known_guest_is_known_when_they_call_again(house: House) -> None:
    await house.tool(sample("21"))
    answer = (await house.post(INBOUND, sample("01"))).json()["call_inbound"]
    assert answer["dynamic_variables"]["customer_name"] == "Lucía Fernández"
    assert answer["dynamic_variables"]["is_returning"] == "true"
    assert "28" in answer["dynamic_variables"]["upcoming_reservation"]


async def test_a_number_without_an_agent_is_given_the_restaurant_s(house: House) -> None:
    call = {"from_number": GUEST, "to_number": "+34910123456"}
    answer = (await house.post(INBOUND, {"event": "call_inbound", "call_inbound": call})).json()["call_inbound"]
    assert answer["override_agent_id"] == "agent_7c1f0e5a9b3d4826a1e0f4c2d8"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"event":"call_inbound"}', b'{"call_inbound":{"to_number":"+1"}}']
)
async def test_an_inbound_call_that_nobody_understands_goes_on_all_the_same(house: House, body: bytes) -> None:
    response = await house.post(INBOUND, body)
    assert (response.status_code, response.json()) == (200, {"call_inbound": {}})


async def test_the_flat_body_of_older_integrations_becomes_a_call(house: House) -> None:
    flat = {
        "event": "call_ended",
        "call_id": "call_flat",
        "agent_id": "agent_7c1f0e5a9b3d4826a1e0f4c2d8",
        "data": {"duration_ms": 5000, "transcript": "Agent: Hola\nUser: Adiós"},
        "metadata": {"restaurantId": "rest_la_marea"},
    }
    assert (await house.post("/api/retell/webhook", flat)).status_code == 204
    await house.settled()
    call = await house.read(f"{LA_MAREA}/calls/call_flat")
    assert (call["duration_ms"], len(call["transcript"])) == (5000, 2)
