import threading
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from structlog.testing import capture_logs

from appliance.errors import NotFound, PlatformDown, PlatformRefused
from appliance.voice.retell import api as module
from appliance.voice.retell.api import RetellApi
from support.fake_clock import FakeClock
from support.fake_retell import API_KEY, FakeRetell, Trouble

LLM = {"start_speaker": "agent", "general_prompt": "Eres la recepcionista."}


async def an_agent(api: RetellApi, name: str = "La Marea") -> tuple[str, str]:
    """An agent's id and its LLM's, both in a first draft."""
    llm = await api.create_llm(LLM)
    engine = {"type": "retell-llm", "llm_id": llm.llm_id, "version": 0}
    agent = await api.create_agent({"agent_name": name, "voice_id": "11labs-Adrian", "response_engine": engine})
    return agent.agent_id, llm.llm_id


# --- what it asks ---


async def test_calls_come_in_the_order_in_which_they_began_from_as_many_pages_as_there_are(
    api: RetellApi, retell: FakeRetell
) -> None:
    retell.page_size = 2
    for number in (3, 1, 5, 2, 4):
        retell.add_call(f"call_{number}", start_timestamp=number * 1000)
    found = [call.call_id async for call in api.calls(since_ms=2000, until_ms=5000)]
    assert found == ["call_2", "call_3", "call_4", "call_5"]
    assert len(retell.asked("POST", "/v3/list-calls")) == 2


async def test_calls_that_are_not_over_are_not_listed(api: RetellApi, retell: FakeRetell) -> None:
    for status in ("registered", "ongoing", "ended", "not_connected", "error"):
        retell.add_call(status, call_status=status, start_timestamp=1)
    assert {call.call_id async for call in api.calls(since_ms=0, until_ms=9)} == {"ended", "not_connected", "error"}


async def test_a_list_that_never_ends_is_given_up(api: RetellApi, retell: FakeRetell) -> None:
    page = b'{"items": [], "has_more": true, "pagination_key": "again"}'
    retell.trouble = [Trouble(200, body=page)] * 3
    with pytest.raises(PlatformDown, match="does not come to an end"):
        [call async for call in api.calls(since_ms=0, until_ms=1)]
    assert len(retell.requests) == 2


async def test_a_call_comes_byte_for_byte(api: RetellApi, retell: FakeRetell) -> None:
    retell.trouble = [Trouble(200, body='{"call_id":  "call_1", "ñ": 1.50}'.encode())]
    assert await api.call("call_1") == '{"call_id":  "call_1", "ñ": 1.50}'.encode()


async def test_an_id_of_a_stranger_stays_one_part_of_the_address(api: RetellApi, retell: FakeRetell) -> None:
    with pytest.raises(NotFound):
        await api.call("../../get-concurrency?x=1")
    assert [one.path for one in retell.requests] == ["/v2/get-call/..%2F..%2Fget-concurrency%3Fx%3D1"]


async def test_a_published_version_is_refused_and_the_draft_made_from_it_is_not(api: RetellApi) -> None:
    agent_id, llm_id = await an_agent(api)
    await api.publish(agent_id, 0, title="first")
    with pytest.raises(PlatformRefused, match="Cannot update published LLM") as refused:
        await api.update_llm(llm_id, 0, {"general_prompt": "Otra cosa."})
    assert refused.value.status == 400
    with pytest.raises(PlatformRefused, match="Cannot update published agent"):
        await api.update_agent(agent_id, 0, {"language": "es-ES"})
    draft = await api.new_version(agent_id, 0)
    assert (draft.version, draft.is_published, draft.response_engine.version) == (1, False, 1)
    assert (await api.update_llm(llm_id, 1, {"general_prompt": "Otra cosa."})).said["general_prompt"] == "Otra cosa."
    assert (await api.llm(llm_id, 0)).said["general_prompt"] == LLM["general_prompt"]
    assert (await api.agent(agent_id)).version == 1


async def test_agents_are_found_by_a_part_of_their_name(api: RetellApi) -> None:
    agent_id, _ = await an_agent(api, "La Marea · rest_la_marea")
    await an_agent(api, "La Gaviota · rest_la_gaviota")
    assert [one.agent_id for one in await api.agents_named("rest_la_marea")] == [agent_id]


