"""The whole of HTTP: the phone platform's doors on a lane of their own, everything else in Litestar."""

from typing import Any

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from msgspec import Struct

from appliance import __version__
from appliance.services.access import AccessService
from appliance.services.agenda import Agenda
from appliance.services.calendar_feed import CalendarFeed
from appliance.services.exports import Exports
from appliance.services.floor import Floor
from appliance.services.guests import Guests
from appliance.services.health import HealthService
from appliance.services.house import House
from appliance.services.messages import MessageService
from appliance.services.privacy import Privacy
from appliance.services.restaurants import RestaurantService
from appliance.services.sheet_import import SheetImport
from appliance.services.staff import Staff
from appliance.services.staff_booking import StaffBooking
from appliance.services.views import Views
from appliance.services.waitlist import Waitlist
from appliance.web.admin import Admin
from appliance.web.book import Book
from appliance.web.customers import Customers
from appliance.web.exports import ExportRoutes, calendar
from appliance.web.health import api_health, livez, readyz
from appliance.web.house import HouseRoutes
from appliance.web.messages import Messages
from appliance.web.problems import respond
from appliance.web.raw import Receive, Scope, Send
from appliance.web.reference import Document, ReferencePage
from appliance.web.restaurants import Restaurants
from appliance.web.retell import RetellDoors
from appliance.web.waitlist import WaitingList


class WebServices(Struct, frozen=True, kw_only=True):
    """What routes ask for by parameter name."""

    access: AccessService
    agenda: Agenda
    calendar_feed: CalendarFeed
    exports: Exports
    floor: Floor
    guests: Guests
    health: HealthService
    house: House
    messages: MessageService
    privacy: Privacy
    restaurants: RestaurantService
    sheet_import: SheetImport
    staff: Staff
    staff_booking: StaffBooking
    views: Views
    waitlist: Waitlist


class Application:
    """The ASGI application. A request at one of the doors does not meet Litestar's routing and middleware at all."""

    def __init__(self, services: WebServices, doors: RetellDoors) -> None:
        self._doors = doors
        self._litestar = litestar(services)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        door = self._doors.door(scope["path"]) if scope["type"] == "http" else None
        if door:
            await self._doors.enter(door, scope, receive, send)
            return
        if scope.get("method") == "HEAD":  # what GET would say; the server leaves the body out
            scope["method"] = "GET"
        await self._litestar(scope, receive, send)


def litestar(services: WebServices) -> Litestar:
    """Every route but the doors, and how errors and API documents are served."""
    return Litestar(
        route_handlers=[
            livez,
            readyz,
            api_health,
            Restaurants,
            HouseRoutes,
            Book,
            Customers,
            Messages,
            WaitingList,
            ExportRoutes,
            calendar,
            Admin,
        ],
        dependencies={name: _given(getattr(services, name)) for name in services.__struct_fields__},
        exception_handlers={Exception: respond},
        response_headers={"Cache-Control": "no-store"},
        logging_config=None,
        state=State({"access": services.access}),
        openapi_config=OpenAPIConfig(
            title="Maitre",
            version=__version__,
            description="The back end behind a restaurant's AI phone agent.",
            path="/api/docs",
            render_plugins=[ReferencePage(), Document()],
        ),
    )


def _given(service: Any) -> Provide:
    def provide() -> Any:
        return service

    return Provide(provide, use_cache=True, sync_to_thread=False)
