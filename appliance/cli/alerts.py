"""`maitre alerts`: what is not well in the running server, and what to do about it."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from appliance.cli import json_option, settings_options
from appliance.cli.client import Client, url_option
from appliance.cli.output import print_json, print_table

if TYPE_CHECKING:
    from appliance.contract import AlertDelivery, AlertRow, Page

_PATH = "/api/admin/alerts"
_COLUMNS = ("alert", "level", "state", "since", "restaurant", "rule", "what", "sent")
_EVERY_S = 20
"""So that looking on all the time stays within what an operator may ask."""
_TEST_S, _TEST_EVERY_S = 30, 1.5
_OPEN_CRITICAL = 1


@click.group(invoke_without_command=True)
@click.option("--all", "with_past", is_flag=True, help="Those that are over as well.")
@click.option("--watch", is_flag=True, help=f"Look again every {_EVERY_S} seconds; print what has changed.")
@url_option
@settings_options
@json_option
@click.pass_context
def alerts(context: click.Context, /, *, with_past: bool, watch: bool, as_json: bool, **params: Any) -> None:
    """See what is not well in the running server.

    The exit code is for cron: 1 when a critical alert is open that nobody has acknowledged, or when the server cannot
    be asked; else 0.
    """
    if context.invoked_subcommand:
        return
    client = Client(**params)
    if watch:
        _watch(client, as_json=as_json)
    found = _asked(client, "all" if with_past else "current")
    if as_json:
        print_json(found)
    elif found.items:
        print_table(_COLUMNS, map(_cells, found.items))
    else:
        click.echo("All is well.")
    if any((row.level, row.state) == ("critical", "open") for row in found.items):
        context.exit(_OPEN_CRITICAL)


@alerts.command()
@click.argument("alert_id")
@url_option
@settings_options
@json_option
def ack(*, alert_id: str, as_json: bool, **params: Any) -> None:
    """Say that somebody looks after an alert: it is not brought to mind again, nor told to others."""
    _change(alert_id, "acknowledge", as_json=as_json, **params)


@alerts.command()
@click.argument("alert_id")
@url_option
@settings_options
@json_option
def resolve(*, alert_id: str, as_json: bool, **params: Any) -> None:
    """Close an alert. If it is not well, another opens after a while."""
    _change(alert_id, "resolve", as_json=as_json, **params)


@alerts.command()
@url_option
@settings_options
@json_option
@click.pass_context
def test(context: click.Context, /, *, as_json: bool, **params: Any) -> None:
    """Send a message to every channel, and wait to see whether it arrives. Exit code 1 when one did not."""
    from appliance.contract import AlertTest

    client = Client(**params)
    told = client.post(f"{_PATH}/test", AlertTest)
    until = time.monotonic() + _TEST_S
    while any(one.state == "waiting" for one in told.deliveries) and time.monotonic() < until:
        time.sleep(_TEST_EVERY_S)
        told = client.get(f"{_PATH}/test/{told.id}", AlertTest)
    if as_json:
        print_json(told)
    else:
        print_table(("channel", "state", "error"), [(one.channel, one.state, one.error) for one in told.deliveries])
    if any(one.state != "delivered" for one in told.deliveries):
        context.exit(1)


def _asked(client: Client, state: str) -> "Page[AlertRow]":
    from appliance.contract import AlertRow, Page

    return client.get(_PATH, Page[AlertRow], state=state, limit=500)


def _change(alert_id: str, deed: str, *, as_json: bool, **params: Any) -> None:
    from appliance.contract import AlertRow

    row = Client(**params).post(f"{_PATH}/{alert_id}/{deed}", AlertRow)
    if as_json:
        print_json(row)
    else:
        print_table(_COLUMNS, [_cells(row)])


def _watch(client: Client, *, as_json: bool) -> None:
    """Until somebody interrupts it."""
    rows = _asked(client, "current").items
    told = rows[::-1]
    while True:
        for row in told:
            print_json(row) if as_json else click.echo("  ".join(_cells(row)))
        time.sleep(_EVERY_S)
        seen, rows = rows, _asked(client, "all").items
        told = list(_news(rows, seen))


def _news(rows: "list[AlertRow]", seen: "list[AlertRow]") -> "Iterator[AlertRow]":
    """Those whose level or state is another than when they were seen, oldest first; and those that came since."""
    known = {row.id: (row.level, row.state) for row in seen}
    newest = max((row.opened_at for row in seen), default=0)
    for row in reversed(rows):
        before = known.get(row.id)
        if before != (row.level, row.state) and (before or row.opened_at >= newest):
            yield row


def _cells(row: "AlertRow") -> list[str]:
    since = datetime.fromtimestamp(row.opened_at / 1000, UTC).isoformat(" ", "minutes")
    where = row.restaurant_id or "–"
    return [row.id, row.level, row.state, since, where, row.rule, row.message, _sent(row.deliveries)]


def _sent(deliveries: "list[AlertDelivery]") -> str:
    """How many messages arrived; that one did not stands there, too."""
    arrived = sum(one.state == "delivered" for one in deliveries)
    failed = next((one for one in deliveries if one.error and one.state != "delivered"), None)
    return f"{arrived}/{len(deliveries)}" + (f" {failed.channel}: {failed.error}" if failed else "")
