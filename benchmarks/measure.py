"""One cell of the table: a contender under a load, on a database of its own."""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec
from msgspec import Struct

from benchmarks import databases
from benchmarks.contenders import Contender, Started
from benchmarks.load import Load, Measured
from benchmarks.requests import WEBHOOK

_WARM_UP_S = 1.0


class Conditions(Struct, frozen=True, kw_only=True):
    """What is the same for all contenders."""

    path: str
    connections: int
    seconds: float
    postgres_url: str = ""


class BenchmarkError(Exception):
    """A measurement that means nothing: wrong answers, or answers that were not kept."""


def measure(contender: Contender, conditions: Conditions) -> Measured:
    """Raises BenchmarkError on an answer that is not 2xx, or an acknowledged event that is not stored."""
    with tempfile.TemporaryDirectory(prefix="maitre-benchmark-") as folder:
        home = Path(folder)
        url = databases.fresh(contender.database, home, conditions.postgres_url)
        with contender.start(home, url) as started:
            before_s = started.server.cpu_s()
            measured = _put_under_load(contender, started, conditions)
            spent_us = (started.server.cpu_s() - before_s) * 1e6
            started.server.kill()
        if contender.database and conditions.path == WEBHOOK:
            _check_kept(contender, measured, databases.stored(url))
        return msgspec.structs.replace(measured, server_us=spent_us / measured.acked)


def median(rounds: list[Measured]) -> Measured:
    """Of each figure the one in the middle: the p99 of any one round is a draw among many."""
    columns = {name: [getattr(one, name) for one in rounds] for name in Measured.__struct_fields__}
    return Measured(**{name: statistics.median_low(figures) for name, figures in columns.items()})


def _put_under_load(contender: Contender, started: Started, conditions: Conditions) -> Measured:
    load = Load(
        port=started.server.port,
        path=conditions.path,
        key=started.key,
        lines=started.lines,
        connections=conditions.connections,
        warm_up_s=_WARM_UP_S,
        seconds=conditions.seconds,
        most_per_s=contender.most_per_s,
        repeat=contender.repeat,
        prefix="beef",
    )
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=msgspec.json.encode(load),
        capture_output=True,
        check=False,
        timeout=_WARM_UP_S + conditions.seconds + 120,
    )
    if done.returncode:
        raise BenchmarkError(f"{contender.name}: {done.stderr.decode()[-2000:]}")
    return msgspec.json.decode(done.stdout, type=Measured)


def _check_kept(contender: Contender, measured: Measured, stored: int) -> None:
    if stored != measured.acked:
        raise BenchmarkError(f"{contender.name}: {measured.acked} acknowledged, {stored} on the disk")
