"""Is there a backup that is young enough? For health, the metrics and the alerts, which all ask here."""

import asyncio
from pathlib import Path

from msgspec import Struct

from appliance.clock import Clock
from appliance.contract import BackupState
from appliance.store import users
from appliance.store.engine import Database
from appliance.watch.backup_age import newest_at
from appliance.watch.probes import Found, Probe

_EVERY_S = 60.0
_DEADLINE_S = 5.0
_HOUR_S = 3600
_KNOWN_US = 5_000_000
"""For so long what was found is told to all who look on."""
_GRACE_S = 3 * 86_400
"""So long a new house may be without its first backup."""


class Standing(Struct, frozen=True, kw_only=True):
    """`age_s` of the newest backup; None where there is none. Then `without_s` is for how long there was what to lose.

    That is since the first account was made, which no restart forgets.
    """

    age_s: float | None = None
    without_s: float = 0.0


class BackupWatch:
    def __init__(self, database: Database, clock: Clock, folder: Path, *, oldest_hours: int) -> None:
        self._database = database
        self._clock = clock
        self._folder = folder
        self._oldest_s = oldest_hours * _HOUR_S
        self._known: tuple[int, BackupState] | None = None

    async def age_s(self) -> float | None:
        """Of the newest backup; None where there is none."""
        newest = await asyncio.to_thread(newest_at, self._folder)
        return None if newest is None else max(self._clock.now_ms() - newest, 0) / 1000

    async def standing(self) -> Standing:
        """Raises Unavailable where there is no backup and the database cannot be asked since when."""
        age_s = await self.age_s()
        if age_s is not None:
            return Standing(age_s=age_s)
        async with self._database.read() as tx:
            first = await users.first_at(tx)
        return Standing(without_s=max(self._clock.now_ms() - first, 0) / 1000 if first else 0.0)

    async def state(self) -> BackupState:
        """As it was found within the last seconds. Raises what `standing` raises."""
        now_us = self._clock.stopwatch_us()
        if self._known is None or now_us - self._known[0] > _KNOWN_US:
            found = await self.standing()
            made_at = None if found.age_s is None else self._clock.now_ms() - int(found.age_s * 1000)
            self._known = now_us, BackupState(made_at=made_at, late=self._is_late(found))
        return self._known[1]

    def _is_late(self, found: Standing) -> bool:
        return found.without_s > _GRACE_S if found.age_s is None else found.age_s > self._oldest_s

    def probe(self) -> Probe:
        """It only warns: without a backup webhooks are taken all the same."""
        return Probe(name="backup:age", ask=self._ask, every_s=_EVERY_S, deadline_s=_DEADLINE_S, rest_s=_EVERY_S)

    async def _ask(self) -> Found:
        now = await self.standing()
        late = self._is_late(now)
        if now.age_s is None:
            output = "there has never been a backup: `maitre backup create`" if late else ""
            return Found(status="warn" if late else "pass", output=output)
        output = "the newest backup is too old: does `maitre backup create` run, and succeed?" if late else ""
        return Found(status="warn" if late else "pass", value=now.age_s / _HOUR_S, unit="h", output=output)
