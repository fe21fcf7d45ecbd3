import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from appliance.errors import DatabaseBusy
from appliance.services import daybooks
from appliance.store.engine import Database, Tx
from support.desk import OTHER, Desk, gaviota, one_table, wish
from support.fake_clock import FakeClock

SATURDAY = date(2026, 11, 28)


class _CountedReads:
    """The database's reading door, counted, and closed while `go` is not set."""

    def __init__(self, database: Database) -> None:
        self._read = database.read
        self.count = 0
        self.go = asyncio.Event()
        self.go.set()
        self.begun = asyncio.Event()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        self.count += 1
        async with self._read() as tx:
            self.begun.set()
            yield tx
            await self.go.wait()


@pytest.fixture
def reads(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> _CountedReads:
    counted = _CountedReads(desk.database)
    monkeypatch.setattr(desk.database, "read", counted.read)
    return counted


async def test_a_day_is_read_once_for_everybody_who_asks_at_the_same_moment(desk: Desk, reads: _CountedReads) -> None:
    await asyncio.gather(*(desk.check(wish(), call=f"call_{n}") for n in range(20)))
    await desk.check(wish(time="20:00"))
    assert reads.count == 1


async def test_a_booking_shows_at_once_to_whoever_asks_next(desk: Desk) -> None:
    await desk.open(one_table(phone="+34910000009"))
    assert (await desk.check(wish(), restaurant="rest_one")).code == "available"
    await desk.book(wish(), restaurant="rest_one")
    assert (await desk.check(wish(), restaurant="rest_one", caller=OTHER)).code == "full"


async def test_whatever_is_written_to_a_book_outdates_every_day_of_it(desk: Desk, reads: _CountedReads) -> None:
    other = await desk.open(one_table(phone="+34910000009"))
    card = desk.directory.card("rest_gaviota")
    assert card
    days = [SATURDAY, SATURDAY + timedelta(days=1)]
    before = [await desk.books.get(card, day) for day in days]
    elsewhere = await desk.books.get(other, SATURDAY)
    async with desk.books.writing(card.id):
        pass
    assert all([await desk.books.get(card, day) is not book for day, book in zip(days, before, strict=True)])
    assert await desk.books.get(other, SATURDAY) is elsewhere


async def test_a_write_that_breaks_outdates_the_book_all_the_same(desk: Desk) -> None:
    card = desk.directory.card("rest_gaviota")
    assert card
    before = await desk.books.get(card, SATURDAY)
    with pytest.raises(RuntimeError):
        async with desk.books.writing(card.id):
            raise RuntimeError
    assert await desk.books.get(card, SATURDAY) is not before


async def test_a_day_that_changed_while_it_was_read_is_read_again(desk: Desk, reads: _CountedReads) -> None:
    card = desk.directory.card("rest_gaviota")
    assert card
    reads.go.clear()
    reading = asyncio.create_task(desk.books.get(card, SATURDAY))
    await reads.begun.wait()
    async with desk.books.writing(card.id):
        reads.go.set()
        assert (await reading).day == SATURDAY
    assert await desk.books.get(card, SATURDAY) is not reading.result()


@pytest.fixture
def aging(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """As where another server may write to the book, on either database."""
    monkeypatch.setattr(desk.books, "_fresh_us", daybooks.FRESH_US)
    monkeypatch.setattr(desk.books, "_kept_us", daybooks.KEPT_US)
    return desk


async def test_an_old_copy_serves_while_the_day_is_read_again(aging: Desk, reads: _CountedReads) -> None:
    card = aging.directory.card("rest_gaviota")
    assert card
    first = await aging.books.get(card, SATURDAY)
    aging.clock.advance(daybooks.FRESH_US // 1000 + 1)
    reads.go.clear()
    assert await aging.books.get(card, SATURDAY) is first
    assert await aging.books.get(card, SATURDAY) is first
    refreshing = aging.books._loading[card.id, SATURDAY]
    reads.go.set()
    renewed = await refreshing
    assert await aging.books.get(card, SATURDAY) is renewed
    assert reads.count == 2


async def test_a_copy_that_is_too_old_serves_nobody(aging: Desk, reads: _CountedReads) -> None:
    card = aging.directory.card("rest_gaviota")
    assert card
    first = await aging.books.get(card, SATURDAY)
    aging.clock.advance(daybooks.KEPT_US // 1000 + 1)
    assert await aging.books.get(card, SATURDAY) is not first
    assert reads.count == 2


async def test_a_changed_restaurant_is_read_anew(desk: Desk, reads: _CountedReads) -> None:
    old, new = gaviota(), gaviota(max_party=4)
    await desk.books.get(old, SATURDAY)
    assert (await desk.books.get(new, SATURDAY)).card is new


async def test_one_reader_who_hangs_up_does_not_take_the_others_answer_away(desk: Desk, reads: _CountedReads) -> None:
    card = gaviota()
    reads.go.clear()
    first, second = (asyncio.create_task(desk.books.get(card, SATURDAY)) for _ in range(2))
    await reads.begun.wait()
    first.cancel()
    reads.go.set()
    assert (await second).day == SATURDAY
    assert reads.count == 1


async def test_a_writer_does_not_wait_for_ever_for_its_turn(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daybooks, "_TURN_WAIT_S", 0.01)
    async with desk.books.writing("rest_gaviota"):
        with pytest.raises(DatabaseBusy):
            async with desk.books.writing("rest_gaviota"):
                pass


async def test_turns_leave_nothing_behind(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    await desk.open(gaviota())
    await desk.book(wish())
    assert len(desk.books._turns) == 0


def put_in_place(file: Path, other: Path) -> None:
    """As whoever restores a backup does."""
    for log in file.parent.glob(f"{file.name}-*"):
        log.unlink()
    other.replace(file)


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_in_a_database_that_was_put_in_the_place_of_another_nothing_is_as_it_was_remembered(desk: Desk) -> None:
    await desk.open(one_table(phone="+34910000009"))
    file = Path(desk.database.url.database or "")
    backup = file.with_name("backup.db")
    with closing(sqlite3.connect(file)) as other:
        other.execute(f"VACUUM INTO '{backup}'")
    await desk.book(wish(), restaurant="rest_one")
    assert (await desk.check(wish(), restaurant="rest_one", caller=OTHER)).code == "full"
    put_in_place(file, backup)
    await desk.directory.refresh()
    assert (await desk.check(wish(), restaurant="rest_one")).code == "available"
