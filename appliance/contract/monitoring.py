"""How the platform and each restaurant are: as it is now, over time, and as it happens."""

from msgspec import Struct, field

from appliance.contract.backups import BackupState
from appliance.contract.logs import LogLine
from appliance.contract.operations import QueueDepth


class Served(Struct, frozen=True, kw_only=True):
    """What was served. Errors and tool failures are through our fault; what the rules refuse is none."""

    requests: int
    errors: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    tools: int
    tool_failures: int
    tool_p95_ms: float


class MetricPoint(Served, frozen=True, kw_only=True):
    """A span of time from `at`. Calls count in the span in which they began, bookings are those the agent made.

    `calls_judged` are those of which it is known whether they were a success. What is told of the machine is the
    highest of the span, and only of all restaurants together.
    """

    at: int
    calls: int
    calls_analyzed: int
    calls_judged: int
    calls_successful: int
    calls_negative: int
    cost_cents: float
    bookings: int
    cpu: float | None = None
    memory: float | None = None
    loop_lag_ms: float | None = None


class MetricSeries(Struct, frozen=True, kw_only=True):
    """The spans in which there was something, oldest first; of all restaurants, those in which a server ran."""

    restaurant_id: str | None
    from_: int = field(name="from")
    to: int
    step_s: int
    points: list[MetricPoint]


class HealthReason(Struct, frozen=True, kw_only=True):
    """What takes `points` of a score. `value` is a share of the `of` counted, or milliseconds, or a count."""

    code: str
    points: int
    value: float
    of: int


class HealthRow(Struct, frozen=True, kw_only=True):
    """How a restaurant's last 24 hours were: 100, less what its reasons take. A rate is null where nothing is known."""

    restaurant_id: str
    name: str
    plan: str
    status: str
    score: int
    reasons: list[HealthReason]
    calls: int
    bookings: int
    success_rate: float | None
    negative_rate: float | None
    tools: int
    tool_failures: int
    tool_p95_ms: float
    cost_cents: float
    plan_share: float


class MachineView(Struct, frozen=True, kw_only=True):
    """As it is now; shares are of 1."""

    cpu: float
    memory: float
    disk: float
    disk_free_bytes: int
    process_memory_bytes: int
    process_files: int
    loop_lag_ms: float


class LastMinute(Served, frozen=True, kw_only=True):
    """Of the server that was asked; `seconds` are fewer while it has not been running for longer."""

    seconds: float
    events: dict[str, int]


class Overview(Struct, frozen=True, kw_only=True):
    """The platform at a glance; "today" is the last 24 hours. `worst` are the restaurants with the lowest scores."""

    version: str
    started_at: int
    now: int
    restaurants: int
    calls_today: int
    calls_now: int
    reservations_today: int
    queue: QueueDepth
    success_rate: float | None
    negative_rate: float | None
    cost_cents_today: float
    last_minute: LastMinute
    machine: MachineView
    backup: BackupState
    worst: list[HealthRow]


class LiveSecond(Served, frozen=True, kw_only=True):
    """The last second of the server that is asked, until `at`."""

    at: int
    cpu: float
    memory: float
    loop_lag_ms: float


class LiveView(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What `/api/admin/stream` tells: all of it in `snapshot`, then each second in `delta` what has changed.

    A restaurant that is told of takes the place of what was known of it; those in `gone` are no more.
    `lines` are those that the server has logged meanwhile; those of before are asked for.
    """

    at: int
    second: LiveSecond | None = None
    overview: Overview | None = None
    restaurants: list[HealthRow] = []
    gone: list[str] = []
    lines: list[LogLine] = []
