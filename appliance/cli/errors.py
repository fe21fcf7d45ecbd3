"""`maitre errors`: what fails in the running server."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from appliance.cli import json_option, settings_options
from appliance.cli.client import Client, url_option
from appliance.cli.output import print_json, print_table
from appliance.errors import Category, Severity

if TYPE_CHECKING:
    from appliance.contract import ErrorGroup, ErrorReport

_COLUMNS = ("count", "last seen", "severity", "category", "error", "route", "where", "last words")


@click.command()
@click.option("--category", type=click.Choice(list(map(str, Category))), help="Only errors of this category.")
@click.option("--severity", type=click.Choice(list(map(str, Severity))), help="Only errors of this severity.")
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True)
@url_option
@settings_options
@json_option
def errors(*, category: str | None, severity: str | None, limit: int, as_json: bool, **params: Any) -> None:
    """See what failed in the running server since it started: counted, and the same errors told once, newest first."""
    from appliance.contract import ErrorReport

    report = Client(**params).get("/api/admin/errors", ErrorReport, category=category, severity=severity, limit=limit)
    if as_json:
        print_json(report)
    else:
        _tell(report)


def _tell(report: "ErrorReport") -> None:
    click.echo(f"{report.total} since {_when(report.since)}")
    for what, counts in (("by category", report.by_category), ("by severity", report.by_severity)):
        if counts:
            click.echo(f"{what}: {', '.join(f'{name} {count}' for name, count in counts.items())}")
    if report.groups:
        click.echo()
        print_table(_COLUMNS, map(_cells, report.groups))


def _cells(group: "ErrorGroup") -> list[str]:
    error = f"{group.kind} ({group.code})"
    seen = _when(group.last_seen_at)
    words = group.last[0].detail or f"see the log, request {group.last[0].request_id or '–'}"
    return [str(group.count), seen, group.severity, group.category, error, group.route, group.where or "–", words]


def _when(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(" ", "seconds")
