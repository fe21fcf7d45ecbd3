"""Runs the console's web server until it is told to end."""

import asyncio
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from aiohttp import web

from tui.link import client_of
from tui.web.doors import Doors, Where
from tui.web.visitors import Visitors

_PASSED_ON = ("PATH", "HOME", "XDG_CONFIG_HOME", "TERM", "TZ")
"""What of this process's environment a console needs; its secrets are nobody's who comes with a browser."""
_ENDS_S = 5.0


class Unservable(Exception):
    """It cannot be served so."""


def serve(server: str, command: Sequence[str], *, port: int, public: str | None, env: Mapping[str, str]) -> None:
    """Serve consoles of `server` on this machine until SIGINT or SIGTERM. Raises Unservable."""
    where = Where(url=_address(public) or f"http://127.0.0.1:{port}", behind_proxy=public is not None)
    passed_on = {name: env[name] for name in _PASSED_ON if name in env}
    try:
        web.run_app(
            _application(server, where, command, passed_on),
            host="127.0.0.1",
            port=port,
            print=None,
            access_log=None,
            shutdown_timeout=_ENDS_S,
        )
    except OSError as error:
        raise Unservable(f"Port {port} cannot be had: {error.strerror}. Take another with --web-port.") from error


async def _application(server: str, where: Where, command: Sequence[str], env: Mapping[str, str]) -> web.Application:
    http = client_of(server)
    app = Doors(where, Visitors(http, asyncio.get_running_loop().time), command, env).application()

    async def close(_: web.Application) -> None:
        await http.aclose()

    app.on_cleanup.append(close)
    return app


def _address(public: str | None) -> str | None:
    """Passwords go through it: never in the clear over a network."""
    if public is None:
        return None
    parts = urlsplit(public)
    if parts.scheme != "https" or not parts.netloc or parts.path.strip("/"):
        raise Unservable("--web-url must be an https:// address without a path.")
    return public.rstrip("/")
