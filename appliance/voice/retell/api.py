"""Retell's REST API, as far as Maitre asks it: calls of the past, agents with their LLMs, telephone numbers.

Every try has a deadline and every answer a cap. What may be tried again is, with full jitter and not before the
platform says so. Once it has not answered a few times in a row it is left alone for a while.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import msgspec
import structlog
from msgspec import Struct, field

from appliance import __version__
from appliance.clock import Clock
from appliance.domain.networks import is_this_machine
from appliance.errors import NotFound, PlatformDown, PlatformRefused
from appliance.voice.retell.breaker import Breaker

log = structlog.get_logger()

T = TypeVar("T")
Json = dict[str, Any]

_TRIES = 4
_DEADLINE_S = 15.0
_CAP_BYTES = 32 << 20
_BASE_S, _CAP_S = 0.5, 8.0
_LONGEST_WAIT_S = 30.0
_PAGE = 200
_MESSAGE_CHARS = 300
_OF_AN_UNKNOWN = "cannot find requested asset"


class ListedCall(Struct, frozen=True, kw_only=True):
    """A call as lists have it: without what was said. Times are Unix ms."""

    call_id: str
    call_status: str
    agent_id: str | None = None
    from_number: str | None = None
    to_number: str | None = None
    direction: str | None = None
    metadata: Any = None
    start_timestamp: int | None = None
    end_timestamp: int | None = None
    call_analysis: Json | None = None


class Engine(Struct, frozen=True, kw_only=True):
    """What an agent thinks with; `llm_id` is empty where that is no Retell LLM."""

    type: str
    llm_id: str = ""
    version: int | None = None


class Agent(Struct, frozen=True, kw_only=True):
    """An agent in one of its versions; `said` is all that the platform says of it."""

    agent_id: str
    version: int
    response_engine: Engine
    agent_name: str | None = None
    is_published: bool = False
    said: Json = field(default_factory=dict)


class Llm(Struct, frozen=True, kw_only=True):
    """A Retell LLM in one of its versions."""

    llm_id: str
    version: int = 0
    default_dynamic_variables: dict[str, str] | None = None
    said: Json = field(default_factory=dict)


class ListedAgent(Struct, frozen=True, kw_only=True):
    agent_id: str
    agent_name: str | None = None


class Concurrency(Struct, frozen=True, kw_only=True):
    """How many calls are on the line in the whole workspace, and how many may be."""

    current_concurrency: int
    concurrency_limit: int


class _Page(Struct, frozen=True, kw_only=True):
    items: list[Json]
    has_more: bool = False
    pagination_key: str | None = None


class _Trouble(Struct, frozen=True, kw_only=True):
    message: Any = ""


class _Again(Exception):
    """A try that may be made again.

    `kept_s`: how long the platform wants to be left alone. `harmless`: it has surely not done what it was asked.
    `down`: it is in trouble itself.
    """

    def __init__(self, why: str, *, kept_s: float = 0, harmless: bool = False, down: bool = True) -> None:
        super().__init__(why)
        self.kept_s = kept_s
        self.harmless = harmless
        self.down = down


class RetellApi:
    """`key` is one of the workspace, `pause` how it waits; `http` reaches the platform. To be closed with `aclose`."""

    def __init__(
        self, clock: Clock, *, url: str, key: str, pause: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        self._clock = clock
        self._url = url
        self._key = key
        self._pause = pause
        self.breaker = Breaker(clock)
        headers = {"Authorization": f"Bearer {key}", "User-Agent": f"maitre/{__version__}"}
        self.http = httpx.AsyncClient(
            base_url=url, headers=headers, trust_env=not is_this_machine(httpx.URL(url).host), timeout=_DEADLINE_S
        )

    async def aclose(self) -> None:
        await self.http.aclose()

    # --- calls ---

    async def calls(self, *, since_ms: int, until_ms: int) -> AsyncIterator[ListedCall]:
        """The calls that began then and are over, in the order in which they began; but those that cannot be read."""
        wanted = {
            "start_timestamp": {"type": "range", "op": "bt", "value": [since_ms, until_ms]},
            "call_status": {"type": "enum", "op": "in", "value": ["ended", "not_connected", "error"]},
        }
        asked = {"filter_criteria": wanted, "sort_order": "ascending", "limit": _PAGE}
        async for item in self._all("POST", "/v3/list-calls", asked):
            try:
                call = _read(item, ListedCall)
            except PlatformDown as error:  # all that come after would be kept back by it, for good
                log.warning("listed_call_not_understood", reason=str(error))
            else:
                yield call

    async def call(self, call_id: str) -> bytes:
        """The call object, as it came. Raises NotFound."""
        return await self._ask("GET", f"/v2/get-call/{_part(call_id)}")

    async def concurrency(self) -> Concurrency:
        return _decoded(await self._ask("GET", "/get-concurrency"), Concurrency)

    # --- agents and their LLMs ---

    async def agents_named(self, query: str) -> list[ListedAgent]:
        """The agents that speak and have this in their name, or their id."""
        asked = {"filter_criteria": {"query": query}, "limit": _PAGE}
        return [_read(item, ListedAgent) async for item in self._all("POST", "/v2/list-agents", asked)]

    async def agent(self, agent_id: str, version: int | None = None) -> Agent:
        """The version, else the newest, published or not. Raises NotFound."""
        return _agent(await self._ask("GET", f"/get-agent/{_part(agent_id)}", asked=_version(version)))

    async def create_agent(self, body: Json) -> Agent:
        return _agent(await self._ask("POST", "/create-agent", body, once=True))

    async def update_agent(self, agent_id: str, version: int, body: Json) -> Agent:
        """Raises PlatformRefused where that version is published: such are never changed."""
        return _agent(await self._ask("PATCH", f"/update-agent/{_part(agent_id)}", body, asked=_version(version)))

    async def new_version(self, agent_id: str, base: int) -> Agent:
        """A draft made from a version, with a draft of its LLM of the same number."""
        path = f"/create-agent-version/{_part(agent_id)}"
        return _agent(await self._ask("POST", path, {"base_version": base}, once=True))

    async def publish(self, agent_id: str, version: int, *, title: str) -> None:
        body = {"version": version, "version_title": title}
        await self._ask("POST", f"/publish-agent-version/{_part(agent_id)}", body)

    async def llm(self, llm_id: str, version: int | None = None) -> Llm:
        return _llm(await self._ask("GET", f"/get-retell-llm/{_part(llm_id)}", asked=_version(version)))

    async def llms(self) -> AsyncIterator[Llm]:
        """All of the workspace, each in its newest version."""
        async for item in self._all("GET", "/v2/list-retell-llms", {"limit": _PAGE}):
            yield _read(item, Llm, said=item)

    async def create_llm(self, body: Json) -> Llm:
        return _llm(await self._ask("POST", "/create-retell-llm", body, once=True))

    async def update_llm(self, llm_id: str, version: int, body: Json) -> Llm:
        """Raises PlatformRefused where that version is published."""
        return _llm(await self._ask("PATCH", f"/update-retell-llm/{_part(llm_id)}", body, asked=_version(version)))

    # --- telephone numbers ---

    async def number(self, number: str) -> Json:
        """Raises NotFound."""
        return _decoded(await self._ask("GET", f"/get-phone-number/{_part(number)}"), Json)

    async def update_number(self, number: str, body: Json) -> Json:
        return _decoded(await self._ask("PATCH", f"/update-phone-number/{_part(number)}", body), Json)

    # --- how it is asked ---

    async def _all(self, method: str, path: str, asked: Mapping[str, Any]) -> AsyncIterator[Json]:
        """The items of all pages."""
        key: str | None = None
        while True:
            said = dict(asked) | ({"pagination_key": key} if key else {})
            body, query = (None, said) if method == "GET" else (said, None)
            page = _decoded(await self._ask(method, path, body, asked=query), _Page)
            for item in page.items:
                yield item
            if not page.has_more or not page.pagination_key:
                return
            if page.pagination_key == key:
                raise PlatformDown("The phone platform's list does not come to an end.")
            key = page.pagination_key

    async def _ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        asked: Mapping[str, Any] | None = None,
        once: bool = False,
    ) -> bytes:
        """The answer's body. `once`: to be done no second time where it may have been done the first.

        Raises NotFound, PlatformRefused, or PlatformDown once it is no use to try again.
        """
        for attempt in range(1, _TRIES + 1):
            self._require_closed()
            try:
                answer = await self._try(method, path, body, asked)
            except _Again as error:
                if error.down:
                    self.breaker.failed()
                wait_s = self._wait_s(attempt, error)
                if attempt == _TRIES or (once and not error.harmless) or wait_s > _LONGEST_WAIT_S:
                    raise PlatformDown("The phone platform {why}.", why=error) from error
                await self._pause(wait_s)
            else:
                self.breaker.succeeded()
                return answer
        raise AssertionError("the last try returns or raises")

    def _require_closed(self) -> None:
        if rest_s := self.breaker.rest_s:
            raise PlatformDown(
                "The phone platform has not answered of late; it is asked again in {seconds} s.", seconds=round(rest_s)
            )

    def _wait_s(self, attempt: int, error: _Again) -> float:
        ceiling: float = min(_CAP_S, _BASE_S * 2 ** (attempt - 1))
        return error.kept_s + ceiling * self._clock.chance()

    async def _try(
        self, method: str, path: str, body: Mapping[str, Any] | None, asked: Mapping[str, Any] | None
    ) -> bytes:
        content = msgspec.json.encode(body) if body is not None else None
        headers = {"Content-Type": "application/json"} if content is not None else {}
        try:
            async with (
                asyncio.timeout(_DEADLINE_S),
                self.http.stream(method, path, content=content, headers=headers, params=asked) as response,
            ):
                answer = await _within_cap(response)
        except httpx.ConnectError as error:
            raise _Again("cannot be reached", harmless=True) from error
        except (TimeoutError, httpx.TimeoutException) as error:
            raise _Again(f"did not answer within {_DEADLINE_S:g} s") from error
        except httpx.HTTPError as error:
            raise _Again(f"broke off: {type(error).__name__}") from error
        return self._judged(response, answer)

    def _judged(self, response: httpx.Response, answer: bytes) -> bytes:
        status = response.status_code
        if response.is_success:
            return answer
        if status == httpx.codes.TOO_MANY_REQUESTS:
            raise _Again("wants fewer requests", kept_s=_retry_after_s(response), harmless=True, down=False)
        if status == httpx.codes.REQUEST_TIMEOUT or status >= 500:
            raise _Again(f"answered with status {status}", kept_s=_retry_after_s(response))
        said = self._said(answer)
        if status == httpx.codes.NOT_FOUND or said.lower().startswith(_OF_AN_UNKNOWN):
            raise NotFound("The phone platform knows of no such thing.")
        raise PlatformRefused("The phone platform refuses it ({code}): {said}", status=status, code=status, said=said)

    def _said(self, answer: bytes) -> str:
        """Its own words for what is wrong, without our key should it repeat it."""
        try:
            message = msgspec.json.decode(answer, type=_Trouble).message
        except msgspec.MsgspecError:
            message = ""
        return str(message).replace(self._key, "…")[:_MESSAGE_CHARS] or "no reason given"


async def _within_cap(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > _CAP_BYTES:
            raise PlatformDown("The phone platform's answer is too long.")
    return bytes(body)


def _retry_after_s(response: httpx.Response) -> float:
    """Seconds; a date, which no answer of the platform's is known to have, says nothing."""
    said = response.headers.get("retry-after", "")
    return float(said) if said.isascii() and said.isdigit() else 0


def _part(id_: str) -> str:
    return quote(id_, safe="")


def _version(version: int | None) -> dict[str, int] | None:
    return None if version is None else {"version": version}


def _agent(answer: bytes) -> Agent:
    said = _decoded(answer, Json)
    return _read(said, Agent, said=said)


def _llm(answer: bytes) -> Llm:
    said = _decoded(answer, Json)
    return _read(said, Llm, said=said)


def _decoded(answer: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(answer, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _unexpected(error) from error


def _read(item: Json, shape: type[T], **more: Any) -> T:
    """Leniently: a whole number may have come as 3.0."""
    try:
        return msgspec.convert(item | more, shape, strict=False)
    except msgspec.ValidationError as error:
        raise _unexpected(error) from error


def _unexpected(error: Exception) -> PlatformDown:
    return PlatformDown("The phone platform answers something else than it says it does: {why}", why=error)
