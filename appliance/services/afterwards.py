"""What follows a commit. The deed is done, and must not be answered as if it were not: its retry would be refused."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from appliance.errors import Unavailable

log = structlog.get_logger()


@contextmanager
def afterwards(what: str) -> Iterator[None]:
    """Do `what` if it can be done now. It must be such that the deed is whole without it."""
    try:
        yield
    except Unavailable as error:
        log.warning("follow_up_failed", what=what, reason=str(error))
