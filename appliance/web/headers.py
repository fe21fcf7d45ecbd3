"""What goes with every answer, whoever gave it: the headers that are always the same, the request's id, its time."""

from collections.abc import Awaitable, Sequence
from typing import Any

from appliance.clock import Clock
from appliance.guard.headers import Header
from appliance.web.raw import Send

_NO_STORE = (b"cache-control", b"no-store")


class Stamped:
    """Sends an answer together with these headers; `status` is the answer's once it has begun."""

    __slots__ = ("_answered_us", "_began_us", "_clock", "_headers", "_request_id", "_send", "status")

    def __init__(self, send: Send, headers: Sequence[Header], request_id: bytes, clock: Clock) -> None:
        self._send = send
        self._headers = headers
        self._request_id = request_id
        self._clock = clock
        self._began_us = clock.stopwatch_us()
        self._answered_us: int | None = None
        self.status = 0

    def __call__(self, message: Any) -> Awaitable[None]:
        if message["type"] != "http.response.start":
            return self._send(message)
        self.status = message["status"]
        headers = self._stamped(message["headers"])
        return self._send({"type": "http.response.start", "status": self.status, "headers": headers})

    def took_s(self) -> float:
        """How long it took until the answer began, or takes until now: how long a client reads on is its own doing."""
        until_us = self._clock.stopwatch_us() if self._answered_us is None else self._answered_us
        return (until_us - self._began_us) / 1_000_000

    def _stamped(self, own: Sequence[Header]) -> list[Header]:
        self._answered_us = self._clock.stopwatch_us()
        headers = [
            *own,
            *self._headers,
            (b"x-request-id", self._request_id),
            (b"server-timing", b"app;dur=%.2f" % (self.took_s() * 1000)),
        ]
        for name, _ in own:
            if name == b"cache-control":
                return headers
        headers.append(_NO_STORE)
        return headers
