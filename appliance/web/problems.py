"""Every failure as problem+json (RFC 9457): a stable type, a sentence that is safe to show, nothing of the inside."""

import re
from collections.abc import Mapping
from typing import Any, get_args

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.handlers.base import BaseRouteHandler
from msgspec import ValidationError, inspect
from msgspec.structs import replace

from appliance import contract
from appliance.clock import SystemClock
from appliance.contract import Problem, Slot
from appliance.errors import Conflict, MaitreError, TooManyRequests, Unavailable
from appliance.web import request_ids

log = structlog.get_logger()

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER_S = 2
_TYPE = "urn:maitre:problem:"
_INTERNAL = "Something went wrong on our side; it has been logged."
_TITLES = {
    "internal_error": "Internal error",
    "invalid_request": "Invalid request",
    "unauthenticated": "Not authenticated",
    "forbidden": "Not allowed",
    "not_found": "Not found",
    "method_not_allowed": "Method not allowed",
    "conflict": "Conflict",
    "too_many_requests": "Too many requests",
    "body_too_slow": "Body too slow",
    "body_too_large": "Body too large",
    "unprocessable": "Cannot be processed",
    "unavailable": "Unavailable for the moment",
    "database_busy": "Database busy",
    "database_full": "Database full",
    "database_down": "Database not reachable",
}
_CODE_OF_STATUS = {400: "invalid_request", 401: "unauthenticated", 403: "forbidden", 404: "not_found"}
_CODE_OF_STATUS |= {405: "method_not_allowed", 413: "body_too_large"}
_IN_LIST = re.compile(r"`\$\.data(\[.+)`$")
_A_DATE = "must be a date such as 2026-11-28"
_PHONE = r"\+[1-9]\d{6,14}"
_MUST_BE: Mapping[str, str] = {
    repr(pattern): f"must be {what}"
    for pattern, what in (
        (get_args(contract.Clock)[1].pattern, "a time such as 21:00"),
        (get_args(contract.Region)[1].pattern, "a country or a part of one, such as ES or ES-VC"),
        (get_args(contract.Url)[1].pattern, "an address such as https://book.example.com/news"),
        (f"^{_PHONE}$", "a telephone number such as +34600123456"),
        (f"^({_PHONE})?$", "a telephone number such as +34600123456"),
        ("^[a-z0-9_]{0,64}$", "of letters a to z, digits and _, at most 64"),
    )
}
"""What to say instead of the pattern that a text must have."""
_PATTERN = re.compile("matching regex (.+)$")
_STEP = re.compile(r"\[[^]]*]|\w+")
_clock = SystemClock()


def problem(code: str, status: int, detail: str, *, retryable: bool = False) -> Problem:
    return Problem(
        type=_TYPE + code,
        title=_TITLES.get(code, code.replace("_", " ").capitalize()),
        status=status,
        detail=detail,
        instance=request_ids.current() or _clock.new_id("req"),
        retryable=retryable,
    )


def problem_of(error: Exception, scope: Any) -> Problem:
    """The problem to tell a client; an error that nobody foresaw is logged and told without its words."""
    if isinstance(error, Unavailable):
        return problem(error.code, error.http_status, type(error).__doc__ or "", retryable=error.retryable)
    if isinstance(error, Conflict) and error.alternatives is not None:
        slots = [Slot(date=day, time=time) for day, time in error.alternatives]
        return replace(problem(error.code, error.http_status, str(error)), alternatives=slots)
    if isinstance(error, MaitreError) and error.http_status < 500:
        return problem(error.code, error.http_status, str(error), retryable=error.retryable)
    if isinstance(error, ValidationException):
        return problem("invalid_request", 400, _validation_detail(error, scope.get("route_handler")))
    if isinstance(error, HTTPException) and error.status_code < 500:
        code = _CODE_OF_STATUS.get(error.status_code, "invalid_request")
        return problem(code, error.status_code, error.detail)
    told = problem("internal_error", 500, _INTERNAL)
    route = {"method": scope["method"], "path": scope["path"]}
    log.error("request_broke", request_id=told.instance, **route, exc_info=error)
    return told


