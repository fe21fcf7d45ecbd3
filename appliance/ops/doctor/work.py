"""What the store tells of the work: what waits, what was given up, and whose webhooks still arrive."""

from collections.abc import AsyncIterator, Mapping, Sequence

from appliance.contract import QueueDepth
from appliance.domain.restaurant import RestaurantCard, RestaurantStatus
from appliance.errors import MaitreError
from appliance.ops.database import opened
from appliance.ops.doctor.findings import Finding, ok, skipped, warn
from appliance.ops.doctor.subject import Subject
from appliance.services.directory import Directory
from appliance.services.monitoring.probing import OLD_TASK_MS
from appliance.services.views import queue_depth
from appliance.store import checkup, tasks

_SHOWN = 5
_HOUR_MS = 3_600_000
_SILENT_MS = 48 * _HOUR_MS
_WEBHOOKS = "webhooks seen lately"


async def look(subject: Subject) -> AsyncIterator[Finding]:
    now = subject.clock.now_ms()
    try:
        async with opened(subject.settings) as database:
            directory = Directory(database)
            await directory.refresh()
            async with database.read() as tx:
                depth = queue_depth(await tasks.depth(tx), now_ms=now)
                calls = await checkup.last_calls(tx)
    except MaitreError:
        yield skipped("queue", "it is in the database, which cannot be read")
        yield skipped(_WEBHOOKS, "they are in the database, which cannot be read")
        return
    yield _queue(depth)
    yield _for_a_person(depth)
    yield _seen([card for card in directory.cards() if card.status is RestaurantStatus.ACTIVE], calls, now)


def _queue(depth: QueueDepth) -> Finding:
    name, found = "queue", f"{depth.ready} ready, {depth.running} running"
    if depth.oldest_age_ms > OLD_TASK_MS:
        advice = "Is the server up? `maitre queue list` shows what fails again and again."
        return warn(name, f"{found}, the oldest for {depth.oldest_age_ms // 60_000} minutes", advice)
    return ok(name, found)


def _for_a_person(depth: QueueDepth) -> Finding:
    name = "dead letters"
    if depth.dead:
        advice = "`maitre queue list --state dead` says why; mend, then `maitre queue retry ID`, or `discard`."
        return warn(name, f"{depth.dead} given up, {depth.held} held", advice)
    if depth.held:
        advice = "`maitre queue list --state held`: add the restaurant or agent that they are of, or discard them."
        return warn(name, f"none given up, {depth.held} held", advice)
    return ok(name, "none, and none is held")


def _seen(cards: Sequence[RestaurantCard], calls: Mapping[str, int], now_ms: int) -> Finding:
    """One that never had a call is not connected yet; one silent for days may not be any more."""
    if not cards:
        return warn(_WEBHOOKS, "there is no restaurant", "`maitre restaurant add docs/restaurant.toml` takes one on.")
    silent = [card for card in cards if now_ms - calls.get(card.id, 0) > _SILENT_MS]
    if silent:
        told = ", ".join(f"{card.id} ({_since(calls.get(card.id), now_ms)})" for card in silent[:_SHOWN])
        more = f" and {len(silent) - _SHOWN} more" if len(silent) > _SHOWN else ""
        advice = "Call the number. `maitre retell check ID` compares its webhook address with ours."
        return warn(_WEBHOOKS, f"no call of {told}{more}", advice)
    return ok(_WEBHOOKS, f"of all {len(cards)} restaurants, the last {_since(max(calls.values()), now_ms)}")


def _since(at: int | None, now_ms: int) -> str:
    if at is None:
        return "never"
    hours = (now_ms - at) // _HOUR_MS
    return f"{hours} h ago" if hours < 48 else f"{hours // 24} days ago"
