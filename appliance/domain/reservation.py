"""What a reservation is and which states it passes."""

from enum import StrEnum

from msgspec import Struct


class ReservationStatus(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    SEATED = "seated"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


HOLDING = frozenset({ReservationStatus.PENDING, ReservationStatus.CONFIRMED, ReservationStatus.SEATED})
"""The states in which a reservation holds its tables."""


class Reservation(Struct, frozen=True, kw_only=True):
    """One booking. `date` (ISO) and `time` (HH:MM) are the restaurant's wall clock; `starts_at`, `ends_at` Unix ms."""

    id: str
    restaurant_id: str
    date: str
    time: str
    starts_at: int
    ends_at: int
    party_size: int
    status: ReservationStatus
    name: str
    phone: str = ""
    shift: str = ""
    area_id: str = ""
    table_ids: tuple[str, ...] = ()
    notes: str = ""
    needs: tuple[str, ...] = ()
    source: str = "phone_agent"
    call_id: str = ""
    customer_id: str = ""
    created_at: int = 0
    updated_at: int = 0
