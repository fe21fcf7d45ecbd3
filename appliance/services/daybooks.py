"""The reservation book as the live tools use it: a day of a restaurant in memory to read, a turn to write.

A booking made here drops the days it touches at once; one made by another server shows after `KEPT_S` at the latest,
and mostly after `FRESH_S`, for a day that is asked about once it is older is read again meanwhile. That is enough to
*offer* a table: before one is given away, the book is read again inside the transaction. SQLite has one server only,
so that nothing changes there behind our back.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from functools import partial
from math import inf
from weakref import WeakValueDictionary

from cachetools import LRUCache
from msgspec import Struct

from appliance.domain.restaurant import RestaurantCard
from appliance.domain.seating import DayBook, window
from appliance.store import reservations, restaurants
from appliance.store.engine import Database, Lane, Tx
from appliance.store.gate import WriteGate
from appliance.work.group_commit import GroupCommit

FRESH_S = 2.0
KEPT_S = 10.0
MAX_DAYS = 4096
_TURN_WAIT_S = 2.0

_Key = tuple[str, date]


async def read(tx: Tx, card: RestaurantCard, day: date) -> DayBook:
    """The book of a day as this transaction sees it."""
    return DayBook(card, day, await reservations.claims(tx, card.id, window(card, day)))


class _Copy(Struct, frozen=True):
    book: DayBook
    read_at: float


class DayBooks:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._fresh_s, self._kept_s = (inf, inf) if database.is_sqlite else (FRESH_S, KEPT_S)
        self._books: LRUCache[_Key, _Copy] = LRUCache(MAX_DAYS)
        self._loading: dict[_Key, asyncio.Task[DayBook]] = {}
        self._reads = GroupCommit(self._read_all, name="day-books", max_batch=64)
        self._changes: Counter[str] = Counter()
        self._turns: WeakValueDictionary[str, WriteGate] = WeakValueDictionary()

    async def get(self, card: RestaurantCard, day: date) -> DayBook:
        key = (card.id, day)
        copy = self._books.get(key)
        age_s = time.monotonic() - copy.read_at if copy else inf
        if copy is None or copy.book.card is not card or age_s > self._kept_s:
            return await asyncio.shield(self._reading(card, day))
        if age_s > self._fresh_s:
            self._reading(card, day)
        return copy.book

    def _reading(self, card: RestaurantCard, day: date) -> asyncio.Task[DayBook]:
        """The one read of that day for everybody who asks meanwhile."""
        key = (card.id, day)
        reading = self._loading.get(key)
        if reading is None:
            reading = self._loading[key] = asyncio.create_task(self._load(card, day), name="load-day-book")
            reading.add_done_callback(partial(self._ended, key))
        return reading

    def _ended(self, key: _Key, reading: asyncio.Task[DayBook]) -> None:
        if self._loading.get(key) is reading:
            del self._loading[key]
        if not reading.cancelled():
            reading.exception()  # whoever waits for it hears; with nobody waiting, the next who asks reads again

    async def _load(self, card: RestaurantCard, day: date) -> DayBook:
        changes = self._changes[card.id]
        book = (await self._reads.add((card, day)))[card.id, day]
        if self._changes[card.id] == changes:  # else a booking was committed while we read: serve this once, keep none
            self._books[card.id, day] = _Copy(book, time.monotonic())
        return book

    async def _read_all(self, wanted: Sequence[tuple[RestaurantCard, date]]) -> dict[_Key, DayBook]:
        """Days that are asked for at once are read at once: a crowd must not queue up for a connection each."""
        frames = [window(card, day) for card, day in wanted]
        whole = range(min(frame.start for frame in frames), max(frame.stop for frame in frames))
        async with self._database.read() as tx:
            claims = await reservations.claims_of_several(tx, {card.id for card, _ in wanted}, whole)
        return {(card.id, day): DayBook(card, day, claims.get(card.id, ())) for card, day in wanted}

    def forget(self, restaurant_id: str, day: date) -> None:
        """A reservation that starts on `day` was written: what we know of that day, and its neighbours, is old."""
        self._changes[restaurant_id] += 1
        for touched in (day - timedelta(days=1), day, day + timedelta(days=1)):
            self._books.pop((restaurant_id, touched), None)
            self._loading.pop((restaurant_id, touched), None)

    @asynccontextmanager
    async def writing(self, restaurant_id: str) -> AsyncIterator[Tx]:
        """A transaction that no other writer of this restaurant's book overlaps, in whatever process.

        Those of this process queue up before they take a connection: a crowd at one restaurant must not leave the
        others without. Raises DatabaseBusy when the turn does not come in time.
        """
        turns = self._turns.setdefault(restaurant_id, WriteGate())
        async with turns.turn(Lane.LIVE, wait_s=_TURN_WAIT_S), self._database.write() as tx:
            await restaurants.lock(tx, self._database, restaurant_id)
            yield tx
