"""What callers left word of: to read, and to tick off."""

from typing import Annotated

from litestar import Controller, get, post
from litestar.params import QueryParameter

from appliance import contract
from appliance.domain.access import Permission
from appliance.web.parameters import Id, Limit, Offset, TheMessages, TheRestaurants

# The parameter's own name would hide what opens files.
OpenOnly = Annotated[bool, QueryParameter(name="open", description="Only those that nobody has seen to.")]


class Messages(Controller):
    path = "/api/restaurants/{restaurant_id:str}/messages"
    tags = ("Messages",)

    @get(permission=Permission.BOOK_READ, summary="List what callers left word of, newest first")
    async def every(
        self,
        *,
        restaurants: TheRestaurants,
        messages: TheMessages,
        restaurant_id: Id,
        open_only: OpenOnly = False,
        limit: Limit = 100,
        offset: Offset = 0,
    ) -> contract.Page[contract.MessageRow]:
        card = restaurants.one(restaurant_id)
        return await messages.list(card, open_only=open_only, limit=limit, offset=offset)

    @post(
        "/{message_id:str}/handled",
        status_code=200,
        permission=Permission.BOOK_WRITE,
        summary="Note that somebody has seen to a message",
    )
    async def handled(
        self, restaurants: TheRestaurants, messages: TheMessages, restaurant_id: Id, message_id: Id
    ) -> contract.MessageRow:
        return await messages.handled(restaurants.one(restaurant_id), message_id)
