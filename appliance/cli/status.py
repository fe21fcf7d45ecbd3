"""`maitre health` and `maitre status`: how the running server is, for people, scripts and cron."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from appliance.cli import json_option, settings_options
from appliance.cli.client import Client, url_option
from appliance.cli.output import print_json, print_table

if TYPE_CHECKING:
    from appliance.contract import Health, HealthCheck, Overview

_FAIL = "fail"
_COLUMNS = ("check", "status", "value", "checked", "what is wrong")
_UNITS = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))


@click.command()
@url_option
@settings_options
@json_option
@click.pass_context
def health(ctx: click.Context, /, *, as_json: bool, **params: Any) -> None:
    """Ask whether it is well. Exits with 0 for pass and warn, with 1 for fail and where no server answers.

    Without MAITRE_TOKEN it says so in a word; with it, each check is listed.
    """
    report = Client(anybody=True, **params).health()
    if as_json:
        print_json(report)
    else:
        _tell_health(report)
    ctx.exit(report.status == _FAIL)


@click.command()
@url_option
@settings_options
@json_option
@click.pass_context
def status(ctx: click.Context, /, *, as_json: bool, **params: Any) -> None:
    """See how it is and what it does now. Exits as `maitre health` does."""
    from appliance.contract import Overview

    client = Client(**params)
    report, overview = client.health(), client.get("/api/admin/overview", Overview)
    if as_json:
        print_json({"health": report, "overview": overview})
    else:
        print_table(("what", "now"), _rows(report, overview))
    ctx.exit(report.status == _FAIL)


def _tell_health(report: "Health") -> None:
    click.echo(f"{report.status}  maitre {report.version}")
    if report.checks:
        print_table(_COLUMNS, (_cells(name, check) for name, several in report.checks.items() for check in several))


def _cells(name: str, check: "HealthCheck") -> tuple[str, ...]:
    value = f"{check.observedValue or 0:g} {check.observedUnit}" if check.observedUnit else ""
    return name, check.status, value, check.time, str(check.output or "")


def _rows(report: "Health", seen: "Overview") -> Iterator[tuple[str, str]]:
    queue = seen.queue
    yield "version", seen.version
    yield "up for", _duration((seen.now - seen.started_at) // 1000)
    yield "health", report.status
    for name, several in (report.checks or {}).items():
        for check in several:
            if check.output:
                yield f"  {name}", f"{check.status}: {check.output}"
    yield "restaurants", str(seen.restaurants)
    yield "calls now", str(seen.calls_now)
    yield "calls in 24 hours", str(seen.calls_today)
    yield "bookings in 24 hours", str(seen.reservations_today)
    waiting = f", the oldest for {_duration(queue.oldest_age_ms // 1000)}" if queue.oldest_age_ms else ""
    yield "queue", f"{queue.ready} ready, {queue.running} running, {queue.held} held, {queue.dead} dead{waiting}"


def _duration(seconds: int) -> str:
    """In the two largest units that say anything, as 3 d 4 h."""
    told = []
    for size, unit in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            told.append(f"{count} {unit}")
    return " ".join(told[:2]) or "0 s"
