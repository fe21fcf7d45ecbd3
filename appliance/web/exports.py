"""The book in other formats: CSV files, the tabs of a spreadsheet out and in, a calendar to subscribe to."""

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from litestar import Controller, Request, Response, delete, get, post
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import FromPath, QueryParameter, RawBody
from litestar.response import Stream

from appliance import contract
from appliance.domain.access import Permission
from appliance.errors import Invalid
from appliance.services.calendar_feed import Feed
from appliance.services.sheets.columns import tab_named
from appliance.web.book import DATE, iso_date
from appliance.web.conditions import SHOWN_UNLESS_KNOWN, OnlyIf, is_known
from appliance.web.guards import ANYBODY
from appliance.web.languages import say_to
from appliance.web.parameters import Id, TheCalendarFeed, TheExports, TheRestaurants, TheSheetImport

_CSV = "text/csv"
_ICS = "text/calendar"
MOST_BYTES = 8 << 20

First = Annotated[
    str | None, QueryParameter(name="from", description="The first date, as 2026-11-01.", schema_extra=DATE)
]
Last = Annotated[str | None, QueryParameter(name="to", description="The last date.", schema_extra=DATE)]
Separator = Annotated[
    Literal["semicolon", "comma"], QueryParameter(description="What stands between columns; Excel in Spain takes `;`.")
]
DryRun = Annotated[bool, QueryParameter(description="Only say what would be done.")]
Token = Annotated[str, QueryParameter(max_length=200, description="The secret of the calendar's address.")]
TabName = FromPath[str]

_SEPARATORS = {"semicolon": ";", "comma": ","}


@dataclass
class _TakesCsv(Operation):
    """What the document says of a route that reads its body itself."""

    def __post_init__(self) -> None:
        self.request_body = RequestBody({_CSV: OpenAPIMediaType(Schema(type=OpenAPIType.STRING))}, required=True)


class ExportRoutes(Controller):
    path = "/api/restaurants/{restaurant_id:str}"
    tags = ("Files",)

    @get(
        "/reservations.csv",
        media_type=_CSV,
        permission=Permission.EXPORT,
        summary="The reservation book as CSV, from one date to another or whole",
    )
    async def book(
        self,
        *,
        restaurants: TheRestaurants,
        exports: TheExports,
        restaurant_id: Id,
        first: First = None,
        last: Last = None,
        separator: Separator = "semicolon",
    ) -> Stream:
        card = restaurants.one(restaurant_id)
        span = (_date("from", first), _date("to", last))
        text = exports.book(card, *span, separator=_SEPARATORS[separator])
        return await _file(text, f"{card.id}-reservations.csv")

    @get(
        "/sheets/{tab:str}",
        media_type=_CSV,
        permission=Permission.EXPORT,
        summary="A tab of the restaurant's spreadsheet as CSV",
    )
    async def sheet(
        self,
        *,
        restaurants: TheRestaurants,
        exports: TheExports,
        restaurant_id: Id,
        tab: TabName,
        separator: Separator = "semicolon",
    ) -> Stream:
        card, named = restaurants.one(restaurant_id), tab_named(tab)
        text = exports.sheet(card, named, separator=_SEPARATORS[separator])
        return await _file(text, f"{card.id}-{named}.csv")

    @post(
        "/sheets/{tab:str}",
        status_code=200,
        request_max_body_size=MOST_BYTES,
        operation_class=_TakesCsv,
        permission=Permission.RESTAURANT_WRITE,
        summary="Take over a tab of a restaurant's spreadsheet; the body is the CSV file",
    )
    async def take_over(
        self,
        *,
        restaurants: TheRestaurants,
        sheet_import: TheSheetImport,
        restaurant_id: Id,
        tab: TabName,
        only_if: OnlyIf,
        body: RawBody,
        request: Request[Any, Any, Any],
        dry_run: DryRun = False,
    ) -> contract.ImportReport:
        card, say = restaurants.one(restaurant_id), say_to(request.headers)
        return await sheet_import.take_over(card, tab_named(tab), body, say, dry_run=dry_run, only_if=only_if)

    @post(
        "/calendar-feed",
        status_code=200,
        permission=Permission.EXPORT,
        summary="Give the calendar a new address; the one before stops",
    )
    async def renew_calendar(
        self,
        *,
        request: Request[Any, Any, Any],
        restaurants: TheRestaurants,
        calendar_feed: TheCalendarFeed,
        restaurant_id: Id,
    ) -> contract.CalendarAddress:
        card = restaurants.one(restaurant_id)
        return contract.CalendarAddress(url=await calendar_feed.renew(card, asked_at=str(request.base_url)))

    @delete("/calendar-feed", permission=Permission.EXPORT, summary="Close the calendar's address")
    async def revoke_calendar(
        self, restaurants: TheRestaurants, calendar_feed: TheCalendarFeed, restaurant_id: Id
    ) -> None:
        await calendar_feed.revoke(restaurants.one(restaurant_id))


@get(
    "/api/restaurants/{restaurant_id:str}/calendar.ics",
    tags=["Files"],
    media_type=_ICS,
    permission=ANYBODY,
    summary="The reservation book as a calendar",
    **SHOWN_UNLESS_KNOWN,
)
async def calendar(
    request: Request[Any, Any, Any], calendar_feed: TheCalendarFeed, restaurant_id: Id, token: Token = ""
) -> Response[bytes]:
    feed: Feed = await calendar_feed.feed(restaurant_id, token)
    # Calendars may keep it, so that they need not read again what has not changed.
    headers = {"ETag": feed.etag, "Cache-Control": "private, no-cache"}
    if is_known(request, feed.etag):
        return Response(b"", status_code=304, headers=headers)
    return Response(feed.text, media_type=_ICS, headers=headers)


def _date(name: str, text: str | None) -> dt.date | None:
    """What a parameter says, which is complained of by its own name. Raises Invalid."""
    try:
        return None if text is None else iso_date(text)
    except Invalid:
        raise Invalid("{name}: must be a date such as 2026-11-28", name=name) from None


async def _file(text: AsyncIterator[bytes], name: str) -> Stream:
    """A download. Its first page is read before the answer begins: until then, an error can still be told."""
    first = await anext(text)

    async def whole() -> AsyncIterator[bytes]:
        yield first
        async for page in text:
            yield page

    return Stream(whole(), media_type=_CSV, headers={"Content-Disposition": f'attachment; filename="{name}"'})
