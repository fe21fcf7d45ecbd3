"""The fast lane's way to read and answer: plain ASGI, for routes where every microsecond has somebody waiting."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from appliance.deadline import Deadline
from appliance.errors import MaitreError, TooLarge, TooSlow
from appliance.guard.lanes import LaneFull, Room

Scope = Any
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

_DRAINED_BYTES = 32 << 20
"""A body that is not taken is read and dropped up to here, so that its sender can hear why."""
_arrival = Deadline(30, precision_s=1)
"""A body that trickles, or never begins, would hold its connection for ever."""
_arriving = Room(256 << 20)


class Disconnected(MaitreError):
    """The client left before its body had arrived."""


async def read_body(scope: Scope, receive: Receive, *, cap_bytes: int) -> bytes:
    """The whole body.

    Raises TooLarge over the cap, TooSlow after half a minute, Disconnected when the client leaves, LaneFull while too
    much is arriving already.

    A body that came in one piece, as its Content-Length tells, is not waited for any longer: the server calls the
    first piece the last only after another turn of both its threads.
    """
    try:
        return await _arrival.within(_read(scope, receive, cap_bytes=cap_bytes))
    except TimeoutError as error:
        raise TooSlow from error


async def _read(scope: Scope, receive: Receive, *, cap_bytes: int) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    whole = not message.get("more_body") or header(scope, b"content-length") == str(len(body))
    if whole and message["type"] == "http.request" and len(body) <= cap_bytes:
        return body
    return await _read_on(message, receive, cap_bytes=cap_bytes)


async def _read_on(message: Any, receive: Receive, *, cap_bytes: int) -> bytes:
    chunks: list[bytes] = []
    try:
        size = await _gather(chunks, message, receive, cap_bytes=cap_bytes)
    finally:
        _arriving.give_back(sum(map(len, chunks)))
    if size > cap_bytes:
        raise TooLarge("The body is larger than the {most} MB this route takes.", most=cap_bytes >> 20)
    body = b"".join(chunks)
    if len(body) < size:
        raise LaneFull
    return body


async def _gather(chunks: list[bytes], message: Any, receive: Receive, *, cap_bytes: int) -> int:
    """Collect what comes into `chunks` as long as there is room for all of it; how much came."""
    size, room = 0, True
    while True:
        chunk = message.get("body", b"")
        size += len(chunk)
        room = room and size <= cap_bytes and _arriving.take(len(chunk))
        if room:
            chunks.append(chunk)
        if not message.get("more_body") or size > _DRAINED_BYTES:
            break
        message = await receive()
    if message["type"] == "http.disconnect":
        raise Disconnected
    return size


def header(scope: Scope, name: bytes) -> str | None:
    """The header's value; `name` in lower case. One that was sent several times is read as one list, as HTTP has it."""
    values = [value for key, value in scope["headers"] if key == name]
    return b", ".join(values).decode("latin-1") if values else None


_NO_CONTENT = {"type": "http.response.start", "status": 204, "headers": []}
_EMPTY = {"type": "http.response.body", "body": b""}


async def no_content(send: Send) -> None:
    await send(_NO_CONTENT)
    await send(_EMPTY)


async def reply(
    send: Send, body: object, *, status: int = 200, content_type: str = "application/json", more: Mapping[str, str] = {}
) -> None:
    content = msgspec.json.encode(body)
    headers = [(b"content-type", content_type.encode()), (b"content-length", b"%d" % len(content))]
    if more:
        headers += [(name.lower().encode(), value.encode()) for name, value in more.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