async def test_a_number_is_read_and_changed(api: RetellApi, retell: FakeRetell) -> None:
    retell.add_number("+34910123456")
    changed = await api.update_number("+34910123456", {"inbound_webhook_url": "https://voz.example/x"})
    assert changed == await api.number("+34910123456")
    with pytest.raises(NotFound):
        await api.number("+34910999999")


async def test_the_lines_in_use_are_told(api: RetellApi, retell: FakeRetell) -> None:
    retell.add_call("call_1", call_status="ongoing")
    told = await api.concurrency()
    assert (told.current_concurrency, told.concurrency_limit) == (1, 20)


# --- what goes wrong ---


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
async def test_what_may_pass_is_tried_again_after_ever_longer_waits(
    api: RetellApi, retell: FakeRetell, pauses: list[float], status: int
) -> None:
    retell.add_call("call_1")
    retell.fail(status, times=3)
    assert b"call_1" in await api.call("call_1")
    assert pauses == [0.25, 0.5, 1.0]  # half of 0.5, 1 and 2 s: the tests' clock has even chances


async def test_nobody_asks_again_before_the_platform_wants_to_be_asked(
    api: RetellApi, retell: FakeRetell, pauses: list[float]
) -> None:
    retell.add_call("call_1")
    retell.fail(429, retry_after="7")
    await api.call("call_1")
    assert pauses == [7.25]


async def test_who_is_to_wait_for_too_long_does_not_wait(
    api: RetellApi, retell: FakeRetell, pauses: list[float]
) -> None:
    retell.fail(429, retry_after="3600")
    with pytest.raises(PlatformDown, match="wants fewer requests"):
        await api.call("call_1")
    assert (pauses, len(retell.requests)) == ([], 1)


async def test_a_retry_after_that_is_no_number_is_as_none(
    api: RetellApi, retell: FakeRetell, pauses: list[float]
) -> None:
    retell.add_call("call_1")
    retell.fail(429, retry_after="Wed, 25 Nov 2026 10:00:00 GMT")
    await api.call("call_1")
    assert pauses == [0.25]


async def test_four_tries_are_enough(api: RetellApi, retell: FakeRetell) -> None:
    retell.fail(503, times=9)
    with pytest.raises(PlatformDown, match="answered with status 503"):
        await api.call("call_1")
    assert len(retell.requests) == 4


@pytest.mark.parametrize(
    ("status", "error"), [(401, PlatformRefused), (402, PlatformRefused), (403, PlatformRefused), (404, NotFound)]
)
async def test_what_will_not_pass_is_not_tried_again(
    api: RetellApi, retell: FakeRetell, status: int, error: type[Exception]
) -> None:
    retell.fail(status)
    with pytest.raises(error):
        await api.call("call_1")
    assert len(retell.requests) == 1


async def test_a_wrong_key_is_told_in_the_platforms_own_words(retell: FakeRetell, clock: FakeClock) -> None:
    stranger = RetellApi(clock, url=retell.url, key="key_wrong")
    with pytest.raises(PlatformRefused, match=r"\(401\): API key is missing or invalid\."):
        await stranger.call("call_1")
    await stranger.aclose()


async def test_an_asset_of_another_key_is_one_that_is_not_there(api: RetellApi) -> None:
    with pytest.raises(NotFound):
        await api.agent("agent_of_others")


async def test_what_must_not_be_done_twice_is_not_tried_again_when_its_answer_was_lost(
    api: RetellApi, retell: FakeRetell
) -> None:
    retell.trouble = [Trouble(502, where="/create-retell-llm", after=True)]
    with pytest.raises(PlatformDown):
        await api.create_llm(LLM)
    assert len(retell.llms) == 1


async def test_what_was_surely_not_done_is_tried_again_also_where_twice_would_be_wrong(
    api: RetellApi, retell: FakeRetell
) -> None:
    retell.fail(429, where="/create-retell-llm")
    await api.create_llm(LLM)
    assert len(retell.llms) == 1


