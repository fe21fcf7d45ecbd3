"""Every failure as problem+json (RFC 9457): a stable type, a sentence that is safe to show, nothing of the inside."""

from collections.abc import Mapping
from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from msgspec import UNSET

from appliance.clock import SystemClock
from appliance.contract import Problem, Slot
from appliance.errors import (
    Conflict,
    Forbidden,
    Invalid,
    MaitreError,
    MethodNotAllowed,
    NotFound,
    Say,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
)
from appliance.watch.errors import ErrorLog
from appliance.watch.log_context import restaurant_id
from appliance.web import flaws, limits, raw, request_ids
from appliance.web.complaints import Flaw
from appliance.web.languages import in_english, language_of, spanish, speaker
from appliance.web.raw import Scope, Send

log = structlog.get_logger()

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER_S = 2
TITLES: Mapping[str, str] = {
    "internal_error": "Internal error",
    "invalid_request": "Invalid request",
    "unauthenticated": "Not authenticated",
    "second_factor_needed": "Second factor needed",
    "forbidden": "Not allowed",
    "not_found": "Not found",
    "method_not_allowed": "Method not allowed",
    "conflict": "Conflict",
    "precondition_failed": "Changed meanwhile",
    "too_many_requests": "Too many requests",
    "body_too_slow": "Body too slow",
    "body_too_large": "Body too large",
    "unprocessable": "Cannot be processed",
    "unavailable": "Unavailable for the moment",
    "unreachable": "Not reachable for the moment",
    "platform_refused": "Refused by the phone platform",
    "platform_down": "Phone platform not reachable",
    "database_busy": "Database busy",
    "database_full": "Database full",
    "database_down": "Database not reachable",
}
UNREADABLE: Mapping[str, str] = {
    "JSON is malformed": "The body is not valid JSON.",
    "Input data was truncated": "The body ends too early.",
}
_TYPE = "urn:maitre:problem:"
_OF_STATUS: Mapping[int, type[MaitreError]] = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
}
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ROUTE = "(no route)"
_clock = SystemClock()


class Problems:
    """Tells clients what failed, in their language, and counts it."""

    def __init__(self, errors: ErrorLog) -> None:
        self._errors = errors
        spanish()  # read before anybody waits for it, and missed before anybody is served

    def respond(self, request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
        """Litestar's exception handler for everything."""
        told, headers = self.tell(error, request.scope, scheme="Bearer")
        return Response(told, status_code=told.status, media_type=CONTENT_TYPE, headers=headers)

    async def reply(self, send: Send, error: Exception, scope: Scope, *, scheme: str = "Bearer") -> None:
        """The same where Litestar is not."""
        told, headers = self.tell(error, scope, scheme=scheme)
        await raw.reply(send, told, status=told.status, content_type=CONTENT_TYPE, more=headers)

    def tell(self, error: Exception, scope: Scope, *, scheme: str) -> tuple[Problem, dict[str, str]]:
        """What to answer, with its headers; an error that nobody foresaw is logged and told without its words.

        `scheme`: what kind of credential is asked for there.
        """
        ours = meaning(error)
        language = language_of(raw.header(scope, b"accept-language") or "")
        told = _problem(error, ours, scope, speaker(language))
        if ours.http_status == 500:
            log.error(
                "request_broke", request_id=told.instance, method=scope["method"], path=scope["path"], exc_info=error
            )
        self.note(error, scope, words=told.detail if isinstance(error, ValidationException) else "")
        asked_for = {"WWW-Authenticate": scheme} if told.status == 401 else {}
        return told, _headers(error, told) | asked_for | {"Content-Language": language}

    def note(self, error: Exception, scope: Scope, *, words: str = "") -> None:
        """Count a failure, also one that its client hears nothing of. `words`: better ones than its own.

        Of what nobody foresaw there are none: its words may hold anything, and the log has them.
        """
        ours = meaning(error)
        self._errors.note(
            error,
            meaning=ours,
            route=_route(scope),
            restaurant_id=restaurant_id(),
            request_id=request_ids.current() or "",
            detail=words or ("" if ours.http_status == 500 else str(ours)),
        )


def meaning(error: Exception) -> MaitreError:
    """What an error comes to in our tree; what nobody foresaw comes to no more than that."""
    if isinstance(error, MaitreError) and error.http_status != 500:
        return error
    if isinstance(error, HTTPException) and error.status_code < 500:
        return _OF_STATUS.get(error.status_code, Invalid)(_of_the_body(error.detail))
    return MaitreError()


def _of_the_body(detail: str) -> str | None:
    """What the decoder says of a body that it cannot read; of anything else our class says what there is to say."""
    return next((sentence for begins, sentence in UNREADABLE.items() if detail.startswith(begins)), None)


def _problem(error: Exception, ours: MaitreError, scope: Scope, say: Say) -> Problem:
    detail = said(ours, say)
    found: list[Flaw] = []
    if isinstance(error, ValidationException):
        found = flaws.of_parser(error, scope.get("route_handler"), say)
        detail = "; ".join(map(str, found)) or detail
    elif isinstance(ours, Invalid):
        found = flaws.of_sentence(detail, scope)
    slots = ours.alternatives if isinstance(ours, Conflict) else None
    return Problem(
        type=_TYPE + ours.code,
        title=say(TITLES[ours.code]),
        status=ours.http_status,
        detail=detail,
        instance=request_ids.current() or _clock.new_id("req"),
        retryable=ours.retryable,
        errors=[one.told() for one in found] or UNSET,
        alternatives=UNSET if slots is None else [Slot(date=day, time=time) for day, time in slots],
    )


def said(error: MaitreError, say: Say = in_english) -> str:
    """Its sentence where that is for clients; else what its class says of itself."""
    if isinstance(error, Invalid) and error.parts:
        return "\n".join(said(one, say) for one in error.parts)
    return error.told(say) if error.speaks else say(type(error).__doc__ or "")


def _headers(error: Exception, told: Problem) -> dict[str, str]:
    of_litestar = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    retry = {"Retry-After": str(RETRY_AFTER_S)} if told.retryable else {}
    return (
        {"Cache-Control": "no-store"}
        | retry
        | (_of_limit(error) if isinstance(error, TooManyRequests) else {})
        | of_litestar
    )


def _of_limit(error: TooManyRequests) -> dict[str, str]:
    wait_s, quota = error.retry_after_s, error.quota
    return {"Retry-After": str(wait_s)} | (limits.headers(quota, remaining=0, reset_s=wait_s) if quota else {})


def _route(scope: Scope) -> str:
    """The template, so that nobody can make up routes to count."""
    template = scope.get("path_template")
    if not template:
        return NO_ROUTE
    return f"{scope['method']} {template}" if scope["method"] in _METHODS else template
