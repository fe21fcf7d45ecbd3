"""The wire: what the server says and its clients — scripts, the console — read. Times are Unix milliseconds."""

from datetime import date
from typing import Annotated, Any, Generic, Literal, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType, field

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
    """A reservation as the agent sees it.

    `area_wished`: the guest asked for that area. `kept_for_you`: it is a table kept for them from the waiting list, and
    no booking before they say yes. `without_high_chair`: they need one, and none was left. Each is told only when it is
    true.
    """

    id: str
    date: str
    time: str
    party_size: int
    area: str
    status: str
    name: str
    area_wished: bool | UnsetType = UNSET
    kept_for_you: bool | UnsetType = UNSET
    without_high_chair: bool | UnsetType = UNSET


class OpenSpan(Struct, frozen=True, kw_only=True):
    """One span of service; `weekday` counts from Monday = 0."""

    weekday: int
    shift: str
    opens: str
    last_seating: str
    closes: str


class RestaurantStatusView(Struct, frozen=True, kw_only=True):
    """How the restaurant stands right now, in numbers only: who sits there is nobody's business.

    `until` is HH:MM; `opens_next` when it opens the next time. `next_table` is the first start today with a table for
    the party. How many tables and seats are free is told while it is open.
    """

    open: bool
    until: str | None
    opens_next: Slot | None
    next_table: Slot | None
    tables: int
    tables_free_now: int | None
    seats_free_now: int | None


class ToolAnswer(Struct, frozen=True, kw_only=True):
    """What a live tool answers: `say` is for the caller; `date`, `time`, `party_size` are as they were understood.

    `dates` are those to choose from when the one that was said may be either. `transfer_to` is the number to pass the
    caller on to, `reason` why, in one of a few words.
    """

    ok: bool
    code: str
    say: str
    date: str | UnsetType = UNSET
    dates: list[str] | UnsetType = UNSET
    time: str | UnsetType = UNSET
    party_size: int | UnsetType = UNSET
    area: str | UnsetType = UNSET
    available: bool | UnsetType = UNSET
    alternatives: list[Slot] | UnsetType = UNSET
    reservation: Booking | UnsetType = UNSET
    reservations: list[Booking] | UnsetType = UNSET
    hours: list[OpenSpan] | UnsetType = UNSET
    closures: list[str] | UnsetType = UNSET
    status: RestaurantStatusView | UnsetType = UNSET
    transfer_to: str | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    end_call: bool | UnsetType = UNSET


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
    accessible: bool
    out_from: str | None
    out_until: str | None


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
    """`special_days` are the dates with hours of their own.

    The plan is agreed until the end of `plan_until`, everywhere on earth; `plan_now` is the one that counts, and
    `plan_lapsed` says that it is no longer what was agreed. `api_requests` is the quota that the restaurant has in
    place of the plan's.
    """

    plan_until: str | None
    plan_now: str
    plan_lapsed: bool
    api_requests: int | None
    enforce_webhooks: bool
    region: str
    max_party: int
    event_party: int
    min_notice_minutes: int
    horizon_days: int
    buffer_minutes: int
    high_chairs: int | None
    deposit_cents: int
    transfer_number: str
    transfer_when: str
    grace_minutes: int
    waitlist_minutes: int
    guest_days: int
    call_days: int
    notify_url: str
    areas: list[AreaView]
    tables: list[TableView]
    hours: list[OpenSpan]
    special_days: list[str]
    closures: list[ClosureView]


class HolidayRow(Struct, frozen=True, kw_only=True):
    """A public holiday of the restaurant's region. `status` is what the restaurant does then: open, closed, special."""

    date: str
    name_es: str
    name_en: str
    status: str


class AffectedRow(Struct, frozen=True, kw_only=True):
    """A booking that stands, and that the house as it is now cannot keep: somebody should call the guests.

    `why`: closed, outside_hours, or table_out (one of its tables is out of service then).
    """

    id: str
    date: str
    time: str
    party_size: int
    name: str
    phone: str
    why: str


class RestaurantChange(Struct, frozen=True, kw_only=True):
    """A restaurant after a change, and the bookings to come that the change leaves without a place, soonest first.

    `etag` is what the next edit takes as If-Match.
    """

    restaurant: RestaurantDetail
    affected: list[AffectedRow]
    etag: str


