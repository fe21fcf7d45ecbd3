"""The whole of HTTP: the phone platform's doors on a lane of their own, everything else in Litestar."""

from collections.abc import Sequence
from typing import Any

import structlog
from litestar import Litestar, Router
from litestar.config.cors import CORSConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from msgspec import Struct

from appliance import __version__
from appliance.errors import MaitreError, NotFound, TooLarge, TooManyRequests
from appliance.guard.headers import security_headers
from appliance.guard.lanes import LaneFull, Turn, WaitingLane
from appliance.services.access.api_tokens import ApiTokens
from appliance.services.access.factors import Factors
from appliance.services.access.permission import Access
from appliance.services.access.sessions import Sessions
from appliance.services.access.users import Users
from appliance.services.agenda import Agenda
from appliance.services.api_limits import ApiLimits
from appliance.services.backups import Backups
from appliance.services.calendar_feed import CalendarFeed
from appliance.services.exports import Exports
from appliance.services.floor import Floor
from appliance.services.guests import Guests
from appliance.services.house import House
from appliance.services.messages import MessageService
from appliance.services.monitoring.alerts import Alerts
from appliance.services.monitoring.gauges import Gauges
from appliance.services.monitoring.health import HealthService
from appliance.services.monitoring.live import Live
from appliance.services.monitoring.log_levels import LogLevels
from appliance.services.monitoring.platform import Platform
from appliance.services.monitoring.scores import Scores
from appliance.services.monitoring.series import Series
from appliance.services.monitoring.system import System
from appliance.services.privacy import Privacy
from appliance.services.queue import QueueService
from appliance.services.restarts import Restarts
from appliance.services.restaurants import RestaurantService
from appliance.services.sheets.importing import SheetImport
from appliance.services.staff import Staff
from appliance.services.staff_booking import StaffBooking
from appliance.services.views import Views
from appliance.services.waitlist import Waitlist
from appliance.watch.errors import ErrorLog
from appliance.watch.log_context import restaurant_id
from appliance.watch.log_ring import LogRing
from appliance.watch.traffic import Traffic
from appliance.web.admin import Admin
from appliance.web.alerts import AlertRoutes
from appliance.web.auth import PASSWORD_PATHS, Auth
from appliance.web.bodies import StrictRequest
from appliance.web.book import Book
from appliance.web.conditions import provide_only_if, tell_etag
from appliance.web.customers import Customers
from appliance.web.edge import Edge
from appliance.web.exports import MOST_BYTES, ExportRoutes, calendar
from appliance.web.factors import FactorRoutes, reset_factor
from appliance.web.guards import ANYBODY, authorize, principal_of
from appliance.web.headers import Stamped
from appliance.web.health import api_health, livez, readyz
from appliance.web.house import HouseRoutes
from appliance.web.limits import limit, tell
from appliance.web.messages import Messages
from appliance.web.methods import tell_methods
from appliance.web.metrics import metrics
from appliance.web.paths import is_disguised
from appliance.web.problems import NO_ROUTE, Problems
from appliance.web.queries import only_known_parameters
from appliance.web.raw import Disconnected, Receive, Scope, Send, header, read_body
from appliance.web.reference import STYLE_HASH, Document, ReferencePage
from appliance.web.request_ids import RequestIds
from appliance.web.restaurants import Restaurants
from appliance.web.retell import RetellDoors
from appliance.web.service import Service
from appliance.web.unreadable import UNREADABLE, responder
from appliance.web.users import UserRoutes
from appliance.web.waitlist import WaitingList

log = structlog.get_logger()

_DOCS = "/api/docs"
_PROBES = frozenset({"/livez", "/readyz", "/api/health"})
"""Answered also while there is too much to do: who asks would begin this process anew."""
_METRICS = "/metrics"
"""Whoever wants to know why there is too much to do looks there; in its lane, for anybody may ask."""
_CLOSE = (b"connection", b"close")
_LEFT = 499
"""The status of who left before they were answered."""
_USUAL_BYTES = 1 << 20
"""The largest body; a route that takes files says so itself."""


class WebServices(Struct, frozen=True, kw_only=True):
    """What routes ask for by parameter name."""

    access: Access
    agenda: Agenda
    alerts: Alerts
    api_limits: ApiLimits
    api_tokens: ApiTokens
    backups: Backups
    calendar_feed: CalendarFeed
    errors: ErrorLog
    exports: Exports
    factors: Factors
    floor: Floor
    gauges: Gauges
    guests: Guests
    health: HealthService
    house: House
    log_levels: LogLevels
    log_ring: LogRing
    live: Live
    messages: MessageService
    platform: Platform
    privacy: Privacy
    queue: QueueService
    restarts: Restarts
    restaurants: RestaurantService
    scores: Scores
    series: Series
    sessions: Sessions
    sheet_import: SheetImport
    staff: Staff
    staff_booking: StaffBooking
    system: System
    traffic: Traffic
    users: Users
    views: Views
    waitlist: Waitlist


