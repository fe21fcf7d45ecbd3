"""What staff change of a restaurant: hours, closed and special days, the floor."""

import re
from typing import Annotated

from litestar import Controller, delete, get, patch, post, put
from litestar.enums import RequestEncodingType
from litestar.params import BodyKwarg, JSONBody, PathParameter, QueryParameter

from appliance import contract
from appliance.domain.access import Permission
from appliance.errors import Invalid, NotFound
from appliance.services.edits import written
from appliance.services.views import page
from appliance.web.book import DATE, iso_date
from appliance.web.conditions import ON_CONDITION, OnlyIf
from appliance.web.parameters import Id, TheHouse, TheRestaurants

OnDate = Annotated[str, QueryParameter(name="date", description="The date, as 2026-11-28.", schema_extra=DATE)]
OfDay = Annotated[str, PathParameter(description="The date, as 2026-11-28.", schema_extra=DATE)]
OfShift = Annotated[str, QueryParameter(description="The shift that is closed; empty where the whole day is.")]
_YEAR = re.compile("20[0-9]{2}")
# Not a number: the parser takes "null" for none.
OfYear = Annotated[
    str | None, QueryParameter(description="This year when left out.", schema_extra={"pattern": f"^{_YEAR.pattern}$"})
]

# Not a JSONBody with a Meta: the bounds would get lost on the way.
Week = Annotated[list[contract.ShiftFile], BodyKwarg(media_type=RequestEncodingType.JSON, max_items=50)]
Services = Annotated[
    list[contract.ServiceFile], BodyKwarg(media_type=RequestEncodingType.JSON, min_items=1, max_items=10)
]


class HouseRoutes(Controller):
    path = "/api/restaurants/{restaurant_id:str}"
    tags = ("Restaurants",)

    @get("/hours", permission=Permission.RESTAURANT_READ, **ON_CONDITION, summary="Show the week's hours")
    async def hours(self, restaurants: TheRestaurants, restaurant_id: Id) -> contract.Page[contract.ShiftFile]:
        return _whole(written(restaurants.one(restaurant_id)).shifts)

    @put("/hours", permission=Permission.RESTAURANT_WRITE, summary="Write the week's hours anew")
    async def set_hours(
        self, house: TheHouse, restaurant_id: Id, only_if: OnlyIf, data: Week
    ) -> contract.RestaurantChange:
        return await house.hours(restaurant_id, data, only_if=only_if)

    @get(
        "/special-days",
        permission=Permission.RESTAURANT_READ,
        **ON_CONDITION,
        summary="List the dates with hours of their own",
    )
    async def special_days(
        self, restaurants: TheRestaurants, restaurant_id: Id
    ) -> contract.Page[contract.SpecialDayFile]:
        return _whole(written(restaurants.one(restaurant_id)).special_days)

    @get(
        "/special-days/{day:str}",
        permission=Permission.RESTAURANT_READ,
        summary="Show a date's own hours",
    )
    async def special_day(self, restaurants: TheRestaurants, restaurant_id: Id, day: OfDay) -> contract.SpecialDayFile:
        wanted = iso_date(day)
        found = (one for one in written(restaurants.one(restaurant_id)).special_days if one.date == wanted)
        if special := next(found, None):
            return special
        raise NotFound("{date} has no hours of its own.", date=wanted)

    @put("/special-days/{day:str}", permission=Permission.RESTAURANT_WRITE, summary="Give a date hours of its own")
    async def set_special_day(
        self, *, house: TheHouse, restaurant_id: Id, day: OfDay, only_if: OnlyIf, data: Services
    ) -> contract.RestaurantChange:
        return await house.special_day(restaurant_id, iso_date(day), data, only_if=only_if)

    @delete(
        "/special-days/{day:str}",
        status_code=200,
        permission=Permission.RESTAURANT_WRITE,
        summary="Give a date the hours of its weekday again",
    )
    async def set_usual_day(
        self, house: TheHouse, restaurant_id: Id, day: OfDay, only_if: OnlyIf
    ) -> contract.RestaurantChange:
        return await house.usual_day(restaurant_id, iso_date(day), only_if=only_if)

    @get("/closures", permission=Permission.RESTAURANT_READ, **ON_CONDITION, summary="List the closed days")
    async def closures(self, restaurants: TheRestaurants, restaurant_id: Id) -> contract.Page[contract.ClosureFile]:
        return _whole(written(restaurants.one(restaurant_id)).closures)

    @post(
        "/closures", status_code=200, permission=Permission.RESTAURANT_WRITE, summary="Close days, or a shift of them"
    )
    async def close(
        self, house: TheHouse, restaurant_id: Id, only_if: OnlyIf, data: JSONBody[contract.ClosingFile]
    ) -> contract.RestaurantChange:
        return await house.close(restaurant_id, data, only_if=only_if)

    @delete(
        "/closures",
        status_code=200,
        permission=Permission.RESTAURANT_WRITE,
        summary="Open a closed day, or a closed shift of it, again",
    )
    async def reopen(
        self, *, house: TheHouse, restaurant_id: Id, only_if: OnlyIf, date: OnDate, shift: OfShift = ""
    ) -> contract.RestaurantChange:
        return await house.reopen(restaurant_id, iso_date(date), shift, only_if=only_if)

    @get(
        "/holidays",
        permission=Permission.RESTAURANT_READ,
        summary="List the public holidays of the region, and what is done then",
    )
    async def holidays(
        self, house: TheHouse, restaurant_id: Id, year: OfYear = None
    ) -> contract.Page[contract.HolidayRow]:
        return _whole(await house.holidays(restaurant_id, None if year is None else _year(year)))

    @post(
        "/holidays/close",
        status_code=200,
        permission=Permission.RESTAURANT_WRITE,
        summary="Close on public holidays, under their names",
    )
    async def close_holidays(
        self, house: TheHouse, restaurant_id: Id, only_if: OnlyIf, data: JSONBody[contract.HolidaysFile]
    ) -> contract.RestaurantChange:
        return await house.close_holidays(restaurant_id, data.dates, only_if=only_if)

    @get(
        "/floor",
        permission=Permission.RESTAURANT_READ,
        **ON_CONDITION,
        summary="Show the areas, their tables, and which can be joined",
    )
    async def floor(self, restaurants: TheRestaurants, restaurant_id: Id) -> contract.FloorFile:
        file = written(restaurants.one(restaurant_id))
        return contract.FloorFile(areas=file.areas, joined=file.joined)

    @put(
        "/floor",
        permission=Permission.RESTAURANT_WRITE,
        summary="Write the floor anew; tables are known by their names",
    )
    async def set_floor(
        self, house: TheHouse, restaurant_id: Id, only_if: OnlyIf, data: JSONBody[contract.FloorFile]
    ) -> contract.RestaurantChange:
        return await house.floor(restaurant_id, data, only_if=only_if)

    @patch(
        "/tables/{table_id:str}",
        permission=Permission.RESTAURANT_WRITE,
        summary="Rename a table, put it out of service, or back",
    )
    async def table(
        self, *, house: TheHouse, restaurant_id: Id, table_id: Id, only_if: OnlyIf, data: JSONBody[contract.TableEdit]
    ) -> contract.RestaurantChange:
        return await house.table(restaurant_id, table_id, data, only_if=only_if)


def _whole(rows: list[contract.T]) -> contract.Page[contract.T]:
    """A list that is short enough for one page."""
    return page(rows, total=len(rows), offset=0)


def _year(text: str) -> int:
    if not _YEAR.fullmatch(text):
        raise Invalid("year: must be a year such as 2026")
    return int(text)
