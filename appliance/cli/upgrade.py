"""`maitre upgrade` and `maitre rollback`: another release in the place of this one, and back."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from appliance.cli import confirm, json_option, settings_from, settings_options
from appliance.cli.output import print_json
from appliance.errors import UpgradeError

if TYPE_CHECKING:
    from appliance.ops.upgrade.journal import Journal
    from appliance.ops.upgrade.machine import Machine

_prefix_option = click.option(
    "--prefix", type=click.Path(path_type=Path), help="Where releases lie.  [default: /opt/maitre]"
)
_yes_option = click.option("--yes", is_flag=True, help="Do not ask.")


@click.command()
@click.option("--check", is_flag=True, help="Only tell whether there is a newer release.")
@click.option("--from", "place", type=click.Path(exists=True, path_type=Path), help="A release, or a folder with some.")
@click.option("--version", "wanted", default="", metavar="V", help="That one, and not the newest.")
@click.option(
    "--window", type=click.IntRange(1, 3600), default=60, show_default=True, help="Seconds it is watched for."
)
@click.option("--unsigned", is_flag=True, help="Take a release whose checksum is right, whoever made it.")
@_prefix_option
@_yes_option
@settings_options
@json_option
def upgrade(
    *,
    check: bool,
    place: Path | None,
    wanted: str,
    window: int,
    unsigned: bool,
    prefix: Path | None,
    yes: bool,
    as_json: bool,
    **params: Any,
) -> None:
    """Take the newest release, or that of --from: tried on a copy first, and given back if it does not do.

    Until everything about it is known to be right, the running server is not touched. Then it is stopped for some
    seconds; whoever calls meanwhile waits. Should the new one not be well within --window seconds, the old one and its
    data are put back, with what came meanwhile. Interrupted, it goes on where it was.
    """
    from appliance.ops.upgrade.finding import Downloads, in_place

    machine = _machine(prefix, params, as_json=as_json)
    url = settings_from(params).releases_url
    if not (place or url):
        raise UpgradeError("Say where the release is: --from FILE, or releases_url in maitre.toml.")
    installed, downloads = machine.places.current(), None if place else Downloads(url)
    found = in_place(place, wanted) if place else downloads.chosen(wanted) if downloads else None
    assert found
    if check:
        _tell_check(installed, found.version, as_json=as_json)
        return
    if not wanted and not (place and place.is_file()):
        _refuse_an_older(installed, found.version)
    confirm(f"Upgrade {installed} to {found.version}?", yes=yes)
    ended = machine.upgrade(found, downloads, window_s=window, unsigned_ok=unsigned)
    _tell_end(ended, as_json=as_json)
    if ended.outcome != "upgraded":
        sys.exit(1)


@click.command()
@_prefix_option
@_yes_option
@settings_options
@json_option
def rollback(*, prefix: Path | None, yes: bool, as_json: bool, **params: Any) -> None:
    """Go back to the release before the last upgrade, or finish a way back that was interrupted.

    Where the schema has changed since, the data of before the upgrade are put back, and events and bookings that came
    since are taken over; other changes since then, to settings or people say, are lost.
    """
    machine = _machine(prefix, params, as_json=as_json)
    with machine.places.alone():
        way = machine.way_back()
        lost = " Changes since other than events and bookings are lost." if way.journal.copy else ""
        confirm(f"Go back from {way.journal.new} to {way.journal.old}?{lost}", yes=yes)
        _tell_end(way.go("asked for"), as_json=as_json)


def _machine(prefix: Path | None, params: Mapping[str, Any], *, as_json: bool) -> "Machine":
    from appliance.clock import SystemClock
    from appliance.config import handing_on
    from appliance.ops.upgrade.machine import Machine
    from appliance.ops.upgrade.places import PREFIX, Places

    options, env = handing_on.words(params), handing_on.variables(params)
    tell = (lambda *_: None) if as_json else _tell_step
    return Machine(Places(prefix or PREFIX), SystemClock(), options, tell, env=env)


def _refuse_an_older(installed: str, found: str) -> None:
    """The newest that there is may be older, where somebody shows us what was signed long ago. Raises UpgradeError."""
    from appliance.ops.releases import version_of

    if version_of(found) < version_of(installed):
        raise UpgradeError(f"The newest there is {found}, older than {installed}. If you mean it: --version {found}")


def _tell_step(name: str, what: str) -> None:
    """A line when it begins, so that a long one is seen, and what came of it."""
    from appliance.ops.upgrade.returning import GOING_BACK

    if name == GOING_BACK:
        click.echo(f"  ✗ {what}\ngoing back …")
    else:
        click.echo(f"  ✓ {what}" if what else f"{name} …")


def _tell_check(installed: str, found: str, *, as_json: bool) -> None:
    from appliance.ops.releases import version_of

    is_newer = version_of(found) > version_of(installed)
    if as_json:
        print_json({"installed": installed, "found": found, "newer": is_newer})
    else:
        click.echo(f"{installed} is installed; {found} is {'newer' if is_newer else 'what there is'}.")


def _tell_end(journal: "Journal", *, as_json: bool) -> None:
    if as_json:
        print_json(journal)
    elif journal.outcome == "upgraded":
        click.echo(f"{journal.new} is in use. Back to {journal.old}: maitre rollback")
    else:
        click.echo(f"{journal.old} is in use again: {journal.why}")
        if journal.left:
            click.echo(f"Left for you to do: {journal.left}", err=True)
