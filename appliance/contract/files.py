"""A restaurant as an operator writes it down."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from appliance.contract.values import (
    ApiRequests,
    Buffer,
    Cents,
    Clock,
    EventParty,
    Grace,
    HighChairs,
    Horizon,
    KeptDays,
    Minutes,
    Name,
    Notice,
    PlanWord,
    Region,
    Seats,
    TransferNumber,
    Url,
    Weekday,
)


class Written(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    pass


class TableFile(Written, frozen=True, kw_only=True):
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


class AreaFile(Written, frozen=True, kw_only=True):
    name: Name
    synonyms: list[Name] = []
    tables: list[TableFile] = []


class JoinedFile(Written, frozen=True, kw_only=True):
    """Tables, by name, that can be joined, and how many the whole seats."""

    tables: Annotated[list[Name], Meta(min_length=2, max_length=10)]
    seats: Seats


class TurnFile(Written, frozen=True, kw_only=True):
    """Parties of up to `party` stay for `minutes`."""

    party: Seats
    minutes: Minutes


class ServiceFile(Written, frozen=True, kw_only=True):
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


class SpecialDayFile(Written, frozen=True, kw_only=True):
    """A date with services of its own, in place of its weekday's."""

    date: date
    shifts: Annotated[list[ServiceFile], Meta(min_length=1, max_length=10)]


class ClosureFile(Written, frozen=True, kw_only=True):
    """A date without service, or without one shift."""

    date: date
    shift: str = ""
    reason: str = ""


class RestaurantFile(Written, frozen=True, kw_only=True):
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


class FloorFile(Written, frozen=True, kw_only=True):
    """A whole floor. Tables and areas are known by their names: those that stay keep their ids and their bookings."""

    areas: Annotated[list[AreaFile], Meta(max_length=100)]
    joined: Annotated[list[JoinedFile], Meta(max_length=500)] = []
