"""`maitre serve`: the server, until SIGTERM or Ctrl-C."""

from typing import TYPE_CHECKING, Any

import click

from appliance.cli import json_option, settings_from, settings_options
from appliance.cli.output import print_json

if TYPE_CHECKING:
    from appliance.config import Settings


@click.command()
@settings_options
@click.option("--host", metavar="ADDRESS", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on; 0 takes any free one.")
@json_option
def serve(*, as_json: bool, **params: Any) -> None:
    """Run the server. With --json the first line on stdout is {"url": …}, printed when it is ready."""
    from appliance.app import run

    run(_serve(settings_from(params), as_json=as_json))


async def _serve(settings: "Settings", *, as_json: bool) -> None:
    from appliance.app import Server

    await Server(settings).serve(lambda url: print_json({"url": url}) if as_json else None)
