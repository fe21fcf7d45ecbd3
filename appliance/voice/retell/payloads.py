"""Retell's payloads → neutral events, tool requests and inbound calls; nothing here refuses an odd field.

Two depths of reading: on the hot path `head` and `tool_request` look at the few fields they need, and the rest of the
body, mostly the transcript, is skipped and not built; the others read it all. Besides the documented envelope
`{event, call | chat}` the flat body of older integrations (`{event, agent_id, call_id, data, metadata}`) is understood.
"""

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import UNSET, Struct

from appliance.domain.calls import Authority, CallFacts, Turn
from appliance.domain.handover import TransferOutcome, TransferTold
from appliance.errors import Unprocessable
from appliance.voice.events import CallEvent, EventHead, Origin, ToolRequest
from appliance.voice.retell.json_text import decoded

PROVIDER = "retell"

_AUTHORITY = {
    "call_started": Authority.STARTED,
    "chat_started": Authority.STARTED,
    "call_ended": Authority.ENDED,
    "chat_ended": Authority.ENDED,
    "call_analyzed": Authority.ANALYZED,
    "chat_analyzed": Authority.ANALYZED,
}
_TRANSFER_EVENTS = {
    "transfer_started": TransferOutcome.REQUESTED,
    "transfer_bridged": TransferOutcome.ANSWERED,
    "transfer_cancelled": TransferOutcome.UNANSWERED,
    "transfer_ended": TransferOutcome.UNANSWERED,
}
_TRANSFER_ENDS = {
    "call_transfer": TransferOutcome.PASSED_ON,
    "transfer_bridged": TransferOutcome.ANSWERED,
    "transfer_cancelled": TransferOutcome.UNANSWERED,
}
"""What the reason why a call ended says of a transfer."""
_CHANNEL = {"phone_call": "phone", "web_call": "web"}
_ENDED = ("ended", "not_connected", "error")
_SPEAKERS = {"Agent": "agent", "User": "user", "Transfer Target": "transfer_target"}
_SPEAKER = re.compile(rf"^({'|'.join(_SPEAKERS)}): ?", re.MULTILINE)
_WITHHELD = frozenset({"anonymous", "private", "restricted", "unavailable", "unknown", "withheld"})
_NAMELESS = "the envelope names no event or no call"
_ID_CHARS = 128
_TEXT_CHARS = 200_000


class _Call(Struct):
    call_id: Any = None
    chat_id: Any = None
    agent_id: Any = None
    from_number: Any = None
    to_number: Any = None
    direction: Any = None
    metadata: Any = None


class _Envelope(_Call):
    event: Any = None
    event_type: Any = None
    call: _Call | None = None
    chat: _Call | None = None
    data: _Call | None = None


class _Item(Struct):
    """Of the transcript so far: the use of a tool, or what came of it."""

    role: Any = None
    tool_call_id: Any = None


class _LiveCall(_Call):
    transcript_with_tool_calls: list[_Item] | None = None


class _Question(Struct):
    name: Any = UNSET
    args: Any = UNSET
    call: _LiveCall | None = None
    chat: _LiveCall | None = None


_NO_CALL = _LiveCall()
_envelope = msgspec.json.Decoder(_Envelope)
_question = msgspec.json.Decoder(_Question)
_anything = msgspec.json.Decoder()


def head(body: bytes) -> EventHead:
    """The event's name and whose it is. A body that is no such envelope comes back with its `flaw`."""
    try:
        envelope, call = _glance(body)
    except Unprocessable as error:
        return EventHead(event="unreadable", origin=Origin(provider=PROVIDER), flaw=str(error))
    event, origin = _name(envelope), _origin(call, envelope)
    return EventHead(event=event or "unknown", origin=origin, flaw=None if event and origin.call_id else _NAMELESS)


def idempotency_key(head: EventHead, body: bytes) -> str:
    """The same for the same delivery only. The platform numbers neither events nor attempts, but it repeats bytes.

    The hash is in every key, also of events that come once: a call analysed again says something new under an old
    name, and applying a duplicate that differs in a byte changes nothing, because calls are merged.
    """
    return f"{PROVIDER}:{head.event}:{head.origin.call_id}:{sha256(body).hexdigest()[:32]}"


def call_event(body: bytes) -> CallEvent:
    """All that an event says. Raises Unprocessable for a body that is no envelope."""
    envelope, call = _whole_envelope(body)
    outer = _glanced(envelope)
    event, origin = _name(outer), _origin(_called(call), outer)
    if not event or not origin.call_id:
        raise Unprocessable(_NAMELESS)
    authority = _AUTHORITY.get(event, Authority.ONGOING)
    said = envelope | {name: value for name, value in call.items() if value is not None}
    facts = _facts(event, said, origin, authority)
    return CallEvent(
        event=event, origin=origin, authority=authority, facts=facts, transfer=_transfer(event, said, facts)
    )


