"""`maitre simulate`: play a signed call against a running server, told step by step."""

import asyncio
import random
import secrets
import sys
from typing import TYPE_CHECKING, Any

import click

from appliance.cli import json_option, settings_from, settings_options
from appliance.cli.output import print_json
from appliance.errors import ConfigError
from appliance.loadtest.scenarios import MEANINGS, Scenario

if TYPE_CHECKING:
    from appliance.loadtest.report import CallReport

_SECONDS_PER_WORD = 0.05


@click.group()
def simulate() -> None:
    """Play signed calls against a running server."""


@simulate.command(epilog="\b\nScenarios:\n" + "\n".join(f"  {name:<13} {what}" for name, what in MEANINGS.items()))
@settings_options
@click.option("--scenario", type=click.Choice(list(map(str, Scenario))), default="book", help="What the guest wants.")
@click.option("--url", metavar="URL", help="The server, or unix:PATH.  [default: where these settings let it listen]")
@click.option("--key", metavar="KEY", help="The key that signs.  [default: the first of retell_webhook_keys]")
@click.option("--restaurant", metavar="ID", help="A restaurant of the demo.  [default: rest_la_marea]")
@click.option("--agent-id", metavar="ID", help="The voice agent that leads to the restaurant.")
@click.option("--to-number", metavar="NUMBER", help="The number that is called.")
@click.option("--seed", type=int, help="Bring the same guest with the same wishes again.")
@json_option
def call(*, as_json: bool, **params: Any) -> None:
    """Play the whole life of a call: inbound webhook, talk and tools, and the events that follow.

    Real bookings come of it. The exit code is 1 if any step failed.
    """
    report = _play(params, as_json=as_json)
    if as_json:
        print_json(report)
    if report.problems:
        sys.exit(1)


def _play(params: dict[str, Any], *, as_json: bool) -> "CallReport":
    from appliance.clock import SystemClock
    from appliance.loadtest.dialling import call_once, line_to
    from appliance.loadtest.telling import StepTeller

    settings = settings_from({name: params[name] for name in ("config_file", "data_dir", "database_url")})
    key = params["key"] or next(iter(settings.retell_webhook_keys), None)
    if not key:
        raise ConfigError("there is no key to sign with: give --key, or set retell_webhook_keys")
    seed = secrets.randbits(24) if params["seed"] is None else params["seed"]
    playing = call_once(
        line_to(restaurant=params["restaurant"], agent_id=params["agent_id"], number=params["to_number"]),
        url=params["url"] or f"http://{settings.host}:{settings.port}",
        key=key,
        scenario=Scenario(params["scenario"]),
        rng=random.Random(seed),  # noqa: S311 — makes a guest up, keeps no secrets
        clock=SystemClock(),
        watch=(lambda _: None) if as_json else StepTeller(seed=seed).watch,
        seconds_per_word=_SECONDS_PER_WORD if sys.stdout.isatty() and not as_json else 0.0,
    )
    return asyncio.run(playing)
