"""The demo's own server: made-up restaurants and keys on data that is the demo's alone."""

import os
import socket
from collections.abc import Sequence
from pathlib import Path
from secrets import token_hex

import msgspec
from msgspec import Struct

from appliance.app import Server
from appliance.clock import Clock
from appliance.config import Settings
from appliance.errors import StartError, Unauthenticated
from appliance.loadtest.ready import DemoReady, RestaurantInfo
from appliance.loadtest.restaurants import DemoRestaurant, demo_restaurants
from appliance.loadtest.scenarios import Line
from appliance.voice.retell.payloads import PROVIDER

_KEYS_FILE = "demo.json"
_LOOKED_ON = 10_000
"""Requests on /api/admin in a quarter of an hour: whoever plays with the demo may watch it as closely as they like."""
_ADMIN = ("demo@maitre.example", "Demo")


class DemoKeys(Struct, frozen=True, kw_only=True):
    """What signs the calls, and what lets a person look inside; the token is empty until an admin exists."""

    retell_api_key: str
    admin_token: str = ""


class DemoHouse:
    """A server with the made-up restaurants in it. A second house on the same data finds them, and its keys, there."""

    def __init__(self, settings: Settings, *, clock: Clock, restaurants: int = 32) -> None:
        self._path = settings.data_dir / _KEYS_FILE
        self._is_first = not self._path.exists()
        self._keys = _read(self._path) or DemoKeys(retell_api_key=f"key_{token_hex(16)}")
        keys = (self._keys.retell_api_key, *settings.retell_webhook_keys)
        looked_on = max(settings.admin_requests, _LOOKED_ON)
        self.server = Server(
            msgspec.structs.replace(settings, retell_webhook_keys=keys, admin_requests=looked_on), clock
        )
        self._demo = demo_restaurants(restaurants)

    async def open(self) -> DemoReady:
        """Start the server and see to it that everything is there. Raises StartError."""
        url = await self.server.start()
        try:
            await self._furnish()
        except BaseException:
            await self.server.stop()
            raise
        return DemoReady(
            url=url,
            retell_api_key=self._keys.retell_api_key,
            admin_token=self._keys.admin_token,
            restaurants=[_info(restaurant) for restaurant in self._demo],
        )

    def lines(self) -> list[Line]:
        return [Line(card=demo.card, agent_id=demo.agent_id, number=demo.number) for demo in self._demo]

    async def _furnish(self) -> None:
        there = {card.id for card in self.server.parts.restaurants.all()}
        if self._is_first:
            _refuse_foreign(there, self._demo)
        for demo in self._demo:
            if demo.card.id not in there:
                await self.server.parts.restaurants.add(
                    demo.card, agents=[(PROVIDER, demo.agent_id)], numbers=[demo.number]
                )
        if not await self._token_works():
            email, name = _ADMIN
            token = await self.server.parts.api_tokens.operator(email=email, name=name)
            self._keys = msgspec.structs.replace(self._keys, admin_token=token)
            _write(self._path, self._keys)

    async def _token_works(self) -> bool:
        try:
            await self.server.parts.api_tokens.principal(self._keys.admin_token)
        except Unauthenticated:  # the first start, or another database than last time
            return False
        return True


def free_port(host: str, wished: int) -> int:
    """`wished` when nobody listens there, else 0, for any."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, wished))
        except OSError:
            return 0
    return wished


def _refuse_foreign(there: set[str], demo: Sequence[DemoRestaurant]) -> None:
    """Made-up restaurants and guests have no business among real ones."""
    foreign = there - {restaurant.card.id for restaurant in demo}
    if foreign:
        raise StartError(
            f"this database holds restaurants that are not the demo's ({min(foreign)}, …); "
            "give the demo a data directory or database of its own"
        )


def _info(demo: DemoRestaurant) -> RestaurantInfo:
    card = demo.card
    return RestaurantInfo(
        id=card.id,
        name=card.name,
        plan=card.plan,
        agent_id=demo.agent_id,
        phone=demo.number,
        timezone=card.timezone,
    )


def _read(path: Path) -> DemoKeys | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=DemoKeys)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise StartError(f"{path} cannot be read: {error}") from error


def _write(path: Path, keys: DemoKeys) -> None:
    """Whole or not at all: half a file would keep every later demo on this data from starting."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(msgspec.json.encode(keys))
    draft.replace(path)
