"""The wire: what the server says and its clients — scripts, the console — read. Times are Unix milliseconds."""

from datetime import date
from typing import Annotated, Any, Generic, Literal, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType

T = TypeVar("T")


class Page(Struct, Generic[T], frozen=True, kw_only=True):
    """A page of a list; `next` is the offset of the following page, null on the last."""

    items: list[T]
    total: int
    next: int | None = None


# --- live tools ---


class Slot(Struct, frozen=True, kw_only=True):
    """A start a guest may choose: ISO date and HH:MM."""

    date: str
    time: str


class Booking(Struct, frozen=True, kw_only=True):
    """A reservation as the agent sees it."""

    id: str
    date: str
    time: str
    party_size: int
    area: str
    status: str
    name: str


class OpenSpan(Struct, frozen=True, kw_only=True):
    """One span of service; `weekday` counts from Monday = 0."""

    weekday: int
    shift: str
    opens: str
    last_seating: str
    closes: str


class ToolAnswer(Struct, frozen=True, kw_only=True):
    """What a live tool answers: `say` is for the caller; `date`, `time`, `party_size` are as they were understood."""

    ok: bool
    code: str
    say: str
    date: str | UnsetType = UNSET
    time: str | UnsetType = UNSET
    party_size: int | UnsetType = UNSET
    area: str | UnsetType = UNSET
    available: bool | UnsetType = UNSET
    alternatives: list[Slot] | UnsetType = UNSET
    reservation: Booking | UnsetType = UNSET
    reservations: list[Booking] | UnsetType = UNSET
    hours: list[OpenSpan] | UnsetType = UNSET
    closures: list[str] | UnsetType = UNSET


# --- restaurants and their book ---


