"""A restaurant's day book, opened at one day: that of tonight, by its own clock, until it is turned to another."""

from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import quote

from appliance.contract import DayBookView, RestaurantDetail
from tui.feeds import Feed
from tui.floor import tonight
from tui.link import Link, LinkError

_EVERY_S = 60.0
"""It is the restaurant's to be asked, and counts among its requests: 15 of the 100 that a basic plan has."""


class DayBook:
    """`house` is asked for once, `page` now and then; each day that is turned to has a page of its own."""

    def __init__(
        self, link: Link, restaurant_id: str, *, now_ms: Callable[[], int], now_s: Callable[[], float]
    ) -> None:
        self.restaurant_id = restaurant_id
        self._link = link
        self._path = f"/api/restaurants/{quote(restaurant_id, safe='')}"
        self._now_ms, self._now_s = now_ms, now_s
        self.house = Feed(lambda: link.get(self._path, RestaurantDetail), now_s, again=False)
        self._day: date | None = None
        self.page = self._new_page()

    @property
    def feeds(self) -> tuple[Feed[RestaurantDetail], Feed[DayBookView]]:
        return self.house, self.page

    def turn(self, days: int) -> None:
        """To so many days later; nowhere while it is not known which day is open."""
        if self.house.value:
            self._open(self._shown(self.house.value) + timedelta(days=days))

    def turn_to_tonight(self) -> None:
        self._open(None)

    def _open(self, day: date | None) -> None:
        self._day = day
        self.page = self._new_page()

    def _shown(self, house: RestaurantDetail) -> date:
        return self._day or tonight(house.timezone, self._now_ms())

    def _new_page(self) -> Feed[DayBookView]:
        return Feed(self._read, self._now_s, least_s=_EVERY_S)

    async def _read(self) -> DayBookView:
        if self.house.value is None:
            await self.house.refresh()
        if self.house.value is None:
            raise self.house.error or LinkError("link.silent")
        day = self._shown(self.house.value).isoformat()
        return await self._link.get(f"{self._path}/book", DayBookView, date=day)
