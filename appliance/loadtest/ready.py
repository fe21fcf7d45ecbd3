"""What `maitre demo --json` says when it is ready; scripts rely on exactly these fields."""

from msgspec import Struct


class RestaurantInfo(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    plan: str
    agent_id: str
    phone: str
    timezone: str


class DemoReady(Struct, frozen=True, kw_only=True):
    url: str
    retell_api_key: str
    admin_token: str
    restaurants: list[RestaurantInfo]