class ImportProblem(Struct, frozen=True, kw_only=True):
    """A row that was not taken over, as the spreadsheet counts them (the header is row 1), and why."""

    row: int
    what: str


class ImportReport(Struct, frozen=True, kw_only=True):
    """What became of the rows of a sheet. `skipped` ones were there already, or are of no use here.

    `affected` are the bookings to come that the restaurant cannot keep: changed so by the sheet, or taken from it.
    """

    tab: str
    dry_run: bool
    imported: int
    skipped: int
    problems: list[ImportProblem]
    affected: list[AffectedRow] = []


class CalendarAddress(Struct, frozen=True, kw_only=True):
    """Where calendars find a restaurant's book. Whoever has it can read the book; it is shown this once."""

    url: str


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
    shift: str = ""
    high_chairs: int = 0
    deposit_cents: int = 0
    pending_until: int | None = None
    seated_at: int | None = None


# --- the staff's book ---

Day = Annotated[date, Meta(description="As 2026-11-28.")]
Clock = Annotated[
    str, Meta(pattern=r"^([01]\d|2[0-9]):[0-5]\d$", description="HH:MM; 24:00 to 29:59 is after midnight.")
]
Name = Annotated[str, Meta(min_length=1, max_length=80)]
Guests = Annotated[int, Meta(ge=1, le=1000)]
HighChairs = Annotated[int, Meta(ge=0, le=100)]
Notes = Annotated[str, Meta(max_length=1000)]
Tables = Annotated[list[Name], Meta(min_length=1, max_length=30, description="Names of tables, joined for one party.")]
Wants = Annotated[list[Annotated[str, Meta(min_length=1, max_length=200)]], Meta(max_length=20)]


class NewReservation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A booking as the staff write it down. Without `tables`, the best one is chosen.

    Tables that are named are given at any minute of the opening hours, however many seats they have. `force`: also
    outside the hours, and where the time has passed.
    """

    date: Day
    time: Clock
    party_size: Guests
    name: Name
    phone: Annotated[str, Meta(max_length=40)] = ""
    area: Annotated[str, Meta(max_length=80)] = ""
    tables: Tables | UnsetType = UNSET
    notes: Notes = ""
    needs: Wants = []
    high_chairs: HighChairs | UnsetType = UNSET
    status: Literal["pending", "confirmed"] = "confirmed"
    force: bool = False


class ReservationEdit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What should become different; the rest stays, and so do the tables where they still will do."""

    date: Day | UnsetType = UNSET
    time: Clock | UnsetType = UNSET
    party_size: Guests | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    phone: Annotated[str, Meta(max_length=40)] | UnsetType = UNSET
    area: Annotated[str, Meta(max_length=80)] | UnsetType = UNSET
    tables: Tables | UnsetType = UNSET
    notes: Notes | UnsetType = UNSET
    needs: Wants | UnsetType = UNSET
    high_chairs: HighChairs | UnsetType = UNSET
    force: bool = False


class NewWalkIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A party that stands at the door: at the `tables` named, else at the smallest that is free for long enough."""

    party_size: Guests
    tables: Tables | UnsetType = UNSET
    area: Annotated[str, Meta(max_length=80)] = ""
    name: Annotated[str, Meta(max_length=80)] = ""
    phone: Annotated[str, Meta(max_length=40)] = ""
    notes: Notes = ""
    needs: Wants = []


class WalkIn(Struct, frozen=True, kw_only=True):
    """A party just seated. It has its table `until` then (HH:MM); `full_turn`: that is as long as usual."""

    reservation: ReservationRow
    until: str
    full_turn: bool


class BookRow(ReservationRow, frozen=True, kw_only=True):
    """A reservation as the day book shows it: `kitchen_notes` are for the kitchen, `staff_notes` are all of them."""

    kitchen_notes: list[str]
    staff_notes: list[str]


class ServiceView(Struct, frozen=True, kw_only=True):
    """A service of a day: who comes is counted without those who cancelled or did not come."""

    shift: str
    opens: str
    last_seating: str
    closes: str
    reservations: int
    covers: int


class DayBookView(Struct, frozen=True, kw_only=True):
    """A day and the night that follows it, until five. A closed day shows its bookings all the same."""

    date: str
    status: str
    reason: str
    services: list[ServiceView]
    reservations: list[BookRow]
    covers: int
    totals: dict[str, int]


class CalendarDay(Struct, frozen=True, kw_only=True):
    """`status` is open, closed or special; `occupancy` is how much of the tables' time is held, in per cent."""

    date: str
    status: str
    reason: str
    reservations: int
    covers: int
    occupancy: int


