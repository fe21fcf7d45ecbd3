"""The two speed tables, and the ratios that were promised."""

import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext

from msgspec import Struct

from benchmarks import node
from benchmarks.contenders import BARE, FASTIFY, MAITRE, MAITRE_PG, USUAL, USUAL_PG, Contender
from benchmarks.load import Measured
from benchmarks.measure import Conditions, measure, median
from benchmarks.report import Section, mark
from benchmarks.requests import CHECK_AVAILABILITY, WEBHOOK
from tests.support.throwaway_postgres import throwaway_postgres

Cells = dict[tuple[str, int], Measured]
"""What was measured, by the contender's name and the number of connections."""


class Plan(Struct, frozen=True, kw_only=True):
    connections: Sequence[int]
    seconds: float
    rounds: int
    only: Sequence[str]


class _Promise(Struct, frozen=True, kw_only=True):
    """`ratio` of the two contenders shall be at least `limit`, or at most if `at_most`."""

    text: str
    ours: Contender
    peer: Contender
    ratio: Callable[[Measured, Measured], float]
    limit: float
    at_most: bool = False


def _throughput(ours: Measured, peer: Measured) -> float:
    return ours.per_s / peer.per_s


def _tail(ours: Measured, peer: Measured) -> float:
    return ours.p99_ms / peer.p50_ms


_ACKS = "durable acks a second, against"
_CHECKS = "check_availability a second, against bare Granian"
_P99 = "check_availability p99, against bare Granian's p50"
_WEBHOOK = (
    _Promise(text=f"{_ACKS} FastAPI, SQLite", ours=MAITRE, peer=USUAL, ratio=_throughput, limit=10),
    _Promise(text=f"{_ACKS} Fastify, SQLite", ours=MAITRE, peer=FASTIFY, ratio=_throughput, limit=2.5),
    _Promise(text=f"{_ACKS} bare Granian, SQLite", ours=MAITRE, peer=BARE, ratio=_throughput, limit=0.2),
    _Promise(text=f"{_ACKS} FastAPI, Postgres", ours=MAITRE_PG, peer=USUAL_PG, ratio=_throughput, limit=4),
)
_TOOLS = (
    _Promise(text=f"{_CHECKS}, SQLite", ours=MAITRE, peer=BARE, ratio=_throughput, limit=0.15),
    _Promise(text=f"{_P99}, SQLite", ours=MAITRE, peer=BARE, ratio=_tail, limit=10, at_most=True),
    _Promise(text=f"{_CHECKS}, Postgres", ours=MAITRE_PG, peer=BARE, ratio=_throughput, limit=0.15),
    _Promise(text=f"{_P99}, Postgres", ours=MAITRE_PG, peer=BARE, ratio=_tail, limit=10, at_most=True),
)


def webhook(plan: Plan) -> list[Section]:
    return _compare(WEBHOOK, (BARE, USUAL, FASTIFY, MAITRE, USUAL_PG, MAITRE_PG), _WEBHOOK, plan)


def tools(plan: Plan) -> list[Section]:
    return _compare(CHECK_AVAILABILITY, (BARE, MAITRE, MAITRE_PG), _TOOLS, plan)


def _compare(path: str, contenders: Sequence[Contender], promises: Sequence[_Promise], plan: Plan) -> list[Section]:
    present = [contender for contender in contenders if _is_present(contender, plan)]
    cells = _measure_all(path, present, plan)
    return [_measurements(present, cells, plan, tools=path == CHECK_AVAILABILITY), _ratios(promises, cells, plan)]


def _is_present(contender: Contender, plan: Plan) -> bool:
    if plan.only and contender.name not in plan.only:
        return False
    missing = node.why_missing() if contender is FASTIFY else ""
    if missing:
        _tell(f"{contender.name}: left out, {missing}")
    return not missing


def _measure_all(path: str, contenders: Sequence[Contender], plan: Plan) -> Cells:
    cells: Cells = {}
    needs_postgres = any(contender.database == "Postgres" for contender in contenders)
    with throwaway_postgres() if needs_postgres else nullcontext() as postgres:
        for connections in plan.connections:
            conditions = Conditions(
                path=path,
                connections=connections,
                seconds=plan.seconds,
                postgres_url=postgres.url if postgres else "",
            )
            # Round by round, so that a disturbance of the machine does not hit one contender alone.
            rounds = [[_told(contender, conditions) for contender in contenders] for _ in range(plan.rounds)]
            for contender, measured in zip(contenders, zip(*rounds, strict=True), strict=True):
                cells[contender.name, connections] = median(list(measured))
    return cells


def _told(contender: Contender, conditions: Conditions) -> Measured:
    measured = measure(contender, conditions)
    _tell(
        f"{contender.name}, {conditions.connections} connections: {measured.per_s:,.0f}/s, "
        f"p50 {measured.p50_ms:.1f} ms, p99 {measured.p99_ms:.1f} ms, max {measured.max_ms:.0f} ms; "
        f"{measured.acked:,} answered, {measured.ok_true:,} with ok:true; "
        f"{measured.server_us:.0f} µs of processor time each; the generator took {measured.busy:.0%} of a core"
    )
    return measured


def _measurements(contenders: Sequence[Contender], cells: Cells, plan: Plan, *, tools: bool) -> Section:
    rows = [
        (
            contender.label,
            contender.database or "–",
            str(connections),
            f"{cell.per_s:,.0f}",
            f"{cell.p50_ms:.1f}",
            f"{cell.p99_ms:.1f}",
        )
        for connections in plan.connections
        for contender in contenders
        for cell in [cells[contender.name, connections]]
    ]
    what = "answers/s" if tools else "acks/s"
    return Section(head=("server", "database", "connections", what, "p50 ms", "p99 ms"), rows=rows)


def _ratios(promises: Sequence[_Promise], cells: Cells, plan: Plan) -> Section:
    rows = [
        _ratio(promise, connections, cells)
        for promise in promises
        for connections in plan.connections
        if {(promise.ours.name, connections), (promise.peer.name, connections)} <= cells.keys()
    ]
    return Section(head=("ratio", "connections", "measured", "target", ""), rows=rows)


def _ratio(promise: _Promise, connections: int, cells: Cells) -> Sequence[str]:
    ratio = promise.ratio(cells[promise.ours.name, connections], cells[promise.peer.name, connections])
    met = ratio <= promise.limit if promise.at_most else ratio >= promise.limit
    sign = "≤" if promise.at_most else "≥"
    return (promise.text, str(connections), f"{ratio:.2f} ×", f"{sign} {promise.limit:g} ×", mark(met=met))


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
