"""Guests, and all that is stored of one."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from appliance.contract.book import ReservationRow


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
