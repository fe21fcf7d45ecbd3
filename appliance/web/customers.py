"""A restaurant's guests: found, known, remembered — and, when they ask for it, handed out or erased."""

from typing import Annotated

from litestar import Controller, delete, get, patch
from litestar.params import JSONBody, QueryParameter

from appliance import contract
from appliance.domain.access import Permission
from appliance.web.parameters import Id, Limit, Offset, TheGuests, ThePrivacy, TheRestaurants

Words = Annotated[str, QueryParameter(max_length=100, description="A part of the name or of the number.")]
Cancel = Annotated[bool, QueryParameter(description="Cancel the bookings that are still to come, too.")]


class Customers(Controller):
    path = "/api/restaurants/{restaurant_id:str}/customers"
    tags = ("Guests",)

    @get(permission=Permission.GUESTS_READ, summary="List the guests by name, or find some")
    async def every(
        self,
        *,
        restaurants: TheRestaurants,
        guests: TheGuests,
        restaurant_id: Id,
        q: Words = "",
        limit: Limit = 100,
        offset: Offset = 0,
    ) -> contract.Page[contract.CustomerRow]:
        return await guests.page(restaurants.one(restaurant_id), words=q, limit=limit, offset=offset)

    @get(
        "/{customer_id:str}",
        permission=Permission.GUESTS_READ,
        summary="Show one guest: visits, needs, bookings past and to come",
    )
    async def one(
        self, *, restaurants: TheRestaurants, guests: TheGuests, restaurant_id: Id, customer_id: Id
    ) -> contract.CustomerDetail:
        return await guests.one(restaurants.one(restaurant_id), customer_id)

    @patch(
        "/{customer_id:str}",
        permission=Permission.GUESTS_WRITE,
        summary="Correct a guest's name or needs, note something, mark a VIP",
    )
    async def edit(
        self,
        *,
        restaurants: TheRestaurants,
        guests: TheGuests,
        restaurant_id: Id,
        customer_id: Id,
        data: JSONBody[contract.CustomerPatch],
    ) -> contract.CustomerDetail:
        return await guests.edit(restaurants.one(restaurant_id), customer_id, data)

    @get(
        "/{customer_id:str}/export",
        permission=Permission.GUESTS_ERASE,
        summary="Hand out all that is stored of a guest",
    )
    async def export(
        self, *, restaurants: TheRestaurants, privacy: ThePrivacy, restaurant_id: Id, customer_id: Id
    ) -> contract.CustomerExport:
        return await privacy.export(restaurants.one(restaurant_id), customer_id)

    @delete(
        "/{customer_id:str}",
        permission=Permission.GUESTS_ERASE,
        summary="Erase a guest, and all that was said on their calls",
    )
    async def erase(
        self,
        *,
        restaurants: TheRestaurants,
        privacy: ThePrivacy,
        restaurant_id: Id,
        customer_id: Id,
        cancel: Cancel = False,
    ) -> None:
        await privacy.erase(restaurants.one(restaurant_id), customer_id, cancel=cancel)
