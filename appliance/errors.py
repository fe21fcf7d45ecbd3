"""Every error Maitre raises on purpose, in one tree.

MaitreError
├── ConfigError           a setting is unknown or wrong; the process does not start
├── StartError            the process cannot start: port taken, data in use, schema too new
├── Invalid               the request is not what the route takes                     400
├── Unauthenticated       no valid credential                                         401
├── Forbidden             a valid credential without the right                        403
├── NotFound              no such thing, or not yours                                 404
├── Conflict              the state of things does not allow it                       409
├── TooManyRequests       a limit is reached; it says when there is room again         429
├── TooSlow               the body took too long to arrive                            408
├── TooLarge              the body is over the route's cap                            413
├── Unavailable           cannot be done now; the same request may work later         503
│   ├── DatabaseBusy      somebody else holds the database longer than we wait
│   ├── DatabaseFull      no room on the disk
│   └── DatabaseDown      the database does not answer
└── Unprocessable         queued work that no retry can make right → dead letter
"""

from collections.abc import Sequence
from typing import ClassVar


class MaitreError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "internal_error"
    http_status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__)


class ConfigError(MaitreError):
    """A setting is unknown or has a wrong value."""

    code = "bad_configuration"


class StartError(MaitreError):
    """Maitre cannot start."""

    code = "cannot_start"


class Invalid(MaitreError):
    """The request is not valid."""

    code = "invalid_request"
    http_status = 400


class Unauthenticated(MaitreError):
    """A valid credential is required."""

    code = "unauthenticated"
    http_status = 401


class Forbidden(MaitreError):
    """The credential does not allow that."""

    code = "forbidden"
    http_status = 403


class NotFound(MaitreError):
    """There is no such thing."""

    code = "not_found"
    http_status = 404


class Conflict(MaitreError):
    """The present state does not allow that."""

    code = "conflict"
    http_status = 409

    def __init__(self, message: str | None = None, *, alternatives: Sequence[tuple[str, str]] | None = None) -> None:
        """`alternatives` are (date, time) of what could be had instead; None where there is no such thing."""
        super().__init__(message)
        self.alternatives = alternatives


class TooManyRequests(MaitreError):
    """Too many requests; wait a little."""

    code = "too_many_requests"
    http_status = 429
    retryable = True

    def __init__(self, message: str | None = None, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class TooSlow(MaitreError):
    """The body took too long to arrive."""

    code = "body_too_slow"
    http_status = 408


class TooLarge(MaitreError):
    """The body is larger than this route takes."""

    code = "body_too_large"
    http_status = 413


class Unavailable(MaitreError):
    """It cannot be done right now; try again shortly."""

    code = "unavailable"
    http_status = 503
    retryable = True


class DatabaseBusy(Unavailable):
    """The database is busy; try again shortly."""

    code = "database_busy"


class DatabaseFull(Unavailable):
    """The database has no room left."""

    code = "database_full"


class DatabaseDown(Unavailable):
    """The database does not answer."""

    code = "database_down"


class Unprocessable(MaitreError):
    """Such work can never succeed as it is."""

    code = "unprocessable"
    http_status = 422
