"""What happened in a call, one thing after the other: what the platform told, what the agent did, what was said."""

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from appliance.contract import CallDetail, CallEventRow, ToolCallRow

KINDS = ("event", "tool", "agent", "user")


class Moment(Struct, frozen=True, kw_only=True):
    """`kind` is one of KINDS, or a speaker nobody knows. `ok` and `ms` are of tools; `tool` is the use itself."""

    key: str
    at: int
    kind: str
    text: str
    ok: bool = True
    ms: float | None = None
    tool: ToolCallRow | None = None


def moments(call: CallDetail) -> list[Moment]:
    """In the order of time; what was said at no known time stands behind what was said before it."""
    return sorted([*map(_told, call.events), *_done(call), *_said(call)], key=lambda moment: moment.at)


def began_at(call: CallDetail) -> int:
    return call.started_at or call.first_seen_at


def answered(use: ToolCallRow) -> str:
    """What the agent was to say."""
    said = use.answer.get("say")
    return said if isinstance(said, str) else msgspec.json.encode(use.answer).decode()


def _told(event: CallEventRow) -> Moment:
    return Moment(key=f"{event.event} {event.received_at}", at=event.received_at, kind="event", text=event.event)


def _done(call: CallDetail) -> Iterator[Moment]:
    for place, use in enumerate(call.tools):
        text = f"{use.tool} → {use.code} · {answered(use)}"
        yield Moment(key=f"{use.tool} {place}", at=use.at, kind="tool", text=text, ok=use.ok, ms=use.ms, tool=use)


def _said(call: CallDetail) -> Iterator[Moment]:
    at = began_at(call)
    for place, turn in enumerate(call.transcript):
        at = at if turn.at_s is None else began_at(call) + int(turn.at_s * 1000)
        yield Moment(key=f"{turn.role} {place}", at=at, kind=turn.role, text=turn.content)
