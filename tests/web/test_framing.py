"""Where a request ends: no two readings of it, so that nothing can be hidden from a proxy in front."""

import contextlib

import pytest

from support.raw_http import connect
from support.serving import House

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

HEAD = "POST /api/auth/refresh HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
HIDDEN = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n"


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "DEBUG", "PROPFIND"])
@pytest.mark.parametrize("path", ["/livez", "/api/restaurants", "/webhooks/retell"])
async def test_no_method_but_the_usual_ones_is_answered_and_none_is_echoed(
    house: House, method: str, path: str
) -> None:
    connection = await connect(house.port)
    await connection.send(f"{method} {path} HTTP/1.1\r\nhost: x\r\nx-secret: echo-me\r\n\r\n".encode())
    answer = await connection.answer()
    await connection.close()
    assert answer.status in (400, 401, 404, 405)
    assert b"echo-me" not in answer.body


@pytest.mark.parametrize(
    "framing",
    [
        "content-length: 4\r\ncontent-length: 40\r\n",
        "content-length: 4, 40\r\n",
        "content-length: +4\r\n",
        "content-length: 0x4\r\n",
        "transfer-encoding: chunked, identity\r\n",
        "transfer-encoding: xchunked\r\n",
        "content-length : 4\r\n",
    ],
)
async def test_a_request_whose_end_is_in_doubt_is_refused_and_nothing_after_it_is_read(
    house: House, framing: str
) -> None:
    connection = await connect(house.port)
    await connection.send(f"{HEAD}{framing}\r\n{HIDDEN}{HIDDEN}".encode())
    assert (await connection.answer()).status == 400
    assert await connection.ended()
    await connection.close()


async def test_where_both_lengths_are_given_the_chunks_count(house: House) -> None:
    connection = await connect(house.port)
    chunks = f"0\r\n\r\n{HIDDEN}"
    framing = f"content-length: {len(chunks)}\r\ntransfer-encoding: chunked\r\n"
    await connection.send(f"{HEAD}{framing}\r\n{chunks}".encode())
    first = await connection.answer()
    assert first.status == 400
    # Either the connection ends, or what follows the last chunk is a request of its own, as RFC 9112 has it.
    with contextlib.suppress(EOFError):
        assert (await connection.answer()).status == 200
    await connection.close()
