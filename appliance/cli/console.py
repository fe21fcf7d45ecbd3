"""`maitre console`: the whole platform on one terminal screen."""

import os
import sys
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
@click.option("--read-only", is_flag=True, help="Look only: nothing can be changed.")
@click.option("--screen", type=click.Choice([place.id for place in PLACES]), help="The screen to begin with.")
@settings_options
def console(*, url: str | None, read_only: bool, screen: str | None, **params: Any) -> None:
    """Watch and steer the running server on one screen. `?` there says which keys there are; `q` leaves.

    Theme, language and keys: ~/.config/maitre/console.toml.
    """
    token, address = token_of_environment(), url_of(url, params)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise NoConsole("the console needs a terminal; `maitre status` is for scripts")
    from tui import opening
    from tui.config import ConfigFault

    try:
        opened = opening.console(address, token, env=os.environ, read_only=read_only, start=screen)
    except ConfigFault as fault:
        raise NoConsole(str(fault)) from fault
    opened.run()
