"""The fast lane's way to read and answer: plain ASGI, for routes where every microsecond has somebody waiting."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from appliance.contract import Problem
from appliance.errors import MaitreError, TooLarge
from appliance.web import problems

Scope = Any
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

_DRAINED_BYTES = 32 << 20
"""A body over the cap is read and dropped up to here, so that its sender can hear the 413."""


class Disconnected(MaitreError):
    """The client left before its body had arrived."""


async def read_body(receive: Receive, *, cap_bytes: int) -> bytes:
    """The whole body. Raises TooLarge over the cap, Disconnected when the client leaves."""
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body") and message["type"] == "http.request" and len(body) <= cap_bytes:
        return body
    chunks, size = [body], len(body)
    while message.get("more_body") and size <= _DRAINED_BYTES:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size <= cap_bytes:
            chunks.append(part)
    if message["type"] == "http.disconnect":
        raise Disconnected
    if size > cap_bytes:
        raise TooLarge(f"The body is larger than the {cap_bytes >> 20} MB this route takes.")
    return b"".join(chunks)


def header(scope: Scope, name: bytes) -> str | None:
    """The header's value, of several the first; `name` in lower case."""
    value = next((value for key, value in scope["headers"] if key == name), None)
    return None if value is None else value.decode("latin-1")


_NO_CONTENT = {"type": "http.response.start", "status": 204, "headers": []}
_EMPTY = {"type": "http.response.body", "body": b""}


async def no_content(send: Send) -> None:
    await send(_NO_CONTENT)
    await send(_EMPTY)


async def reply(
    send: Send, body: object, *, status: int = 200, content_type: str = "application/json", more: Mapping[str, str] = {}
) -> None:
    content = msgspec.json.encode(body)
    headers = [(b"content-type", content_type.encode()), (b"content-length", str(len(content)).encode())]
    headers += [(name.lower().encode(), value.encode()) for name, value in more.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


async def reply_problem(send: Send, told: Problem, more: Mapping[str, str] = {}) -> None:
    retry = {"Retry-After": str(problems.RETRY_AFTER_S)} if told.retryable else {}
    await reply(send, told, status=told.status, content_type=problems.CONTENT_TYPE, more=retry | dict(more))
