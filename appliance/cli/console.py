"""`maitre console`: the whole platform on one terminal screen."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click

from appliance.cli import settings_options
from appliance.cli.client import token_of_environment, url_of, url_option
from appliance.errors import MaitreError
from tui.screens import PLACES


class NoConsole(MaitreError):
    """The console cannot be opened here."""


@click.command()
@url_option
@click.option("--demo", is_flag=True, help="Look at a demo, started for that and ended with the console.")
@click.option("--read-only", is_flag=True, help="Look only: nothing can be changed.")
@click.option("--screen", type=click.Choice([place.id for place in PLACES]), help="The screen to begin with.")
@settings_options
def console(*, url: str | None, demo: bool, read_only: bool, screen: str | None, **params: Any) -> None:
    """Watch and steer the running server on one screen. `?` there says which keys there are; `q` leaves.

    Theme, language and keys: ~/.config/maitre/console.toml.
    """
    if demo and url:
        raise click.UsageError("--demo has a server of its own: leave --url away.")
    if not demo:
        token_of_environment()
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise NoConsole("the console needs a terminal; `maitre status` is for scripts")
    from tui import opening
    from tui.config import ConfigFault

    with _server(url, params, demo=demo) as (address, token):
        try:
            opened = opening.console(address, token, env=os.environ, read_only=read_only, start=screen)
        except ConfigFault as fault:
            raise NoConsole(str(fault)) from fault
        opened.run()


@contextmanager
def _server(url: str | None, params: Mapping[str, Any], *, demo: bool) -> Iterator[tuple[str, str]]:
    """Its address, and a token for it."""
    if not demo:
        yield url_of(url, params), token_of_environment()
        return
    from appliance.cli.program import program
    from appliance.loadtest.aside import demo_aside

    click.echo("A demo is being opened: 32 made-up restaurants, and guests who call them.")
    with demo_aside(program()) as ready:
        yield ready.url, ready.admin_token
