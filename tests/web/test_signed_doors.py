import json
from pathlib import Path

import pytest

from appliance.voice.retell.signature import TOLERANCE_MS, sign
from support.fake_clock import START_MS
from support.raw_http import connect
from support.retell_bodies import sample
from support.serve_process import KEY
from support.serving import EVENTS, INBOUND, TOOLS, House, serving

DOORS = (EVENTS, INBOUND, TOOLS, "/api/retell/webhook", "/api/retell/inbound", "/api/retell/functions")
BODY = sample("10")
GOOD = sign(BODY, KEY, START_MS)

FORGERIES = {
    "missing": None,
    "empty": "",
    "of another key": sign(BODY, "key_of_somebody_else", START_MS),
    "of another body": sign(BODY + b" ", KEY, START_MS),
    "too old": sign(BODY, KEY, START_MS - TOLERANCE_MS - 1),
    "from the future": sign(BODY, KEY, START_MS + TOLERANCE_MS + 1),
    "in upper case": GOOD[:20] + GOOD[20:].upper(),
    "without its time": GOOD.partition(",")[2],
    "with 4,300 digits": f"v={'1' * 4300},d={'a' * 64}",
    "with a tail": GOOD + ",d=0",
    "in another order": ",".join(reversed(GOOD.split(","))),
    "in no ASCII": "v=１２３,d=ñ".encode(),
}

on_sqlite = pytest.mark.parametrize("backend", ["sqlite"])


@on_sqlite
@pytest.mark.parametrize("door", DOORS)
async def test_whatever_is_wrong_with_the_signature_the_answer_is_the_same(house: House, door: str) -> None:
    told = set()
    for forgery in FORGERIES.values():
        headers = {} if forgery is None else {"x-retell-signature": forgery}
        response = await house.http.post(door, content=BODY, headers=headers)  # type: ignore[arg-type]
        problem = response.json()
        asked_for = response.headers["www-authenticate"]
        told.add(
            (response.status_code, asked_for, response.headers["content-type"], problem["type"], problem["detail"])
        )
    assert told == {
        (
            401,
            "Retell-Signature",
            "application/problem+json",
            "urn:maitre:problem:unauthenticated",
            "The signature is missing or wrong.",
        )
    }
    assert (await house.read("/api/admin/inbox"))["total"] == 0


@on_sqlite
async def test_two_signatures_are_none_even_if_both_are_right(house: House) -> None:
    twice = [("x-retell-signature", GOOD), ("x-retell-signature", GOOD)]
    assert (await house.http.post(EVENTS, content=BODY, headers=twice)).status_code == 401


@on_sqlite
async def test_a_signature_at_the_very_edge_of_its_time_passes(house: House) -> None:
    for at in (START_MS - TOLERANCE_MS, START_MS + TOLERANCE_MS):
        headers = {"x-retell-signature": sign(BODY, KEY, at)}
        assert (await house.http.post(EVENTS, content=BODY, headers=headers)).status_code == 204


@on_sqlite
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_the_doors_take_post_only(house: House, door: str, method: str) -> None:
    response = await house.http.request(method, door)
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert response.headers["content-type"] == "application/problem+json"


@on_sqlite
@pytest.mark.parametrize("door", [f"{EVENTS}/", f"{INBOUND}/", f"{TOOLS}/", "/api/retell/webhook/"])
async def test_a_slash_at_the_end_leads_to_the_same_door(house: House, door: str) -> None:
    assert (await house.post(door, BODY)).status_code in (200, 204)


@on_sqlite
@pytest.mark.parametrize(
    "path", ["/webhooks", "/webhooks/retell/other", "/webhooks/retell//", "/tools", "/tools/retell/a/b"]
)
async def test_beside_the_doors_there_is_nothing(house: House, path: str) -> None:
    assert (await house.post(path, BODY)).status_code == 404


@on_sqlite
async def test_a_connection_goes_on_after_a_refusal(house: House) -> None:
    connection = await connect(house.port)
    statuses = []
    for signature in ("", f"x-retell-signature: {GOOD}\r\n", ""):
        head = f"POST {EVENTS} HTTP/1.1\r\nhost: x\r\ncontent-length: {len(BODY)}\r\n{signature}\r\n"
        await connection.send(head.encode() + BODY)
        statuses.append((await connection.answer()).status)
    await connection.close()
    assert statuses == [401, 204, 401]


async def test_every_key_in_force_is_accepted(database_url: str, tmp_path: Path) -> None:
    keys = (KEY, "key_that_comes_next", "ключ")
    async with serving(database_url, tmp_path, retell_webhook_keys=keys) as house:
        for number, key in enumerate(keys):
            body = BODY + b" " * number
            assert (await house.http.post(EVENTS, content=body, headers=house.signed(body, key))).status_code == 204


@on_sqlite
async def test_refusals_are_logged_once_a_second_with_their_reason_and_without_the_key(
    database_url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with serving(database_url, tmp_path, log_level="warning") as house:
        for _ in range(3):
            await house.http.post(EVENTS, content=BODY)
        house.clock.advance(2_000)
        await house.http.post(EVENTS, content=BODY, headers={"x-retell-signature": FORGERIES["too old"]})  # type: ignore[dict-item]
    told = list(map(json.loads, capfd.readouterr().err.splitlines()))
    refused = [(line["why"], line["refused_so_far"]) for line in told if line["event"] == "signature_refused"]
    assert refused == [("missing", 1), ("stale", 4)]
    assert KEY not in str(told)