def tool_request(body: bytes, *, path_tool: str = "") -> ToolRequest:
    """The tool asked for: named by the route, else by the body. Raises Unprocessable for a body that is no object.

    An "args only" body (the platform's `args_at_root`) is taken as the arguments; it names no call.
    """
    question = _asked(body)
    call = question.call or question.chat or _NO_CALL
    is_wrapped = call != _NO_CALL or _names_arguments(question, path_tool)
    return ToolRequest(
        tool=path_tool or _id(question.name),
        arguments=_arguments(question.args) if is_wrapped else _object(body),
        origin=_origin(call),
        tool_call_id=_invocation(call.transcript_with_tool_calls or ()),
    )


def inbound(body: bytes) -> tuple[str, Origin]:
    """The key of the answer (`call_inbound` or `chat_inbound`) and who calls whom. Raises Unprocessable."""
    envelope = _object(body)
    for key in ("call_inbound", "chat_inbound"):
        if isinstance(envelope.get(key), dict):
            return key, _origin(_called(envelope[key]))
    raise Unprocessable("the body is no inbound call")


def _glance(body: bytes) -> tuple[_Envelope, _Call]:
    """The envelope and its call."""
    try:
        envelope = decoded(_envelope, body)
    except msgspec.ValidationError:
        whole, call = _whole_envelope(body)  # what we take for a call is no object: look closer
        return _glanced(whole), _called(call)
    return envelope, envelope.call or envelope.chat or envelope.data or _NO_CALL


def _asked(body: bytes) -> _Question:
    try:
        return decoded(_question, body)
    except msgspec.ValidationError:
        whole = _object(body)  # as in `_glance`
    call = _first_object(whole, "call", "chat")
    items = call.get("transcript_with_tool_calls")
    readable = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    live = msgspec.convert(call | {"transcript_with_tool_calls": readable}, _LiveCall)
    return _Question(name=whole.get("name", UNSET), args=whole.get("args", UNSET), call=live)


def _glanced(envelope: dict[str, Any]) -> _Envelope:
    """The envelope itself; its call may be no object."""
    return msgspec.convert({k: v for k, v in envelope.items() if k not in ("call", "chat", "data")}, _Envelope)


def _called(call: dict[str, Any]) -> _Call:
    return msgspec.convert(call, _Call)


