"""What is known of one call: a monotone merge of whatever its events say, in any order and any number.

Each field is a register that keeps the value of highest authority (an analysed call knows better than a ringing one),
and among equals the greater by a fixed order. Such a merge is commutative, associative and idempotent — a join
semilattice — so duplicates and reordering cannot change where it ends.
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct


class Authority(IntEnum):
    """How far into a call's life an event was written."""

    STARTED = 1
    ONGOING = 2
    ENDED = 3
    ANALYZED = 4


class Claim(IntEnum):
    """How sure it is whose call it is: by the restaurant's number, by its voice agent, by what we put in the call."""

    NUMBER = 1
    AGENT = 2
    METADATA = 3


class Turn(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing said or done. `at_s` counts seconds from the start of the call."""

    role: str
    content: str
    at_s: float | None = None


class CallFacts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one event says of its call; what it does not say is None. Times are Unix ms, cost in cents."""

    restaurant_id: str | None = None
    channel: str | None = None
    phase: str | None = None
    agent_id: str | None = None
    direction: str | None = None
    from_number: str | None = None
    to_number: str | None = None
    started_at: int | None = None
    ended_at: int | None = None
    duration_ms: int | None = None
    ended_because: str | None = None
    transcript: list[Turn] | None = None
    recording_url: str | None = None
    summary: str | None = None
    sentiment: str | None = None
    successful: bool | None = None
    cost_cents: float | None = None
    analysis: dict[str, Any] | None = None
    transferred_to: str | None = None
    erased_at: int | None = None


PERSONAL = frozenset({"from_number", "to_number", "transcript", "recording_url", "summary", "analysis"})
"""What a call keeps of the person on the line, until it is erased."""

CallState: TypeAlias = Mapping[str, tuple[int, Any]]
"""Field → (authority, value)."""


def merge(state: CallState, facts: CallFacts, authority: Authority | Claim) -> CallState:
    """The state that also knows `facts`; the order in which facts are merged does not matter.

    A call that was erased learns nothing more of its person, though an event be late.
    """
    # A state read back from its JSON has lists where there were tuples.
    known = {field: (rank, value) for field, (rank, value) in state.items()}
    for field, value in msgspec.to_builtins(facts).items():
        if field in PERSONAL and is_erased(known):
            continue
        candidate = (int(authority), value)
        if field not in known or _rank(candidate) > _rank(known[field]):
            known[field] = candidate
    return known


def erased(state: CallState, *, now_ms: int) -> CallState:
    """The call without its person: when it was, how long, what it cost and came to is all that stays."""
    kept = {field: register for field, register in state.items() if field not in PERSONAL}
    return kept | {"erased_at": (int(Authority.ANALYZED), now_ms)}


def is_erased(state: CallState) -> bool:
    return "erased_at" in state


def facts_of(state: CallState) -> CallFacts:
    return msgspec.convert({field: value for field, (_, value) in state.items()}, CallFacts)


def _rank(register: tuple[int, Any]) -> tuple[int, int, bytes]:
    authority, value = register
    written = msgspec.json.encode(value, order="deterministic")
    return authority, len(written), written
