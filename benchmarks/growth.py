"""Whether the answers take longer when the book holds a million reservations than when it holds a hundred.

Like is compared with like: the houses are alike, and a day that is asked about is as booked at each size, with the days
beside it. What a fuller evening costs more is not what a longer book does.
"""

import asyncio
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import chain, islice
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from appliance.clock import SystemClock
from appliance.domain.hours import stay
from appliance.domain.restaurant import RestaurantCard
from appliance.loadtest.restaurants import DemoRestaurant, demo_restaurants
from appliance.services.agent.toolbox import toolbox
from appliance.services.agent.tools import Tools
from appliance.services.daybooks import DayBooks
from appliance.services.directory import Directory
from appliance.services.holds import Holds
from appliance.services.restaurants import RestaurantService
from appliance.services.waitlist import Waitlist
from appliance.store import migrate
from appliance.store import schema as s
from appliance.store.engine import Database
from appliance.voice.events import Origin, ToolRequest
from benchmarks import databases
from benchmarks.report import Section, mark
from tests.support.throwaway_postgres import throwaway_postgres

_FEW = 100
_SIZES = (10_000, 1_000_000)
_ASKED, _ROUNDS = 1_000, 3
"""The best round counts, so that a disturbance of the machine does not."""
_MOST_GROWTH = 1.5
"""Of the p99, which on a shared machine is nowhere near so steady as a median."""
_CHUNK = 5_000
_HOUSES = 32
_MODEL = 8
"""Of the demo restaurants a small one: a hundred bookings fill two weeks of it."""
_NEAR = range(-1, 31)
"""The days around today, whose bookings to come are in the book at each size, as far as it goes."""
_WARM = 16
"""So few of the evenings that are asked about that all of them are in memory."""
_TODAY = datetime.now(UTC).date()
_NOTED = {"notes": "", "needs": "[]", "high_chairs": 0, "deposit_cents": 0, "pending_until": None, "seated_at": None}


def growth() -> tuple[list[Section], bool]:
    sections, met = [], True
    with tempfile.TemporaryDirectory(prefix="maitre-benchmark-") as folder, throwaway_postgres() as postgres:
        for kind in ("SQLite", "Postgres"):
            small, large = (
                databases.fresh(kind, _made(Path(folder) / size), postgres.url) for size in ("small", "large")
            )
            rows, steady = asyncio.run(_measured(small, large))
            sections.append(Section(head=(kind, "asked", "p50 ms", "p99 ms", f"p99 of {_FEW}", "×", ""), rows=rows))
            met &= steady
    return sections, met


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


async def _measured(small_url: str, large_url: str) -> tuple[list[Any], bool]:
    rows: list[Any] = []
    met = True
    async with _open(small_url) as small, _open(large_url) as large:
        await small.fill(_FEW)
        for size in _SIZES:
            await large.fill(size)
            for asked, ask in (("a day in memory", _House.warm), ("a day nobody asked about", _House.cold)):
                few, many = await _compared(partial(ask, small), partial(ask, large))
                ratio = many.p99_ms / few.p99_ms
                met &= ratio < _MOST_GROWTH
                figures = (many.p50_ms, many.p99_ms, few.p99_ms, ratio)
                rows.append((f"{size:,}", asked, *(f"{one:.2f}" for one in figures), mark(met=ratio < _MOST_GROWTH)))
    return rows, met


@asynccontextmanager
async def _open(url: str) -> "AsyncIterator[_House]":
    database = Database(url)
    try:
        await migrate.upgrade(database)
        yield await _House.opened(database)
    finally:
        await database.close()


class _Times(NamedTuple):
    p50_ms: float
    p99_ms: float


async def _compared(*asks: Callable[[], Awaitable[None]]) -> list[_Times]:
    """The best round of each. They are asked in turns, so that a slow moment of the machine is one for all of them."""
    rounds = []
    for _ in range(_ROUNDS):
        times: list[list[float]] = [[] for _ in asks]
        for _ in range(_ASKED):
            for ask, taken in zip(asks, times, strict=True):
                began = time.perf_counter()
                await ask()
                taken.append((time.perf_counter() - began) * 1000)
        rounds.append([_Times(statistics.median(one), statistics.quantiles(one, n=100)[98]) for one in times])
    return [min(of_one, key=attrgetter("p99_ms")) for of_one in zip(*rounds, strict=True)]