class AreaView(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    synonyms: list[str]


class TableView(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    area: str
    capacity: int
    min_party: int
    shifts: list[str]
    active: bool


class ClosureView(Struct, frozen=True, kw_only=True):
    date: str
    shift: str | None
    reason: str


class RestaurantRow(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    plan: str
    status: str
    timezone: str
    locale: str
    phone: str


class RestaurantDetail(RestaurantRow, frozen=True, kw_only=True):
    max_party: int
    min_notice_minutes: int
    horizon_days: int
    notify_url: str
    areas: list[AreaView]
    tables: list[TableView]
    hours: list[OpenSpan]
    closures: list[ClosureView]


class ReservationRow(Struct, frozen=True, kw_only=True):
    id: str
    date: str
    time: str
    party_size: int
    status: str
    name: str
    phone: str
    area: str
    tables: list[str]
    starts_at: int
    ends_at: int
    notes: str
    needs: list[str]
    source: str
    call_id: str
    created_at: int


# --- calls ---


class CallRow(Struct, frozen=True, kw_only=True):
    call_id: str
    provider: str
    channel: str
    phase: str
    direction: str | None
    from_number: str | None
    to_number: str | None
    started_at: int | None
    ended_at: int | None
    duration_ms: int | None
    ended_because: str | None
    summary: str | None
    sentiment: str | None
    successful: bool | None
    cost_cents: float | None
    first_seen_at: int


class CallEventRow(Struct, frozen=True, kw_only=True):
    event: str
    received_at: int
    applied_at: int


class TurnRow(Struct, frozen=True, kw_only=True):
    role: str
    content: str
    at_s: float | None


class ToolCallRow(Struct, frozen=True, kw_only=True):
    """One use of a tool; `ms` is how long the answer took, `replayed` that it was given before."""

    tool: str
    arguments: dict[str, Any]
    answer: dict[str, Any]
    ok: bool
    code: str
    replayed: bool
    ms: float
    at: int


class CallDetail(CallRow, frozen=True, kw_only=True):
    events: list[CallEventRow]
    transcript: list[TurnRow]
    tools: list[ToolCallRow]
    reservations: list[ReservationRow]
    recording_url: str | None
    transferred_to: str | None
    analysis: dict[str, Any] | None


# --- operator ---


class QueueDepth(Struct, frozen=True, kw_only=True):
    ready: int
    running: int
    dead: int
    held: int
    oldest_age_ms: int


class Overview(Struct, frozen=True, kw_only=True):
    """The platform at a glance; "today" is the last 24 hours."""

    version: str
    started_at: int
    now: int
    restaurants: int
    calls_today: int
    calls_now: int
    reservations_today: int
    queue: QueueDepth


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


class Problem(Struct, frozen=True, kw_only=True):
    """RFC 9457. `type` is stable; `instance` is the request's id."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    retryable: bool


# --- health (draft-inadarei-api-health-check-06) ---


class HealthCheck(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One measurement. `output` says what is wrong, and only then."""

    status: str
    time: str
    observedValue: float | UnsetType = UNSET  # noqa: N815 — the draft's name
    observedUnit: str | UnsetType = UNSET  # noqa: N815 — the draft's name
    output: str | UnsetType = UNSET


class Health(Struct, frozen=True, kw_only=True):
    """`status` is pass, warn or fail: the worst of the checks. `checks` are shown to operators only."""

    status: str
    version: str
    checks: dict[str, list[HealthCheck]] | UnsetType = UNSET


# --- a restaurant as an operator writes it down ---

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Clock = Annotated[
    str, Meta(pattern=r"^([01]\d|2[0-9]):[0-5]\d$", description="HH:MM; 24:00 to 29:59 is after midnight.")
]
Name = Annotated[str, Meta(min_length=1, max_length=80)]
Seats = Annotated[int, Meta(ge=1, le=100)]
Minutes = Annotated[int, Meta(ge=1, le=1440)]


class _Written(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    pass


class TableFile(_Written, frozen=True, kw_only=True):
    """A table. `shifts` are the only ones it serves; without it, all. `active = false` takes it out of service."""

    name: Name
    seats: Seats
    min_party: Seats = 1
    shifts: list[Name] = []
    active: bool = True


class AreaFile(_Written, frozen=True, kw_only=True):
    name: Name
    synonyms: list[Name] = []
    tables: list[TableFile] = []


class JoinedFile(_Written, frozen=True, kw_only=True):
    """Tables, by name, that can be joined, and how many the whole seats."""

    tables: Annotated[list[Name], Meta(min_length=2, max_length=10)]
    seats: Seats


class ShiftFile(_Written, frozen=True, kw_only=True):
    """A service on some weekdays. Guests start every `step_minutes` from opens to last_seating, or only at `starts`."""

    name: Name
    days: Annotated[list[Weekday], Meta(min_length=1, max_length=7)]
    opens: Clock
    last_seating: Clock
    closes: Clock
    turn_minutes: Minutes = 120
    step_minutes: Minutes = 30
    starts: list[Clock] = []


class ClosureFile(_Written, frozen=True, kw_only=True):
    """A date without service, or without one shift."""

    date: date
    shift: str = ""
    reason: str = ""


class RestaurantFile(_Written, frozen=True, kw_only=True):
    """A whole restaurant: what `maitre restaurant add` takes and `maitre restaurant export` prints.

    `agents` are Retell agent ids, `numbers` the restaurant's own lines in E.164; by these its calls are known.
    """

    name: Name
    id: Annotated[str, Meta(pattern="^[a-z0-9_]{0,64}$")] = ""
    plan: Literal["basic", "premium", "enterprise"] = "basic"
    timezone: str = "Europe/Madrid"
    locale: Literal["es", "en"] = "es"
    phone: str = ""
    agents: list[Name] = []
    numbers: list[Annotated[str, Meta(pattern=r"^\+[1-9]\d{6,14}$")]] = []
    max_party: Seats = 8
    min_notice_minutes: Annotated[int, Meta(ge=0, le=10_080)] = 30
    horizon_days: Annotated[int, Meta(ge=0, le=730)] = 60
    notify_url: Annotated[str, Meta(pattern=r"^(https?://\S+)?$")] = ""
    areas: list[AreaFile] = []
    joined: list[JoinedFile] = []
    shifts: list[ShiftFile] = []
    closures: list[ClosureFile] = []
