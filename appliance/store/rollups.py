"""Minutes of traffic, as each node wrote them: those of one minute add up."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import Row, func, select, tuple_

from appliance.store import schema as s
from appliance.store.codec import dump, load
from appliance.store.engine import Tx
from appliance.store.upsert import upsert_all

_r = s.rollups.c
_KEY = ("restaurant_id", "minute", "node")
_TIMES = ("request_times", "tool_times")


class Rollup(Struct, frozen=True, kw_only=True):
    """A minute from its beginning, of a restaurant or of all (''). The times are `watch.timings.Timing.ranges`.

    What is told of the machine is of all only.
    """

    restaurant_id: str
    minute: int
    node: str
    requests: int
    errors: int
    request_times: list[int]
    tools: int
    tool_failures: int
    tool_times: list[int]
    cpu: float | None = None
    memory: float | None = None
    loop_lag_ms: float | None = None


class Counts(Struct, frozen=True, kw_only=True):
    requests: int = 0
    errors: int = 0
    tools: int = 0
    tool_failures: int = 0


async def keep(tx: Tx, minutes: Sequence[Rollup]) -> None:
    """Write minutes; the same one twice is there once, as it was written last."""
    rows = [asdict(one) | {name: dump(getattr(one, name)) for name in _TIMES} for one in minutes]
    update = [column.name for column in s.rollups.c if column.name not in _KEY]
    await upsert_all(tx, s.rollups, rows, on=_KEY, update=update)


async def between(tx: Tx, restaurant_id: str, from_ms: int, to_ms: int) -> list[Rollup]:
    """The minutes that begin at the first or later, and before the other, oldest first."""
    mine = (_r.restaurant_id == restaurant_id) & (_r.minute >= from_ms) & (_r.minute < to_ms)
    found = await tx.execute(select(s.rollups).where(mine).order_by(_r.minute, _r.node))
    return [_read(row) for row in found]


async def totals(tx: Tx, since_ms: int) -> dict[str, Counts]:
    """What each restaurant's minutes since then come to."""
    sums = (func.sum(_r[name]).label(name) for name in Counts.__struct_fields__)
    query = select(_r.restaurant_id, *sums).where(_r.minute >= since_ms, _r.restaurant_id != "")
    return {
        row.restaurant_id: Counts(**{name: int(getattr(row, name)) for name in Counts.__struct_fields__})
        for row in await tx.execute(query.group_by(_r.restaurant_id))
    }


async def tool_times(tx: Tx, restaurant_id: str, since_ms: int) -> list[list[int]]:
    """How long its tools took, by minute."""
    mine = (_r.restaurant_id == restaurant_id) & (_r.minute >= since_ms) & (_r.tools > 0)
    return [load(times, list[int]) for times in (await tx.execute(select(_r.tool_times).where(mine))).scalars()]


async def drop_before(tx: Tx, before_ms: int, *, limit: int) -> int:
    """Let go of at most so many that began before; how many they were."""
    old = select(*(_r[name] for name in _KEY)).where(_r.minute < before_ms).order_by(_r.minute).limit(limit)
    gone = await tx.execute(s.rollups.delete().where(tuple_(*(_r[name] for name in _KEY)).in_(old)))
    return gone.rowcount


def _read(row: Row[*tuple[object, ...]]) -> Rollup:
    values = dict(row._mapping)  # noqa: SLF001 — SQLAlchemy's documented way to a mapping
    return Rollup(**values | {name: load(values[name], list[int]) for name in _TIMES})
