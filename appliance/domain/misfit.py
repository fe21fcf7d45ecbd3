"""Which bookings a house that has changed cannot keep as they are, so that somebody calls the guests."""

from datetime import date
from enum import StrEnum

from msgspec.structs import replace

from appliance.domain.hours import minute_of, shift_running
from appliance.domain.nights import night_of
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
    if not shift_running(card, day, minute):
        without_closures = replace(card, closures=())
        return Misfit.CLOSED if shift_running(without_closures, day, minute) else Misfit.OUTSIDE_HOURS
    return None if card.in_service(booked.table_ids, night_of(day, minute)) else Misfit.TABLE_OUT
