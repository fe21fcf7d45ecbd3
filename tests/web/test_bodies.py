import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from appliance.deadline import Deadline
from appliance.voice.retell.signature import sign
from appliance.web import raw
from support.fake_clock import START_MS
from support.raw_http import connect
from support.retell_bodies import VOICE_AGENT, sample
from support.serve_process import KEY
from support.serving import EVENTS, TOOLS, House, serving

on_sqlite = pytest.mark.parametrize("backend", ["sqlite"])
MB = 1 << 20


def hour_of_speech() -> bytes:
    """A `call_ended` whose words make three megabytes of it."""
    event = json.loads(sample("11"))
    words = [{"word": f"palabra{n}", "start": n * 0.4, "end": n * 0.4 + 0.3} for n in range(60_000)]
    event["call"]["transcript_object"] = [{"role": "agent", "content": "Hola", "words": words}]
    return json.dumps(event).encode()


async def kept(house: House) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await house.read("/api/admin/inbox"))["items"]
    return items


async def test_an_hour_of_speech_is_taken_and_applied(house: House) -> None:
    body = hour_of_speech()
    assert len(body) > 3_000_000
    assert (await house.post(EVENTS, body)).status_code == 204
    await house.settled()
    (row,) = await kept(house)
    assert (row["state"], row["body_bytes"]) == ("applied", len(body))


@on_sqlite
async def test_a_body_of_just_the_cap_is_taken(house: House) -> None:
    body = b'{"event":"call_ended","call":{"call_id":"c","x":"' + b"x" * (10 * MB - 52) + b'"}}'
    assert len(body) == 10 * MB
    assert (await house.post(EVENTS, body)).status_code == 204


@on_sqlite
@pytest.mark.parametrize("size", [10 * MB + 1, 30 * MB])
async def test_a_body_over_the_cap_is_refused_and_its_sender_hears_so(house: House, size: int) -> None:
    refused = await house.post(EVENTS, b"x" * size)
    assert (refused.status_code, refused.headers["content-type"]) == (413, "application/problem+json")
    assert refused.json()["type"] == "urn:maitre:problem:body_too_large"
    assert await kept(house) == []
    assert (await house.post(EVENTS, sample("10"))).status_code == 204


@on_sqlite
async def test_a_body_in_chunks_that_goes_over_the_cap_is_refused(house: House) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b"x" * MB

    refused = await house.http.post(EVENTS, content=chunks(), headers={"x-retell-signature": f"v=1,d={'0' * 64}"})
    assert refused.status_code == 413


@on_sqlite
async def test_a_body_in_chunks_is_a_body_like_any_other(house: House) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 100):
            yield body[start : start + 100]

    body = sample("12")
    assert (await house.http.post(EVENTS, content=chunks(), headers=house.signed(body))).status_code == 204
    await house.settled()
    assert [row["body_bytes"] for row in await kept(house)] == [len(body)]


@on_sqlite
async def test_bodies_that_follow_each_other_on_one_connection_are_told_apart(house: House) -> None:
    connection = await connect(house.port)
    bodies = [sample(name) for name in ("10", "13", "11", "12")]
    for body in bodies:
        head = f"POST {EVENTS} HTTP/1.1\r\nhost: x\r\nx-retell-signature: {sign(body, KEY, START_MS)}\r\n"
        request = f"{head}content-length: {len(body)}\r\n\r\n".encode() + body
        for part in (request[:50], request[50:400], request[400:1000], request[1000:]):
            await connection.send(part)
            await asyncio.sleep(0)
    assert [(await connection.answer()).status for _ in bodies] == [204] * 4
    await connection.close()
    assert sorted(row["body_bytes"] for row in await kept(house)) == sorted(map(len, bodies))


@on_sqlite
async def test_a_client_that_leaves_in_the_middle_of_its_body_leaves_nothing_behind(house: House) -> None:
    connection = await connect(house.port)
    await connection.send(f"POST {EVENTS} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{{".encode())
    await connection.close()
    assert (await house.post(EVENTS, sample("10"))).status_code == 204
    assert len(await kept(house)) == 1


@on_sqlite
@pytest.mark.parametrize("begun", ["", "{"], ids=["never begins", "trickles in"])
async def test_a_body_that_does_not_arrive_is_given_up(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begun: str
) -> None:
    monkeypatch.setattr(raw, "_arrival", Deadline(0.1, precision_s=0.05))
    signature = f"x-retell-signature: v=1,d={'0' * 64}"
    async with serving(database_url, tmp_path) as house:
        connection = await connect(house.port)
        await connection.send(
            f"POST {EVENTS} HTTP/1.1\r\nhost: x\r\n{signature}\r\ncontent-length: 100\r\n\r\n{begun}".encode()
        )
        answer = await connection.answer()
        await connection.close()
    assert (answer.status, json.loads(answer.body)["type"]) == (408, "urn:maitre:problem:body_too_slow")


