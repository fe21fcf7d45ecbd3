"""What the live tools answered: the answers that stand for an intent, and the trace of every invocation."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import astuple, replace
from sqlalchemy import or_, select, text

from appliance.store import schema as s
from appliance.store.codec import storable
from appliance.store.engine import Database, Lane, Tx

_a = s.tool_answers.c


class ToolAnswer(Struct, frozen=True, kw_only=True):
    """A deed done and what was said of it. `tool_call_id` names the platform's invocation, empty when unknown."""

    id: str
    intent: str
    tool_call_id: str
    restaurant_id: str
    call_id: str
    tool: str
    reservation_id: str
    answer: str
    created_at: int


class ToolCall(Struct, frozen=True, kw_only=True):
    """One invocation, for the record. `caller` is the number on the line in E.164, empty when withheld."""

    id: str
    restaurant_id: str
    call_id: str
    tool: str
    arguments: str
    answer: str
    ok: bool
    code: str
    replayed: bool
    duration_us: int
    at: int
    caller: str = ""


async def standing(tx: Tx, intent: str, tool_call_id: str) -> str | None:
    """The answer already given to this intent, if it still stands — or to this very invocation, even if it does not."""
    same_invocation = (_a.tool_call_id == tool_call_id) if tool_call_id else _a.undone.is_(False)
    query = select(_a.answer).where(_a.intent == intent, or_(_a.undone.is_(False), same_invocation))
    best_first = (_a.tool_call_id != tool_call_id, _a.undone, _a.id.desc())
    return (await tx.execute(query.order_by(*best_first).limit(1))).scalar()


async def stands(tx: Tx, restaurant_id: str, call_id: str, tool: str) -> bool:
    """Whether a tool's deed was done in this call and still stands."""
    mine = (_a.restaurant_id == restaurant_id) & (_a.call_id == call_id) & (_a.tool == tool) & _a.undone.is_(False)
    return (await tx.execute(select(_a.id).where(mine).limit(1))).first() is not None


async def any_given(tx: Tx, restaurant_id: str, call_id: str) -> bool:
    """Whether a tool did anything at all in this call, be it undone since."""
    mine = (_a.restaurant_id == restaurant_id) & (_a.call_id == call_id)
    return (await tx.execute(select(_a.id).where(mine).limit(1))).first() is not None


async def keep(tx: Tx, answer: ToolAnswer) -> None:
    row = {name: getattr(answer, name) for name in answer.__struct_fields__}
    await tx.execute(s.tool_answers.insert(), row | {"undone": False})


async def undo_for_reservation(tx: Tx, reservation_id: str) -> None:
    """The booking is gone: answers that spoke of it no longer stand."""
    await tx.execute(s.tool_answers.update().where(_a.reservation_id == reservation_id).values(undone=True))


async def part_with_reservation(tx: Tx, reservation_id: str) -> None:
    """The booking is another guest's from now on: answers that spoke of it no longer stand, nor lead to it."""
    mine = _a.reservation_id == reservation_id
    await tx.execute(s.tool_answers.update().where(mine).values(undone=True, reservation_id=""))


async def undo_for_tool(tx: Tx, restaurant_id: str, call_id: str, tool: str) -> None:
    """The call did something new: its earlier answers of `tool` no longer stand."""
    mine = (_a.restaurant_id == restaurant_id) & (_a.call_id == call_id) & (_a.tool == tool)
    await tx.execute(s.tool_answers.update().where(mine).values(undone=True))


_TRACED = ToolCall.__struct_fields__
_TRACE_POSTGRES = text(f"""
    INSERT INTO tool_calls ({", ".join(_TRACED)}) SELECT * FROM unnest(
        CAST(:id AS text[]), CAST(:restaurant_id AS text[]), CAST(:call_id AS text[]), CAST(:tool AS text[]),
        CAST(:arguments AS text[]), CAST(:answer AS text[]), CAST(:ok AS boolean[]), CAST(:code AS text[]),
        CAST(:replayed AS boolean[]), CAST(:duration_us AS bigint[]), CAST(:at AS bigint[]),
        CAST(:caller AS text[])
    )
""")  # noqa: S608 — constants only


async def record(database: Database, invocations: Sequence[ToolCall]) -> None:
    """Commit the trace of invocations; there is one for every use of a tool, so it goes the short way."""
    rows = [_row(call) for call in invocations]
    if database.is_sqlite:
        await database.insert_many("tool_calls", _TRACED, rows, Lane.WORK)
        return
    async with database.write(Lane.WORK) as tx:
        await tx.execute(_TRACE_POSTGRES, dict(zip(_TRACED, map(list, zip(*rows, strict=True)), strict=True)))


def _row(call: ToolCall) -> tuple[str | int | bool, ...]:
    """The names may be a stranger's; in JSON, and in what we name ourselves, everything is storable."""
    return astuple(replace(call, call_id=storable(call.call_id), tool=storable(call.tool)))


async def of_call(tx: Tx, restaurant_id: str, call_id: str) -> list[ToolCall]:
    t = s.tool_calls.c
    rows = await tx.execute(
        select(s.tool_calls).where(t.restaurant_id == restaurant_id, t.call_id == call_id).order_by(t.at, t.id)
    )
    return [ToolCall(**row._mapping) for row in rows]  # noqa: SLF001 — SQLAlchemy's documented way to a mapping
