"""What watching costs: the same server with its counting and sampling, and without, in turns."""

import statistics
import sys
from collections.abc import Callable

from benchmarks.contenders import MAITRE, UNWATCHED, Contender
from benchmarks.load import Measured
from benchmarks.measure import Conditions, measure
from benchmarks.report import Section, mark
from benchmarks.requests import CHECK_AVAILABILITY, WEBHOOK

_FEWEST_ROUNDS = 5
_CONNECTIONS = 64
_MOST_COST = 0.03


def watching(*, seconds: float, rounds: int) -> tuple[list[Section], bool]:
    """The median over the rounds counts: they alternate, so that what disturbs the machine disturbs both."""
    rows, met = [], True
    for what, path in (("events", WEBHOOK), ("check_availability", CHECK_AVAILABILITY)):
        both = [_round(path, seconds) for _ in range(max(rounds, _FEWEST_ROUNDS))]
        cost = 1 - _median(both, lambda off, on: on.per_s / off.per_s)
        work = _median(both, lambda off, on: on.server_us / off.server_us) - 1
        met &= cost <= _MOST_COST
        rows.append((what, f"{cost:+.1%}", f"{work:+.1%}", f"≤ {_MOST_COST:.0%}", mark(met=cost <= _MOST_COST)))
    head = ("what watching takes", "of throughput", "of processor time", "target", "")
    return [Section(head=head, rows=rows)], met


def _round(path: str, seconds: float) -> tuple[Measured, Measured]:
    return _measured(UNWATCHED, path, seconds), _measured(MAITRE, path, seconds)


def _measured(contender: Contender, path: str, seconds: float) -> Measured:
    found = measure(contender, Conditions(path=path, connections=_CONNECTIONS, seconds=seconds))
    print(f"{contender.name} {path}: {found.per_s:,.0f}/s, {found.server_us:.0f} µs each", file=sys.stderr, flush=True)
    return found


def _median(both: list[tuple[Measured, Measured]], ratio: Callable[[Measured, Measured], float]) -> float:
    return statistics.median(ratio(off, on) for off, on in both)
