"""The staff's book: bookings, days, tables, who waits."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from appliance.contract.values import Clock, Day, Guests, HighChairs, Name, Notes, Tables, Wants


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
