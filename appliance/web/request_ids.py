"""Under which id a request is known: in its answer, in its problem if there is one, and in the log."""

from contextvars import ContextVar
from itertools import count
from typing import Any

from structlog.contextvars import STRUCTLOG_KEY_PREFIX

from appliance.clock import Clock
from appliance.guard.headers import is_sane_id

_current: ContextVar[str] = ContextVar(f"{STRUCTLOG_KEY_PREFIX}request_id")
"""By its name it is one of structlog's own, whose way to set it takes ten times as long."""


class RequestIds:
    """The client's own, or one that no other request of any process has."""

    def __init__(self, clock: Clock) -> None:
        # A number behind the process's own id: to ask for a new id each time would take longer than all the rest here.
        self._process = clock.new_id("req")
        self._count = count(1)

    def take(self, scope: Any) -> bytes:
        """The id of a request; whatever is logged from here on stands under it."""
        request_id = f"{self._process}-{next(self._count):x}"
        for name, value in scope["headers"]:
            if name == b"x-request-id" and is_sane_id(value):
                request_id = value.decode()
        _current.set(request_id)
        return request_id.encode()


def current() -> str | None:
    """That of the request under way."""
    return _current.get(None)
