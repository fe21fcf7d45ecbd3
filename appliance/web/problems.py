"""Every failure as problem+json (RFC 9457): a stable type, a sentence that is safe to show, nothing of the inside."""

import re
from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from msgspec.structs import replace

from appliance.clock import SystemClock
from appliance.contract import Problem, Slot
from appliance.errors import Conflict, MaitreError, Unavailable

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
_clock = SystemClock()


def problem(code: str, status: int, detail: str, *, retryable: bool = False) -> Problem:
    return Problem(
        type=_TYPE + code,
        title=_TITLES.get(code, code.replace("_", " ").capitalize()),
        status=status,
        detail=detail,
        instance=_clock.new_id("req"),
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
        return problem("invalid_request", 400, _validation_detail(error))
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
    return Response(told, status_code=told.status, media_type=CONTENT_TYPE, headers=headers(told) | more)


def _validation_detail(error: ValidationException) -> str:
    parts = error.extra if isinstance(error.extra, list) else []
    # Litestar finds no key in a path that begins with a list.
    within = _IN_LIST.search(str(error.__cause__))
    where = within.group(1) if within else ""
    named = [f"{where or part.get('key')}: {part.get('message')}" for part in parts if isinstance(part, dict)]
    return "; ".join(named) or error.detail
