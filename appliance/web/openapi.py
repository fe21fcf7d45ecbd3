"""The OpenAPI document: Litestar's, completed with what it cannot see — the platform's doors, problems, credentials."""

from typing import Any

import msgspec

from appliance import contract
from appliance.web.answers import components, with_answers
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
_WHATEVER_IS_SIGNED: _Json = {
    "description": "As the platform sends it. Whatever is signed is taken, and what cannot be read is set aside.",
    "content": {"application/json": {"schema": {}}},
}
_OPEN = ("/livez", "/readyz", "/api/auth/login", "/api/auth/refresh")
_BY_ADDRESS = ("/api/restaurants/{restaurant_id}/calendar.ics",)
_HALF_OPEN = ("/api/health", "/metrics")
"""Says more to those who show a token, or asks for one of those elsewhere."""


def whole(generated: _Json) -> _Json:
    """The generated document with all that belongs in it; the one given is left as it is."""
    routes = {
        path: {method: _completed(path, operation) for method, operation in item.items()}
        for path, item in generated["paths"].items()
    } | _doors()
    paths = {
        path: {method: with_answers(method, operation) for method, operation in item.items()}
        for path, item in routes.items()
    }
    schemas = generated["components"]["schemas"]
    parts = {"schemas": schemas | _shapes(schemas), "securitySchemes": _SECURITY} | components()
    return generated | {"paths": paths, "components": parts}


def _completed(path: str, operation: _Json) -> _Json:
    given = {name: value for name, value in operation.items() if name != "deprecated"}
    asked = {"parameters": [_plain(one) for one in operation.get("parameters") or []]}
    return given | asked | {"security": _credentials(path)}


def _plain(parameter: _Json) -> _Json:
    """What may be left out is null to us, and to whoever asks it is not there: no text in an address is null."""
    schema = dict(parameter["schema"])
    kinds = [kind for kind in schema.pop("oneOf", []) if kind != {"type": "null"}]
    if len(kinds) == 1:
        schema |= kinds[0]
    return parameter | {"schema": schema}


def _credentials(path: str) -> list[_Json]:
    if path in _OPEN:
        return []
    if path in _BY_ADDRESS:
        return [{"address": []}]
    return [{}, {"token": []}] if path in _HALF_OPEN else [{"token": []}]


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
        "requestBody": _WHATEVER_IS_SIGNED,
        "responses": answers,
        "security": [{"signature": []}],
    }
    return {"post": operation | more}


def _json(description: str, schema: _Json) -> _Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}
