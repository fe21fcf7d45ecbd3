"""`maitre setup`: make this machine ready to serve."""

import asyncio
import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from appliance.cli import json_option, resolved_from, settings_from, settings_options
from appliance.cli.output import print_json

if TYPE_CHECKING:
    from appliance.ops.setup import SetupReport


@click.command()
@settings_options
@click.option("--public-url", metavar="URL", help="https address under which Retell reaches this server.")
@click.option("--retell-key", metavar="KEY", help="The Retell API key with the webhook badge.")
@click.option("--email", default="", help="The first admin's e-mail, or whose token it is.  [default: admin@localhost]")
@click.option("--new-token", is_flag=True, help="Give the admin, or that of --email, a new token; old ones stay valid.")
@json_option
def setup(*, retell_key: str | None, email: str, new_token: bool, as_json: bool, **params: Any) -> None:
    """Write a first maitre.toml, make the data directory and the database, create the first admin.

    On a terminal it asks for what is missing. Run again, it keeps everything that is there.
    """
    from appliance.ops.setup import set_up

    named = params["config_file"]
    if named and not Path(named).exists():
        params["config_file"] = os.devnull  # it is to be written, and no other is meant
    settings = settings_from(params)
    if sys.stdin.isatty() and not as_json:
        params["public_url"] = params["public_url"] or _ask("https address of this server", settings.public_url)
        known_key = "".join(settings.retell_webhook_keys)
        retell_key = retell_key or _ask("Retell API key with the webhook badge", known_key, hidden=True)
    if retell_key and retell_key not in settings.retell_webhook_keys:
        params["retell_webhook_keys"] = [*settings.retell_webhook_keys, retell_key]
    resolved = resolved_from(params)
    file = Path(named) if named else resolved.file or resolved.settings.data_dir / "maitre.toml"
    asked = {name: params[name] for name in ("public_url", "retell_webhook_keys") if params.get(name)}
    report = asyncio.run(set_up(resolved.settings, file=file, asked=asked, email=email, new_token=new_token))
    if as_json:
        print_json(report)
    else:
        click.echo("\n".join(_lines(report, params | {"config_file": named})))


def _ask(what: str, known: str, *, hidden: bool = False) -> str | None:
    """The answer; None when it is known already, or to be given later."""
    if known:
        return None
    answer: str = click.prompt(f"{what} (empty: later)", default="", show_default=False, hide_input=hidden)
    return answer or None


def _lines(report: "SetupReport", params: Mapping[str, Any]) -> list[str]:
    made = "written" if report.config_written else "there already"
    password = report.admin_password or "(given before; `maitre user password` makes another)"
    token = report.admin_token or "(made before and not kept; --new-token makes another)"
    return [
        f"Settings   {report.config_file} ({made})",
        f"Database   {report.database} (schema {report.schema})",
        f"Admin      {report.admin_email}",
        f"Password   {password}",
        f"Token      {token}",
        "",
        "Paste into Retell:",
        f"  Agent › Webhook URL             {report.webhook_url}",
        f"  Phone number › Inbound webhook  {report.inbound_url}",
        f"  Custom function › URL           {report.tools_url}",
        *_missing(report),
        "",
        f"Start it with: {_serve(params)}",
    ]


def _missing(report: "SetupReport") -> Iterator[str]:
    if not report.public_url_set:
        yield f"\nRetell cannot reach these yet: set public_url in {report.config_file} to this server's https address."
    if not report.webhook_key_set:
        yield f"\nStill missing: retell_webhook_keys in {report.config_file}. Without it the server does not start."


def _serve(params: Mapping[str, Any]) -> str:
    """The command that finds what was just made."""
    given = {"--config": params["config_file"], "--data-dir": params["data_dir"]}
    options = [part for option, value in given.items() if value for part in (option, value)]
    return shlex.join(["maitre", "serve", *options])
