"""A restaurant's own data: its card and its rules, its calls; taking restaurants on and off, and their terms."""

from typing import Annotated

from litestar import Controller, Response, delete, get, patch, post, put
from litestar.params import JSONBody, QueryParameter

from appliance import contract
from appliance.domain.access import Permission
from appliance.voice.retell.payloads import PROVIDER
from appliance.web.conditions import ON_CONDITION, OnlyIf
from appliance.web.created import created
from appliance.web.parameters import Id, Limit, Offset, TheHouse, ThePrincipal, TheRestaurants, TheViews

Force = Annotated[bool, QueryParameter(description="Although bookings are to come.")]


class Restaurants(Controller):
    path = "/api/restaurants"
    tags = ("Restaurants",)

    @get(permission=Permission.RESTAURANT_READ, summary="List the restaurants")
    async def every(
        self, views: TheViews, principal: ThePrincipal, limit: Limit = 100, offset: Offset = 0
    ) -> contract.Page[contract.RestaurantRow]:
        return views.restaurants(principal, limit=limit, offset=offset)

    @post(permission=Permission.PLATFORM_WRITE, summary="Take a restaurant on")
    async def take_on(
        self, restaurants: TheRestaurants, views: TheViews, data: JSONBody[contract.RestaurantFile]
    ) -> Response[contract.RestaurantDetail]:
        card, etag = await restaurants.take_on(data, provider=PROVIDER)
        return created(views.restaurant(card), at=f"{self.path}/{card.id}", ETag=etag)

    @get(
        "/{restaurant_id:str}",
        permission=Permission.RESTAURANT_READ,
        **ON_CONDITION,
        summary="Show one restaurant",
    )
    async def one(self, restaurants: TheRestaurants, views: TheViews, restaurant_id: Id) -> contract.RestaurantDetail:
        return views.restaurant(restaurants.one(restaurant_id))

    @put(
        "/{restaurant_id:str}",
        permission=Permission.PLATFORM_WRITE,
        summary="Write a whole restaurant anew; only whether it is paused stays",
    )
    async def rewrite(
        self, house: TheHouse, restaurant_id: Id, only_if: OnlyIf, data: JSONBody[contract.RestaurantFile]
    ) -> contract.RestaurantChange:
        return await house.rewrite(restaurant_id, data, provider=PROVIDER, only_if=only_if)

    @patch(
        "/{restaurant_id:str}",
        permission=Permission.RESTAURANT_WRITE,
        summary="Change a restaurant's rules; pause or resume it",
    )
    async def rules(
        self, house: TheHouse, restaurant_id: Id, only_if: OnlyIf, data: JSONBody[contract.RulesEdit]
    ) -> contract.RestaurantChange:
        return await house.rules(restaurant_id, data, only_if=only_if)

    @delete(
        "/{restaurant_id:str}",
        permission=Permission.PLATFORM_WRITE,
        summary="Take a restaurant off, with its book, its guests and its calls",
    )
    async def remove(self, *, house: TheHouse, restaurant_id: Id, only_if: OnlyIf, force: Force = False) -> None:
        await house.remove(restaurant_id, although_booked=force, only_if=only_if)

    @patch(
        "/{restaurant_id:str}/terms",
        permission=Permission.PLATFORM_WRITE,
        summary="Change what was agreed with a restaurant: its plan, its limits",
    )
    async def terms(
        self, house: TheHouse, restaurant_id: Id, only_if: OnlyIf, data: JSONBody[contract.TermsEdit]
    ) -> contract.RestaurantChange:
        return await house.terms(restaurant_id, data, only_if=only_if)

    @get(
        "/{restaurant_id:str}/file",
        permission=Permission.PLATFORM_READ,
        **ON_CONDITION,
        summary="Show a whole restaurant, with its agents and numbers, as it is written down",
    )
    async def file(self, restaurants: TheRestaurants, restaurant_id: Id) -> contract.RestaurantFile:
        return restaurants.file(restaurant_id, provider=PROVIDER)

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
