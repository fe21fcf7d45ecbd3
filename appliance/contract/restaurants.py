"""Restaurants as they are shown, and what a change of one comes to."""

from msgspec import Struct

from appliance.contract.tools import OpenSpan


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
