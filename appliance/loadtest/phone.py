"""The phone platform as an HTTP client: it signs, posts, waits ten seconds, and tries again like the real one."""

import asyncio
import time
from collections import Counter
from typing import Any

import httpx
import msgspec
from msgspec import Struct

from appliance.clock import Clock
from appliance.voice.retell.signature import sign

TIMEOUT_S = 10.0
TRIES = 3

WEBHOOK = "/webhooks/retell"
INBOUND = "/webhooks/retell/inbound"
TOOLS = "/tools/retell"


class Reply(Struct, frozen=True, kw_only=True):
    """The last answer to a delivery; `status` 0 when there was none. `problems` has what went wrong with any try."""

    status: int
    body: bytes
    ms: float
    problems: list[str]

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class PhonePlatform:
    """Talks to one server. `pause_s` is the wait before the second try; it doubles for the third."""

    def __init__(self, http: httpx.AsyncClient, *, url: str, key: str, clock: Clock, pause_s: float = 0.5) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._key = key
        self._clock = clock
        self._pause_s = pause_s

    async def post(self, path: str, payload: dict[str, Any]) -> Reply:
        """Deliver at least once, or give up after three tries; never raises for what the server or network does."""
        body = msgspec.json.encode(payload)
        problems: list[str] = []
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(self._pause_s * 2 ** (attempt - 1))
            reply = await self._try(path, body)
            if reply.ok:
                break
            problems += reply.problems
        times = Counter(problems)
        told = [problem if count == 1 else f"{problem} ({count} times)" for problem, count in times.items()]
        return msgspec.structs.replace(reply, problems=told)

    async def _try(self, path: str, body: bytes) -> Reply:
        # Signed anew on each try, as the platform does: a stale stamp is refused.
        headers = {
            "Content-Type": "application/json",
            "X-Retell-Signature": sign(body, self._key, self._clock.now_ms()),
        }
        begun = time.perf_counter()
        try:
            response = await self._http.post(self._url + path, content=body, headers=headers, timeout=TIMEOUT_S)
        except httpx.HTTPError as error:
            return Reply(status=0, body=b"", ms=_since(begun), problems=[f"POST {path} failed: {_words(error)}"])
        problems = [] if response.is_success else [f"POST {path} answered {response.status_code}"]
        return Reply(status=response.status_code, body=response.content, ms=_since(begun), problems=problems)


def _since(begun: float) -> float:
    return round((time.perf_counter() - begun) * 1000, 2)


def _words(error: httpx.HTTPError) -> str:
    return str(error) or type(error).__name__