class CalendarView(Struct, frozen=True, kw_only=True):
    month: str
    days: list[CalendarDay]


class BoardParty(Struct, frozen=True, kw_only=True):
    """`since` and `until` are when the party came, or is due, and when it should leave.

    `minutes` are those left to a party that sits, below zero when it is overdue; those until it is due of any other.
    """

    id: str
    name: str
    party_size: int
    status: str
    since: int
    until: int
    minutes: int


class BoardRow(Struct, frozen=True, kw_only=True):
    """A table now: `status` is free, reserved (within the hour), seated, overdue or out_of_service."""

    id: str
    name: str
    area: str
    capacity: int
    status: str
    party: BoardParty | None
    following: BoardParty | None


# --- guests ---


class CustomerRow(Struct, frozen=True, kw_only=True):
    """A guest. `customer_class` is new, regular or vip; `needs` are those of the catalogue that the guest always has.

    `bookings` counts all they ever made, `visits` those they came to, the last one at `last_visit_at`.
    """

    id: str
    name: str
    phone: str
    vip: bool
    customer_class: str
    needs: list[str]
    bookings: int
    visits: int
    no_shows: int
    cancellations: int
    last_visit_at: int | None


class CustomerDetail(CustomerRow, frozen=True, kw_only=True):
    """`notes` are the staff's; `upcoming` is soonest first, `history` latest first.

    Where they sit, when they come and how many they are is by most of their last visits; empty before the first.
    """

    notes: str
    favourite_area: str
    usual_time: str
    usual_party_size: int | None
    created_at: int
    upcoming: list[ReservationRow]
    history: list[ReservationRow]


class CustomerPatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the staff say of a guest; what is left out stays. `needs` by id or in words."""

    name: Annotated[str, Meta(min_length=1, max_length=80)] | UnsetType = UNSET
    vip: bool | UnsetType = UNSET
    notes: Annotated[str, Meta(max_length=2000)] | UnsetType = UNSET
    needs: Annotated[list[Annotated[str, Meta(min_length=1, max_length=80)]], Meta(max_length=20)] | UnsetType = UNSET


class CustomerExport(Struct, frozen=True, kw_only=True):
    """All that is stored of a person, row by row as it is stored; `inbox` is what came in, `outbox` what went out."""

    exported_at: int
    restaurant_id: str
    restaurant: str
    customer: dict[str, Any]
    reservations: list[dict[str, Any]]
    waitlist: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    transfers: list[dict[str, Any]]
    calls: list[dict[str, Any]]
    tool_calls: list[dict[str, Any]]
    tool_answers: list[dict[str, Any]]
    inbox: list[dict[str, Any]]
    outbox: list[dict[str, Any]]


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


class TransferRow(Struct, frozen=True, kw_only=True):
    """A call handed over to a person. `outcome` is requested, answered or unanswered."""

    number: str
    reason: str
    outcome: str
    requested_at: int


class WaitlistRow(Struct, frozen=True, kw_only=True):
    """Somebody who would like a table at one of `times` of that date, or of the night after it.

    `state`: waiting, offered (`reservation_id` is the pending booking that keeps the table), booked, missed, or left.
    """

    id: str
    date: str
    times: list[str]
    party_size: int
    area: str
    name: str
    phone: str
    notes: str
    needs: list[str]
    state: str
    reservation_id: str
    call_id: str
    created_at: int
    updated_at: int


class MessageRow(Struct, frozen=True, kw_only=True):
    """What a caller wants somebody to know. `about`: message, callback, or wish (of a booking)."""

    id: str
    about: str
    name: str
    phone: str
    text: str
    call_id: str
    created_at: int
    handled_at: int | None


class CallDetail(CallRow, frozen=True, kw_only=True):
    events: list[CallEventRow]
    transcript: list[TurnRow]
    tools: list[ToolCallRow]
    reservations: list[ReservationRow]
    transfers: list[TransferRow]
    messages: list[MessageRow]
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


class FieldProblem(Struct, frozen=True, kw_only=True):
    """What is wrong at one place: at the JSON `pointer` in the body, as #/areas/0/name, or with a `parameter`."""

    detail: str
    pointer: str | UnsetType = UNSET
    parameter: str | UnsetType = UNSET


