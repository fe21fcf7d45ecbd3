"""A restaurant's own data: its card and its rules, its calls."""

from litestar import Controller, get, patch
from litestar.params import JSONBody

from appliance import contract
from appliance.domain.access import Permission
from appliance.services.views import restaurant_detail
from appliance.web.parameters import Id, Limit, Offset, TheHouse, ThePrincipal, TheRestaurants, TheViews


class Restaurants(Controller):
    path = "/api/restaurants"
    tags = ("Restaurants",)

    @get(permission=Permission.RESTAURANT_READ, summary="List the restaurants")
    async def every(
        self, views: TheViews, principal: ThePrincipal, limit: Limit = 100, offset: Offset = 0
    ) -> contract.Page[contract.RestaurantRow]:
        return views.restaurants(principal, limit=limit, offset=offset)

    @get("/{restaurant_id:str}", permission=Permission.RESTAURANT_READ, summary="Show one restaurant")
    async def one(self, restaurants: TheRestaurants, restaurant_id: Id) -> contract.RestaurantDetail:
        return restaurant_detail(restaurants.one(restaurant_id))

    @patch(
        "/{restaurant_id:str}",
        permission=Permission.RESTAURANT_WRITE,
        summary="Change a restaurant's rules; pause or resume it",
    )
    async def rules(
        self, house: TheHouse, restaurant_id: Id, data: JSONBody[contract.RulesEdit]
    ) -> contract.RestaurantChange:
        return await house.rules(restaurant_id, data)

    @get("/{restaurant_id:str}/calls", permission=Permission.CALLS_READ, summary="List the calls, newest first")
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

    @get(
        "/{restaurant_id:str}/calls/{call_id:str}",
        permission=Permission.CALLS_READ,
        summary="Show one call: events, transcript, tools, bookings",
    )
    async def call(
        self, restaurants: TheRestaurants, views: TheViews, restaurant_id: Id, call_id: Id
    ) -> contract.CallDetail:
        return await views.call(restaurants.one(restaurant_id), call_id)
