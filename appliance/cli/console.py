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

_WEB_PORT = 8090


class NoConsole(MaitreError):
    """The console cannot be opened here."""


@click.command()
@url_option
@click.option("--demo", is_flag=True, help="Look at a demo, started for that and ended with the console.")
@click.option("--read-only", is_flag=True, help="Look only: nothing can be changed.")
@click.option("--screen", type=click.Choice([place.id for place in PLACES]), help="The screen to begin with.")
@click.option("--web", is_flag=True, help="Serve it to browsers, where one signs in; it listens on this machine only.")
@click.option("--web-port", type=click.IntRange(1, 65535), help="Port that browsers connect to.  [default: 8090]")
@click.option("--web-url", metavar="URL", help="Address of the proxy before it, such as https://console.example.com.")
@settings_options
def console(
    *,
    url: str | None,
    demo: bool,
    read_only: bool,
    screen: str | None,
    web: bool,
    web_port: int | None,
    web_url: str | None,
    **params: Any,
) -> None:
    """Watch and steer the running server on one screen. `?` there says which keys there are; `q` leaves.

    Theme, language and keys: ~/.config/maitre/console.toml.
    """
    if demo and (url or web):
        raise click.UsageError("--demo has a server of its own, for this terminal: leave --url and --web away.")
    if (web_port or web_url) and not web:
        raise click.UsageError("--web-port and --web-url go with --web.")
    if web:
        options = (["--read-only"] * read_only) + (["--screen", screen] if screen else [])
        _serve(url_of(url, params), options, port=web_port or _WEB_PORT, public=web_url)
        return
    if not demo:
        token_of_environment()
    if not (_is_in_a_browser() or (sys.stdin.isatty() and sys.stdout.isatty())):
        raise NoConsole("the console needs a terminal; `maitre status` is for scripts")
    from tui import opening
    from tui.config import ConfigFault

    with _server(url, params, demo=demo) as (address, token):
        try:
            opened = opening.console(address, token, env=os.environ, read_only=read_only, start=screen)
        except ConfigFault as fault:
            raise NoConsole(str(fault)) from fault
        opened.run()


def _is_in_a_browser() -> bool:
    """Whether it was opened for one, and its terminal is a connection."""
    return os.environ.get("TEXTUAL_DRIVER", "").endswith(":WebDriver")


def _serve(address: str, options: list[str], *, port: int, public: str | None) -> None:
    from appliance.cli.program import program

    try:
        from tui.web.serving import Unservable, serve
    except ImportError as error:
        raise NoConsole("--web needs more libraries: pip install 'maitre[web]'") from error
    click.echo(f"The console is at {public or f'http://127.0.0.1:{port}'}, for operators; Ctrl-C ends it.")
    try:
        serve(address, [*program(), "console", "--url", address, *options], port=port, public=public, env=os.environ)
    except Unservable as error:
        raise NoConsole(str(error)) from error


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
