"""Whether this process still works, told to whoever would begin it anew if not.

Beginning anew mends what hangs *here*: the event loop, which this runs on, and the threads that work the database. A
database that is away, full or locked, and says so, is not mended by it: the phone is answered meanwhile.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from appliance.errors import Unavailable
from appliance.store.engine import Database, answers, reachable

log = structlog.get_logger()

_LOOKS = 4
"""In the time after which a silent process is ended: it takes three bad looks one after the other, not one."""
_LET_GO_S = 2.0


class Watchdog:
    """Calls `feed` as long as reading and writing come to an end; `period_s` is how long one may go without."""

    def __init__(self, database: Database, feed: Callable[[], object], *, period_s: float) -> None:
        self._database = database
        self._feed = feed
        self._every_s = period_s / _LOOKS
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._seen: Counter[str] = Counter()
        self.turns = 0

    async def run(self) -> None:
        """Look until cancelled."""
        try:
            while True:
                self._seen = self._database.turns.copy()
                self._ask()
                await asyncio.sleep(self._every_s)
                self._tell()
                self.turns += 1
        finally:
            await self._let_go()

    def _ask(self) -> None:
        """Each door, once more; one that has not answered yet is not asked again."""
        for door, ask in (("read", answers), ("write", reachable)):
            if door not in self._asking or self._asking[door].done():
                self._asking[door] = asyncio.create_task(_asked(ask, self._database), name=f"watchdog-{door}")

    async def _let_go(self) -> None:
        """Of what is asked: the database is closed next, and that must not meet somebody on the way out of it."""
        asking = [task for task in self._asking.values() if not task.done()]
        for task in asking:
            task.cancel()
        if asking:
            await asyncio.wait(asking, timeout=_LET_GO_S)

    def _tell(self) -> None:
        hangs = [door for door, turns in self._database.turns.items() if turns == self._seen[door]]
        if hangs:
            log.error("watchdog_not_fed", hangs=hangs)
        else:
            self._feed()


async def _asked(ask: Callable[[Database], Awaitable[None]], database: Database) -> None:
    with suppress(Unavailable):  # an answer as well, if it is the database's own: that shows in its turns
        await ask(database)
