"""`maitre setup`: make this machine ready to serve."""

import asyncio
import sys
from typing import TYPE_CHECKING, Any

import click

from appliance.cli import json_option, settings_from, settings_options
from appliance.cli.output import print_json

if TYPE_CHECKING:
    from appliance.ops.setup import SetupReport


@click.command()
@settings_options
@click.option("--public-url", metavar="URL", help="https address under which Retell reaches this server.")
@click.option("--retell-key", metavar="KEY", help="The Retell API key with the webhook badge; asked for on a terminal.")
@click.option("--email", default="admin@localhost", show_default=True, help="The first admin's e-mail.")
@json_option
def setup(*, retell_key: str | None, email: str, as_json: bool, **params: Any) -> None:
    """Write a first maitre.toml, make the data directory and the database, create the first admin.

    Run again, it keeps everything that is there.
    """
    from appliance.ops.setup import set_up

    settings = settings_from(params)
    if retell_key is None and not settings.retell_webhook_keys and not as_json and sys.stdin.isatty():
        retell_key = click.prompt("Retell API key with the webhook badge (empty: later)", default="", hide_input=True)
    report = asyncio.run(set_up(settings, retell_key=retell_key or "", email=email))
    if as_json:
        print_json(report)
    else:
        click.echo("\n".join(_lines(report)))


def _lines(report: "SetupReport") -> list[str]:
    made = "written" if report.config_written else "kept as it was"
    token = report.admin_token or "(made before; it is not kept and cannot be shown again)"
    lines = [
        f"Settings   {report.config_file} ({made})",
        f"Database   {report.database} (schema {report.schema})",
        f"Admin      {report.admin_email}",
        f"Token      {token}",
        "",
        "Paste into Retell:",
        f"  Agent › Webhook URL            {report.webhook_url}",
        f"  Phone number › Inbound webhook {report.inbound_url}",
    ]
    if not report.webhook_key_set:
        lines += [
            "",
            f"Still missing: retell_webhook_keys in {report.config_file}. Without it the server does not start.",
        ]
    return [*lines, "", "Start it with: maitre serve"]
