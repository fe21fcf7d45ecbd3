"""Every route of a server, as its router has them."""

from collections.abc import Iterator

from litestar.routes import HTTPRoute

from support.serving import House


def routes(house: House) -> Iterator[tuple[str, str, str]]:
    """Method, path and permission of every route; parameters stand in braces."""
    app = house.server.parts.http._app._litestar
    for route in app.routes:
        assert isinstance(route, HTTPRoute)
        for handler in route.route_handlers:
            for method in sorted(handler.http_methods - {"OPTIONS"}):
                yield method, route.path_format, handler.opt.get("permission", "")