@on_sqlite
async def test_a_request_without_a_signature_is_refused_before_its_body(house: House) -> None:
    connection = await connect(house.port)
    await connection.send(f"POST {EVENTS} HTTP/1.1\r\nhost: x\r\ncontent-length: 9000000\r\n\r\n".encode())
    assert (await connection.answer()).status == 401
    await connection.close()


@pytest.mark.parametrize("content_type", ["text/plain", "", "application/x-www-form-urlencoded; charset=ñ"])
async def test_an_event_of_another_content_type_is_kept_and_applied(house: House, content_type: str) -> None:
    headers: Any = house.signed(sample("10")) | {"content-type": content_type.encode()}
    assert (await house.http.post(EVENTS, content=sample("10"), headers=headers)).status_code == 204
    await house.settled()
    assert [row["state"] for row in await kept(house)] == ["applied"]


UNREADABLE = [
    b"",
    b"{",
    sample("11")[:-100],
    b"[1]",
    b"null",
    b'"x"',
    b"7",
    b"\xff\xfe",
    b"{}",
    b'{"event":"x"}',
    b'{"event":"x","call":{"call_id":"half a letter: \\ud800"}',
    b"[" * 100_000,
]


async def test_what_is_signed_and_no_event_is_kept_and_dead_with_its_reason(house: House) -> None:
    for body in UNREADABLE:
        assert (await house.post(EVENTS, body)).status_code == 204
    dead = await house.read("/api/admin/tasks", state="dead")
    assert dead["total"] == len(UNREADABLE)
    assert all(task["error"] for task in dead["items"])
    assert {row["state"] for row in await kept(house)} == {"dead"}


async def test_a_call_of_which_half_a_letter_was_cut_off_counts_and_its_tools_answer(house: House) -> None:
    call = {"call_id": "call_cut", "agent_id": VOICE_AGENT, "transcript": "User: hola \ud83d"}
    ended = await house.post(EVENTS, json.dumps({"event": "call_ended", "call": call}).encode())
    asked = await house.post(TOOLS, json.dumps({"name": "get_hours", "args": {}, "call": call}).encode())
    assert (ended.status_code, asked.json()["code"]) == (204, "hours")
    await house.settled()
    assert [row["state"] for row in await kept(house)] == ["applied"]


async def test_an_event_of_nobody_s_call_is_held_until_somebody_is_found_to_own_it(house: House) -> None:
    stranger = {"event": "call_ended", "call": {"call_id": "call_x", "agent_id": "agent_nobody", "duration_ms": 7}}
    assert (await house.post(EVENTS, stranger)).status_code == 204
    (held,) = (await house.read("/api/admin/tasks", state="held"))["items"]
    assert "agent_nobody" in held["error"]


async def test_the_same_delivery_is_stored_once_and_acknowledged_each_time(house: House) -> None:
    answers = await asyncio.gather(*(house.post(EVENTS, sample("12")) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {204}
    await house.settled()
    assert len(await kept(house)) == 1
    call = await house.read("/api/restaurants/rest_la_marea/calls/call_bfdfc2ce659c9f8487f89dba5fd")
    assert len(call["events"]) == 1


async def test_events_and_reasons_that_nobody_has_heard_of_are_applied(house: House) -> None:
    odd = {"event": "call_sneezed", "call": json.loads(sample("46"))["call"] | {"disconnection_reason": "sneeze"}}
    assert (await house.post(EVENTS, odd)).status_code == 204
    await house.settled()
    call = await house.read(f"/api/restaurants/rest_la_marea/calls/{odd['call']['call_id']}")
    assert (call["ended_because"], [event["event"] for event in call["events"]]) == ("sneeze", ["call_sneezed"])


NULS = {
    "event": "call_ended\0",
    "call": {"call_id": "call\0x", "agent_id": "agent_7c1f0e5a9b3d4826a1e0f4c2d8", "transcript": "Agent: a\0b"},
}


async def test_text_that_no_database_takes_is_no_reason_to_refuse(house: House) -> None:
    assert (await house.post(EVENTS, NULS)).status_code == 204
    assert (
        await house.post(TOOLS, {"name": "get\0hours", "args": {"date": "\0"}, "call": NULS["call"]})
    ).status_code == 200
    await house.settled()
    assert [row["state"] for row in await kept(house)] == ["applied"]
