"""What the phone platform knows of our calls and never told us, or told when nobody could hear it.

Its list of calls is gone through from where it was last gone through; of our own calls those are asked about that
should be over by now. What comes of it takes the way of a webhook: stored under a key, then merged into its call, so
that neither doing it again nor the webhook that comes after all changes anything.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from itertools import islice
from typing import Protocol

import structlog
from cachetools import TTLCache
from msgspec import Struct
from msgspec.structs import replace

from appliance.clock import Clock
from appliance.errors import MaitreError, PlatformDown, PlatformRefused, TooManyRequests
from appliance.services.calls import Calls
from appliance.services.directory import Directory
from appliance.store import calls, inbox, watermarks
from appliance.store.engine import Database, Lane
from appliance.voice.events import PastCall, Report

log = structlog.get_logger()

_MINUTE_MS = 60_000
_IN_FLIGHT_MS = 3 * _MINUTE_MS
"""So long after a call its events may still be on their way: they are sent again for half a minute."""
_LONGEST_CALL_MS = 125 * _MINUTE_MS
"""Two hours are the longest that the platform lets a call last."""
_OVERLAP_MS = _LONGEST_CALL_MS + 10 * _MINUTE_MS
"""A call is listed by its beginning, and may have ended only now."""
_FIRST_LOOK_MS = 24 * 60 * _MINUTE_MS
_UNANALYSED_MS = 10 * _MINUTE_MS
_GIVEN_UP_MS = 3 * 24 * 60 * _MINUTE_MS
_ASKED_AGAIN_S = 3600
_REMEMBERED = 4096
_BATCH = 100
_MOST_ASKED = 200
_MOST_FAILED = 3
_HEADERS = {"user-agent": "maitre, which asked for it"}


class Platform(Protocol):
    """A phone platform that can be asked for its calls. After `last_event` nothing is to come of a call."""

    @property
    def provider(self) -> str: ...

    @property
    def last_event(self) -> str: ...

    def calls(self, *, since_ms: int, until_ms: int) -> AsyncIterator[PastCall]: ...

    async def report(self, call_id: str) -> Report | None: ...


class Reconciled(Struct, kw_only=True):
    """What has come of it since the start. Times are Unix ms, 0 for never.

    `found`: calls of which something had not arrived; `fetched`: events stored in its place, of which `gone` only
    close a call that the platform does not know; `failed`: calls about which it gave no answer, of those `asked` about.
    `finished_at`: when all was last gone through. `until`: calls that began before are known.
    """

    runs: int = 0
    asked: int = 0
    found: int = 0
    fetched: int = 0
    gone: int = 0
    failed: int = 0
    began_at: int = 0
    finished_at: int = 0
    until: int = 0
    last_error: str = ""


class _Enough(Exception):
    """As much was asked as one round may."""


class _Round:
    """How much one round has asked, and how often in vain."""

    def __init__(self) -> None:
        self._asked = 0
        self._failed = 0

    def ask(self) -> None:
        """Raises _Enough."""
        if self._asked == _MOST_ASKED:
            raise _Enough
        self._asked += 1

    def fail(self, error: MaitreError) -> None:
        """Raises the error where it is one too many: then it is not that one call."""
        self._failed += 1
        if self._failed == _MOST_FAILED:
            raise error


class Reconcile:
    """`counts` tell what has come of it."""

    def __init__(
        self, database: Database, clock: Clock, directory: Directory, calls_: Calls, platform: Platform
    ) -> None:
        self._database = database
        self._clock = clock
        self._directory = directory
        self._calls = calls_
        self._platform = platform
        self._no_news: TTLCache[str, None] = TTLCache(_REMEMBERED, _ASKED_AGAIN_S, lambda: clock.now_ms() / 1000)
        self.counts = Reconciled()

    async def sweep(self) -> None:
        """One round. Raises PlatformDown and PlatformRefused; the next round then begins where this one did."""
        counts, before = self.counts, self.counts.fetched
        counts.runs += 1
        counts.began_at = self._clock.now_ms()
        try:
            await self._go_through(_Round())
        except MaitreError as error:
            counts.last_error = str(error)
            raise
        counts.finished_at, counts.last_error = self._clock.now_ms(), ""
        if counts.fetched > before:
            log.info("missed_events_fetched", count=counts.fetched - before)

    async def _go_through(self, round_: _Round) -> None:
        now = self._clock.now_ms()
        since = await self._since(now)
        until = await self._follow_list(round_, since, now)
        async with self._database.write(Lane.WORK) as tx:
            await watermarks.write(tx, self._name, until)
        self.counts.until = until
        await self._ask_about_ours(round_, now)

    @property
    def _name(self) -> str:
        return f"calls of {self._platform.provider}"

    async def _since(self, now: int) -> int:
        """A clock that was set back must not leave a gap behind it."""
        async with self._database.read() as tx:
            known = await watermarks.read(tx, self._name)
        return now - _FIRST_LOOK_MS if known is None else min(known, now)

    async def _follow_list(self, round_: _Round, since: int, now: int) -> int:
        """Fetch what is missing of the platform's list; how far that came."""
        async for batch in self._batches(since - _OVERLAP_MS, now):
            for call, arrived in await self._missing(batch, now):
                try:
                    round_.ask()
                except _Enough:
                    return max(since, call.started_at or since)
                self.counts.found += 1
                await self._fetch(round_, call.origin.call_id, arrived)
        return now

    async def _batches(self, since: int, until: int) -> AsyncIterator[list[PastCall]]:
        batch: list[PastCall] = []
        async for call in self._platform.calls(since_ms=since, until_ms=until):
            batch.append(call)
            if len(batch) == _BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    async def _missing(self, batch: Sequence[PastCall], now: int) -> list[tuple[PastCall, set[str]]]:
        """Those of our restaurants' calls of which something has not arrived, each with what has."""
        ours = [call for call in batch if self._directory.whose(call.origin) and not _in_flight(call, now)]
        async with self._database.read() as tx:
            arrived = await inbox.arrived(tx, self._platform.provider, [call.origin.call_id for call in ours])
        heard = ((call, arrived[call.origin.call_id]) for call in ours)
        return [(call, events) for call, events in heard if call.told_by.isdisjoint(events)]

    async def _ask_about_ours(self, round_: _Round, now: int) -> None:
        """The calls we know of, and the platform's list has no more."""
        async with self._database.read() as tx:
            known = await calls.unsettled(
                tx,
                self._platform.provider,
                last_event=self._platform.last_event,
                since_ms=now - _GIVEN_UP_MS,
                ongoing_until_ms=now - _LONGEST_CALL_MS,
                ended_until_ms=now - _UNANALYSED_MS,
                limit=_REMEMBERED,
            )
            due = dict(islice((one for one in known if self._worth_asking(*one)), _BATCH))
            arrived = await inbox.arrived(tx, self._platform.provider, due)
        for call_id, owner in due.items():
            try:
                round_.ask()
            except _Enough:
                return
            self.counts.found += await self._fetch(round_, call_id, arrived[call_id], owner=owner)

    def _worth_asking(self, call_id: str, owner: str) -> bool:
        return call_id not in self._no_news and self._directory.card(owner) is not None

    async def _fetch(self, round_: _Round, call_id: str, arrived: Collection[str], *, owner: str = "") -> bool:
        """Ask for the call and take what is new as the event that never came; whether something was, or may be.

        `owner`: the restaurant whose call it is already.
        """
        self.counts.asked += 1
        try:
            report = await self._platform.report(call_id)
            if report is None or report.head.event in arrived:
                self._no_news[call_id] = None
                return False
            head = report.head
            if owner:  # of a call that it does not know the platform cannot tell whose it was
                head = replace(head, origin=replace(head.origin, restaurant_id=owner))
            receipt = await self._calls.receive(head, key=report.key, headers=_HEADERS, body=report.body)
        except (PlatformDown, PlatformRefused, TooManyRequests) as error:
            self.counts.failed += 1
            log.warning("missed_event_not_fetched", call_id=call_id, reason=str(error))
            round_.fail(error)
            return True
        self.counts.fetched += receipt.outcome != "duplicate"
        self.counts.gone += receipt.outcome != "duplicate" and report.gone
        return True


def _in_flight(call: PastCall, now: int) -> bool:
    over_at = call.ended_at or call.started_at
    return over_at is not None and over_at > now - _IN_FLIGHT_MS
