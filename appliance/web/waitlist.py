"""The waiting list over HTTP: who would like a table, and to take somebody off the list."""

from typing import Annotated

from litestar import Controller, delete, get
from litestar.params import QueryParameter

from appliance import contract
from appliance.domain.access import Permission
from appliance.web.book import OnDate, iso_date
from appliance.web.parameters import Id, Limit, Offset, TheRestaurants, TheViews, TheWaitlist

# The parameter's own name would hide what opens files.
OpenOnly = Annotated[bool, QueryParameter(name="open", description="Only those who wait or have an offer.")]


class WaitingList(Controller):
    path = "/api/restaurants/{restaurant_id:str}/waitlist"
    tags = ("Staff",)

    @get(permission=Permission.BOOK_READ, summary="List who would like a table, whoever came first before the others")
    async def every(
        self,
        *,
        restaurants: TheRestaurants,
        views: TheViews,
        restaurant_id: Id,
        date: OnDate = None,
        open_only: OpenOnly = False,
        limit: Limit = 100,
        offset: Offset = 0,
    ) -> contract.Page[contract.WaitlistRow]:
        day = iso_date(date) if date is not None else None
        card = restaurants.one(restaurant_id)
        return await views.waitlist(card, day=day, open_only=open_only, limit=limit, offset=offset)

    @delete(
        "/{entry_id:str}",
        permission=Permission.BOOK_WRITE,
        summary="Take somebody off the list, and give up what was offered to them",
    )
    async def leave(self, restaurants: TheRestaurants, waitlist: TheWaitlist, restaurant_id: Id, entry_id: Id) -> None:
        await waitlist.leave(restaurants.one(restaurant_id), entry_id)
