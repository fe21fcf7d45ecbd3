"""`maitre serve`: the server, until SIGTERM or Ctrl-C."""

import os
import sys
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from appliance.cli import json_option, settings_from, settings_options
from appliance.cli.output import print_json
from appliance.cli.program import program

if TYPE_CHECKING:
    from collections.abc import Callable

    from appliance.config import Settings
    from appliance.services.host import Host


@click.command()
@settings_options
@click.option("--host", metavar="ADDRESS", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on; 0 takes any free one.")
@click.option("--socket", metavar="PATH", help="Unix socket to listen on as well.")
@json_option
def serve(*, as_json: bool, **params: Any) -> None:
    """Run the server. With --json the first line on stdout is {"url": …}, printed when it is ready.

    Under systemd it takes the socket of maitre.socket. SIGHUP reads the settings again, unless a terminal sent it.
    """
    from appliance.app import run

    run(_serve(partial(settings_from, params), _host(params), as_json=as_json))


async def _serve(read: "Callable[[], Settings]", host: "Host", *, as_json: bool) -> None:
    from appliance.app import Server
    from appliance.watch.service_manager import ServiceManager
    from appliance.web.inherited import inherited_listener

    pid = os.getpid()
    manager, inherited = ServiceManager.of(os.environ, pid=pid), inherited_listener(os.environ, pid=pid)
    server = Server(read(), host=host, manager=manager, inherited=inherited)
    reread = None if sys.stdin.isatty() else read  # where there is a terminal, that it was closed is to end it
    await server.serve(lambda url: print_json({"url": url}) if as_json else None, reread)


def _host(params: Mapping[str, Any]) -> "Host":
    """Backups are made by the same program, with the settings that this one was begun with."""
    from appliance.config import handing_on
    from appliance.services.host import Host, kept_by_systemd

    backup = (*program(), "backup", "create", "--json", *handing_on.words(params))
    env = handing_on.environment(os.environ, handing_on.variables(params))
    return Host(backup=backup, backup_env=env, is_kept=kept_by_systemd(os.environ))
