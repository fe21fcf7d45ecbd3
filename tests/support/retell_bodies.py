"""Bodies as the phone platform sends them: its samples, and small ones with what a test is about."""

from pathlib import Path
from typing import Any

import msgspec

from appliance.domain.calls import CallFacts
from appliance.voice.retell.payloads import call_event

SAMPLES = Path(__file__).parents[1] / "voice/retell/samples"
VOICE_AGENT = "agent_7c1f0e5a9b3d4826a1e0f4c2d8"
GUEST, HOUSE = "+34611223344", "+34910123456"


def sample(name: str) -> bytes:
    """A body by the start of its file's name."""
    (path,) = SAMPLES.glob(f"{name}*.json")
    return path.read_bytes()


def body(value: Any) -> bytes:
    return msgspec.json.encode(value)


def call(**fields: Any) -> dict[str, Any]:
    return {"call_id": "call_1", "agent_id": "agent_1"} | fields


def event(name: str = "call_ended", **fields: Any) -> dict[str, Any]:
    return {"event": name, "call": call(**fields)}


def facts(value: Any) -> CallFacts:
    """What an event says of its call."""
    return call_event(value if isinstance(value, bytes) else body(value)).facts
