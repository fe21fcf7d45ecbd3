"""`maitre retell`: restaurants' agents at Retell, made, looked at, kept as they should be."""

import asyncio
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from typing import TYPE_CHECKING, Any

import click
import msgspec

from appliance.cli import json_option, settings_from, settings_options
from appliance.cli.output import print_json

if TYPE_CHECKING:
    from appliance.services.provisioning import Provisioned
    from appliance.voice.retell.drift import Difference

_SHOWN_CHARS = 100

_dry_run = click.option("--dry-run", is_flag=True, help="Only print what would change.")


@click.group()
def retell() -> None:
    """Set up restaurants' agents at Retell, and see whether they are as they should be."""


@retell.command()
@click.argument("restaurant_id", metavar="RESTAURANT")
@_dry_run
@settings_options
@json_option
def provision(*, restaurant_id: str, dry_run: bool, as_json: bool, **params: Any) -> None:
    """Make a restaurant's agent at Retell, or bring it up to date: prompt, tools, webhooks, analysis, numbers.

    What differs is published as a new version. Voice and model of an agent that is there stay as they are, and so does
    whatever else was set there by hand.
    """
    from appliance.ops import retell as ops

    settings = settings_from(params)
    if dry_run:
        _tell(asyncio.run(ops.check(settings, restaurant_id)), as_json=as_json, changed=False)
        return
    done = asyncio.run(ops.provision(settings, restaurant_id))
    _end(_tell([done], as_json=as_json, changed=True))


@retell.command()
@click.argument("restaurant_id", metavar="[RESTAURANT]", default="")
@settings_options
@json_option
def check(*, restaurant_id: str, as_json: bool, **params: Any) -> None:
    """Compare agents at Retell with how they should be; ends with code 1 where something differs."""
    from appliance.ops import retell as ops

    found = asyncio.run(ops.check(settings_from(params), restaurant_id))
    _end(_tell(found, as_json=as_json, changed=False))


@retell.command()
@_dry_run
@settings_options
@json_option
def sync(*, dry_run: bool, as_json: bool, **params: Any) -> None:
    """Provision all restaurants; where one fails, the others go on, and it ends with code 1."""
    from appliance.ops import retell as ops

    settings = settings_from(params)
    if dry_run:
        _tell(asyncio.run(ops.check(settings, "")), as_json=as_json, changed=False)
        return
    _end(_tell(asyncio.run(ops.sync(settings)), as_json=as_json, changed=True))


def _end(is_right: bool) -> None:  # noqa: FBT001 — the one thing it goes by
    if not is_right:
        click.get_current_context().exit(1)


def _tell(told: Sequence["Provisioned"], *, as_json: bool, changed: bool) -> bool:
    """Print it; whether all is as it should be."""
    if as_json:
        print_json(told)
    else:
        for one in told:
            click.echo("\n".join(_lines(one, changed=changed)))
    return all(one.is_right for one in told)


def _lines(one: "Provisioned", *, changed: bool) -> Iterator[str]:
    agent = f" {one.agent_id} version {one.version}" if one.agent_id else ""
    yield f"{one.restaurant_id}:{agent} {_verdict(one, changed=changed)}"
    for difference in one.differences:
        yield from _difference(difference)
    if changed and one.left:
        yield "  still different, although it was sent:"
        for difference in one.left:
            yield from _difference(difference)
    yield from (f"  {problem}" for problem in one.problems)


def _verdict(one: "Provisioned", *, changed: bool) -> str:
    if not one.differences:
        return "is as it should be" if one.is_right else "needs somebody to look"
    return f"{len(one.differences)} {'changed' if changed else 'to change'}"


def _difference(one: "Difference") -> Iterator[str]:
    if isinstance(one.found, str) and isinstance(one.wanted, str) and "\n" in one.wanted:
        yield f"  {one.where}:"
        lines = unified_diff(one.found.splitlines(), one.wanted.splitlines(), n=0, lineterm="")
        yield from (f"    {line}" for line in list(lines)[2:] if not line.startswith("@@"))
    else:
        yield f"  {one.where}: {_short(one.found)} → {_short(one.wanted)}"


def _short(value: Any) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}…"