class _House:
    """A few dozen restaurants that are alike, their tools and their books."""

    def __init__(self, database: Database, directory: Directory, places: list[DemoRestaurant]) -> None:
        self._database = database
        self._directory = directory
        self._places = places
        self._rng = random.Random(7)
        self._stored = 0
        self._slots = _slots([place.card for place in places], self._rng)
        self._booked: defaultdict[str, set[date]] = defaultdict(set)
        self._evenings: list[tuple[DemoRestaurant, date]] = []
        self._clock = SystemClock()
        self._tools = self._fresh_tools()

    @classmethod
    async def opened(cls, database: Database) -> "_House":
        directory, places = Directory(database), _alike()
        service = RestaurantService(database, SystemClock(), directory)
        for place in places:
            await service.add(place.card, agents=[("retell", place.agent_id)], numbers=[place.number])
        return cls(database, directory, places)

    def _fresh_tools(self) -> Tools:
        books, holds = DayBooks(self._database, self._clock), Holds(self._clock, hold_s=0)
        waitlist = Waitlist(self._database, self._clock, books, holds, lambda: None)
        tools = toolbox(self._database, self._clock, books, holds, waitlist=waitlist, wake=lambda: None)
        return Tools(self._clock, self._directory, tools, deadline_s=10, trace=lambda _: None)

    async def warm(self) -> None:
        await self._ask(self._tools, self._evenings[:_WARM])

    async def cold(self) -> None:
        await self._ask(self._fresh_tools(), self._evenings)

    async def _ask(self, tools: Tools, evenings: Sequence[tuple[DemoRestaurant, date]]) -> None:
        place, day = self._rng.choice(evenings)
        wanted = {"date": day.isoformat(), "time": "21:00", "party_size": self._rng.randint(1, 6)}
        origin = Origin(provider="retell", call_id="", agent_id=place.agent_id, from_number="+34600111222")
        request = ToolRequest(tool="check_availability", arguments=wanted, origin=origin, tool_call_id="")
        answer = await tools.use(request)
        assert answer.code != "temporarily_unavailable"

    async def fill(self, size: int) -> None:
        """Bring the book to so many reservations."""
        while self._stored < size:
            slots = list(islice(self._slots, min(_CHUNK, size - self._stored)))
            rows = [_row(self._stored + n, *slot, self._rng) for n, slot in enumerate(slots)]
            claims = [claim for row, slot in zip(rows, slots, strict=True) for claim in _claims(row, *slot)]
            async with self._database.write() as tx:
                await tx.execute(s.reservations.insert(), rows)
                if claims:
                    await tx.execute(s.table_claims.insert(), claims)
            self._stored += len(rows)
            for card, day, *_ in slots:
                self._booked[card.id].add(day)
        self._evenings = [(place, day) for place in self._places for day in self._as_booked_as_any(place.card.id)]
        async with self._database.write() as tx:
            await tx.exec_driver_sql("ANALYZE")  # as Postgres does by itself, but not while it is being filled

    def _as_booked_as_any(self, restaurant_id: str) -> list[date]:
        """The days ahead that have all their bookings, and so have the days of which a look at one reads a part."""
        booked = self._booked[restaurant_id]
        days = [_TODAY + timedelta(days=ahead) for ahead in _NEAR[3:-3]]
        return [day for day in days if all(day + timedelta(days=beside) in booked for beside in range(-2, 4))]


def _alike() -> list[DemoRestaurant]:
    """Houses with the same tables and hours, open every day: the same question is as much work in each."""
    model = demo_restaurants()[_MODEL]
    slug = model.card.id.removeprefix("rest_")
    written = msgspec.json.encode(model)
    houses = (written.replace(slug.encode(), f"{slug}_{number}".encode()) for number in range(_HOUSES))
    return [
        msgspec.structs.replace(house, agent_id=f"agent_{number}", number=f"+34910{number:06}")
        for number, house in enumerate(msgspec.json.decode(house, type=DemoRestaurant) for house in houses)
    ]


def _slots(cards: list[RestaurantCard], rng: random.Random) -> Iterator[tuple[RestaurantCard, date, int, str]]:
    """(restaurant, day, minute, table): the days around today, house by house, then back through the years."""
    near = ((card, ahead) for card in cards for ahead in _NEAR)
    past = ((card, -ago) for ago in range(2, 20_000) for card in cards)
    for card, days in chain(near, past):
        for table in card.tables:
            for minute in (14 * 60, 21 * 60):
                if rng.random() < 0.6:
                    yield card, _TODAY + timedelta(days=days), minute, table.id


def _row(number: int, card: RestaurantCard, day: date, minute: int, _table: str, rng: random.Random) -> dict[str, Any]:
    kept = stay(card.at(day, minute), 120, card)
    past = day < _TODAY
    status = rng.choices(("completed", "confirmed", "cancelled"), (80, 10, 10))[0] if past else "confirmed"
    return _NOTED | {
        "id": f"resv_{number:012}",
        "restaurant_id": card.id,
        "customer_id": None,
        "date": day.isoformat(),
        "time": f"{minute // 60:02}:00",
        "shift": "Cena",
        "starts_at": kept.starts_at,
        "ends_at": kept.ends_at,
        "free_at": kept.free_at,
        "party_size": rng.randint(1, 4),
        "status": status,
        "name": "Ana Ruiz",
        "phone": f"+346{rng.randrange(10**8):08}",
        "area_id": "",
        "area_wished": False,
        "source": "phone_agent",
        "call_id": f"call_{number}",
        "created_at": kept.starts_at,
        "updated_at": kept.starts_at,
    }


def _claims(
    row: dict[str, Any], card: RestaurantCard, day: date, minute: int, table_id: str
) -> Iterator[dict[str, Any]]:
    if row["status"] == "confirmed":
        for quarter in stay(card.at(day, minute), 120, card).quarters:
            yield {
                "table_id": table_id,
                "quarter": quarter,
                "reservation_id": row["id"],
                "restaurant_id": card.id,
            }
