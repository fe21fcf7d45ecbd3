"""Which methods a route takes, for whoever asks with OPTIONS."""

from typing import Any

from litestar import Request, Response


async def tell_methods(request: Request[Any, Any, Any]) -> Response[None] | None:
    """Litestar's hook before every route: its own answer names the methods of one handler, not those of the path."""
    if request.method != "OPTIONS":
        return None
    template = request.scope["path_template"]
    methods = {method for route in request.app.routes if route.path_format == template for method in route.methods}
    return Response(None, status_code=204, headers={"Allow": ", ".join(sorted(methods))})
