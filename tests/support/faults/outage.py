"""A server under load whose database goes away for a while; what everybody saw, to be compared and told."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager

import httpx
import msgspec
from msgspec import Struct

from appliance.loadtest.ready import DemoReady
from support.crash.evidence import Operator
from support.crash.load import Load
from support.crash.story import EVENTS
from support.crash.verdict import problems, retry_all
from support.crash.victim import LEASE_S, Victim
from support.serving import until

_SAMPLE = re.compile(r"^(?P<name>\w+)(?:\{(?P<labels>[^}]*)\})? (?P<value>\S+)$", re.MULTILINE)
_ENOUGH = 150
_UNTIL_TOLD_S = 120
"""An error rate is told of once it has been high for a minute, and everybody looks every quarter of one."""
_OF_THE_MACHINE = {"cpu_high", "memory_high", "disk_full", "loop_lag_high", "response_slow", "occupancy_low"}


class Account(Struct, kw_only=True):
    """`answers` by door and status or code. `broken` are promises that were not kept. Seconds since it was back."""

    sent: int = 0
    answers: dict[str, int] = {}
    stored: int = 0
    refused_then_stored: int = 0
    away_s: float = 0
    noticed_s: float = 0
    ready_again_s: float = 0
    slowest_s: dict[str, float] = {}
    alerts: dict[str, str] = {}
    broken: list[str] = []


class Onlooker:
    """Asks the doors of health and the metrics, as a monitor outside would."""

    def __init__(self, ready: DemoReady) -> None:
        headers = {"authorization": f"Bearer {ready.admin_token}"}
        self.http = httpx.AsyncClient(base_url=ready.url, headers=headers, trust_env=False, timeout=5)

    async def is_ready(self) -> bool:
        return (await self.http.get("/readyz")).status_code == 200

    async def is_not_ready(self) -> bool:
        return not await self.is_ready()

    async def failing(self) -> set[str]:
        checks = (await self.http.get("/api/health")).json()["checks"]
        return {name for name, (found,) in checks.items() if found["status"] == "fail"}

    async def total(self, name: str, label: str = "") -> int:
        """Of all samples with this name and such a label."""
        text = (await self.http.get("/metrics")).text
        found = (one for one in _SAMPLE.finditer(text) if one["name"] == name and label in (one["labels"] or ""))
        return round(sum(float(one["value"]) for one in found))

    async def alerts(self) -> dict[str, str]:
        rows = (await self.http.get("/api/admin/alerts", params={"state": "open"})).json()["items"]
        return {row["rule"]: row["level"] for row in rows if row["rule"] not in _OF_THE_MACHINE}


async def outage(
    server: Victim, load: Load, gone: AbstractAsyncContextManager[None], *, for_s: float, until_told: bool
) -> Account:
    """Before, during and after."""
    ready, account = await server.start(), Account()
    onlooker = Onlooker(ready)
    pouring = asyncio.create_task(load.pour(ready))
    try:
        await load.answers(_ENOUGH)
        began = time.monotonic()
        async with gone:
            await until(onlooker.is_not_ready, within_s=20)
            account.noticed_s = time.monotonic() - began
            await _while_it_is_away(onlooker)
            await asyncio.sleep(max(0, for_s - (time.monotonic() - began)))
            account.away_s = time.monotonic() - began
        back = time.monotonic()
        await until(onlooker.is_ready, within_s=20)
        account.ready_again_s = time.monotonic() - back
        await load.answers(_ENOUGH)
        load.end()
        await pouring
        await _counted(onlooker, load)
        if until_told:
            await _told_of(onlooker)
        account.alerts = await onlooker.alerts()
    finally:
        pouring.cancel()
        await onlooker.http.aclose()
    await _settle(server, load, ready, account)
    return account


async def _while_it_is_away(onlooker: Onlooker) -> None:
    assert (await onlooker.http.get("/livez")).status_code == 200, "no reason to begin the process anew"

    async def is_named() -> bool:
        return "database:responseTime" in await onlooker.failing()

    await until(is_named)
    assert await onlooker.total("maitre_health_check", 'check="database:responseTime"') == 0


async def _told_of(onlooker: Onlooker) -> None:
    async def told() -> bool:
        return "error_rate_high" in await onlooker.alerts()

    await until(told, within_s=_UNTIL_TOLD_S)


async def _counted(onlooker: Onlooker, load: Load) -> None:
    """The metrics have counted what was answered, to the unit."""
    answered, events = Counter(_answers(load)), "maitre_webhook_events_total"
    taken = sum([await onlooker.total(events, f'outcome="{one}"') for one in ("accepted", "duplicate", "quarantined")])
    assert taken == answered["event 204"]
    assert await onlooker.total(events, 'outcome="not_stored"') == answered["event 503"]
    tools = sum(number for what, number in answered.items() if what.startswith("tool "))
    assert await onlooker.total("maitre_tool_seconds_count") == tools


async def _settle(server: Victim, load: Load, ready: DemoReady, account: Account) -> None:
    """All that was acknowledged is there and applied once, and a tool's retry is answered as it was."""
    async with Operator(ready) as operator:
        await until(operator.at_rest, within_s=6 * LEASE_S)
        found = await operator.gather(server.database_url, load.calls)
        account.broken = problems(load, found) + await retry_all(load, ready)
    account.broken += [f"unanswered: {lost!r}" for lost in load.broken]
    account.broken += [f"logged: {line}" for line in server.log.read_text().splitlines() if '"exception"' in line]
    account.answers = dict(Counter(_answers(load)))
    account.slowest_s = load.slowest_s
    account.sent = sum(account.answers.values()) + len(load.broken)
    account.stored = len(found.inbox)
    events = [one for _, one in load.requests() if one.path == EVENTS]
    account.refused_then_stored = sum(one.acknowledged and one.answers[0].status == 503 for one in events)


def _answers(load: Load) -> Iterator[str]:
    """Each answer by its door, with its status, or what a tool said."""
    for _, request in load.requests():
        for answer in request.answers:
            if request.path == EVENTS:
                yield f"event {answer.status}"
            else:
                yield f"tool {msgspec.json.decode(answer.body)['code'] if answer.status == 200 else answer.status}"
