"""The reservation book as the live tools use it: a day of a restaurant in memory to read, a turn to write.

A booking made here drops the days it touches at once; one made by another process shows after `TTL_S` at the latest.
That is enough to *offer* a table: before one is given away, the book is read again inside the transaction.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from weakref import WeakValueDictionary

from cachetools import TTLCache

from appliance.domain.restaurant import RestaurantCard
from appliance.domain.seating import DayBook, window
from appliance.store import reservations, restaurants
from appliance.store.engine import Database, Lane, Tx
from appliance.store.gate import WriteGate

TTL_S = 2.0
MAX_DAYS = 4096
_TURN_WAIT_S = 2.0

_Key = tuple[str, date]


async def read(tx: Tx, card: RestaurantCard, day: date) -> DayBook:
    """The book of a day as this transaction sees it."""
    return DayBook(card, day, await reservations.claims(tx, card.id, window(card, day)))


class DayBooks:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._books: TTLCache[_Key, DayBook] = TTLCache(MAX_DAYS, TTL_S)
        self._loading: dict[_Key, asyncio.Task[DayBook]] = {}
        self._changes: Counter[str] = Counter()
        self._turns: WeakValueDictionary[str, WriteGate] = WeakValueDictionary()

    async def get(self, card: RestaurantCard, day: date) -> DayBook:
        key = (card.id, day)
        book = self._books.get(key)
        if book is not None and book.card is card:
            return book
        loading = self._loading.get(key)
        if loading is None:
            # Everybody who asks for the same day meanwhile waits for this one read.
            loading = self._loading[key] = asyncio.create_task(self._load(card, day), name="load-day-book")
            loading.add_done_callback(lambda _: self._loading.pop(key, None))
        return await asyncio.shield(loading)

    async def _load(self, card: RestaurantCard, day: date) -> DayBook:
        changes = self._changes[card.id]
        async with self._database.read() as tx:
            book = await read(tx, card, day)
        if self._changes[card.id] == changes:  # else a booking was committed while we read: serve this once, keep none
            self._books[card.id, day] = book
        return book

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
