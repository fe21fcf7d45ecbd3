"""Agents at Retell from the command line: Retell is asked from here, and the database told which agent is whose."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from msgspec import Struct

from appliance.clock import SystemClock
from appliance.config import Settings
from appliance.errors import ConfigError, MaitreError, PlatformDown
from appliance.ops.database import opened
from appliance.services.daybooks import DayBooks
from appliance.services.directory import Directory
from appliance.services.house import House
from appliance.services.provisioning import Provisioned, Provisioning
from appliance.services.restaurants import RestaurantService
from appliance.store.engine import Database
from appliance.voice.retell.api import Concurrency, RetellApi

_AT_ONCE = 4
"""Restaurants that are looked at together, where the whole must be quick."""


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


class Glance(Struct, frozen=True, kw_only=True):
    """How many calls are on the line and may be, and the agents of as many restaurants as there was time for."""

    calls: Concurrency
    agents: list[Provisioned]
    restaurants: int


async def glance(settings: Settings, *, within_s: float) -> Glance:
    """A look at everything that takes no longer than that. Raises PlatformDown and PlatformRefused for the key."""
    until = asyncio.get_running_loop().time() + within_s
    clock = SystemClock()
    api = RetellApi(clock, url=settings.retell_api_url, key=settings.retell_api_key)
    try:
        async with asyncio.timeout_at(until):
            calls = await api.concurrency()
        if not settings.public_url:
            return Glance(calls=calls, agents=[], restaurants=0)
        async with opened(settings) as database:
            provisioning, ids = await _over(api, settings, database)
            return Glance(calls=calls, agents=await _in_time(provisioning, ids, until), restaurants=len(ids))
    except TimeoutError as error:
        raise PlatformDown(f"The phone platform has not answered within {within_s:g} s.") from error
    finally:
        await api.aclose()


async def _in_time(provisioning: Provisioning, ids: Sequence[str], until: float) -> list[Provisioned]:
    """What is known when time is up, a few restaurants at once."""
    told: list[Provisioned] = []
    left = iter(ids)

    async def look() -> None:
        for id_ in left:
            try:
                told.append(await provisioning.check(id_))
            except MaitreError as error:
                told.append(Provisioned(restaurant_id=id_, problems=[str(error)]))

    with suppress(TimeoutError):
        async with asyncio.timeout_at(until):
            await asyncio.gather(*(look() for _ in range(_AT_ONCE)))
    return told


async def _over(api: RetellApi, settings: Settings, database: Database) -> tuple[Provisioning, list[str]]:
    """What makes agents, and the ids of the restaurants there are."""
    directory, clock = Directory(database), SystemClock()
    await directory.refresh()
    provisioning = Provisioning(
        api,
        RestaurantService(database, clock, directory),
        House(database, clock, directory, DayBooks(database, clock)),
        public_url=settings.public_url,
        voice_id=settings.retell_voice_id,
    )
    return provisioning, [card.id for card in directory.cards()]


@asynccontextmanager
async def _provisioning(settings: Settings) -> AsyncIterator[Provisioning]:
    for name, why in _NEEDED.items():
        if not getattr(settings, name):
            raise ConfigError("{name} is not set: {why}.", name=name, why=why)
    clock = SystemClock()
    api = RetellApi(clock, url=settings.retell_api_url, key=settings.retell_api_key)
    try:
        async with opened(settings) as database:
            provisioning, _ = await _over(api, settings, database)
            yield provisioning
    finally:
        await api.aclose()


_NEEDED = {
    "retell_api_key": "Retell answers only to a key of its workspace",
    "public_url": "the agents must be told where to reach this server",
}
