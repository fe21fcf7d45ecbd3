import json
import re
from base64 import b64encode
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from support.raw_http import connect
from support.retell_bodies import sample
from support.serving import EVENTS, INBOUND, TOOLS, House, serving

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "cache-control": "no-store",
}
CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
PANEL = "https://panel.example.com"


async def answers_of_every_kind(house: House) -> list[httpx.Response]:
    return [
        await house.post(EVENTS, sample("10")),
        await house.post(INBOUND, {"event": "call_inbound", "call_inbound": {"agent_id": "a", "to_number": "+34"}}),
        await house.post(TOOLS, {"name": "get_hours", "args": {}, "call": {}}),
        await house.http.post(EVENTS),
        await house.http.get(EVENTS),
        await house.post(EVENTS, b"x" * (11 << 20)),
        await house.get("/api/restaurants"),
        await house.http.head("/api/health"),
        await house.http.get("/api/docs"),
        await house.http.get("/api/docs/openapi.json"),
        await house.http.get("/livez"),
        await house.http.get("/nothing"),
        await house.http.get("//nothing"),
        await house.http.get("/api/restaurants"),
        await house.get("/api/restaurants", limit=0),
        await house.get("/api/restaurants/rest_la_marea/reservations.csv"),
        await house.http.options("/api/restaurants"),
        await house.http.delete("/api/restaurants"),
    ]


async def test_every_answer_carries_the_same_headers_once(house: House) -> None:
    for answer in await answers_of_every_kind(house):
        for name, value in ALWAYS.items():
            assert answer.headers.get_list(name) == [value], (answer.request.url, name)
        (policy,) = answer.headers.get_list("content-security-policy")
        assert policy.startswith(CLOSED)
        assert len(answer.headers.get_list("x-request-id")) == 1
        (timing,) = answer.headers.get_list("server-timing")
        assert re.fullmatch(r"app;dur=\d+\.\d\d", timing)


@pytest.mark.parametrize(
    "path", ["/livez", "/api/restaurants", "/api/restaurants/rest_la_marea/hours", "/api/auth/login"]
)
async def test_anybody_may_ask_which_methods_a_route_takes(house: House, path: str) -> None:
    answer = await house.http.options(path)
    refused = await house.http.request("TRACE", path)
    told = [set(one.headers["allow"].split(", ")) for one in (answer, refused)]
    assert (answer.status_code, refused.status_code, told[0]) == (204, 405, told[1])


async def test_no_two_answers_have_the_same_id(house: House) -> None:
    ids = [answer.headers["x-request-id"] for answer in await answers_of_every_kind(house)]
    assert len(set(ids)) == len(ids)


async def test_a_problem_is_known_by_the_id_of_its_request(house: House) -> None:
    for answer in (await house.http.post(EVENTS), await house.http.get("/nothing"), await house.http.get("//x")):
        assert answer.json()["instance"] == answer.headers["x-request-id"]