def _whole_envelope(body: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    envelope = _object(body)
    return envelope, _first_object(envelope, "call", "chat", "data")


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = decoded(_anything, body)
    except msgspec.ValidationError as error:  # a number that no machine counts to
        raise Unprocessable(f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise Unprocessable("the body is not a JSON object")
    return value


def _first_object(envelope: dict[str, Any], *keys: str) -> dict[str, Any]:
    return next((envelope[key] for key in keys if isinstance(envelope.get(key), dict)), {})


def _names_arguments(question: _Question, path_tool: str) -> bool:
    """Whether a body without a call is `{name, args}`: a bare `name` may as well be the guest's."""
    return question.args is not UNSET or (question.name is not UNSET and path_tool in ("", question.name))


def _arguments(said: Any) -> dict[str, Any]:
    """The arguments; some integrations send them as a string of JSON."""
    try:
        return _object(said.encode()) if isinstance(said, str) else _clean(said)
    except Unprocessable:
        return {}


def _name(envelope: _Envelope) -> str:
    return _id(envelope.event) or _id(envelope.event_type)


def _origin(call: _Call, outer: _Call = _NO_CALL) -> Origin:
    return Origin(
        provider=PROVIDER,
        call_id=_id(call.call_id) or _id(outer.call_id) or _id(call.chat_id) or _id(outer.chat_id),
        agent_id=_id(call.agent_id) or _id(outer.agent_id),
        restaurant_id=_restaurant(call.metadata) or _restaurant(outer.metadata),
        from_number=_number_said(_id(call.from_number) or _id(outer.from_number)),
        to_number=_number_said(_id(call.to_number) or _id(outer.to_number)),
        direction=_id(call.direction) or _id(outer.direction),
    )


def _restaurant(metadata: Any) -> str:
    if not isinstance(metadata, dict):
        return ""
    return _id(metadata.get("restaurant_id")) or _id(metadata.get("restaurantId"))


def _number_said(said: str) -> str:
    """A withheld number is none, lest all who withhold theirs be one guest."""
    return "" if said.lower() in _WITHHELD else said


def _facts(event: str, call: dict[str, Any], origin: Origin, authority: Authority) -> CallFacts:
    analysis = _first_object(call, "call_analysis", "chat_analysis")
    cost = _first_object(call, "call_cost", "chat_cost")
    return CallFacts(
        channel=_channel(call),
        phase=_phase(call, authority),
        agent_id=origin.agent_id or None,
        direction=origin.direction or None,
        from_number=origin.from_number or None,
        to_number=origin.to_number or None,
        started_at=_whole(call.get("start_timestamp")),
        ended_at=_whole(call.get("end_timestamp")),
        duration_ms=_whole(call.get("duration_ms")),
        ended_because=_text(call.get("disconnection_reason")),
        transcript=_transcript(call),
        recording_url=_text(call.get("recording_url")),
        summary=_text(analysis.get("call_summary")) or _text(analysis.get("chat_summary")),
        sentiment=_text(analysis.get("user_sentiment")),
        successful=_truth(analysis.get("call_successful"), analysis.get("chat_successful")),
        cost_cents=_number(cost.get("combined_cost")),
        analysis=_said(analysis.get("custom_analysis_data")),
        transferred_to=_transferred_to(event, call),
    )


def _channel(call: dict[str, Any]) -> str | None:
    return "chat" if _id(call.get("chat_id")) else _CHANNEL.get(_id(call.get("call_type")))


def _phase(call: dict[str, Any], authority: Authority) -> str | None:
    """Decided by the event: the platform sends `call_ended` whose status is still `registered`."""
    if authority < Authority.ENDED:
        return "ongoing" if authority is Authority.STARTED else None
    status = call.get("call_status") or call.get("chat_status")
    return status if status in _ENDED else "ended"


def _transcript(call: dict[str, Any]) -> list[Turn] | None:
    for name in ("transcript_object", "transcript_with_tool_calls", "message_with_tool_calls"):
        items = call.get(name)
        turns = [_turn(item) for item in items if _is_speech(item)] if isinstance(items, list) else []
        if turns:
            return turns
    return _lines(_text(call.get("transcript")) or "") or None


def _is_speech(item: Any) -> bool:
    return isinstance(item, dict) and item.get("role") in _SPEAKERS.values() and bool(_text(item.get("content")))


def _turn(item: dict[str, Any]) -> Turn:
    words = item.get("words")
    first = words[0] if isinstance(words, list) and words and isinstance(words[0], dict) else {}
    return Turn(role=item["role"], content=_text(item["content"]) or "", at_s=_number(first.get("start")))


def _lines(transcript: str) -> list[Turn]:
    """Turns from `Agent: …` and `User: …`; a line without a speaker goes on with what was being said."""
    unsaid, *pieces = _SPEAKER.split(transcript)
    said = [("Agent", unsaid), *zip(pieces[::2], pieces[1::2], strict=True)]
    return [Turn(role=_SPEAKERS[who], content=words.strip()) for who, words in said if words.strip()]


def _transferred_to(event: str, call: dict[str, Any]) -> str | None:
    """Where the caller went, not where a transfer was tried: a merge cannot take back what it was once told."""
    if event in ("transfer_started", "transfer_cancelled"):
        return None
    return _destination(call)


def _destination(call: dict[str, Any]) -> str | None:
    destination = call.get("transfer_destination")
    return _text(destination.get("number") if isinstance(destination, dict) else destination)


def _transfer(event: str, call: dict[str, Any], facts: CallFacts) -> TransferTold | None:
    """What an event says of a transfer. That its leg has ended says only that nobody is known to have answered."""
    over = event == "transfer_ended" or _AUTHORITY.get(event, Authority.ONGOING) >= Authority.ENDED
    by_reason = _TRANSFER_ENDS.get(facts.ended_because or "") if over else None
    outcome = by_reason or _TRANSFER_EVENTS.get(event)
    if outcome is None:
        return None
    return TransferTold(outcome=outcome, attempt=_attempt(call), number=_destination(call) or "")


def _attempt(call: dict[str, Any]) -> int:
    """How often the agent has begun to pass the call on; events and their repetitions are told apart by it."""
    items = call.get("transcript_with_tool_calls")
    return sum(
        isinstance(item, dict) and item.get("role") == "tool_call_invocation" and item.get("type") == "transfer_call"
        for item in (items if isinstance(items, list) else [])
    )


def _invocation(items: Sequence[_Item]) -> str:
    """The id of the invocation that this request is: the last one in the transcript so far that has no result yet."""
    answered = set()
    for item in reversed(items):
        if item.role == "tool_call_result":
            answered.add(_id(item.tool_call_id))
        elif item.role == "tool_call_invocation":
            invocation = _id(item.tool_call_id)
            if invocation not in answered:
                return invocation
    return ""


def _id(value: Any) -> str:
    return value[:_ID_CHARS].replace("\0", "") if isinstance(value, str) else ""


def _text(value: Any) -> str | None:
    """Text as it can be stored: Postgres takes no NUL."""
    return value[:_TEXT_CHARS].replace("\0", "") if isinstance(value, str) and value else None


def _whole(value: Any) -> int | None:
    number = _number(value)
    return None if number is None else int(number)


def _number(value: Any) -> float | None:
    ok = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1 << 53
    return float(value) if ok else None


def _truth(*values: Any) -> bool | None:
    return next((value for value in values if isinstance(value, bool)), None)


def _clean(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _said(analysis: Any) -> dict[str, Any] | None:
    """The answers that were found; without the empty ones, the fuller of two analyses wins the merge."""
    return {name: value for name, value in _clean(analysis).items() if value not in (None, "")} or None
