"""Runs the demo: opens the house, lets guests call until told to stop, and tells how it went."""

import asyncio
import random
import signal
from collections.abc import Coroutine
from enum import Enum
from typing import IO, Any, Protocol

import httpx
from msgspec.structs import replace

from appliance.clock import Clock
from appliance.loadtest.audit import Audit
from appliance.loadtest.house import DemoHouse
from appliance.loadtest.phone import PhonePlatform
from appliance.loadtest.ready import DemoReady
from appliance.loadtest.report import Moment, Summary
from appliance.loadtest.traffic import Traffic

_MEAN_GAP_S = 1.6
_SECONDS_PER_WORD = 0.09
_AT_ONCE = 6
_FRAME_S = 0.12


class Mode(Enum):
    """What is played: calls until stopped, one to each restaurant, or none."""

    CALLS = "calls"
    ONCE = "once"
    NO_CALLS = "no_calls"


class Show(Protocol):
    """Tells people or programs what happens."""

    def ready(self, ready: DemoReady) -> None: ...

    def watch(self, moment: Moment) -> None: ...

    def refresh(self) -> None: ...

    def closed(self, summary: Summary | None) -> None: ...


async def run_demo(
    house: DemoHouse, show: Show, mode: Mode, *, rng: random.Random, clock: Clock, opener: IO[str] | None = None
) -> bool:
    """Whether all went well. Ends by itself only after `ONCE`, else when a signal says so, or `opener` is closed.

    That is a pipe which nothing is written to: it closes when who holds its other end is gone, however they ended.
    """
    stop = _stop_signal()
    if opener:
        asyncio.get_running_loop().add_reader(opener, _when_closed, opener, stop)
    ready = await house.open()
    summary = None
    try:
        show.ready(ready)
        if mode is Mode.NO_CALLS:
            await stop.wait()
        else:
            summary = await _calls(house, ready, show, mode, stop, rng=rng, clock=clock)
    finally:
        await house.server.stop()
        show.closed(summary)
    return summary is None or not summary.problems


async def _calls(
    house: DemoHouse,
    ready: DemoReady,
    show: Show,
    mode: Mode,
    stop: asyncio.Event,
    *,
    rng: random.Random,
    clock: Clock,
) -> Summary:
    # trust_env off: a proxy of the environment cannot reach this process.
    async with httpx.AsyncClient(trust_env=False) as http:
        platform = PhonePlatform(http, url=ready.url, key=ready.retell_api_key, clock=clock)
        traffic = Traffic(house.lines(), platform, rng=rng, clock=clock, watch=show.watch)
        if mode is Mode.CALLS:
            pouring = traffic.pour(mean_gap_s=_MEAN_GAP_S, at_once=_AT_ONCE, seconds_per_word=_SECONDS_PER_WORD)
            await _until(stop, pouring, _animate(show))
            return traffic.tally.summary()
        audit = Audit(http, url=ready.url, token=ready.admin_token)
        disagreements: list[str] = []
        await _until(stop, _once(traffic, audit, disagreements), _animate(show))
        if stop.is_set():
            disagreements.append("stopped before every restaurant was called")
        summary = traffic.tally.summary()
        return replace(summary, problems=[*summary.problems, *disagreements])


async def _once(traffic: Traffic, audit: Audit, disagreements: list[str]) -> None:
    reports = await traffic.once(at_once=_AT_ONCE)
    disagreements += await audit.problems(reports)


async def _animate(show: Show) -> None:
    while True:
        show.refresh()
        await asyncio.sleep(_FRAME_S)


async def _until(stop: asyncio.Event, *work: Coroutine[Any, Any, None]) -> None:
    """Let all of it go on until one part ends or `stop` is set; what remains is cancelled. A failure is raised."""
    tasks = [asyncio.create_task(part) for part in (*work, _wait(stop))]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def _wait(stop: asyncio.Event) -> None:
    await stop.wait()


def _when_closed(opener: IO[str], stop: asyncio.Event) -> None:
    asyncio.get_running_loop().remove_reader(opener)
    stop.set()


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    # SIGHUP: the terminal was closed; the data must still be cleared away.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
