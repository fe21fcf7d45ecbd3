"""The identity of what a caller wants done: the same wish twice in one call is one deed."""

from hashlib import sha256

import msgspec


def intent_key(call_id: str, tool: str, *meaning: object) -> str:
    """A key for a tool's deed from its *understood* arguments, so that "a las nueve" and 21:00 are one wish."""
    return sha256(msgspec.json.encode([call_id, tool, *meaning], order="deterministic")).hexdigest()
