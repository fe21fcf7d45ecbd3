"""Every error Maitre raises on purpose, in one tree, with its HTTP status, category and severity.

MaitreError               anything else is a mistake of ours                        500  system          high
├── ConfigError           a setting is unknown or wrong; the process does not start  –   system          critical
├── StartError            the process cannot start: port taken, data in use, …       –   system          critical
├── UpgradeError          a release cannot take the place of another                 –   system          high
├── BackupError           a backup cannot be made, read or put back                   –   system          critical
├── Invalid               the request is not what the route takes                   400  validation      low
├── Unauthenticated       no valid credential                                       401  authentication  medium
│   └── SecondFactorNeeded  the password is right and is not enough                 401  authentication  low
├── Forbidden             a valid credential without the right                      403  authorization   medium
├── NotFound              no such thing, or not yours                               404  not_found       low
├── MethodNotAllowed      the route is there, and is not used like that             405  validation      low
├── TooSlow               the body took too long to arrive                          408  network         low
├── Conflict              the state of things does not allow it                     409  conflict        low
├── PreconditionFailed    it is no longer what the request says it must still be    412  conflict        low
├── TooLarge              the body is over the route's cap                          413  limit           low
├── Unprocessable         queued work that no retry can make right → dead letter    422  business        high
├── TooManyRequests       a limit is reached; it says when there is room again      429  limit           low
├── PlatformRefused       the phone platform does not do what it is asked           502  provider        high
└── Unavailable           cannot be done now; the same request may work later       503  system          medium
    ├── DatabaseBusy      somebody else holds the database longer than we wait      503  database        high
    ├── DatabaseFull      no room on the disk                                       503  database        critical
    ├── DatabaseDown      the database does not answer                              503  database        critical
    ├── Unreachable       whom we call does not answer, or not as agreed            503  network         medium
    └── PlatformDown      the phone platform does not answer, or not as agreed      503  provider        medium

A sentence is English, with {names} for what differs, which come as keyword arguments: so it is also the key under which
appliance/locale has it in other languages.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Protocol, Self

if TYPE_CHECKING:
    from appliance.domain.quotas import Quota


class Say(Protocol):
    """Says a sentence, whose {names} the `words` fill, in somebody's language."""

    def __call__(self, sentence: str, /, **words: object) -> str: ...


class Category(StrEnum):
    """What kind of trouble it is: who should look at it."""

    VALIDATION = "validation"
    AUTHENTICATION = "authentication"
    AUTHORIZATION = "authorization"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    LIMIT = "limit"
    BUSINESS = "business"
    DATABASE = "database"
    NETWORK = "network"
    PROVIDER = "provider"
    SYSTEM = "system"


class Severity(StrEnum):
    """How soon somebody should look at it: never, when it is frequent, today, now."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class MaitreError(Exception):
    """Something went wrong on our side; it has been logged."""

    code: ClassVar[str] = "internal_error"
    http_status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False
    category: ClassVar[Category] = Category.SYSTEM
    severity: ClassVar[Severity] = Severity.HIGH
    speaks: ClassVar[bool] = False
    """Whether its own sentence is for clients; of the others they hear what the class says of itself."""

    def __init__(self, sentence: str | None = None, /, **words: object) -> None:
        self.sentence = sentence or type(self).__doc__ or ""
        self.words = words
        super().__init__(self.sentence.format(**in_words(words)) if words else self.sentence)

    def told(self, say: Say) -> str:
        """Its sentence in somebody's language."""
        return say(self.sentence, **in_words(self.words, say))


def in_words(words: Mapping[str, object], say: Callable[[str], str] = str) -> dict[str, object]:
    """What a sentence is filled with: of several words all, and a member of an enumeration as `say` has it."""

    def told(word: object) -> object:
        if isinstance(word, tuple):
            return ", ".join(str(told(one)) for one in word)
        return say(word.value) if isinstance(word, StrEnum) else word

    return {name: told(word) for name, word in words.items()}


class ConfigError(MaitreError):
    """A setting is unknown or has a wrong value."""

    code = "bad_configuration"
    severity = Severity.CRITICAL


class StartError(MaitreError):
    """Maitre cannot start."""

    code = "cannot_start"
    severity = Severity.CRITICAL


class UpgradeError(MaitreError):
    """A release cannot take the place of another."""

    code = "upgrade_failed"


class BackupError(MaitreError):
    """A backup cannot be made, read or put back."""

    code = "backup_failed"
    severity = Severity.CRITICAL