async def test_a_platform_that_says_nothing_is_given_up_at_the_deadline(
    api: RetellApi, retell: FakeRetell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_DEADLINE_S", 0.05)
    over = threading.Event()
    retell.trouble = [Trouble(hang=over)] * 4
    with pytest.raises(PlatformDown, match=r"did not answer within 0\.05 s"):
        await api.call("call_1")
    over.set()


async def test_a_platform_that_is_not_there_cannot_be_reached(clock: FakeClock, pauses: list[float]) -> None:
    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    alone = RetellApi(clock, url="http://127.0.0.1:9", key=API_KEY, pause=pause)
    with pytest.raises(PlatformDown, match="cannot be reached"):
        await alone.call("call_1")
    assert len(pauses) == 3
    await alone.aclose()


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>busy</html>", b"[]", b'"fine"', b'{"agent_id": 7}', b'{"agent_id": "a"}', b"\xff", b"[" * 9999],
)
async def test_an_answer_of_another_shape_is_an_error_that_says_so(
    api: RetellApi, retell: FakeRetell, body: bytes
) -> None:
    retell.trouble = [Trouble(200, body=body)]
    with pytest.raises(PlatformDown, match="something else than it says"):
        await api.agent("agent_1")


async def test_an_answer_without_end_is_cut_off(
    api: RetellApi, retell: FakeRetell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_CAP_BYTES", 1000)
    retell.trouble = [Trouble(200, body=b"x" * 1001)]
    with pytest.raises(PlatformDown, match="too long"):
        await api.call("call_1")


async def test_a_redirection_is_not_followed_with_our_key(api: RetellApi, retell: FakeRetell) -> None:
    retell.trouble = [Trouble(307, headers={"Location": f"{retell.url}/get-concurrency"})]
    with pytest.raises(PlatformRefused):
        await api.call("call_1")
    assert len(retell.requests) == 1


# --- the breaker ---


async def down(ask: Callable[[], Coroutine[Any, Any, object]]) -> str:
    with pytest.raises(PlatformDown) as error:
        await ask()
    return str(error.value)


async def test_who_does_not_answer_again_and_again_is_left_alone_for_a_minute(
    api: RetellApi, retell: FakeRetell, clock: FakeClock
) -> None:
    retell.fail(500, times=5)
    retell.add_call("call_1")

    async def ask() -> bytes:
        return await api.call("call_1")

    assert "status 500" in await down(ask)
    assert "asked again in 60 s" in await down(ask)  # the fifth failure in a row opened it
    clock.advance(59_999)
    assert "asked again" in await down(ask)
    assert len(retell.requests) == 5
    clock.advance(1)
    assert await ask()
    assert api.breaker.rest_s == 0


async def test_one_more_failure_after_the_rest_opens_it_again(
    api: RetellApi, retell: FakeRetell, clock: FakeClock
) -> None:
    retell.fail(500, times=6)
    for _ in range(2):
        await down(lambda: api.call("call_1"))
    clock.advance(60_000)
    await down(lambda: api.call("call_1"))
    assert (len(retell.requests), api.breaker.rest_s) == (6, 60)


async def test_who_only_wants_fewer_requests_is_not_down(api: RetellApi, retell: FakeRetell) -> None:
    retell.fail(429, times=8)
    for _ in range(2):
        await down(lambda: api.call("call_1"))
    assert (len(retell.requests), api.breaker.rest_s) == (8, 0)


# --- the key ---


async def test_the_key_is_in_no_error_and_in_no_log(api: RetellApi, retell: FakeRetell) -> None:
    echo = b'{"status": "error", "message": "bad header Bearer %b"}' % API_KEY.encode()
    retell.trouble = [Trouble(400, body=echo), *[Trouble(500, body=echo)] * 4]
    with capture_logs() as logs:
        with pytest.raises(PlatformRefused) as refused:
            await api.call("call_1")
        told = await down(lambda: api.call("call_1"))
    assert API_KEY not in f"{refused.value}{told}{logs}{api!r}"


# --- the fake ---


@pytest.mark.parametrize("wrong", [{"prompt": "x"}, {"start_speaker": "both"}, {"general_tools": [{"name": 1}]}])
async def test_a_body_that_the_sdk_would_not_send_is_refused(api: RetellApi, wrong: dict[str, Any]) -> None:
    with pytest.raises(PlatformRefused, match="Invalid request format"):
        await api.create_llm(LLM | wrong)
