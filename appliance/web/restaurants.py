"""A restaurant's own data: its card, its book, its calls."""

import datetime as dt
from typing import Annotated

from litestar import Controller, get
from litestar.params import QueryParameter

from appliance import contract
from appliance.errors import Invalid
from appliance.services.views import restaurant_detail
from appliance.web.guards import operators_only
from appliance.web.parameters import Id, Limit, Offset, TheRestaurants, TheViews

OnDate = Annotated[str | None, QueryParameter(description="Only this date, as 2026-11-28.")]


class Restaurants(Controller):
    path = "/api/restaurants"
    tags = ("Restaurants",)
    guards = (operators_only,)

    @get(summary="List the restaurants")
    async def every(
        self, views: TheViews, limit: Limit = 100, offset: Offset = 0
    ) -> contract.Page[contract.RestaurantRow]:
        return views.restaurants(limit=limit, offset=offset)

    @get("/{restaurant_id:str}", summary="Show one restaurant")
    async def one(self, restaurants: TheRestaurants, restaurant_id: Id) -> contract.RestaurantDetail:
        return restaurant_detail(restaurants.one(restaurant_id))

    @get("/{restaurant_id:str}/reservations", summary="Show the reservation book, of one date or whole")
    async def book(
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
        return await views.reservations(card, date=_iso(date), limit=limit, offset=offset)

    @get("/{restaurant_id:str}/calls", summary="List the calls, newest first")
    async def calls(
        self,
        *,
        restaurants: TheRestaurants,
        views: TheViews,
        restaurant_id: Id,
        limit: Limit = 100,
        offset: Offset = 0,
    ) -> contract.Page[contract.CallRow]:
        return await views.calls(restaurants.one(restaurant_id), limit=limit, offset=offset)

    @get("/{restaurant_id:str}/calls/{call_id:str}", summary="Show one call: events, transcript, tools, bookings")
    async def call(
        self, restaurants: TheRestaurants, views: TheViews, restaurant_id: Id, call_id: Id
    ) -> contract.CallDetail:
        return await views.call(restaurants.one(restaurant_id), call_id)


def _iso(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise Invalid("date: must be a date such as 2026-11-28") from None
