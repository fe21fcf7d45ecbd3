"""What the live tools answered: the answers that stand for an intent, and the trace of every invocation."""

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import or_, select

from appliance.store import schema as s
from appliance.store.engine import Tx

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
    """One invocation, for the record."""

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


async def standing(tx: Tx, intent: str, tool_call_id: str) -> str | None:
    """The answer already given to this intent, if it still stands — or to this very invocation, even if it does not."""
    same_invocation = (_a.tool_call_id == tool_call_id) if tool_call_id else _a.undone.is_(False)
    query = select(_a.answer).where(_a.intent == intent, or_(_a.undone.is_(False), same_invocation))
    best_first = (_a.tool_call_id != tool_call_id, _a.undone, _a.id.desc())
    return (await tx.execute(query.order_by(*best_first).limit(1))).scalar()


async def keep(tx: Tx, answer: ToolAnswer) -> None:
    row = {name: getattr(answer, name) for name in answer.__struct_fields__}
    await tx.execute(s.tool_answers.insert(), row | {"undone": False})


async def undo_for_reservation(tx: Tx, reservation_id: str) -> None:
    """The booking is gone: answers that spoke of it no longer stand."""
    await tx.execute(s.tool_answers.update().where(_a.reservation_id == reservation_id).values(undone=True))


async def undo_for_tool(tx: Tx, restaurant_id: str, call_id: str, tool: str) -> None:
    """The call did something new: its earlier answers of `tool` no longer stand."""
    mine = (_a.restaurant_id == restaurant_id) & (_a.call_id == call_id) & (_a.tool == tool)
    await tx.execute(s.tool_answers.update().where(mine).values(undone=True))


async def record(tx: Tx, invocations: Sequence[ToolCall]) -> None:
    rows = [{name: getattr(call, name) for name in call.__struct_fields__} for call in invocations]
    if rows:
        await tx.execute(s.tool_calls.insert(), rows)


async def of_call(tx: Tx, restaurant_id: str, call_id: str) -> list[ToolCall]:
    t = s.tool_calls.c
    rows = await tx.execute(
        select(s.tool_calls).where(t.restaurant_id == restaurant_id, t.call_id == call_id).order_by(t.at, t.id)
    )
    return [ToolCall(**row._mapping) for row in rows]  # noqa: SLF001 — SQLAlchemy's documented way to a mapping
