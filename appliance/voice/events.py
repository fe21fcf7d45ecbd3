"""What a phone platform tells us, in neutral words: an event of a call, a tool the agent uses, a call coming in."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from appliance.domain.calls import Authority, CallFacts
from appliance.domain.handover import TransferTold


class Origin(Struct, frozen=True, kw_only=True):
    """Whose call it is, as far as the payload says; empty where it does not."""

    provider: str
    call_id: str = ""
    agent_id: str = ""
    restaurant_id: str = ""
    from_number: str = ""
    to_number: str = ""
    direction: str = ""

    @property
    def caller(self) -> str:
        """The number of the guest on the line."""
        return self.to_number if self.direction == "outbound" else self.from_number

    @property
    def called(self) -> str:
        """The restaurant's own number."""
        return self.from_number if self.direction == "outbound" else self.to_number


class EventHead(Struct, frozen=True, kw_only=True):
    """What must be known of an event to keep it; `flaw` says why it can never be applied."""

    event: str
    origin: Origin
    flaw: str | None = None


class CallEvent(Struct, frozen=True, kw_only=True):
    """What an event says of its call, and of handing it over to a person."""

    event: str
    origin: Origin
    authority: Authority
    facts: CallFacts
    transfer: TransferTold | None = None


class ToolRequest(Struct, frozen=True, kw_only=True):
    """The agent asks for `tool`; `tool_call_id` names this invocation, empty when the platform does not say."""

    tool: str
    arguments: Mapping[str, Any]
    origin: Origin
    tool_call_id: str = ""


class PastCall(Struct, frozen=True, kw_only=True):
    """A call that is over, as the platform lists it. Any event of `told_by` says as much as can be known of it now."""

    origin: Origin
    started_at: int | None
    ended_at: int | None
    told_by: frozenset[str]


class Report(Struct, frozen=True, kw_only=True):
    """What the platform says of a call when asked, in the form of the event it should have sent; kept under `key`.

    `gone`: it knows of no such call.
    """

    head: EventHead
    key: str
    body: bytes
    gone: bool = False
