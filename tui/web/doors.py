"""The console's own small web server: a page to sign in, a page with a terminal, and the connection between the two.

It believes a browser by a cookie that no script reads and no other site can send along, and only where the request
comes from its own pages.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import textual_serve
from aiohttp import WSMsgType, web
from msgspec import Struct

from appliance.contract import Login
from tui.web import pages
from tui.web.process import ConsoleProcess
from tui.web.visitors import SESSION_S, TurnedAway, Visitor, Visitors
from tui.words import Words

_STATIC = Path(textual_serve.__file__).parent / "static"
_COOKIE = "maitre_console"
_FORM_BYTES = 16 << 10
_MESSAGE_BYTES = 1 << 20
_HEARTBEAT_S = 15.0
MOST_CONSOLES = 8
"""Open at a time: each is a process of some 60 MB."""
_LARGEST = 500
"""Columns or rows of a terminal."""
_HEADERS = {
    "Cache-Control": "no-store",
    # The terminal sets the size of its letters in style attributes.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
        "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",  # with less, a form's own Origin is told as null
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Where(Struct, frozen=True, kw_only=True):
    """The address under which browsers find it, and whether a proxy stands before it, whose word on theirs is taken."""

    url: str
    behind_proxy: bool

    @property
    def origin(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def connection(self) -> str:
        return f"ws{self.origin.removeprefix('http')}/ws"


class Doors:
    """`command` opens a console, which finds its token in the environment `env` and the visitor's language."""

    def __init__(self, where: Where, visitors: Visitors, command: Sequence[str], env: Mapping[str, str]) -> None:
        self._where = where
        self._visitors = visitors
        self._command = command
        self._env = env
        self._open: dict[web.WebSocketResponse, Visitor] = {}

    def application(self) -> web.Application:
        app = web.Application(client_max_size=_FORM_BYTES, middlewares=[self._guarded])
        app.add_routes(
            [
                web.get("/", self._index),
                web.get("/ws", self._console),
                web.get("/maitre.css", _style),
                web.get("/maitre.js", _script),
                web.post("/login", self._sign_in),
                web.post("/logout", self._sign_out),
                web.static("/static", _STATIC),
            ]
        )
        app.on_shutdown.append(self._close)
        return app

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Nothing for a page of somebody else's, nor under a name that is not ours."""
        is_ours = request.host == urlsplit(self._where.url).netloc
        acts = request.method != "GET" or request.path == "/ws"
        if not is_ours or (acts and request.headers.get("Origin") != self._where.origin):
            raise web.HTTPForbidden(text="This address is not the console's own.", headers=_HEADERS)
        try:
            response = await handler(request)
        except web.HTTPException as refusal:
            refusal.headers.update(_HEADERS)
            raise
        if not response.prepared:
            response.headers.update(_HEADERS)
        return response

    async def _index(self, request: web.Request) -> web.Response:
        visitor = self._visitors.of(request.cookies.get(_COOKIE))
        if visitor is None:
            return _page(pages.sign_in(_words(request)))
        return _page(pages.console(Words(visitor.language), connection=self._where.connection))

    async def _sign_in(self, request: web.Request) -> web.StreamResponse:
        words, form = _words(request), await request.post()
        email = str(form.get("email", ""))
        try:
            given = {name: str(value) for name, value in form.items() if value}
            login = msgspec.convert(given, Login)
        except msgspec.ValidationError:
            return _page(pages.sign_in(words, told=words("web.malformed"), email=email), status=400)
        try:
            secret = await self._visitors.sign_in(login, language=words.language, address=self._address(request))
        except TurnedAway as away:
            page = pages.sign_in(words, told=str(away), email=email, needs_code=away.needs_code or "code" in given)
            return _page(page, status=401)
        response = web.HTTPSeeOther("/")
        is_https = self._where.url.startswith("https:")
        response.set_cookie(_COOKIE, secret, max_age=SESSION_S, httponly=True, samesite="Strict", secure=is_https)
        raise response

    async def _sign_out(self, request: web.Request) -> web.StreamResponse:
        secret = request.cookies.get(_COOKIE, "")
        visitor = self._visitors.of(secret)
        for connection in [connection for connection, whose in self._open.items() if whose is visitor]:
            await connection.close()
        response = web.HTTPSeeOther("/")
        response.del_cookie(_COOKIE)
        try:
            await self._visitors.sign_out(secret)
        except TurnedAway as away:
            return _page(pages.sign_in(_words(request), told=str(away)), status=502)
        raise response

    async def _console(self, request: web.Request) -> web.StreamResponse:
        """A console as long as the browser is there."""
        visitor = self._visitors.of(request.cookies.get(_COOKIE))
        if visitor is None:
            raise web.HTTPUnauthorized(text="Sign in first.")
        if len(self._open) >= MOST_CONSOLES:
            raise web.HTTPServiceUnavailable(text=Words(visitor.language)("web.full", most=MOST_CONSOLES))
        connection = web.WebSocketResponse(heartbeat=_HEARTBEAT_S, max_msg_size=_MESSAGE_BYTES)
        self._open[connection] = visitor
        try:
            await connection.prepare(request)
            await self._run(
                connection, visitor, width=_cells(request, "width", 80), height=_cells(request, "height", 24)
            )
        finally:
            del self._open[connection]
        return connection

    async def _run(self, connection: web.WebSocketResponse, visitor: Visitor, *, width: int, height: int) -> None:
        env = {**self._env, "MAITRE_TOKEN": visitor.token, "LANG": f"{visitor.language}.UTF-8"}
        process = ConsoleProcess(self._command, env, connection)
        await process.start(width, height)
        try:
            async for message in connection:
                if message.type == WSMsgType.TEXT:
                    await _pass_on(message.json(), process, connection)
        finally:
            await process.stop()

    def _address(self, request: web.Request) -> str:
        told = request.headers.get("X-Forwarded-For", "") if self._where.behind_proxy else ""
        return told.rpartition(",")[2].strip() or request.remote or ""

    async def _close(self, _: web.Application) -> None:
        for connection in list(self._open):
            await connection.close()
        await self._visitors.sign_all_out()


async def _pass_on(message: object, process: ConsoleProcess, connection: web.WebSocketResponse) -> None:
    """What the page's script sends: a word, and what belongs to it. What it is not known to send is nothing to us."""
    match message:
        case ["stdin", str(text)]:
            await process.send_bytes(text.encode())
        case ["resize", {"width": int(width), "height": int(height)}]:
            await process.set_terminal_size(_bounded(width), _bounded(height))
        case ["ping", data]:
            await connection.send_json(["pong", data])
        case ["focus", *_]:
            await process.focus()
        case ["blur", *_]:
            await process.blur()


async def _style(_: web.Request) -> web.Response:
    return web.Response(text=pages.STYLE, content_type="text/css")


async def _script(_: web.Request) -> web.Response:
    return web.Response(text=pages.SCRIPT, content_type="text/javascript")


def _page(text: str, *, status: int = 200) -> web.Response:
    return web.Response(text=text, content_type="text/html", status=status)


def _words(request: web.Request) -> Words:
    """In the browser's language, as far as it is one of ours."""
    first = request.headers.get("Accept-Language", "").strip().lower()
    return Words("es" if first.startswith("es") else "en")


def _cells(request: web.Request, name: str, otherwise: int) -> int:
    text = request.query.get(name, "")
    return _bounded(int(text)) if text.isascii() and text.isdigit() else otherwise


def _bounded(cells: int) -> int:
    return max(1, min(cells, _LARGEST))