class Invalid(MaitreError):
    """The request is not valid."""

    code = "invalid_request"
    http_status = 400
    category = Category.VALIDATION
    severity = Severity.LOW
    speaks = True
    parts: Sequence[Self] = ()
    """What is wrong, where it is more than one thing; each is told on a line of its own."""

    @classmethod
    def all_of(cls, parts: Sequence[Self]) -> Self:
        whole = cls("\n".join(map(str, parts)))
        whole.parts = parts
        return whole


class Unauthenticated(MaitreError):
    """A valid credential is required."""

    code = "unauthenticated"
    http_status = 401
    category = Category.AUTHENTICATION
    severity = Severity.MEDIUM
    speaks = True


class SecondFactorNeeded(Unauthenticated):
    """The password is right; send a code of the second factor with it."""

    code = "second_factor_needed"
    severity = Severity.LOW


class Forbidden(MaitreError):
    """The credential does not allow that."""

    code = "forbidden"
    http_status = 403
    category = Category.AUTHORIZATION
    severity = Severity.MEDIUM
    speaks = True


class NotFound(MaitreError):
    """There is no such thing."""

    code = "not_found"
    http_status = 404
    category = Category.NOT_FOUND
    severity = Severity.LOW
    speaks = True


class MethodNotAllowed(MaitreError):
    """The route does not take that method."""

    code = "method_not_allowed"
    http_status = 405
    category = Category.VALIDATION
    severity = Severity.LOW
    speaks = True


class TooSlow(MaitreError):
    """The body took too long to arrive."""

    code = "body_too_slow"
    http_status = 408
    category = Category.NETWORK
    severity = Severity.LOW
    speaks = True


class Conflict(MaitreError):
    """The present state does not allow that."""

    code = "conflict"
    http_status = 409
    category = Category.CONFLICT
    severity = Severity.LOW
    speaks = True

    def __init__(
        self, sentence: str | None = None, /, *, alternatives: Sequence[tuple[str, str]] | None = None, **words: object
    ) -> None:
        """`alternatives` are (date, time) of what could be had instead; None where there is no such thing."""
        super().__init__(sentence, **words)
        self.alternatives = alternatives


class PreconditionFailed(MaitreError):
    """It has been changed since it was read; read it again."""

    code = "precondition_failed"
    http_status = 412
    category = Category.CONFLICT
    severity = Severity.LOW
    speaks = True


class TooLarge(MaitreError):
    """The body is larger than this route takes."""

    code = "body_too_large"
    http_status = 413
    category = Category.LIMIT
    severity = Severity.LOW
    speaks = True


class Unprocessable(MaitreError):
    """Such work can never succeed as it is."""

    code = "unprocessable"
    http_status = 422
    category = Category.BUSINESS
    severity = Severity.HIGH


class TooManyRequests(MaitreError):
    """Too many requests; wait a little."""

    code = "too_many_requests"
    http_status = 429
    retryable = True
    category = Category.LIMIT
    severity = Severity.LOW
    speaks = True

    def __init__(
        self,
        sentence: str | None = None,
        /,
        *,
        retry_after_s: int,
        quota: "Quota | None" = None,
        **words: object,
    ) -> None:
        """`quota`: the one that is used up."""
        super().__init__(sentence, **words)
        self.retry_after_s = retry_after_s
        self.quota = quota


class PlatformRefused(MaitreError):
    """The phone platform refuses what it is asked."""

    code = "platform_refused"
    http_status = 502
    category = Category.PROVIDER

    def __init__(self, sentence: str | None = None, /, *, status: int = 0, **words: object) -> None:
        """`status` is that of its answer."""
        super().__init__(sentence, **words)
        self.status = status


class Unavailable(MaitreError):
    """It cannot be done right now; try again shortly."""

    code = "unavailable"
    http_status = 503
    retryable = True
    severity = Severity.MEDIUM


class DatabaseBusy(Unavailable):
    """The database is busy; try again shortly."""

    code = "database_busy"
    category = Category.DATABASE
    severity = Severity.HIGH


class DatabaseFull(Unavailable):
    """The database has no room left."""

    code = "database_full"
    category = Category.DATABASE
    severity = Severity.CRITICAL


class DatabaseDown(Unavailable):
    """The database does not answer."""

    code = "database_down"
    category = Category.DATABASE
    severity = Severity.CRITICAL


class Unreachable(Unavailable):
    """Somebody whom this takes does not answer; try again shortly."""

    code = "unreachable"
    category = Category.NETWORK


class PlatformDown(Unavailable):
    """The phone platform does not answer; try again shortly."""

    code = "platform_down"
    category = Category.PROVIDER
