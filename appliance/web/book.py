"""The staff's book over HTTP: the day and the month, bookings, who came, the tables."""

import datetime as dt
from typing import Annotated, Any

from litestar import Controller, Response, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter

from appliance import contract
from appliance.domain.access import Permission
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.transitions import Deed
from appliance.errors import Invalid
from appliance.services.views import reservation_row
from appliance.web.created import created
from appliance.web.parameters import (
    Id,
    Limit,
    Offset,
    TheAgenda,
    TheFloor,
    TheRestaurants,
    TheStaff,
    TheStaffBooking,
    TheViews,
)

DATE: dict[str, Any] = {"format": "date"}
OnDate = Annotated[str | None, QueryParameter(description="Only this date, as 2026-11-28.", schema_extra=DATE)]
OfDate = Annotated[str, QueryParameter(name="date", description="The date, as 2026-11-28.", schema_extra=DATE)]
Month = Annotated[str, QueryParameter(description="The month, as 2026-12.", schema_extra={"pattern": r"^\d{4}-\d{2}$"})]
At = Annotated[str | None, QueryParameter(description="When, by the restaurant's clock, as 2026-11-28T21:00; or now.")]

TheDeed = FromPath[Deed]


class Book(Controller):
    path = "/api/restaurants/{restaurant_id:str}"
    tags = ("Staff",)

    @get("/reservations", permission=Permission.BOOK_READ, summary="Show the reservation book, of one date or whole")
    async def reservations(
        self,
        *,
        restaurants: TheRestaurants,
        views: TheViews,
        restaurant_id: Id,
        date: OnDate = None,
        limit: Limit = 500,
        offset: Offset = 0,
    ) -> contract.Page[contract.ReservationRow]:
        card = restaurants.one(restaurant_id)
        on = iso_date(date).isoformat() if date is not None else None
        return await views.reservations(card, date=on, limit=limit, offset=offset)

    @post("/reservations", permission=Permission.BOOK_WRITE, summary="Write down a booking")
    async def create(
        self,
        restaurants: TheRestaurants,
        staff_booking: TheStaffBooking,
        restaurant_id: Id,
        data: JSONBody[contract.NewReservation],
    ) -> Response[contract.ReservationRow]:
        card = restaurants.one(restaurant_id)
        made = await staff_booking.create(card, data)
        return created(reservation_row(made, card), at=_address(card, made.id))

    @get("/reservations/{reservation_id:str}", permission=Permission.BOOK_READ, summary="Show one booking")
    async def one(
        self, restaurants: TheRestaurants, views: TheViews, restaurant_id: Id, reservation_id: Id
    ) -> contract.ReservationRow:
        return await views.reservation(restaurants.one(restaurant_id), reservation_id)

    @patch("/reservations/{reservation_id:str}", permission=Permission.BOOK_WRITE, summary="Change or move a booking")
    async def edit(
        self,
        *,
        restaurants: TheRestaurants,
        staff_booking: TheStaffBooking,
        restaurant_id: Id,
        reservation_id: Id,
        data: JSONBody[contract.ReservationEdit],
    ) -> contract.ReservationRow:
        card = restaurants.one(restaurant_id)
        return reservation_row(await staff_booking.edit(card, reservation_id, data), card)

    @post(
        "/reservations/{reservation_id:str}/{deed:str}",
        status_code=200,
        permission=Permission.BOOK_WRITE,
        summary="Confirm, seat, complete, cancel, no-show, reopen a booking",
    )
    async def act(
        self, *, restaurants: TheRestaurants, staff: TheStaff, restaurant_id: Id, reservation_id: Id, deed: TheDeed
    ) -> contract.ReservationRow:
        card = restaurants.one(restaurant_id)
        return reservation_row(await staff.act(card, reservation_id, deed), card)

    @post("/walk-ins", permission=Permission.BOOK_WRITE, summary="Seat a party that came in from the street")
    async def walk_in(
        self, restaurants: TheRestaurants, floor: TheFloor, restaurant_id: Id, data: JSONBody[contract.NewWalkIn]
    ) -> Response[contract.WalkIn]:
        card = restaurants.one(restaurant_id)
        seated = await floor.walk_in(card, data)
        return created(seated, at=_address(card, seated.reservation.id))

    @get(
        "/book",
        permission=Permission.BOOK_READ,
        summary="Show a day: its services, who comes, what the kitchen must know",
    )
    async def book(
        self, restaurants: TheRestaurants, agenda: TheAgenda, restaurant_id: Id, on_date: OfDate
    ) -> contract.DayBookView:
        return await agenda.day(restaurants.one(restaurant_id), iso_date(on_date))

    @get(
        "/calendar",
        permission=Permission.BOOK_READ,
        summary="Show a month: open or closed, bookings, covers, occupancy",
    )
    async def calendar(
        self, restaurants: TheRestaurants, agenda: TheAgenda, restaurant_id: Id, month: Month
    ) -> contract.CalendarView:
        return await agenda.month(restaurants.one(restaurant_id), _first_of(month))

    @get("/tables", permission=Permission.BOOK_READ, summary="Show every table as it is now, or at another time")
    async def tables(
        self, restaurants: TheRestaurants, floor: TheFloor, restaurant_id: Id, at: At = None
    ) -> contract.Page[contract.BoardRow]:
        card = restaurants.one(restaurant_id)
        return await floor.tables(card, None if at is None else _moment(card, at))


def _address(card: RestaurantCard, reservation_id: str) -> str:
    return f"/api/restaurants/{card.id}/reservations/{reservation_id}"


def iso_date(text: str) -> dt.date:
    try:
        return _in_reach(_as_written(text))
    except ValueError:
        raise Invalid("date: must be a date such as 2026-11-28") from None


def _first_of(month: str) -> dt.date:
    try:
        return _in_reach(_as_written(f"{month}-01"))
    except ValueError:
        raise Invalid("month: must be a month such as 2026-12") from None


def _moment(card: RestaurantCard, text: str) -> int:
    try:
        local = dt.datetime.fromisoformat(text)
        _in_reach(local.date())
    except ValueError:
        raise Invalid("at: must be a time such as 2026-11-28T21:00") from None
    return int((local if local.tzinfo else local.replace(tzinfo=card.zone)).timestamp()) * 1000


def _as_written(text: str) -> dt.date:
    """ISO 8601 has other ways to write a date: 20261128, 2026-W48-6."""
    day = dt.date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError(text)
    return day


def _in_reach(day: dt.date) -> dt.date:
    """Clocks and calendars break at their ends."""
    if not 1970 < day.year < 9000:
        raise ValueError(day)
    return day
