"""Hooks of schemathesis: the platform's signature at the doors, CSV, and for every operation what is right to ask."""

import json
from pathlib import Path
from typing import Any

import schemathesis
from requests import PreparedRequest
from requests.auth import AuthBase

from appliance.voice.retell.signature import sign
from support.fake_clock import START_MS
from support.serve_process import KEY

_RIGHT = json.loads(Path("right.json").read_text())
"""By operation; the campaign has put it where schemathesis runs."""
_granted: set[str] = set()
"""The operations that were answered with a 2xx, to be read by the campaign."""


class Signed(AuthBase):
    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        body = request.body or b""
        content = body.encode() if isinstance(body, str) else body
        request.headers["x-retell-signature"] = sign(content, KEY, START_MS)
        return request


schemathesis.auth.set_from_requests(Signed()).apply_to(path_regex="^/(tools|webhooks)/")


@schemathesis.serializer("text/csv")
def csv(_: Any, value: Any) -> bytes:
    return str(value).encode()


@schemathesis.hook
def before_add_examples(context: schemathesis.HookContext, examples: list[schemathesis.Case]) -> None:
    operation: Any = context.operation
    if right := _RIGHT.get(operation.label):
        examples.append(operation.Case(**right))


@schemathesis.hook
def after_call(_: schemathesis.HookContext, case: schemathesis.Case, response: schemathesis.Response) -> None:
    operation = f"{case.method} {case.path}\n"
    if response.status_code < 300 and operation not in _granted:
        _granted.add(operation)
        with Path("granted.txt").open("a") as told:
            told.write(operation)