def headers(told: Problem) -> dict[str, str]:
    """What goes with a problem, in whatever way it is answered."""
    return {"Cache-Control": "no-store"} | ({"Retry-After": str(RETRY_AFTER_S)} if told.retryable else {})


def respond(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """Litestar's exception handler for everything."""
    told = problem_of(error, request.scope)
    more = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if told.status == 401:
        more["WWW-Authenticate"] = "Bearer"
    if isinstance(error, TooManyRequests):
        more["Retry-After"] = str(error.retry_after_s)
    return Response(told, status_code=told.status, media_type=CONTENT_TYPE, headers=headers(told) | more)


def field_words(error: ValidationError, kind: Any) -> str:
    """The parser's complaint about a document of the type `kind`: the field, and what is wrong there."""
    message, _, where = str(error).partition(" - at `$.")
    where = where.removesuffix("`")
    words = plain_words(message, kind, where)
    return f"{where}: {words}" if where else words


def plain_words(message: str, kind: Any, path: str) -> str:
    """The parser's complaint as people say it. `kind` is the type of what was read, `path` where in it."""
    if "RFC3339 encoded date" in message or message.startswith("Expected `date"):
        return _A_DATE
    if message.startswith("Expected `bool`"):
        return "must be true or false"
    if message.startswith("Invalid enum value") and (choices := _choices(inspect.type_info(kind), path)):
        return f"must be one of {', '.join(choices)}"
    pattern = _PATTERN.search(message)
    return _MUST_BE.get(pattern[1], message) if pattern else message


def _choices(kind: inspect.Type, path: str) -> list[str]:
    """The words that may stand at a path, as "areas[0].tables[1].name"; none where any may."""
    kinds = _alternatives(kind)
    for step in _STEP.findall(path):
        within = [_within(one, step) for one in kinds]
        kinds = tuple(one for found in within if found for one in _alternatives(found))
    return [str(word) for one in kinds for word in _words(one)]


def _words(kind: inspect.Type) -> tuple[Any, ...]:
    if isinstance(kind, inspect.LiteralType):
        return kind.values
    return tuple(kind.cls) if isinstance(kind, inspect.EnumType) else ()


def _within(kind: inspect.Type, step: str) -> inspect.Type | None:
    if isinstance(kind, inspect.ListType) and step.startswith("["):
        return kind.item_type
    fields = kind.fields if isinstance(kind, inspect.StructType) else ()
    return next((field.type for field in fields if field.encode_name == step), None)


def _alternatives(kind: inspect.Type) -> tuple[inspect.Type, ...]:
    if isinstance(kind, inspect.Metadata):
        return _alternatives(kind.type)
    return kind.types if isinstance(kind, inspect.UnionType) else (kind,)


def _validation_detail(error: ValidationException, handler: BaseRouteHandler | None) -> str:
    parts = error.extra if isinstance(error.extra, list) else []
    # Litestar finds no key in a path that begins with a list.
    within = _IN_LIST.search(str(error.__cause__))
    where = within.group(1) if within else ""
    named = [_complaint(part, where, handler) for part in parts if isinstance(part, dict)]
    return "; ".join(named) or error.detail


def _complaint(part: dict[str, str], where: str, handler: BaseRouteHandler | None) -> str:
    key, message = part.get("key", ""), part.get("message", "")
    if handler is None:
        return f"{where or key}: {message}"
    asked, kinds = handler.parsed_fn_signature.parameters, handler.signature_model.__annotations__
    if key in asked and key != "data":
        definition = asked[key].kwarg_definition
        # Clients know a parameter by the name it has in the address.
        called = getattr(definition, "name", None) or key
        return f"{called}: {plain_words(message, kinds[key], '')}"
    return f"{where or key}: {plain_words(message, kinds.get('data'), where or key)}"
