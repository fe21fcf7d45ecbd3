"""The reservation book as the live tools use it: a day of a restaurant in memory to read, a turn to write.

What is written here makes all that is known of its restaurant old at once; what another server writes shows after
`KEPT_US` at the latest, and mostly after `FRESH_US`, for a day that is asked about once it is older is read again
meanwhile. That is enough to *offer* a table: before one is given away, the book is read again inside the transaction.
SQLite has one server only, so that nothing changes there behind our back.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date
from functools import partial
from math import inf
from weakref import WeakValueDictionary

from cachetools import LRUCache
from msgspec import Struct

from appliance.clock import Clock
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.seating import DayBook, window
from appliance.store import reservations, restaurants
from appliance.store.engine import Database, Lane, Tx
from appliance.store.gate import WriteGate
from appliance.work.group_commit import GroupCommit

FRESH_US = 2_000_000
KEPT_US = 10_000_000
MAX_DAYS = 4096
_TURN_WAIT_S = 2.0

_Key = tuple[str, date]


async def read(tx: Tx, card: RestaurantCard, day: date, *, but: str = "") -> DayBook:
    """The book of a day as this transaction sees it, without one reservation."""
    frame = window(card, day)
    claims = await reservations.claims(tx, card.id, frame, but=but)
    sittings = await reservations.sittings(tx, card.id, frame, but=but) if card.paced else ()
    return DayBook(card, day, claims, sittings)


class _Copy(Struct, frozen=True):
    """A book as it was read; `edition` is of which database, and counts what had been written to it until then."""

    book: DayBook
    read_at_us: int
    edition: tuple[int, int]


class DayBooks:
    """`hits` counts the days that were in memory, `misses` those that had to be read."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._fresh_us: float = inf if database.is_sqlite else FRESH_US
        self._kept_us: float = inf if database.is_sqlite else KEPT_US
        self._books: LRUCache[_Key, _Copy] = LRUCache(MAX_DAYS)
        self._loading: dict[_Key, asyncio.Task[DayBook]] = {}
        self._reads = GroupCommit(self._read_all, name="day-books", max_batch=64)
        self._editions: Counter[str] = Counter()
        self._turns: WeakValueDictionary[str, WriteGate] = WeakValueDictionary()
        self.hits = self.misses = 0

    @property
    def held(self) -> int:
        """How many days are in memory."""
        return len(self._books)

    async def get(self, card: RestaurantCard, day: date) -> DayBook:
        copy = self._books.get((card.id, day))
        if copy is None or copy.book.card is not card or copy.edition != self._edition(card.id):
            self.misses += 1
            return await asyncio.shield(self._reading(card, day))
        age_us = self._clock.stopwatch_us() - copy.read_at_us
        if age_us > self._kept_us:
            self.misses += 1
            return await asyncio.shield(self._reading(card, day))
        if age_us > self._fresh_us:
            self._reading(card, day)
        self.hits += 1
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
        edition = self._edition(card.id)
        book = (await self._reads.add((card, day)))[card.id, day]
        self._books[card.id, day] = _Copy(book, self._clock.stopwatch_us(), edition)
        return book

    async def _read_all(self, wanted: Sequence[tuple[RestaurantCard, date]]) -> dict[_Key, DayBook]:
        """Days that are asked for at once are read at once: a crowd must not queue up for a connection each."""
        frames = [window(card, day) for card, day in wanted]
        whole = range(min(frame.start for frame in frames), max(frame.stop for frame in frames))
        ids, paced = {card.id for card, _ in wanted}, {card.id for card, _ in wanted if card.paced}
        async with self._database.read() as tx:
            claims = await reservations.claims_of_several(tx, ids, whole)
            phones = await reservations.phones(tx, ids, whole)
            sittings = await reservations.sittings_of_several(tx, paced, whole) if paced else {}
        books = dict[_Key, DayBook]()
        for card, day in wanted:
            known = self._books.get((card.id, day))
            # What a day's services are is not reckoned again while they are the same.
            made = known.book.again if known and known.book.card is card else partial(DayBook, card, day)
            of = card.id
            books[of, day] = made(claims.get(of, ()), sittings.get(of, ()), phones.get(of, frozenset()))
        return books

    def _edition(self, restaurant_id: str) -> tuple[int, int]:
        return self._database.opened, self._editions.get(restaurant_id, 0)

    def _outdate(self, restaurant_id: str) -> None:
        self._editions[restaurant_id] += 1
        for key in [key for key in self._loading if key[0] == restaurant_id]:
            del self._loading[key]

    def reading(self) -> AbstractAsyncContextManager[Tx]:
        """A transaction that only reads, beside the writers."""
        return self._database.read()

    @asynccontextmanager
    async def writing(self, restaurant_id: str, lane: Lane = Lane.LIVE) -> AsyncIterator[Tx]:
        """A transaction that no other writer of this restaurant's book overlaps, in whatever process.

        Those of this process queue up before they take a connection: a crowd at one restaurant must not leave the
        others without. Raises DatabaseBusy when the turn does not come in time.

        However it ends, what is in memory is old then: a commit whose answer was lost on the way may yet stand.
        """
        turns = self._turns.setdefault(restaurant_id, WriteGate())
        async with turns.turn(lane, wait_s=_TURN_WAIT_S):
            try:
                async with self._database.write(lane) as tx:
                    await restaurants.lock(tx, self._database, restaurant_id)
                    yield tx
            finally:
                self._outdate(restaurant_id)
