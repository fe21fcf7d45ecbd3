"""The load: a process of its own that keeps N connections busy, one request after another on each.

Reads a `Load` as JSON on stdin and writes a `Measured`. An answer that is not 2xx stops it at once with exit code 1.
"""

import asyncio
import gc
import re
import statistics
import sys
import time
from array import array
from contextlib import suppress

import msgspec
import uvloop
from msgspec import Struct

from benchmarks.requests import Line, line_up

_ANSWER_S = 30
"""How long the last answers may take."""

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class Load(Struct, frozen=True, kw_only=True):
    port: int
    path: str
    key: str
    lines: list[Line]
    connections: int
    warm_up_s: float
    seconds: float
    most_per_s: int
    prefix: str
    repeat: bool = False


class Measured(Struct, frozen=True, kw_only=True):
    """`acked` counts the warm-up too; `busy` is the share of a core that the generator itself took.

    `server_us` is the processor time that the server took for an answer: the figure that noise disturbs least.
    """

    acked: int
    ok_true: int
    per_s: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    busy: float
    server_us: float = 0.0


class _Run:
    def __init__(self, load: Load, requests: list[bytes]) -> None:
        self.load = load
        self.requests = iter(requests)
        self.all_requests = requests
        self.measuring = self.over = False
        self.acked = self.ok_true = 0
        self.latencies_ns = array("Q")
        self.failure: str | None = None
        self.idle = load.connections
        self.done = asyncio.get_running_loop().create_future()

    def next_request(self) -> bytes | None:
        if self.over:
            return None
        request = next(self.requests, None)
        if request is None and self.load.repeat:
            self.requests = iter(self.all_requests)
            request = next(self.requests)
        return request

    def rest(self) -> None:
        self.idle += 1
        if self.idle == self.load.connections and not self.done.done():
            self.done.set_result(None)

    def fail(self, why: str) -> None:
        self.over = True
        self.failure = self.failure or why
        if not self.done.done():
            self.done.set_result(None)


class _Connection(asyncio.Protocol):
    def __init__(self, run: _Run) -> None:
        self._run = run
        self._partial = b""
        self._sent_ns = 0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport) -> None:
        self._transport = transport

    def start(self) -> None:
        self._run.idle -= 1
        self._send()

    def _send(self) -> None:
        request = self._run.next_request()
        if request is None:
            self._run.rest()
            return
        self._sent_ns = time.perf_counter_ns()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        now_ns = time.perf_counter_ns()
        answer = self._partial + data if self._partial else data
        if not _complete(answer):
            self._partial = answer
            return
        self._partial = b""
        run = self._run
        if not answer.startswith(b"HTTP/1.1 2"):
            run.fail(answer[:500].decode(errors="replace"))
            return
        run.acked += 1
        if run.measuring:
            run.latencies_ns.append(now_ns - self._sent_ns)
            run.ok_true += b'"ok":true' in answer
        self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self._run.done.done():
            self._run.fail(f"the server closed a connection: {error}")


def _complete(answer: bytes) -> bool:
    head_end = answer.find(b"\r\n\r\n")
    if head_end < 0:
        return False
    length = _LENGTH.search(answer, 0, head_end)
    return len(answer) >= head_end + 4 + (int(length[1]) if length else 0)


async def measure(load: Load) -> Measured:
    count = int(load.most_per_s * (load.warm_up_s + load.seconds))
    run = _Run(load, line_up(load.path, load.lines, key=load.key, count=count, prefix=load.prefix))
    gc.freeze()
    loop = asyncio.get_running_loop()
    connections = [
        (await loop.create_connection(lambda: _Connection(run), "127.0.0.1", load.port))[1]
        for _ in range(load.connections)
    ]
    for connection in connections:
        connection.start()
    await _let_run(run, load.warm_up_s)
    run.measuring = True
    began_s, cpu_s = time.perf_counter(), time.process_time()
    await _let_run(run, load.seconds)
    run.measuring = False
    took_s, cpu_s = time.perf_counter() - began_s, time.process_time() - cpu_s
    run.over = True
    await _let_run(run, _ANSWER_S)
    if run.failure:
        raise SystemExit(f"not 2xx: {run.failure}")
    if not run.done.done():
        raise SystemExit(f"{load.connections - run.idle} connections got no answer within {_ANSWER_S} s")
    return _measured(run, took_s, cpu_s)


async def _let_run(run: _Run, seconds: float) -> None:
    """Until the time is over, or all requests are sent, or one failed."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.shield(run.done)


def _measured(run: _Run, took_s: float, cpu_s: float) -> Measured:
    cuts = statistics.quantiles(run.latencies_ns, n=100, method="inclusive")
    return Measured(
        acked=run.acked,
        ok_true=run.ok_true,
        per_s=len(run.latencies_ns) / took_s,
        p50_ms=cuts[49] / 1e6,
        p99_ms=cuts[98] / 1e6,
        max_ms=max(run.latencies_ns) / 1e6,
        busy=cpu_s / took_s,
    )


if __name__ == "__main__":
    wanted = msgspec.json.decode(sys.stdin.buffer.read(), type=Load)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(measure(wanted))))
