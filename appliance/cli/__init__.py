"""The command `maitre`: its verbs, what they share, and how it fails. A verb is imported when it is called."""

import atexit
import gc
import os
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from appliance import __version__
from appliance.errors import MaitreError

if TYPE_CHECKING:
    from appliance.config import Resolved, Settings

_Callback = TypeVar("_Callback", bound=Callable[..., Any])

_GC_THRESHOLD = 10_000
"""What is imported stays: to look for garbage among it so often was a tenth of the time of a server's start."""
_INTERRUPTED = 130
"""The shell's exit code for a program that Ctrl-C ended."""


class _Verb(click.Command):
    """Stands in for a verb, in the help and for spelling hints, until it is called.

    `logs` is false for one that only asks a server or reads settings, and so need not pay for the log.
    """

    def __init__(self, name: str, where: str, meaning: str, *, logs: bool = True) -> None:
        super().__init__(name, short_help=meaning)
        self.logs = logs
        self._module, self._attribute = where.split(":")

    def load(self) -> click.Command:
        if self.logs:
            _log_beside_what_is_printed()
        verb: click.Command = getattr(import_module(self._module), self._attribute)
        return verb


def _log_beside_what_is_printed() -> None:
    """To stderr, where a server's log goes too: by itself it would be between the lines that a verb prints."""
    from appliance.watch import logs

    logs.configure(level="info", shape="auto")


class _Failure(click.ClickException):
    """A failure that was foreseen: told in a line each, without a traceback."""

    def show(self, file: IO[Any] | None = None) -> None:
        for line in self.message.splitlines():
            click.echo(f"maitre: {line}", file=file, err=file is None)


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 — click's signature
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, verb, rest = super().resolve_command(ctx, args)
        return name, verb.load() if isinstance(verb, _Verb) else verb, rest

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MaitreError as error:
            raise _Failure(str(error)) from error
        except KeyboardInterrupt:
            ctx.exit(_INTERRUPTED)


_VERBS = (
    _Verb("setup", "appliance.cli.setup:setup", "Prepare this machine: settings, keys, database, first admin."),
    _Verb("serve", "appliance.cli.serve:serve", "Run the server."),
    _Verb("console", "appliance.cli.console:console", "Watch and steer the running server on one screen.", logs=False),
    _Verb("demo", "appliance.cli.demo:demo", "See it work with made-up restaurants and calls; needs nothing."),
    _Verb("simulate", "appliance.cli.simulate:simulate", "Play signed calls against a running server.", logs=False),
    _Verb("restaurant", "appliance.cli.restaurant:restaurant", "Take restaurants on, look at them, change them."),
    _Verb(
        "retell", "appliance.cli.retell:retell", "Set up the agents at Retell; see whether they are as they should be."
    ),
    _Verb("plan", "appliance.cli.plan:plan", "See what the plans give; put a restaurant on one."),
    _Verb("limits", "appliance.cli.limits:limits", "See and clear the rate limits of the running server.", logs=False),
    _Verb(
        "alerts", "appliance.cli.alerts:alerts", "See what is not well; acknowledge, close and test alerts.", logs=False
    ),
    _Verb("user", "appliance.cli.user:user", "Let people sign in; change or remove them."),
    _Verb("token", "appliance.cli.token:token", "Make and remove tokens for machines."),
    _Verb("key", "appliance.cli.key:key", "Rotate the key that sessions are signed with."),
    _Verb("config", "appliance.cli.config:config", "Show and check the settings.", logs=False),
    _Verb("db", "appliance.cli.db:db", "Look after the database."),
    _Verb("backup", "appliance.cli.backup:backup", "Make backups, look at them, try them out, put one back."),
    _Verb("queue", "appliance.cli.queue:queue", "See queued work; retry or discard what failed."),
    _Verb(
        "health",
        "appliance.cli.health:health",
        "Ask the running server how it is; exit code 1 if it is not well.",
        logs=False,
    ),
    _Verb("status", "appliance.cli.health:status", "The running server at a glance.", logs=False),
    _Verb("doctor", "appliance.cli.doctor:doctor", "Look at all that the server needs, and say what to do."),
    _Verb(
        "errors",
        "appliance.cli.errors:errors",
        "See what fails in the running server, counted and grouped.",
        logs=False,
    ),
    _Verb(
        "log-level", "appliance.cli.log_level:log_level", "See how much the running server logs; change it.", logs=False
    ),
    _Verb("replay", "appliance.cli.queue:replay", "Apply stored webhook events again."),
    _Verb("upgrade", "appliance.cli.upgrade:upgrade", "Take another release, or give it back if it does not do."),
    _Verb("rollback", "appliance.cli.upgrade:rollback", "Go back to the release before the last upgrade."),
    _Verb("support-bundle", "appliance.cli.support_bundle:support_bundle", "Make a file for whoever helps you."),
    _Verb("service", "appliance.cli.service:service", "Keep the server running under systemd.", logs=False),
    _Verb("version", "appliance.cli.version:version", "Show the versions of Maitre and what it runs on.", logs=False),
)


@click.group(
    cls=_LazyGroup,
    commands={str(verb.name): verb for verb in _VERBS},
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, "-V", "--version", message="maitre %(version)s")
def maitre() -> None:
    """The back end behind a restaurant's AI phone agent."""


def main() -> None:
    gc.set_threshold(_GC_THRESHOLD)
    # Else Python looks for garbage among all that was imported once more before it ends: a quarter of a second.
    atexit.register(gc.freeze)
    maitre(prog_name="maitre")


def confirm(question: str, *, yes: bool) -> None:
    """Go on if whoever is there says so, or has said `yes` before. Raises UsageError where nobody is there."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("Nobody is here to be asked: say --yes.")
    click.confirm(question, abort=True)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")

_SETTINGS_OPTIONS = (
    click.option("--config", "config_file", metavar="FILE", help="The maitre.toml to read."),
    click.option("--data-dir", metavar="DIRECTORY", help="Where the data lies."),
    click.option("--database-url", metavar="URL", help="sqlite:///<path> or postgresql://<user>@<host>/<database>"),
)


def settings_options(verb: _Callback) -> _Callback:
    """Give a verb the options that choose its settings; it hands all its parameters to `settings_from`."""
    for option in reversed(_SETTINGS_OPTIONS):
        verb = option(verb)
    return verb


def settings_from(params: Mapping[str, Any]) -> "Settings":
    """The settings for a verb's parameters; those named like a setting are its flags. Raises ConfigError."""
    return resolved_from(params).settings


def resolved_from(params: Mapping[str, Any]) -> "Resolved":
    """As `settings_from`, with the source of each."""
    from appliance.config import SETTINGS, resolve

    file = params.get("config_file")
    flags = {setting.name: params.get(setting.name) for setting in SETTINGS}
    return resolve(file=Path(file) if file else None, env=os.environ, flags=flags)
