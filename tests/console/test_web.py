"""The console in a browser: a real server, the console's own web server, and a browser's requests one by one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import httpx
import psutil
import pytest
from aiohttp.test_utils import TestServer

from appliance.cli.program import program
from appliance.contract import NewUser
from appliance.domain.access import AT_THE_MACHINE
from support.books import add_restaurant, small_restaurant
from support.people import PASSWORD
from support.serving import House
from tui.web import doors
from tui.web.doors import Doors, Where
from tui.web.serving import Unservable, serve
from tui.web.visitors import Visitors

OPERATOR, WAITER = "ana@maitre.example", "luis@maitre.example"
SECRET = "what the starter of the server knows"
pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


class Browser:
    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url = url
        self._http = http

    async def page(self, path: str = "/", **headers: str) -> aiohttp.ClientResponse:
        return await _read(self._http.get(self.url + path, headers=headers))

    async def submit(self, path: str, *, origin: str = "", **form: str) -> aiohttp.ClientResponse:
        headers = {"Origin": origin or self.url, "Accept-Language": "es-ES"}
        return await _read(self._http.post(self.url + path, data=form, headers=headers))

    async def sign_in(self, email: str = OPERATOR, password: str = PASSWORD, **more: str) -> aiohttp.ClientResponse:
        return await self.submit("/login", email=email, password=password, **more)

    @asynccontextmanager
    async def console(self, *, origin: str = "") -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        url = f"{self.url}/ws?width=120&height=40"
        async with self._http.ws_connect(url, headers={"Origin": origin or self.url}) as connection:
            yield connection


async def _read(asking: Any) -> aiohttp.ClientResponse:
    async with asking as answer:
        await answer.read()
        found: aiohttp.ClientResponse = answer
        return found


@pytest.fixture
async def browser(house: House) -> AsyncIterator[Browser]:
    """Of a server with an operator and a waiter."""
    parts = house.server.parts
    await add_restaurant(parts.database, small_restaurant())
    new = {"name": "somebody", "password": PASSWORD}
    await parts.users.add(AT_THE_MACHINE, NewUser(email=OPERATOR, role="operator", **new))
    await parts.users.add(AT_THE_MACHINE, NewUser(email=WAITER, role="staff", **new), restaurant_id="rest_a")
    probe = TestServer(aiohttp.web.Application())
    await probe.start_server()
    port = probe.port
    await probe.close()
    where = Where(url=f"http://127.0.0.1:{port}", behind_proxy=False)
    async with httpx.AsyncClient(base_url=house.url, trust_env=False) as http:
        visitors = Visitors(http, asyncio.get_running_loop().time)
        command = [*program(), "console", "--url", house.url]
        server = TestServer(Doors(where, visitors, command, {"HOME": "/nonexistent"}).application(), port=port)
        await server.start_server()
        try:
            # A browser keeps cookies of an address as those of a name.
            async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
                yield Browser(where.url, session)
        finally:
            await server.close()


async def painted(connection: aiohttp.ClientWebSocketResponse, text: bytes) -> None:
    """Wait until the console has painted that."""
    seen = b""
    async with asyncio.timeout(30):
        while text not in seen:
            message = await connection.receive()
            assert message.type is aiohttp.WSMsgType.BINARY, message
            seen += message.data


def consoles() -> list[psutil.Process]:
    """Those that run."""
    return [child for child in psutil.Process().children(recursive=True) if "console" in _words(child)]


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:  # or ended, and nobody has asked how yet
        return []


async def none_is_left() -> None:
    await asyncio.to_thread(psutil.wait_procs, consoles(), 20)
    assert consoles() == []


async def tokens(house: House) -> list[dict[str, Any]]:
    found = await house.server.parts.users.one(OPERATOR)
    return [{"name": row.name} for row in await house.server.parts.api_tokens.of(found.id)]


async def test_who_has_not_signed_in_is_shown_the_form_and_no_console(browser: Browser) -> None:
    page = await browser.page()
    assert (page.status, 'name="password"' in await page.text()) == (200, True)
    with pytest.raises(aiohttp.WSServerHandshakeError, match="401"):
        async with browser.console():
            pass


async def test_who_signs_in_gets_a_console_that_hears_their_keys(browser: Browser) -> None:
    entered = await browser.sign_in()
    assert "data-session-websocket-url" in await entered.text()
    async with browser.console() as connection:
        await painted(connection, b"Restaurantes")  # in the browser's language
        await connection.send_json(["stdin", "q"])
        async with asyncio.timeout(20):
            while (await connection.receive()).type is not aiohttp.WSMsgType.CLOSE:
                pass
    await none_is_left()


async def test_a_browser_that_leaves_takes_its_console_with_it(browser: Browser) -> None:
    await browser.sign_in()
    async with browser.console() as connection:
        await painted(connection, b"Restaurantes")
        assert len(consoles()) >= 1
    await none_is_left()


async def test_a_console_knows_nothing_of_what_its_server_was_started_with(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAITRE_FACTOR_KEY", SECRET)
    await browser.sign_in()
    async with browser.console() as connection:
        await painted(connection, b"Restaurantes")
        environments = [child.environ() for child in consoles()]
    assert environments
    assert all(SECRET not in one.values() for one in environments)
    assert {one["MAITRE_TOKEN"].partition("_")[0] for one in environments} == {"maitre"}


async def test_a_wrong_password_is_told_in_the_words_of_the_server(browser: Browser) -> None:
    refused = await browser.sign_in(password="not the password at all")
    assert refused.status == 401
    assert "El correo o la contraseña no son correctos." in await refused.text()


async def test_what_was_typed_comes_back_harmless(browser: Browser) -> None:
    refused = await browser.sign_in(email='"><script>alert(1)</script>@a.example')
    assert "<script>alert" not in await refused.text()


async def test_who_is_no_operator_is_turned_away_and_leaves_nothing(browser: Browser, house: House) -> None:
    refused = await browser.sign_in(email=WAITER)
    assert (refused.status, 'role="alert"' in await refused.text()) == (401, True)
    waiter = await house.server.parts.users.one(WAITER)
    assert await house.server.parts.api_tokens.of(waiter.id) == []


async def test_signing_out_ends_the_token_and_the_open_console(browser: Browser, house: House) -> None:
    await browser.sign_in()
    assert await tokens(house) == [{"name": "console"}]
    async with browser.console() as connection:
        await painted(connection, b"Restaurantes")
        await browser.submit("/logout")
        async with asyncio.timeout(20):
            while (await connection.receive()).type is not aiohttp.WSMsgType.CLOSE:
                pass
    assert await tokens(house) == []
    assert 'name="password"' in await (await browser.page()).text()


@pytest.mark.parametrize("path", ["/login", "/logout"])
async def test_a_page_of_somebody_else_can_send_nothing(browser: Browser, path: str) -> None:
    refused = await browser.submit(path, origin="https://evil.example", email=OPERATOR, password=PASSWORD)
    assert refused.status == 403


async def test_a_page_of_somebody_else_gets_no_console_with_our_cookie(browser: Browser) -> None:
    await browser.sign_in()
    with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
        async with browser.console(origin="https://evil.example"):
            pass


async def test_another_name_for_this_machine_finds_nothing(browser: Browser) -> None:
    assert (await browser.page(Host="rebound.example")).status == 403


async def test_no_page_may_be_framed_or_kept_or_run_scripts_of_others(browser: Browser) -> None:
    for path in ("/", "/maitre.js", "/static/js/textual.js"):
        headers = (await browser.page(path)).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], path
        assert "script-src 'self';" in headers["Content-Security-Policy"], path
        assert headers["X-Content-Type-Options"] == "nosniff", path


async def test_the_cookie_is_for_no_script_and_no_other_site(browser: Browser) -> None:
    entered = await browser.sign_in()
    told = entered.history[0].headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict"} <= set(told.split("; "))


async def test_there_is_an_end_to_how_many_are_open(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "MOST_CONSOLES", 1)
    await browser.sign_in()
    async with browser.console() as connection:
        await painted(connection, b"Restaurantes")
        with pytest.raises(aiohttp.WSServerHandshakeError, match="503"):
            async with browser.console():
                pass


@pytest.mark.parametrize("url", ["http://console.example", "console.example", "https://console.example/maitre"])
def test_passwords_are_never_asked_for_in_the_clear(url: str, backend: str) -> None:
    with pytest.raises(Unservable, match="https://"):
        serve("http://127.0.0.1:1", [], port=1, public=url, env={})
