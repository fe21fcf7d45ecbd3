"""Agents at Retell from the command line: Retell is asked from here, and the database told which agent is whose."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from appliance.clock import SystemClock
from appliance.config import Settings
from appliance.errors import ConfigError
from appliance.ops.database import opened
from appliance.services.daybooks import DayBooks
from appliance.services.directory import Directory
from appliance.services.house import House
from appliance.services.provisioning import Provisioned, Provisioning
from appliance.services.restaurants import RestaurantService
from appliance.voice.retell.api import RetellApi


async def provision(settings: Settings, restaurant_id: str) -> Provisioned:
    """Raises what `Provisioning.provision` raises, and ConfigError."""
    async with _provisioning(settings) as provisioning:
        return await provisioning.provision(restaurant_id)


async def check(settings: Settings, restaurant_id: str) -> list[Provisioned]:
    """Of the one restaurant, or of all where none is named."""
    async with _provisioning(settings) as provisioning:
        return [await provisioning.check(restaurant_id)] if restaurant_id else await provisioning.check_all()


async def sync(settings: Settings) -> list[Provisioned]:
    async with _provisioning(settings) as provisioning:
        return await provisioning.sync()


@asynccontextmanager
async def _provisioning(settings: Settings) -> AsyncIterator[Provisioning]:
    for name, why in _NEEDED.items():
        if not getattr(settings, name):
            raise ConfigError("{name} is not set: {why}.", name=name, why=why)
    clock = SystemClock()
    api = RetellApi(clock, url=settings.retell_api_url, key=settings.retell_api_key)
    try:
        async with opened(settings) as database:
            directory = Directory(database)
            await directory.refresh()
            yield Provisioning(
                api,
                RestaurantService(database, clock, directory),
                House(database, clock, directory, DayBooks(database, clock)),
                public_url=settings.public_url,
                voice_id=settings.retell_voice_id,
            )
    finally:
        await api.aclose()


_NEEDED = {
    "retell_api_key": "Retell answers only to a key of its workspace",
    "public_url": "the agents must be told where to reach this server",
}