async def test_the_log_speaks_of_a_request_by_its_id(
    database_url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with serving(database_url, tmp_path, log_level="warning") as house:
        answer = await house.http.post(EVENTS)
        login = await house.http.post("/api/auth/login", json={"email": "a@example.com", "password": "x" * 12})
    told = {line["event"]: line for line in map(json.loads, capfd.readouterr().err.splitlines())}
    assert told["signature_refused"]["request_id"] == answer.headers["x-request-id"]
    assert told["login_failed"]["request_id"] == login.headers["x-request-id"]


@pytest.mark.parametrize("given", ["a", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "A.b_c-" + "9" * 58])
@pytest.mark.parametrize("path", [EVENTS, "/livez", "/nothing"])
async def test_the_client_s_own_id_is_kept(house: House, given: str, path: str) -> None:
    answer = await house.http.get(path, headers={"x-request-id": given})
    assert answer.headers.get_list("x-request-id") == [given]


INSANE = [
    b"",
    b"a" * 65,
    b"a b",
    b"a;b",
    b"<script>",
    b"a\tb",
    b"\xc3\xb1",
    b'a"b',
    b"a,b",
    b"../x",
    b"a\x00b",
    b"a\x7fb",
]


@pytest.mark.parametrize("path", [EVENTS, "/livez"])
async def test_an_id_that_could_mean_something_else_is_not_echoed(house: House, path: str) -> None:
    for given in INSANE:
        connection = await connect(house.port)
        await connection.send(b"GET %b HTTP/1.1\r\nhost: x\r\nx-request-id: %b\r\n\r\n" % (path.encode(), given))
        answer = await connection.answer()
        if answer.status != 400:  # what the server itself takes for no HTTP
            assert re.fullmatch(r"req_[0-9a-f]+-[0-9a-f]+", answer.headers["x-request-id"]), given
        await connection.close()


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
@pytest.mark.parametrize("path", [EVENTS, "/livez", "/api/restaurants?x=%0d%0aset-cookie:a=1", "/%0d%0aset-cookie:a=1"])
async def test_no_line_of_ours_can_be_begun_by_a_client(house: House, path: str, end: bytes) -> None:
    connection = await connect(house.port)
    lines = b"x-request-id: good%bset-cookie: a=1%b set-cookie: b=1" % (end, end)
    await connection.send(b"GET %b HTTP/1.1\r\nhost: x\r\n%b\r\n\r\n" % (path.encode(), lines))
    answer = await connection.answer()
    await connection.close()
    assert "set-cookie" not in answer.headers
    assert "set-cookie" not in answer.headers.get("x-request-id", "")


async def test_the_page_of_the_api_may_use_its_own_style_and_nothing_else(house: House) -> None:
    page = await house.http.get("/api/docs")
    (style,) = re.findall("<style>(.*?)</style>", page.text, re.DOTALL)
    known = b64encode(sha256(style.encode()).digest()).decode()
    assert page.headers["content-security-policy"] == f"{CLOSED}; style-src 'sha256-{known}'"
    assert not re.search(r"<script|\sstyle=|\son\w+=|<img|<link", page.text)


async def test_https_is_asked_for_only_where_there_is_some(database_url: str, tmp_path: Path) -> None:
    async with serving(database_url, tmp_path) as plain:
        assert "strict-transport-security" not in (await plain.http.get("/livez")).headers
    async with serving(database_url, tmp_path, public_url="https://voice.example.com") as house:
        for answer in (
            await house.http.get("/livez"),
            await house.http.post(EVENTS),
            await house.http.get("/api/docs"),
        ):
            assert answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.fixture
async def shared(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with serving(database_url, tmp_path, cors_origins=(PANEL,)) as opened:
        yield opened


def cors(answer: httpx.Response) -> str | None:
    return answer.headers.get("access-control-allow-origin")


async def test_pages_elsewhere_may_not_use_the_api_unless_they_are_named(house: House) -> None:
    answer = await house.http.get("/livez", headers={"origin": PANEL})
    asked = await house.http.options(
        "/api/restaurants", headers={"origin": PANEL, "access-control-request-method": "GET"}
    )
    assert (cors(answer), cors(asked)) == (None, None)


async def test_a_page_that_is_named_may_use_the_api_and_read_what_went_wrong(shared: House) -> None:
    path = "/api/restaurants"
    wanted = {"access-control-request-method": "PATCH", "access-control-request-headers": "authorization,if-match"}
    asked = await shared.http.options(path, headers={"origin": PANEL} | wanted)
    assert (asked.status_code, cors(asked)) == (204, PANEL)
    assert "PATCH" in asked.headers["access-control-allow-methods"]
    for headers in ({"authorization": f"Bearer {shared.token}"}, {}):
        answer = await shared.http.get(path, headers={"origin": PANEL} | headers)
        assert (cors(answer), answer.headers["vary"]) == (PANEL, "Origin")
        assert "X-Request-Id" in answer.headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin", ["https://evil.example", f"{PANEL}.evil.example", "http://panel.example.com", "null"]
)
async def test_a_page_that_only_looks_like_one_that_is_named_may_not(shared: House, origin: str) -> None:
    answer = await shared.http.get("/livez", headers={"origin": origin})
    asked = await shared.http.options(
        "/api/restaurants", headers={"origin": origin, "access-control-request-method": "GET"}
    )
    assert (cors(answer), cors(asked), asked.status_code) == (None, None, 400)
