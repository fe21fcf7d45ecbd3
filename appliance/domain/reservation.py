"""What a reservation is and which states it passes."""

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from appliance.domain.hours import Stay
from appliance.domain.needs import left_of


class ReservationStatus(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    SEATED = "seated"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


HOLDING = frozenset({ReservationStatus.PENDING, ReservationStatus.CONFIRMED, ReservationStatus.SEATED})
"""The states in which a reservation holds its tables."""

CAME = frozenset({ReservationStatus.SEATED, ReservationStatus.COMPLETED})
"""The states of a party that has come."""


EXPECTED = frozenset({ReservationStatus.PENDING, ReservationStatus.CONFIRMED})
"""Those of them whose party has not come yet."""


MEAL_MS = 4 * 3_600_000
"""Whoever comes twice within that comes to one meal, whatever services the house makes of it."""


class Source(StrEnum):
    """Who made the booking; `analysis` is a wish found only after the call."""

    PHONE_AGENT = "phone_agent"
    ANALYSIS = "analysis"
    WAITLIST = "waitlist"
    STAFF = "staff"
    WALK_IN = "walk_in"
    IMPORT = "import"


class Reservation(Struct, frozen=True, kw_only=True):
    """One booking. `date` (ISO) and `time` (HH:MM) are the restaurant's wall clock; what ends in `_at` is Unix ms.

    The guests should leave at `ends_at`; the tables are held until `free_at`. A pending one that nobody confirms by
    `pending_until` is given up; without it, it waits for the staff. `area_wished`: the guest asked for that area.
    """

    id: str
    restaurant_id: str
    date: str
    time: str
    starts_at: int
    ends_at: int
    free_at: int
    party_size: int
    status: ReservationStatus
    name: str
    phone: str = ""
    shift: str = ""
    area_id: str = ""
    area_wished: bool = False
    table_ids: tuple[str, ...] = ()
    notes: str = ""
    needs: tuple[str, ...] = ()
    high_chairs: int = 0
    deposit_cents: int = 0
    pending_until: int | None = None
    seated_at: int | None = None
    source: Source = Source.PHONE_AGENT
    call_id: str = ""
    customer_id: str = ""
    created_at: int = 0
    updated_at: int = 0

    def told_more(
        self, *, notes: str, needs: Iterable[str], dropped: Collection[str] = (), most_chairs: int | None = None
    ) -> Self:
        """With notes and needs beside those that it has: what was said once is not lost, unless it is taken back."""
        both = dict.fromkeys(part for text in (self.notes, notes) for part in text.split("; ") if part)
        return replace(
            self,
            notes="; ".join(both),
            needs=left_of(dict.fromkeys((*self.needs, *needs)), dropped),
            high_chairs=self.high_chairs if most_chairs is None else min(self.high_chairs, most_chairs),
        )

    @property
    def quarters(self) -> range:
        """The quarters of an hour, counted from the Unix epoch, that its tables are held for."""
        return Stay(starts_at=self.starts_at, ends_at=self.ends_at, free_at=self.free_at).quarters

    def is_of_meal(self, starts_at: int) -> bool:
        """Whether a table from then on would be for the same meal."""
        return abs(self.starts_at - starts_at) < MEAL_MS

    @property
    def is_offer(self) -> bool:
        """Whether it keeps a table for somebody of the waiting list, who has not said yes."""
        return self.source is Source.WAITLIST and self.status is ReservationStatus.PENDING

    def is_lapsed(self, now_ms: int) -> bool:
        """Whether it waited for a yes for as long as it was to."""
        until = self.pending_until
        return self.status is ReservationStatus.PENDING and until is not None and until <= now_ms
