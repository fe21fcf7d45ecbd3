"""`maitre log-level`: how much the running server logs, changed without a restart."""

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, get_args

import click

from appliance.cli import json_option, settings_options
from appliance.cli.client import Client, url_option
from appliance.cli.output import print_json
from appliance.contract import LogLevelName

if TYPE_CHECKING:
    from appliance.contract import LogLevelView

_PATH = "/api/admin/log-level"
_MINUTES = {"m": 1, "h": 60}


class _Minutes(click.ParamType[int]):
    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        found = re.fullmatch(r"([1-9]\d{0,3})([mh]?)", str(value))
        if found is None:
            self.fail(f"{value!r} is no time such as 10m or 2h", param, ctx)
        return int(found[1]) * _MINUTES[found[2] or "m"]


@click.command("log-level")
@click.argument("level", required=False, type=click.Choice(get_args(LogLevelName)))
@click.option("--for", "minutes", type=_Minutes(), help="How long, as 10m or 2h; then the usual comes back.")
@url_option
@settings_options
@json_option
def log_level(*, level: LogLevelName | None, minutes: int | None, as_json: bool, **params: Any) -> None:
    """See how much the running server logs, or change it: for a while, or until the next start."""
    from appliance.contract import LogLevelChange, LogLevelView

    if minutes and not level:
        raise click.UsageError("--for says how long; name the level, too.")
    client = Client(**params)
    if level:
        now = client.put(_PATH, LogLevelChange(level=level, minutes=minutes), LogLevelView)
    else:
        now = client.get(_PATH, LogLevelView)
    if as_json:
        print_json(now)
    else:
        click.echo(_words(now))


def _words(now: "LogLevelView") -> str:
    if now.until is None:
        return now.level
    when = datetime.fromtimestamp(now.until / 1000, UTC).isoformat(" ", "seconds")
    return f"{now.level} until {when}, then {now.usual}"
