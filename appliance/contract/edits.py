"""A restaurant as it is changed, part by part."""

from datetime import date
from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType, field

from appliance.contract.files import Written
from appliance.contract.values import (
    ApiRequests,
    Buffer,
    Cents,
    Day,
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
)


class RulesEdit(Written, frozen=True, kw_only=True):
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


class TermsEdit(Written, frozen=True, kw_only=True):
    """What should become different of what the operator and a restaurant agreed; they mean what they do in its file."""

    plan: PlanWord | UnsetType = UNSET
    plan_until: date | UnsetType | None = UNSET
    api_requests: ApiRequests | UnsetType | None = UNSET
    enforce_webhooks: bool | UnsetType = UNSET


class TableEdit(Written, frozen=True, kw_only=True):
    """What should become different of a table; null for both dates ends its outage."""

    name: Name | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    accessible: bool | UnsetType = UNSET
    out_from: date | UnsetType | None = UNSET
    out_until: date | UnsetType | None = UNSET


class ClosingFile(Written, frozen=True, kw_only=True):
    """Days to close: one `date`, or all `from` one `to` another; as a whole, or without the `shift` named."""

    date: Day | None = None
    first: Day | None = field(name="from", default=None)
    last: Day | None = field(name="to", default=None)
    shift: Annotated[str, Meta(max_length=80)] = ""
    reason: Annotated[str, Meta(max_length=200)] = ""


class HolidaysFile(Written, frozen=True, kw_only=True):
    """Public holidays on which to close."""

    dates: Annotated[list[date], Meta(min_length=1, max_length=100)]
