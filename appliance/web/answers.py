"""What routes answer beside what they are for, in the OpenAPI document: it follows from what they ask for."""

from collections.abc import Iterator
from typing import Any

from appliance import errors
from appliance.errors import MaitreError
from appliance.web.problems import CONTENT_TYPE

_Json = dict[str, Any]

HEALTH_JSON = "application/health+json"
_PROBLEMS: tuple[type[MaitreError], ...] = (
    errors.MaitreError,
    errors.Invalid,
    errors.Unauthenticated,
    errors.Forbidden,
    errors.NotFound,
    errors.TooSlow,
    errors.Conflict,
    errors.PreconditionFailed,
    errors.TooLarge,
    errors.TooManyRequests,
    errors.Unavailable,
)
_HEADERS: _Json = {
    "X-Request-Id": "The request's id, as in the log; the client's own where it sent a sane one.",
    "Server-Timing": "How long it took, in milliseconds.",
    "Retry-After": "In how many seconds to try again.",
    "WWW-Authenticate": "What is asked for: `Bearer` for a token, `Retell-Signature` at the phone platform's routes.",
    "Content-Language": "Of the problem's words.",
    "RateLimit-Policy": 'The quota, as `"basic";q=100;w=900`: so many requests in so many seconds.',
    "RateLimit": 'What is left of it, as `"basic";r=99;t=12`.',
    "ETag": "What If-Match and If-None-Match take.",
    "Location": "The address of what was made.",
}
_PATTERNS: _Json = {
    "Retry-After": "^[0-9]+$",
    "RateLimit-Policy": r'^"[a-z0-9-]+";q=[0-9]+;w=[0-9]+$',
    "RateLimit": r'^"[a-z0-9-]+";r=[0-9]+;t=[0-9]+$',
    "ETag": '^(W/)?".*"$',
}
_ALWAYS = ("X-Request-Id", "Server-Timing")
_COUNTED = ("RateLimit-Policy", "RateLimit")
_OF_STATUS = {"201": ("Location",), "401": ("WWW-Authenticate",), "429": ("Retry-After",), "503": ("Retry-After",)}
_NOT_MODIFIED = {"description": "It is still what If-None-Match says."}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of what is there already; 304 where it is still the same.",
    "schema": {"type": "string"},
}


def components() -> _Json:
    """What the answers refer to."""
    return {
        "headers": {name: _header(name) for name in _HEADERS},
        "responses": {str(one.http_status): _problem(one) for one in _PROBLEMS},
    }


def with_answers(method: str, operation: _Json) -> _Json:
    """The operation, completed with the problems that whoever uses it may meet, and with the headers of its answers."""
    own = {status: answer for status, answer in operation["responses"].items() if status[0] in "23"}
    if any(HEALTH_JSON in answer.get("content", {}) for answer in own.values()):
        own["503"] = own["200"] | {"description": "The same, where webhooks would not be taken."}
    if "304" in own:
        own["304"] = _NOT_MODIFIED
        operation = operation | {"parameters": [*operation.get("parameters", []), _IF_NONE_MATCH]}
    headers = [*_ALWAYS, *(_COUNTED if _is_counted(operation) else ()), *(["ETag"] if "304" in own else [])]
    told = {status: _headed(answer, [*headers, *_OF_STATUS.get(status, ())]) for status, answer in own.items()}
    problems = {status: {"$ref": f"#/components/responses/{status}"} for status in _met(method, operation)}
    return operation | {"responses": dict(sorted((problems | told).items()))}


def _is_counted(operation: _Json) -> bool:
    return {"token": []} in operation["security"] and {} not in operation["security"]


def _met(method: str, operation: _Json) -> Iterator[str]:
    """The statuses of problems."""
    yield from ("429", "500", "503")
    places = {one["in"] for one in operation.get("parameters", [])}
    named = {one["name"] for one in operation.get("parameters", [])}
    if _is_counted(operation) or places & {"query", "header"} or "requestBody" in operation:
        yield "400"
    if operation["security"] or "requestBody" in operation:
        yield "401"
    if operation["security"]:
        yield "403"
    if "path" in places:
        yield "404"
    if "requestBody" in operation:
        yield from ("408", "413")
    if _is_counted(operation) and (method != "get" or "path" in places):
        yield "409"
    if "If-Match" in named:
        yield "412"


def _headed(answer: _Json, names: list[str]) -> _Json:
    return answer | {"headers": answer.get("headers", {}) | {name: _referred(name) for name in names}}


def _problem(error: type[MaitreError]) -> _Json:
    status = str(error.http_status)
    headers = (*_ALWAYS, "Content-Language", *_OF_STATUS.get(status, ()))
    answer: _Json = {
        "description": error.__doc__,
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status == "429":  # it may also be an address that is banned
        answer["headers"] = {name: _header(name) | {"required": False} for name in _COUNTED}
    return _headed(answer, list(headers))


def _referred(name: str) -> _Json:
    return {"$ref": f"#/components/headers/{name}"}


def _header(name: str) -> _Json:
    pattern = {"pattern": _PATTERNS[name]} if name in _PATTERNS else {}
    return {"description": _HEADERS[name], "required": True, "schema": {"type": "string"} | pattern}
