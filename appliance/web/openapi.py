"""The OpenAPI document: Litestar's, completed with what it cannot see — the platform's doors, problems, credentials."""

from typing import Any

import msgspec

from appliance import contract
from appliance.web.problems import CONTENT_TYPE
from appliance.web.retell import EVENTS, INBOUND, TOOLS

_Json = dict[str, Any]

_REF = "#/components/schemas/{name}"
_SECURITY: _Json = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token from /api/auth/login, or a token for machines; `maitre setup` makes one.",
    },
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Retell-Signature",
        "description": "v=<Unix ms>,d=<hex of HMAC-SHA256(key, body + v)>, at most five minutes old.",
    },
    "address": {
        "type": "apiKey",
        "in": "query",
        "name": "token",
        "description": "The secret in the address of a calendar; calendars cannot send a header.",
    },
}
_PROBLEM: _Json = {
    "description": "Anything else: a problem (RFC 9457) that says what, and whether trying again can help.",
    "content": {CONTENT_TYPE: {"schema": {"$ref": _REF.format(name="Problem")}}},
}
_OPEN = ("/livez", "/readyz", "/api/auth/login", "/api/auth/refresh")
_BY_ADDRESS = ("/api/restaurants/{restaurant_id}/calendar.ics",)
_HALF_OPEN = ("/api/health",)
"""Says more to those who show a token."""


def whole(generated: _Json) -> _Json:
    """The generated document with all that belongs in it; the one given is left as it is."""
    routes = {
        path: {method: _completed(path, operation) for method, operation in item.items()}
        for path, item in generated["paths"].items()
    }
    schemas = generated["components"]["schemas"]
    components = {
        "schemas": schemas | _shapes(schemas),
        "responses": {"Problem": _PROBLEM},
        "securitySchemes": _SECURITY,
    }
    return generated | {"paths": routes | _doors(), "components": components}


def _completed(path: str, operation: _Json) -> _Json:
    answers = {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}
    given = {name: value for name, value in operation.items() if name != "deprecated"}
    return given | {"responses": answers | _problems(), "security": _credentials(path)}


def _credentials(path: str) -> list[_Json]:
    if path in _OPEN:
        return []
    if path in _BY_ADDRESS:
        return [{"address": []}]
    return [{}, {"token": []}] if path in _HALF_OPEN else [{"token": []}]


def _problems() -> _Json:
    return {"default": {"$ref": "#/components/responses/Problem"}}


def _shapes(used: _Json) -> _Json:
    """The contract's own schemas, with what its structs say of themselves."""
    structs = [getattr(contract, name) for name in used if hasattr(contract, name)]
    _, schemas = msgspec.json.schema_components([*structs, contract.ToolAnswer, contract.Problem], ref_template=_REF)
    return schemas


def _doors() -> _Json:
    """The phone platform's routes, which stand before Litestar and so are not in its document."""
    tool = {"200": _json("Also when the answer is no.", {"$ref": _REF.format(name="ToolAnswer")})}
    name = {"name": "tool", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        EVENTS[0]: _door("Take an event of a call", {"204": {"description": "It is on the disk."}}, also=EVENTS[1]),
        INBOUND[0]: _door(
            "Prepare an inbound call",
            {"200": _json("`call_inbound` (or `chat_inbound`): dynamic variables and metadata.", {"type": "object"})},
            also=INBOUND[1],
        ),
        TOOLS[0]: _door("Use the live tool that the body names", tool, also=TOOLS[1]),
        f"{TOOLS[0]}/{{tool}}": _door("Use a live tool", tool, also=f"{TOOLS[1]}/{{tool}}", parameters=[name]),
    }


def _door(summary: str, answers: _Json, *, also: str, **more: Any) -> _Json:
    operation = {
        "tags": ["Phone platform"],
        "summary": summary,
        "description": f"Also at {also}.",
        "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}},
        "responses": answers | _problems(),
        "security": [{"signature": []}],
    }
    return {"post": operation | more}


def _json(description: str, schema: _Json) -> _Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}