class Application:
    """The ASGI application. A request at one of the doors does not meet Litestar's routing and middleware at all.

    `https`: it is reached under such an address only. `cors_origins`: of pages elsewhere that may use the API.
    """

    def __init__(
        self,
        services: WebServices,
        doors: RetellDoors,
        edge: Edge,
        problems: Problems,
        *,
        https: bool,
        cors_origins: Sequence[str],
    ) -> None:
        self._problems = problems
        self._doors = doors
        self._edge = edge
        self._traffic = services.traffic
        self._ids = RequestIds(edge.clock)
        self._headers = security_headers(https=https)
        self._docs_headers = security_headers(https=https, style_hash=STYLE_HASH)
        self._litestar = litestar(services, edge, problems, cors_origins=cors_origins)

    def leave(self) -> None:
        """Whoever is answered from here on is told to connect anew for the next request: this process ends."""
        self._headers += (_CLOSE,)
        self._docs_headers += (_CLOSE,)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        headers = self._docs_headers if path.startswith(_DOCS) else self._headers
        stamped = Stamped(send, headers, self._ids.take(scope), self._edge.clock)
        door, written = self._doors.door(path), scope["raw_path"]
        lane = "refused"
        if (door is None or len(written) != len(path)) and is_disguised(written):
            await self._problems.reply(stamped, NotFound(), scope)
        elif door:
            lane = door.lane
            await self._doors.enter(door, scope, receive, stamped)
        else:
            lane = await self._api(scope, receive, stamped)
        self._count(lane, scope, stamped)
        if 400 <= stamped.status < 500 and "user" not in scope:  # whoever we know has a quota
            self._edge.note_refusal(scope)

    def _count(self, lane: str, scope: Scope, stamped: Stamped) -> None:
        route = scope.get("path_template") or NO_ROUTE
        self._traffic.request(lane, route, stamped.status or _LEFT, stamped.took_s(), restaurant_id())

    async def _api(self, scope: Scope, receive: Receive, send: Send) -> str:
        """The name of its lane."""
        if scope["method"] == "HEAD":  # what GET would say; the server leaves the body out
            scope["method"] = "GET"
        name, lane = self._lane(scope["path"])
        try:
            if left_s := self._edge.banned_s(scope):
                raise TooManyRequests(retry_after_s=left_s)
            if scope["path"] in _PROBES:
                await self._litestar(scope, receive, send)
                return "probes"
            if self._edge.lanes.overload.on and scope["path"] != _METRICS:
                raise LaneFull
            receive = await _arrived(scope, receive)
            turn = await lane.turn()
        except Disconnected:
            return name
        except MaitreError as error:
            if isinstance(error, LaneFull) and self._edge.is_news(name):
                log.warning("lane_filled", lane=name)
            await self._problems.reply(send, error, scope)
            return name
        try:
            await self._litestar(scope, receive, _until_it_begins(turn, send))
        finally:
            turn.end()
        return name

    def _lane(self, path: str) -> tuple[str, WaitingLane]:
        """The lane of a request to the API, and its name in the log."""
        lanes = self._edge.lanes
        return ("passwords", lanes.passwords) if path.rstrip("/") in PASSWORD_PATHS else ("api", lanes.api)


def _until_it_begins(turn: Turn, send: Send) -> Send:
    """Sends an answer and ends the turn when that begins: who reads slowly what we stream keeps nobody waiting."""

    def sending(message: Any) -> Any:
        turn.end()
        return send(message)

    return sending


async def _arrived(scope: Scope, receive: Receive) -> Receive:
    """What gives the body, once that is there as a whole: who sends it slowly has no turn meanwhile."""
    length = header(scope, b"content-length")
    if length in (None, "0") and header(scope, b"transfer-encoding") is None:
        return receive
    if int(length or 0) > MOST_BYTES:
        raise TooLarge
    body = await read_body(scope, receive, cap_bytes=MOST_BYTES)
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Any:
        return waiting.pop() if waiting else await receive()

    return again


def litestar(services: WebServices, edge: Edge, problems: Problems, *, cors_origins: Sequence[str]) -> Litestar:
    """Every route but the doors, and how errors and API documents are served."""
    return Litestar(
        route_handlers=[
            livez,
            readyz,
            api_health,
            metrics,
            Restaurants,
            HouseRoutes,
            Book,
            Customers,
            Messages,
            WaitingList,
            ExportRoutes,
            calendar,
            Admin,
            AlertRoutes,
            Service,
            Auth,
            FactorRoutes,
            reset_factor,
            UserRoutes,
        ],
        guards=[authorize, limit, only_known_parameters],
        before_request=tell_methods,
        before_send=[tell, tell_etag],
        dependencies={name: _given(getattr(services, name)) for name in services.__struct_fields__}
        | {"principal": Provide(principal_of, sync_to_thread=False), "only_if": provide_only_if},
        exception_handlers={Exception: problems.respond, **dict.fromkeys(UNREADABLE, responder(problems))},
        response_headers={"Cache-Control": "no-store"},
        logging_config=None,
        state=State(state_of(services, edge)),
        request_class=StrictRequest,
        request_max_body_size=_USUAL_BYTES,
        cors_config=_cors(cors_origins) if cors_origins else None,
        openapi_config=OpenAPIConfig(
            title="Maitre",
            version=__version__,
            description="The back end behind a restaurant's AI phone agent.",
            openapi_router=Router(_DOCS, route_handlers=[], opt={"permission": ANYBODY}, include_in_schema=False),
            render_plugins=[ReferencePage(), Document()],
        ),
    )


def state_of(services: WebServices, edge: Edge) -> dict[str, Any]:
    """What guards and hooks ask for, which get no parameters."""
    return {
        "access": services.access,
        "limits": services.api_limits,
        "restaurants": services.restaurants,
        "trusted_proxies": edge.trusted,
    }


def _cors(origins: Sequence[str]) -> CORSConfig:
    return CORSConfig(
        allow_origins=list(origins),
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "Accept-Language", "If-Match", "If-None-Match", "X-Request-Id"],
        expose_headers=[
            "ETag",
            "Location",
            "RateLimit",
            "RateLimit-Policy",
            "Retry-After",
            "Server-Timing",
            "X-Request-Id",
        ],
    )


def _given(service: Any) -> Provide:
    def provide() -> Any:
        return service

    return Provide(provide, use_cache=True, sync_to_thread=False)
