"""What operators see of the platform."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct


class QueueDepth(Struct, frozen=True, kw_only=True):
    ready: int
    running: int
    dead: int
    held: int
    oldest_age_ms: int


LogLevelName = Literal["debug", "info", "warning", "error"]


class LogLevelChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For so many `minutes`, or until the next change or start."""

    level: LogLevelName
    minutes: Annotated[int, Meta(ge=1, le=1440)] | None = None


class LogLevelView(Struct, frozen=True, kw_only=True):
    """`until` what is `usual` comes back by itself, in Unix ms; null where it does not, or is there."""

    level: str
    usual: str
    until: int | None


class InboxRow(Struct, frozen=True, kw_only=True):
    """An event as listed. `state` is its task's, or what became of it: `applied`, or `discarded` by an operator."""

    id: str
    provider: str
    event: str
    call_id: str
    restaurant_id: str
    body_bytes: int
    received_at: int
    applied_at: int | None
    state: str
    error: str | None


class TaskRow(Struct, frozen=True, kw_only=True):
    """A task as listed. Those with the same `lock` — the events of a call, say — are done one by one, in order."""

    id: str
    kind: str
    lock: str
    restaurant_id: str
    state: str
    attempts: int
    run_at: int
    error: str | None
    created_at: int


class TaskIds(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    ids: Annotated[list[str], Meta(min_length=1, max_length=500)]


class TasksChanged(Struct, frozen=True, kw_only=True):
    """How many of the tasks named were dead or held: of these it was done."""

    count: int


class ErrorOccurrence(Struct, frozen=True, kw_only=True):
    """An error as it happened once. `request_id` is the one the client was told, empty where nobody asked.

    In `detail` numbers, addresses and whatever looks like a secret are left out; of what nobody foresaw it is empty,
    and the log has the words under the same request id.
    """

    at: int
    request_id: str
    restaurant_id: str
    detail: str


class ErrorGroup(Struct, frozen=True, kw_only=True):
    """Errors of the same `kind` and `code`, at the same `route`, from the same place in the program.

    `id` stays the same from one start to the next. `route` may also name a queue, a job or a loop. `last` are the last
    few, newest first.
    """

    id: str
    kind: str
    code: str
    category: str
    severity: str
    route: str
    where: str
    count: int
    first_seen_at: int
    last_seen_at: int
    last: list[ErrorOccurrence]


class ErrorReport(Struct, frozen=True, kw_only=True):
    """The errors of this process since it started. Counts are of all; `groups` are those seen last, newest first."""

    since: int
    total: int
    by_category: dict[str, int]
    by_severity: dict[str, int]
    by_route: dict[str, int]
    by_restaurant: dict[str, int]
    groups: list[ErrorGroup]


class AuditRow(Struct, frozen=True, kw_only=True):
    """A change: who made it (in words) and from where, and the fields that differ. What is personal or secret is dots.

    `restaurant_id` is empty where it is the platform's.
    """

    id: str
    at: int
    actor: str
    role: str
    address: str
    restaurant_id: str
    action: str
    subject: str
    before: dict[str, Any]
    after: dict[str, Any]


class LimitRow(Struct, frozen=True, kw_only=True):
    """How much a restaurant has used: of its API in the last `window_s` seconds, and on the phone.

    `plan` is the one that counts now. `refused` are the requests of that window that were turned away; where not
    `enforced`, those that would have been. `phone_webhooks` and `phone_tools` are of the last minute, `phone_in_plan`
    and `phone_refused` of the plan's window.
    """

    restaurant_id: str
    name: str
    plan: str
    requests: int
    window_s: int
    used: int
    remaining: int
    refused: int
    enforced: bool
    phone_webhooks: int
    phone_tools: int
    phone_refused: int
    phone_in_plan: int
    phone_percent: int
