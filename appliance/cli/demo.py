"""`maitre demo`: made-up restaurants, the real server and simulated calls; needs no keys and no set-up."""

import os
import random
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from appliance.cli import json_option, resolved_from, settings_options
from appliance.cli.program import program

if TYPE_CHECKING:
    from appliance.config import Resolved, Settings
    from appliance.loadtest.demo import Mode, Show


@click.command()
@settings_options
@click.option("--host", metavar="ADDRESS", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=int, help="Port to listen on.  [default: 8080, or any if that is taken]")
@json_option
@click.option("--once", is_flag=True, help="Play one call to each restaurant, check what came of it, and end.")
@click.option("--no-calls", is_flag=True, help="Only serve.")
@click.option("--while-open", is_flag=True, hidden=True, help="Until stdin is closed: who opened it is gone.")
def demo(*, as_json: bool, once: bool, no_calls: bool, while_open: bool, **params: Any) -> None:
    """Serve 32 made-up restaurants and let simulated guests call them, until Ctrl-C.

    The data goes away at the end, unless you say where it should stay.
    """
    from appliance.app import run
    from appliance.clock import SystemClock
    from appliance.loadtest.demo import Mode, run_demo
    from appliance.loadtest.house import DemoHouse

    if once and no_calls:
        raise click.UsageError("--once plays calls and --no-calls plays none: choose one.")
    mode = Mode.ONCE if once else Mode.NO_CALLS if no_calls else Mode.CALLS
    with _settings(params) as settings:
        if not as_json and not shutil.which("maitre"):
            click.echo(f"The command maitre is not on the PATH; here it is {shlex.join(program())}")
        house = DemoHouse(settings, clock=SystemClock())
        show = _show(settings, mode, as_json=as_json)
        rng = random.Random()  # noqa: S311 — makes calls up, keeps no secrets
        opener = sys.stdin if while_open else None
        went_well = run(run_demo(house, show, mode, rng=rng, clock=SystemClock(), opener=opener))
    if once and not went_well:
        sys.exit(1)


@contextmanager
def _settings(params: dict[str, Any]) -> "Iterator[Settings]":
    """The demo's settings: never those of a maitre.toml that this machine's real server may have."""
    file = params["config_file"] or os.environ.get("MAITRE_CONFIG") or os.devnull
    resolved = resolved_from(params | {"config_file": file})
    settings = _with_port(resolved)
    if resolved.sources["log_level"] == "default":
        settings = replace(settings, log_level="error")  # the calls are what one came to see
    if resolved.sources["data_dir"] != "default":
        yield settings
        return
    with tempfile.TemporaryDirectory(prefix="maitre-demo-") as directory:
        yield replace(settings, data_dir=Path(directory))


def _with_port(resolved: "Resolved") -> "Settings":
    from appliance.loadtest.house import free_port

    settings = resolved.settings
    if resolved.sources["port"] != "default":
        return settings
    return replace(settings, port=free_port(settings.host, settings.port))


def _show(settings: "Settings", mode: "Mode", *, as_json: bool) -> "Show":
    from rich.console import Console

    from appliance.config import mask_password
    from appliance.loadtest.demo import Mode
    from appliance.loadtest.screen import ScreenShow
    from appliance.loadtest.telling import JsonShow, LineShow

    if as_json:
        return JsonShow(with_summary=mode is Mode.ONCE)
    console = Console()
    data = mask_password(settings.database_url) or str(settings.data_dir)
    if mode is Mode.CALLS and console.is_terminal and not console.is_dumb_terminal and not console.no_color:
        return ScreenShow(console, data=data)
    return LineShow(data=data, calls=mode is not Mode.NO_CALLS)