class Problem(Struct, frozen=True, kw_only=True):
    """RFC 9457. `type` is stable; `instance` is the request's id; `title` and `detail` are in the client's language.

    `errors`: where in the request the fault lies, as far as that is known. `alternatives`: starts that have a table.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: str
    retryable: bool
    errors: list[FieldProblem] | UnsetType = UNSET
    alternatives: list[Slot] | UnsetType = UNSET


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
Seats = Annotated[int, Meta(ge=1, le=100)]
Minutes = Annotated[int, Meta(ge=1, le=1440)]
Region = Annotated[str, Meta(pattern=r"^([A-Z]{2}(-[A-Z0-9]{1,3})?)?$", description="ISO 3166, as ES or ES-VC.")]
EventParty = Annotated[int, Meta(ge=0, le=1000)]
Notice = Annotated[int, Meta(ge=0, le=10_080)]
Horizon = Annotated[int, Meta(ge=0, le=730)]
Buffer = Annotated[int, Meta(ge=0, le=240)]
Cents = Annotated[int, Meta(ge=0, le=1_000_000)]
TransferNumber = Annotated[str, Meta(pattern=r"^(\+[1-9]\d{6,14})?$")]
Grace = Annotated[int, Meta(ge=0, le=1440)]
KeptDays = Annotated[int, Meta(ge=1, le=3650)]
ApiRequests = Annotated[int, Meta(ge=1, le=1_000_000)]
PlanWord = Literal["basic", "premium", "enterprise"]
Url = Annotated[str, Meta(pattern=r"^(https?://\S+)?$")]


class _Written(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    pass


class TableFile(_Written, frozen=True, kw_only=True):
    """A table. `shifts` are the only ones it serves; without it, all. `accessible`: it suits a wheelchair.

    `active = false` takes it out of service; `out_from` and `out_until` do so for those dates and all between.
    """

    name: Name
    seats: Seats
    min_party: Seats = 1
    shifts: list[Name] = []
    active: bool = True
    accessible: bool = False
    out_from: date | None = None
    out_until: date | None = None


class AreaFile(_Written, frozen=True, kw_only=True):
    name: Name
    synonyms: list[Name] = []
    tables: list[TableFile] = []


class JoinedFile(_Written, frozen=True, kw_only=True):
    """Tables, by name, that can be joined, and how many the whole seats."""

    tables: Annotated[list[Name], Meta(min_length=2, max_length=10)]
    seats: Seats


class TurnFile(_Written, frozen=True, kw_only=True):
    """Parties of up to `party` stay for `minutes`."""

    party: Seats
    minutes: Minutes


class ServiceFile(_Written, frozen=True, kw_only=True):
    """A service. Guests start every `step_minutes` from opens to last_seating, or only at `starts`.

    They stay for `turn_minutes`, or as `turns` says of parties of their size. At most `max_covers` guests sit down at
    one start; 0 sets no limit.
    """

    name: Name
    opens: Clock
    last_seating: Clock
    closes: Clock
    turn_minutes: Minutes = 120
    step_minutes: Minutes = 30
    starts: list[Clock] = []
    turns: Annotated[list[TurnFile], Meta(max_length=20)] = []
    max_covers: Annotated[int, Meta(ge=0, le=1000)] = 0


class ShiftFile(ServiceFile, frozen=True, kw_only=True):
    """A service on some weekdays."""

    days: Annotated[list[Weekday], Meta(min_length=1, max_length=7)]


class SpecialDayFile(_Written, frozen=True, kw_only=True):
    """A date with services of its own, in place of its weekday's."""

    date: date
    shifts: Annotated[list[ServiceFile], Meta(min_length=1, max_length=10)]


class ClosureFile(_Written, frozen=True, kw_only=True):
    """A date without service, or without one shift."""

    date: date
    shift: str = ""
    reason: str = ""


