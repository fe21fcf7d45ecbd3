"""Restaurants from the command line: the same use cases as over HTTP, on the database itself."""

import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from msgspec import Struct

from appliance.clock import SystemClock
from appliance.config import Settings
from appliance.contract import RestaurantChange, RestaurantFile, RulesEdit, TermsEdit
from appliance.errors import Invalid
from appliance.ops.database import opened
from appliance.services.daybooks import DayBooks
from appliance.services.directory import Directory
from appliance.services.house import House
from appliance.services.onboarding import id_of
from appliance.services.restaurants import RestaurantService
from appliance.voice.retell.payloads import PROVIDER
from appliance.web.complaints import field_words


class _Desk(Struct, frozen=True):
    restaurants: RestaurantService
    house: House


def read_file(path: Path) -> RestaurantFile:
    """A restaurant written as TOML, or as JSON where the name ends so. Raises Invalid: what is wrong, and where."""
    try:
        text = path.read_text("utf-8")
        document = msgspec.json.decode(text) if path.suffix == ".json" else tomllib.loads(text)
        return msgspec.convert(document, RestaurantFile)
    except OSError as error:
        raise Invalid(f"{path}: cannot be read: {error.strerror}") from error
    except msgspec.ValidationError as error:
        raise Invalid(f"{path}: {field_words(error, RestaurantFile)}") from error
    except ValueError as error:  # of either format
        raise Invalid(f"{path}: {error}") from error


async def add(settings: Settings, file: RestaurantFile) -> str:
    """Take the restaurant on; its id. Raises Invalid, or Conflict when its id, an agent or a number is taken."""
    async with _desk(settings) as desk:
        card, _ = await desk.restaurants.take_on(file, provider=PROVIDER)
        return card.id


async def edit(settings: Settings, file: RestaurantFile) -> RestaurantChange:
    """Write the restaurant anew that the file names, by its id or else its name.

    Raises Invalid, NotFound, or Conflict when a table would go that bookings name, or a line is another restaurant's.
    """
    async with _desk(settings) as desk:
        return await desk.house.rewrite(id_of(file), file, provider=PROVIDER)


async def set_rules(settings: Settings, restaurant_id: str, rules: RulesEdit) -> RestaurantChange:
    """Raises NotFound."""
    async with _desk(settings) as desk:
        return await desk.house.rules(restaurant_id, rules)


async def set_terms(settings: Settings, restaurant_id: str, terms: TermsEdit) -> RestaurantChange:
    """What was agreed with the restaurant. Raises NotFound."""
    async with _desk(settings) as desk:
        return await desk.house.terms(restaurant_id, terms)


async def remove(settings: Settings, restaurant_id: str, *, although_booked: bool) -> None:
    """Raises NotFound, or Conflict while bookings are to come."""
    async with _desk(settings) as desk:
        await desk.house.remove(restaurant_id, although_booked=although_booked)


async def every(settings: Settings) -> list[RestaurantFile]:
    async with _desk(settings) as desk:
        return [desk.restaurants.file(card.id, provider=PROVIDER) for card in desk.restaurants.all()]


async def one(settings: Settings, restaurant_id: str) -> RestaurantFile:
    """Raises NotFound."""
    async with _desk(settings) as desk:
        return desk.restaurants.file(restaurant_id, provider=PROVIDER)


@asynccontextmanager
async def _desk(settings: Settings) -> AsyncIterator[_Desk]:
    async with opened(settings) as database:
        directory = Directory(database)
        await directory.refresh()
        clock, receivers = SystemClock(), settings.destination_networks
        yield _Desk(
            RestaurantService(database, clock, directory, receivers),
            House(database, clock, directory, DayBooks(database, clock), receivers),
        )
