"""Whether callers wait longer for their answers while two thousand idle and slow clients hold on to the server."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from benchmarks import databases
from benchmarks.contenders import MAITRE, Started
from benchmarks.crowd import READY, Crowd, Held
from benchmarks.load import Load, Measured
from benchmarks.measure import BenchmarkError
from benchmarks.report import Section, mark
from benchmarks.requests import CHECK_AVAILABILITY

_CROWD = 2_000
_ASKED_PER_S = 200
"""Far below what the server can do, so that only what stands in the way shows."""
_CONNECTIONS = 32
_MOST_GROWTH = 2.0
_FEWEST_ROUNDS = 3
_WARM_UP_S = 1.0
_SETTLING_S = 3.0
"""Asked before it counts: the first answers of a server are slow, and would flatter the others."""
_PATIENCE_S = 120


def slow(*, seconds: float, rounds: int) -> tuple[list[Section], bool]:
    """In each round the server is asked alone and then beside the crowd; the best round of either counts."""
    alone, beside = [], []
    with tempfile.TemporaryDirectory(prefix="maitre-benchmark-") as folder:
        home = Path(folder)
        with MAITRE.start(home, databases.fresh(MAITRE.database, home, "")) as started:
            _asked(started, _SETTLING_S, "beef")
            for number in range(max(rounds, _FEWEST_ROUNDS)):
                alone.append(_told("alone", _asked(started, seconds, f"a{number:x}")))
                with _crowd(started.server.port):
                    beside.append(_told(f"beside {_CROWD:,}", _asked(started, seconds, f"b{number:x}")))
    ratio = _best(beside).p99_ms / _best(alone).p99_ms
    met = ratio <= _MOST_GROWTH
    rows = [_row("alone", alone), _row(f"beside {_CROWD:,} idle and slow connections", beside)]
    head = (f"check_availability, {_ASKED_PER_S} a second", "p50 ms", "p99 ms", "max ms")
    verdict = [("p99 beside them, against alone", f"{ratio:.2f} ×", f"≤ {_MOST_GROWTH:g} ×", mark(met=met))]
    return [Section(head=head, rows=rows), Section(head=("ratio", "measured", "target", ""), rows=verdict)], met


def _best(rounds: list[Measured]) -> Measured:
    """By its p99, which a disturbance of the machine doubles sooner than two thousand connections do."""
    return min(rounds, key=lambda measured: measured.p99_ms)


def _row(what: str, rounds: list[Measured]) -> tuple[str, ...]:
    best = _best(rounds)
    return (what, f"{best.p50_ms:.1f}", f"{best.p99_ms:.1f}", f"{best.max_ms:.0f}")


def _told(what: str, measured: Measured) -> Measured:
    print(
        f"{what}: {measured.per_s:.0f}/s, p50 {measured.p50_ms:.1f} ms, p99 {measured.p99_ms:.1f} ms, "
        f"max {measured.max_ms:.0f} ms",
        file=sys.stderr,
        flush=True,
    )
    return measured


def _asked(started: Started, seconds: float, prefix: str) -> Measured:
    load = Load(
        port=started.server.port,
        path=CHECK_AVAILABILITY,
        key=started.key,
        lines=started.lines,
        connections=_CONNECTIONS,
        warm_up_s=_WARM_UP_S,
        seconds=seconds,
        most_per_s=_ASKED_PER_S,
        prefix=prefix,
        repeat=True,
    )
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.steady"],
        input=msgspec.json.encode(load),
        capture_output=True,
        check=False,
        timeout=_WARM_UP_S + seconds + _PATIENCE_S,
    )
    if done.returncode:
        raise BenchmarkError(done.stderr.decode()[-2000:])
    return msgspec.json.decode(done.stdout, type=Measured)


@contextmanager
def _crowd(port: int) -> Iterator[None]:
    """Raises BenchmarkError when the server does not let all of them in, or has turned some away for good."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.crowd"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        try:
            process.stdin.write(msgspec.json.encode(Crowd(port=port, connections=_CROWD)) + b"\n")
            process.stdin.flush()
            if process.stdout.readline() != READY:
                raise BenchmarkError("the crowd did not get in")
            yield
            out, _ = process.communicate(timeout=_PATIENCE_S)
            _check(msgspec.json.decode(out, type=Held))
        finally:
            process.kill()


def _check(held: Held) -> None:
    print(f"  {held.open:,} were open at the end; the server had hung up {held.hung_up:,} times", file=sys.stderr)
    if held.open < _CROWD * 0.9:
        raise BenchmarkError(f"only {held.open} of {_CROWD} connections were open at the end")