class RestaurantFile(_Written, frozen=True, kw_only=True):
    """A whole restaurant: what `maitre restaurant add` takes and `maitre restaurant export` prints.

    `agents` are Retell agent ids, `numbers` the restaurant's own lines in E.164; by these its calls are known.
    Parties of up to `max_party` are booked on the phone, larger ones are handed over to a colleague, from
    `event_party` on as a private event. `transfer_number` is that colleague, for calls at any hour or only while open.
    `region` (ES, ES-VC …) says which public holidays are offered as closed days. Without `high_chairs` nobody counts
    them. A freed table is kept for the waiting list for `waitlist_minutes`; a party is done `grace_minutes` after its
    time. Names of guests are kept `guest_days` after their last visit, calls `call_days`.
    After `plan_until` its quota is that of the basic plan. `api_requests` are a quota of its own for a quarter of an
    hour, in place of the plan's. With `enforce_webhooks`, the phone's events beyond 1,000 a minute are answered 429.
    """

    name: Name
    id: Annotated[str, Meta(pattern="^[a-z0-9_]{0,64}$")] = ""
    plan: PlanWord = "basic"
    plan_until: date | None = None
    api_requests: ApiRequests | None = None
    enforce_webhooks: bool = False
    timezone: str = "Europe/Madrid"
    locale: Literal["es", "en"] = "es"
    phone: str = ""
    agents: list[Name] = []
    numbers: list[Annotated[str, Meta(pattern=r"^\+[1-9]\d{6,14}$")]] = []
    region: Region = ""
    max_party: Seats = 8
    event_party: EventParty = 0
    min_notice_minutes: Notice = 30
    horizon_days: Horizon = 60
    buffer_minutes: Buffer = 0
    high_chairs: HighChairs | None = None
    deposit_cents: Cents = 0
    transfer_number: TransferNumber = ""
    transfer_when: Literal["always", "open"] = "always"
    grace_minutes: Grace = 30
    waitlist_minutes: Minutes = 30
    guest_days: KeptDays = 730
    call_days: KeptDays = 180
    notify_url: Url = ""
    areas: list[AreaFile] = []
    joined: list[JoinedFile] = []
    shifts: list[ShiftFile] = []
    special_days: list[SpecialDayFile] = []
    closures: list[ClosureFile] = []


# --- a restaurant as it is changed, part by part ---


class RulesEdit(_Written, frozen=True, kw_only=True):
    """What should become different of a restaurant's rules; the rest stays. They mean what they do in RestaurantFile.

    The agent of a `paused` restaurant takes no bookings.
    """

    name: Name | UnsetType = UNSET
    status: Literal["active", "paused"] | UnsetType = UNSET
    timezone: str | UnsetType = UNSET
    locale: Literal["es", "en"] | UnsetType = UNSET
    phone: str | UnsetType = UNSET
    region: Region | UnsetType = UNSET
    max_party: Seats | UnsetType = UNSET
    event_party: EventParty | UnsetType = UNSET
    min_notice_minutes: Notice | UnsetType = UNSET
    horizon_days: Horizon | UnsetType = UNSET
    buffer_minutes: Buffer | UnsetType = UNSET
    high_chairs: HighChairs | UnsetType | None = UNSET
    deposit_cents: Cents | UnsetType = UNSET
    transfer_number: TransferNumber | UnsetType = UNSET
    transfer_when: Literal["always", "open"] | UnsetType = UNSET
    grace_minutes: Grace | UnsetType = UNSET
    waitlist_minutes: Minutes | UnsetType = UNSET
    guest_days: KeptDays | UnsetType = UNSET
    call_days: KeptDays | UnsetType = UNSET
    notify_url: Url | UnsetType = UNSET


class TermsEdit(_Written, frozen=True, kw_only=True):
    """What should become different of what the operator and a restaurant agreed; they mean what they do in its file."""

    plan: PlanWord | UnsetType = UNSET
    plan_until: date | UnsetType | None = UNSET
    api_requests: ApiRequests | UnsetType | None = UNSET
    enforce_webhooks: bool | UnsetType = UNSET


class TableEdit(_Written, frozen=True, kw_only=True):
    """What should become different of a table; null for both dates ends its outage."""

    name: Name | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    accessible: bool | UnsetType = UNSET
    out_from: date | UnsetType | None = UNSET
    out_until: date | UnsetType | None = UNSET


