"""`maitre queue` and `maitre replay`: see queued work, try again what failed, apply stored events once more."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from appliance.cli import json_option, settings_from, settings_options
from appliance.cli.output import print_json, print_table
from appliance.contract import harmless_text

if TYPE_CHECKING:
    from appliance.contract import TaskRow
    from appliance.services.queue import QueueService

T = TypeVar("T")

_STATES = ("ready", "running", "dead", "held")
_COLUMNS = ("id", "kind", "state", "tries", "since", "reason")


@click.group()
def queue() -> None:
    """See queued work; retry or discard what failed."""


@queue.command("list")
@click.option("--state", type=click.Choice(_STATES), help="Only tasks in this state.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@settings_options
@json_option
def list_(*, state: str | None, limit: int, as_json: bool, **params: Any) -> None:
    """List the tasks, oldest first; dead and held ones say why."""
    found = _with_queue(params, lambda service: service.list(state=state, limit=limit))
    if as_json:
        print_json(found)
        return
    print_table(_COLUMNS, map(_cells, found.items))
    if found.total > len(found.items):
        click.echo(f"… and {found.total - len(found.items)} more", err=True)


@queue.command()
@click.argument("task_id")
@settings_options
@json_option
def show(*, task_id: str, as_json: bool, **params: Any) -> None:
    """Show one task and the event or message it is about."""
    detail = _with_queue(params, lambda service: service.show(task_id))
    if as_json:
        print_json(detail)
        return
    print_table(_COLUMNS, [_cells(detail.task)])
    click.echo(harmless_text(detail.content))


@queue.command()
@click.argument("task_ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All dead and held tasks.")
@settings_options
@json_option
def retry(*, task_ids: tuple[str, ...], everything: bool, as_json: bool, **params: Any) -> None:
    """Try dead and held tasks again."""
    if bool(task_ids) == everything:
        raise click.UsageError("Name the tasks, or give --all.")
    _told(_with_queue(params, lambda service: service.retry(None if everything else task_ids)), "ready again", as_json)


@queue.command()
@click.argument("task_ids", nargs=-1, required=True)
@settings_options
@json_option
def discard(*, task_ids: tuple[str, ...], as_json: bool, **params: Any) -> None:
    """Give dead or held tasks up. Their events stay stored; `maitre replay` brings them back."""
    _told(_with_queue(params, lambda service: service.discard(task_ids)), "discarded", as_json)


@click.command()
@click.argument("event_ids", nargs=-1)
@click.option("--call", "call_id", metavar="CALL_ID", default="", help="All stored events of this call.")
@settings_options
@json_option
def replay(*, event_ids: tuple[str, ...], call_id: str, as_json: bool, **params: Any) -> None:
    """Apply stored webhook events again; what they did already is not done twice."""
    if bool(event_ids) == bool(call_id):
        raise click.UsageError("Name the events, or give --call.")
    _told(_with_queue(params, lambda service: service.replay(event_ids=event_ids, call_id=call_id)), "queued", as_json)


def _with_queue(params: dict[str, Any], work: "Callable[[QueueService], Awaitable[T]]") -> T:
    from appliance.clock import SystemClock
    from appliance.ops.database import opened
    from appliance.services.queue import QueueService

    async def visit() -> T:
        async with opened(settings_from(params)) as database:
            return await work(QueueService(database, SystemClock()))

    return asyncio.run(visit())


def _told(count: int, what: str, as_json: bool) -> None:  # noqa: FBT001 — the flag is passed on as it came
    if as_json:
        print_json({"count": count})
    else:
        click.echo(f"{count} {what}")


def _cells(task: "TaskRow") -> list[str]:
    since = datetime.fromtimestamp(task.created_at / 1000, UTC).isoformat(" ", "seconds")
    return [task.id, task.kind, task.state, str(task.attempts), since, task.error or ""]
