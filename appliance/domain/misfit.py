"""Which bookings a house that has changed cannot keep as they are, so that somebody calls the guests."""

from datetime import date, timedelta
from enum import StrEnum

from msgspec.structs import replace

from appliance.domain.hours import minute_of, receives_at
from appliance.domain.nights import NIGHT_ENDS
from appliance.domain.reservation import Reservation
from appliance.domain.restaurant import RestaurantCard


class Misfit(StrEnum):
    """What is in the way of a booking."""

    CLOSED = "closed"
    OUTSIDE_HOURS = "outside_hours"
    TABLE_OUT = "table_out"


def misfit(card: RestaurantCard, booked: Reservation) -> Misfit | None:
    """Why the booking does not suit the house as the card has it; None when it does."""
    day, minute = date.fromisoformat(booked.date), minute_of(booked.time)
    if not receives_at(card, day, minute):
        without_closures = replace(card, closures=())
        return Misfit.CLOSED if receives_at(without_closures, day, minute) else Misfit.OUTSIDE_HOURS
    return Misfit.TABLE_OUT if _out(card, booked, day, minute) else None


def _out(card: RestaurantCard, booked: Reservation, day: date, minute: int) -> bool:
    """Whether one of its tables is out of service then; in the small hours that counts which was on the evening."""
    evening = day - timedelta(days=1) if minute < NIGHT_ENDS else day
    tables = (card.tables_by_id.get(table_id) for table_id in booked.table_ids)
    return any(table is None or not table.serves(evening) for table in tables)
