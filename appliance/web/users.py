"""The people of a restaurant, by its owner or an operator."""

from litestar import Controller, Response, delete, get, patch, post
from litestar.params import JSONBody

from appliance import contract
from appliance.domain.access import Permission
from appliance.web.created import created
from appliance.web.parameters import Id, Limit, Offset, ThePrincipal, TheRestaurants, TheUsers


class UserRoutes(Controller):
    path = "/api/restaurants/{restaurant_id:str}/users"
    tags = ("Access",)

    @get(permission=Permission.USERS_READ, summary="List who may sign in for a restaurant")
    async def every(
        self, users: TheUsers, restaurants: TheRestaurants, restaurant_id: Id, limit: Limit = 100, offset: Offset = 0
    ) -> contract.Page[contract.UserRow]:
        return await users.of_restaurant(restaurants.one(restaurant_id).id, limit=limit, offset=offset)

    @post(permission=Permission.USERS_WRITE, summary="Let somebody sign in for a restaurant")
    async def add(
        self,
        users: TheUsers,
        restaurants: TheRestaurants,
        principal: ThePrincipal,
        restaurant_id: Id,
        data: JSONBody[contract.NewUser],
    ) -> Response[contract.UserRow]:
        card = restaurants.one(restaurant_id)
        made = await users.add(principal, data, restaurant_id=card.id)
        return created(made, at=f"/api/restaurants/{card.id}/users/{made.id}")

    @patch(
        "/{user_id:str}",
        permission=Permission.USERS_WRITE,
        summary="Change a user's name, role or password; close or open the account",
    )
    async def edit(
        self,
        *,
        users: TheUsers,
        restaurants: TheRestaurants,
        principal: ThePrincipal,
        restaurant_id: Id,
        user_id: Id,
        data: JSONBody[contract.UserEdit],
    ) -> contract.UserRow:
        return await users.edit(principal, restaurants.one(restaurant_id).id, user_id, data)

    @delete("/{user_id:str}", permission=Permission.USERS_WRITE, summary="Remove a user, with sessions and tokens")
    async def remove(
        self,
        users: TheUsers,
        restaurants: TheRestaurants,
        principal: ThePrincipal,
        restaurant_id: Id,
        user_id: Id,
    ) -> None:
        await users.remove(principal, restaurants.one(restaurant_id).id, user_id)
