"""How much memory Maitre takes when nobody calls."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.clock import SystemClock
from appliance.loadtest.restaurants import demo_restaurants
from appliance.store import restaurants
from appliance.store.engine import Database
from benchmarks import databases
from benchmarks.contenders import MAITRE
from benchmarks.report import Section, mark

_RESTAURANTS = 100
_MOST_MB = 150
_SETTLE_S = 5


@contextmanager
def furnished(restaurants: int) -> Iterator[tuple[Path, str]]:
    """A home and the URL of a database in it with so many restaurants; no server runs on it."""
    with tempfile.TemporaryDirectory(prefix="maitre-benchmark-") as folder:
        home = Path(folder)
        url = databases.fresh("SQLite", home, "")
        with MAITRE.start(home, url) as started:  # makes the database, with the demo's own restaurants
            own = len(started.lines)
        asyncio.run(_add_restaurants(url, own, restaurants))
        yield home, url


def memory() -> list[Section]:
    with furnished(_RESTAURANTS) as (home, url), MAITRE.start(home, url) as started:
        time.sleep(_SETTLE_S)
        resident_mb = sum(process.memory_info().rss for process in started.server.processes()) / 1e6
    row = (f"resident memory, idle, {_RESTAURANTS} restaurants", f"{resident_mb:.0f} MB", f"< {_MOST_MB} MB")
    return [Section(head=("", "measured", "target", ""), rows=[(*row, mark(met=resident_mb < _MOST_MB))])]


async def _add_restaurants(url: str, own: int, wanted: int) -> None:
    """Bring a database with so many of the demo's own to so many in all. No server may be running on it."""
    database, clock = Database(url), SystemClock()
    try:
        async with database.write() as tx:
            for made_up in demo_restaurants(wanted)[own:]:
                await restaurants.insert(
                    tx,
                    made_up.card,
                    agents=[("retell", made_up.agent_id)],
                    numbers=[made_up.number],
                    now_ms=clock.now_ms(),
                )
    finally:
        await database.close()