class FloorFile(_Written, frozen=True, kw_only=True):
    """A whole floor. Tables and areas are known by their names: those that stay keep their ids and their bookings."""

    areas: Annotated[list[AreaFile], Meta(max_length=100)]
    joined: Annotated[list[JoinedFile], Meta(max_length=500)] = []


class ClosingFile(_Written, frozen=True, kw_only=True):
    """Days to close: one `date`, or all `from` one `to` another; as a whole, or without the `shift` named."""

    date: Day | None = None
    first: Day | None = field(name="from", default=None)
    last: Day | None = field(name="to", default=None)
    shift: Annotated[str, Meta(max_length=80)] = ""
    reason: Annotated[str, Meta(max_length=200)] = ""


class HolidaysFile(_Written, frozen=True, kw_only=True):
    """Public holidays on which to close."""

    dates: Annotated[list[date], Meta(min_length=1, max_length=100)]


RoleWord = Literal["operator", "owner", "manager", "staff"]
ScopeWord = Literal[
    "account",
    "book:read",
    "book:write",
    "calls:read",
    "guests:read",
    "guests:write",
    "guests:erase",
    "restaurant:read",
    "restaurant:write",
    "export",
    "users:read",
    "users:write",
    "platform:read",
    "platform:write",
]
Password = Annotated[str, Meta(min_length=1, max_length=1000)]
Email = Annotated[str, Meta(min_length=3, max_length=254)]


class Login(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    email: Email
    password: Password


class Refresh(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    refresh_token: Annotated[str, Meta(min_length=1, max_length=200)]


class NewPassword(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    old_password: Password
    new_password: Password


class Tokens(Struct, frozen=True, kw_only=True):
    """`access_token` is good for `expires_in` seconds; then `refresh_token` gives the next pair, once."""

    access_token: str
    refresh_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 — its kind, not the token


class Me(Struct, frozen=True, kw_only=True):
    """Who the credential belongs to, and what it opens. `restaurant_id` is null for operators, who reach all."""

    id: str
    email: str
    name: str
    role: str
    restaurant_id: str | None
    permissions: list[str]


class UserRow(Struct, frozen=True, kw_only=True):
    id: str
    email: str
    name: str
    role: str
    restaurant_id: str | None
    active: bool
    created_at: int


class NewUser(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    email: Email
    name: Name
    role: RoleWord
    password: Password


class UserEdit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Name | UnsetType = UNSET
    role: RoleWord | UnsetType = UNSET
    password: Password | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class NewToken(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Without `scopes` it may all that its user may; without `days` it does not expire."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    scopes: list[ScopeWord] = []
    days: Annotated[int, Meta(ge=1, le=3650)] | UnsetType = UNSET


class TokenRow(Struct, frozen=True, kw_only=True):
    """`scopes` is empty where it may all that its user may. Times are Unix milliseconds."""

    id: str
    name: str
    scopes: list[str]
    created_at: int
    expires_at: int | None
    last_used_at: int | None


class TokenMade(Struct, frozen=True, kw_only=True):
    """`token` is shown this once."""

    token: str
    row: TokenRow


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


# --- alerts ---


class AlertDelivery(Struct, frozen=True, kw_only=True):
    """A message about an alert to one channel. `state`: waiting, delivered or failed; `error` is of the last try.

    `notice`: opened, worse, reminder, escalated, recovered, or test.
    """

    id: str
    notice: str
    channel: str
    state: str
    at: int
    delivered_at: int | None
    attempts: int
    error: str


class AlertRow(Struct, frozen=True, kw_only=True):
    """Something that is not well, or was. `restaurant_id` is empty where it is of the platform.

    `level`: notice, warning or critical; `state`: open, acknowledged or resolved. `value` is what was last measured, in
    `unit`: share (of 1), seconds, bytes or count. `resolved_by` is empty where it went by itself.
    """

    id: str
    rule: str
    restaurant_id: str
    level: str
    state: str
    message: str
    value: float
    unit: str
    opened_at: int
    seen_at: int
    acknowledged_at: int | None
    acknowledged_by: str
    resolved_at: int | None
    resolved_by: str
    deliveries: list[AlertDelivery]


class AlertTest(Struct, frozen=True, kw_only=True):
    """A message to every channel, to see whether they work."""

    id: str
    deliveries: list[AlertDelivery]
