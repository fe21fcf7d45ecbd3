"""The load at a fixed rate: a process of its own that asks so often a second, however long the answers take.

Reads a `Load` as JSON on stdin and writes a `Measured`, as `benchmarks.load` does; `most_per_s` is the rate. What finds
no connection free waits for one, and that counts: a server that falls behind cannot hide it.
"""

import asyncio
import gc
import sys
import time
from collections import deque

import msgspec
import uvloop

from benchmarks.load import Load, Measured, _Connection, _measured, _Run
from benchmarks.requests import line_up


class _SteadyRun(_Run):
    def __init__(self, load: Load, requests: list[bytes]) -> None:
        super().__init__(load, requests)
        self.free: deque[_SteadyConnection] = deque()
        self.due: deque[int] = deque()

    def ask(self) -> None:
        now_ns = time.perf_counter_ns()
        if self.free:
            self.free.popleft().send(now_ns)
        else:
            self.due.append(now_ns)


class _SteadyConnection(_Connection):
    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self._send()

    def _send(self) -> None:
        """It is free: what waits for a connection has this one."""
        if self._run.due:
            self.send(self._run.due.popleft())
        else:
            self._run.free.append(self)

    def send(self, due_ns: int) -> None:
        request = self._run.next_request()
        if request is not None:
            self._sent_ns = due_ns
            self._transport.write(request)


async def measure(load: Load) -> Measured:
    count = int(load.most_per_s * (load.warm_up_s + load.seconds))
    run = _SteadyRun(load, line_up(load.path, load.lines, key=load.key, count=count, prefix=load.prefix))
    gc.freeze()
    loop = asyncio.get_running_loop()
    for _ in range(load.connections):
        await loop.create_connection(lambda: _SteadyConnection(run), "127.0.0.1", load.port)
    await _ask(run, load.warm_up_s)
    run.measuring = True
    began_s, cpu_s = time.perf_counter(), time.process_time()
    await _ask(run, load.seconds)
    run.measuring = False
    took_s, cpu_s = time.perf_counter() - began_s, time.process_time() - cpu_s
    run.over = True
    if run.failure:
        raise SystemExit(f"not 2xx: {run.failure}")
    return _measured(run, took_s, cpu_s)


async def _ask(run: _SteadyRun, seconds: float) -> None:
    """So often a second, for so long; who comes too late to it makes up for that."""
    began_s, asked = time.perf_counter(), 0
    while (gone_s := time.perf_counter() - began_s) < seconds and not run.failure:
        while asked < gone_s * run.load.most_per_s:
            run.ask()
            asked += 1
        await asyncio.sleep(0.001)


if __name__ == "__main__":
    wanted = msgspec.json.decode(sys.stdin.buffer.read(), type=Load)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(measure(wanted))))
