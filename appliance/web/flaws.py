"""Where in a request the fault lies: as the parser complains of it, and as our own sentences begin."""

import re
from collections.abc import Mapping
from typing import Any

from litestar.exceptions import ValidationException
from litestar.handlers.base import BaseRouteHandler
from litestar.params import ParameterKwarg

from appliance.errors import Say
from appliance.web import complaints
from appliance.web.complaints import Flaw, flaw, leads_somewhere, plain_words

_MISSING = re.compile(r"^Missing required \w+ parameter '([^']+)'")
_FIELD = re.compile(r"^([a-z]\w*(?:\[\d+]|\.\w+)*): (.+)$")


def of_parser(error: ValidationException, handler: BaseRouteHandler | None, say: Say) -> list[Flaw]:
    """What Litestar and its parser found: of the parameters each that is wrong, of the body the first."""
    if missing := _MISSING.match(error.detail):
        return [Flaw(where=missing[1], words=say(complaints.MISSING), in_address=True)]
    parts = error.extra if isinstance(error.extra, list) else []
    return [_flaw(part, handler, say) for part in parts if isinstance(part, dict)]


def _flaw(part: Mapping[str, str], handler: BaseRouteHandler | None, say: Say) -> Flaw:
    key, message = part.get("key", ""), part.get("message", "")
    kinds = _kinds(handler)
    if handler and part.get("source") != "body" and key in _parameters(handler):
        words = plain_words(message, kinds[key], "", say)
        return Flaw(where=_parameters(handler)[key], words=words, in_address=True)
    return flaw(message, kinds.get("data", Any), "" if key == "data" else key, say)


def of_sentence(detail: str, scope: Any) -> list[Flaw]:
    """The fields that the lines of a sentence of ours begin with, if the request can have such."""
    found = (_FIELD.match(line) for line in detail.splitlines())
    flaws = (_named(one[1], one[2], scope) for one in found if one)
    return [one for one in flaws if one]


def _named(name: str, words: str, scope: Any) -> Flaw | None:
    handler: BaseRouteHandler | None = scope.get("route_handler")
    if handler is None:
        return None
    if name in _parameters(handler).values() or name in _asked(scope):
        return Flaw(where=name, words=words, in_address=True)
    body = _kinds(handler).get("data")
    return Flaw(where=name, words=words) if body and leads_somewhere(body, name) else None


def _parameters(handler: BaseRouteHandler) -> Mapping[str, str]:
    """What a route takes beside its body; clients know a parameter by the name it has in the address."""
    asked = {key: one.kwarg_definition for key, one in handler.parsed_fn_signature.parameters.items()}
    return {key: one.name or key for key, one in asked.items() if isinstance(one, ParameterKwarg)}


def _kinds(handler: BaseRouteHandler | None) -> Mapping[str, Any]:
    return handler.signature_model.__annotations__ if handler else {}


def _asked(scope: Any) -> list[str]:
    """The parameters that the address has, known or not."""
    pairs = scope.get("query_string", b"").decode("latin-1").split("&")
    return [pair.partition("=")[0] for pair in pairs]
