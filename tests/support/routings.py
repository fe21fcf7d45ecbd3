"""Litestar's routes put together once, and not once for each of the servers that tests start.

To register them was two thirds of the work of such a test. A server that has stopped leaves its routes to the next;
of servers that run side by side each has its own.
"""

from collections.abc import Sequence

from litestar import Litestar

from appliance.app import Server
from appliance.web import application
from appliance.web.application import WebServices, litestar, state_of
from appliance.web.edge import Edge
from appliance.web.problems import Problems

_problems: dict[Litestar, Problems] = {}
"""Of each that is used again: Litestar holds on to whom it was told to ask about errors."""
_free: list[Litestar] = []


def share() -> None:
    """From now on, among all servers of this process that are given back."""
    application.litestar = _taken


def give_back(server: Server) -> None:
    """It has stopped."""
    routing = server.parts.http._app._litestar
    if routing in _problems:
        _free.append(routing)


def _taken(services: WebServices, edge: Edge, problems: Problems, *, cors_origins: Sequence[str]) -> Litestar:
    if cors_origins:
        return litestar(services, edge, problems, cors_origins=cors_origins)
    if not _free:
        own = Problems(services.errors)
        routing = litestar(services, edge, own, cors_origins=())
        _problems[routing] = own
        return routing
    routing = _free.pop()
    for name in services.__struct_fields__:
        routing.dependencies[name].value = getattr(services, name)
    routing.state.update(state_of(services, edge))
    vars(_problems[routing]).update(vars(problems))
    return routing
