"""The wire to a Maitre server: what it is asked and what it streams, and every way in which that can fail."""

import re
from collections.abc import AsyncIterator
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec
from msgspec import Struct

from appliance.contract import LiveView, Problem, harmless, server_at

T = TypeVar("T")

_DEADLINE_S = 10.0
_SILENT_S = 5.0
"""The stream tells something each second; who says nothing for so long is no longer there."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_JSON = {"Content-Type": "application/json"}
_RATE = re.compile(r'"admin";r=(\d+);t=(\d+)')
"""The operator's own; what is asked of a restaurant counts among that restaurant's."""
_LATER = (429, 503)


class LinkError(Exception):
    """The server did not answer as it should. `code` is the id of a sentence in the catalogue, `detail` its rest."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    @property
    def is_for_now(self) -> bool:
        """Whether the same question may be answered later. What made no sense will make none then."""
        return self.code != "link.not_maitre"


class Refused(LinkError):
    """It answered, and said no: `detail` is its own sentence, in the language that was asked for."""

    def __init__(self, detail: str, status: int) -> None:
        super().__init__("link.refused", detail)
        self.status = status

    @property
    def is_ours(self) -> bool:
        """Whether the token is at fault, and trying again the same way is of no use."""
        return self.status in (401, 403)

    @property
    def is_for_now(self) -> bool:
        return self.status in _LATER


class Quota(Struct, frozen=True, kw_only=True):
    """What the server said is left of the operator's requests, and after how long there are more."""

    remaining: int
    reset_s: int


class Link:
    """One server, asked with one token, which is never told on. `quota` is what was last said of it."""

    def __init__(
        self, url: str, token: str, *, language: str, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.quota: Quota | None = None
        self._http = client_of(url, transport)
        self._http.headers.update({"Authorization": f"Bearer {token}", "Accept-Language": language})

    async def get(self, path: str, shape: type[T], **asked: Any) -> T:
        """What the server says at `path`. Raises LinkError, like all below."""
        return await self._ask("GET", path, shape, params=asked)

    async def post(self, path: str, shape: type[T], body: object = None) -> T:
        return await self._ask("POST", path, shape, body=body)

    async def put(self, path: str, shape: type[T], body: object) -> T:
        return await self._ask("PUT", path, shape, body=body)

    async def patch(self, path: str, shape: type[T], body: object) -> T:
        return await self._ask("PATCH", path, shape, body=body)

    async def delete(self, path: str, shape: type[T]) -> T:
        return await self._ask("DELETE", path, shape)

    async def stream(self) -> AsyncIterator[tuple[bool, LiveView]]:
        """What the server tells, each with whether it is all of it; ends when the server ends it."""
        try:
            timeout = httpx.Timeout(_DEADLINE_S, read=_SILENT_S)
            async with self._http.stream("GET", "/api/admin/stream", timeout=timeout) as response:
                if not response.is_success:
                    await response.aread()
                    raise _refusal(response)
                async for event, data in events(response.aiter_lines()):
                    yield event == "snapshot", _decoded(data.encode(), LiveView)
        except httpx.HTTPError as error:
            raise _failure(error) from error

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _ask(
        self, method: str, path: str, shape: type[T], *, params: dict[str, Any] | None = None, body: object = None
    ) -> T:
        content, headers = (None, None) if body is None else (msgspec.json.encode(body), _JSON)
        try:
            response = await self._http.request(method, path, params=params, content=content, headers=headers)
        except httpx.HTTPError as error:
            raise _failure(error) from error
        self.quota = _quota(response) or self.quota
        if not response.is_success:
            raise _refusal(response)
        return _decoded(response.content, shape)


def client_of(url: str, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """For a server at an address, or behind a unix socket."""
    base, socket = server_at(url)
    if socket is not None:
        transport = transport or httpx.AsyncHTTPTransport(uds=socket, verify=False)
    return httpx.AsyncClient(
        base_url=base,
        transport=transport,
        timeout=_DEADLINE_S,
        # A proxy of the environment cannot reach this machine's own loopback.
        trust_env=urlsplit(base).hostname not in _LOOPBACK,
        verify=base.startswith("https:"),  # loading the machine's authorities takes its time
    )


async def events(lines: AsyncIterator[str]) -> AsyncIterator[tuple[str, str]]:
    """Server-sent events, each with its name, from the lines of a stream."""
    event, data = "", list[str]()
    async for line in lines:
        name, _, value = line.partition(":")
        if name == "event":
            event = value.strip()
        elif name == "data":
            data.append(value.removeprefix(" "))
        elif not line and data:
            yield event, "\n".join(data)
            event, data = "", []


def _decoded(content: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(harmless(content), type=shape)
    except msgspec.MsgspecError as error:
        raise LinkError("link.not_maitre", str(error)) from error


def _refusal(response: httpx.Response) -> Refused:
    try:
        told = msgspec.json.decode(harmless(response.content), type=Problem)
    except msgspec.MsgspecError:
        return Refused(str(response.status_code), response.status_code)
    return Refused(told.detail, told.status)


def _failure(error: httpx.HTTPError) -> LinkError:
    if isinstance(error, httpx.TimeoutException):
        return LinkError("link.silent")
    return LinkError("link.no_server", str(error))


def _quota(response: httpx.Response) -> Quota | None:
    found = _RATE.search(response.headers.get("ratelimit", ""))
    return Quota(remaining=int(found[1]), reset_s=int(found[2])) if found else None
