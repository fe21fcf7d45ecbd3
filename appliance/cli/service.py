"""`maitre service`: the server as a service of systemd."""

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from appliance.cli import json_option, settings_from, settings_options
from appliance.cli.output import print_json, print_table
from appliance.cli.program import program

if TYPE_CHECKING:
    from appliance.ops.service import Written

_root_option = click.option(
    "--prefix",
    "root",
    metavar="DIRECTORY",
    default="/",
    type=click.Path(file_okay=False, path_type=Path),
    help="The root of another system, an image say: nothing is started there.",
)


@click.group()
def service() -> None:
    """Install the service, start and stop it, see how it is."""


@service.command()
@_root_option
@click.option("--dry-run", is_flag=True, help="Show what would be written, removed and asked for, and do nothing.")
@click.option("--replace", is_flag=True, help="Write the units that you have edited as well.")
@settings_options
@json_option
def install(*, root: Path, dry_run: bool, replace: bool, as_json: bool, **params: Any) -> None:
    """Write the units for this program and have them started with the machine; `maitre service start` starts them now.

    The socket listens where `host` and `port` say; after a change of those, install again. Units that you have edited
    are kept; what stands beside them, in maitre.service.d say, always is.
    """
    from appliance.ops import service as ops

    written = ops.installation(settings_from(params), shlex.join(program()), root=root.absolute(), replace=replace)
    if not dry_run:
        ops.install(written, root=root.absolute())
    if as_json:
        print_json(written)
    elif dry_run:
        _tell_planned(written)
    else:
        _tell_written(written)
        click.echo("Now: maitre service start")


def _tell_planned(written: "Written") -> None:
    for command in written.first:
        click.echo(f"# {' '.join(command)}")
    for path, text in written.files.items():
        click.echo(f"# {path}\n{text}")
    for path in written.gone:
        click.echo(f"# would remove {path}, which belonged to another release")
    for path in written.kept:
        click.echo(f"# would keep {path}, which you have edited or masked; --replace writes ours")
    for command in written.commands:
        click.echo(f"# {' '.join(command)}")


def _tell_written(written: "Written") -> None:
    for path in written.files:
        click.echo(f"wrote {path}")
    for path in written.gone:
        click.echo(f"removed {path}, which belonged to another release")
    for path in written.kept:
        click.echo(f"kept {path}, which you have edited or masked; --replace writes ours")


@service.command()
@_root_option
@json_option
def uninstall(*, root: Path, as_json: bool) -> None:
    """Stop it and take the units away. Settings, secrets and data stay where they are."""
    from appliance.ops import service as ops

    gone = ops.uninstall(root=root.absolute())
    if as_json:
        print_json({"removed": gone})
    else:
        for path in gone:
            click.echo(f"removed {path}")
        click.echo("" if gone else "there was nothing to remove", nl=not gone)


def _asking(verb: str, meaning: str) -> click.Command:
    @click.command(verb, help=meaning)
    @json_option
    def ask(*, as_json: bool) -> None:
        from appliance.ops import service as ops

        ops.ask(verb)
        _tell(as_json=as_json)

    return ask


for _verb, _meaning in (
    ("start", "Start it, and wait until it answers."),
    ("stop", "Stop it once it has answered what came. It starts again with the machine."),
    ("restart", "Stop it and start it; who connects meanwhile waits and is answered."),
    ("reload", "Read the settings again: log_level and retell_webhook_keys. Wrong ones are refused."),
):
    service.add_command(_asking(_verb, _meaning))


@service.command()
@json_option
def status(*, as_json: bool) -> None:
    """How the service is. The exit code is 0 while it runs, else 1."""
    if not _tell(as_json=as_json):
        sys.exit(1)


@service.command()
@click.option("--lines", "-n", type=click.IntRange(0, 100_000), default=50, show_default=True)
@click.option("--follow", "-f", is_flag=True, help="Go on with what comes.")
@click.option("--since", default="", metavar="TIME", help="As journalctl has it: 10:30, yesterday, -2h")
def logs(*, lines: int, follow: bool, since: str) -> None:
    """The last lines of its log, from the journal."""
    from appliance.ops import service as ops

    command = ops.logs_command(lines=lines, follow=follow, since=since)
    sys.stdout.flush()
    os.execvp(command[0], command)  # noqa: S606 — it is to have this terminal


def _tell(*, as_json: bool) -> bool:
    from appliance.ops import service as ops

    found = ops.state()
    if as_json:
        print_json(found)
    else:
        memory = "–" if found.memory_bytes is None else f"{found.memory_bytes >> 20} MB"
        rows = [
            ("state", found.state),
            ("says", found.told or "–"),
            ("process", str(found.pid or "–")),
            ("restarts", str(found.restarts)),
            ("memory", memory),
        ]
        print_table(("what", "now"), rows)
    return found.active
