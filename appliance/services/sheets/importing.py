"""A restaurant's spreadsheet taken over, tab by tab. Doing it again changes nothing; what is not clear is reported."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from msgspec.structs import replace

from appliance.clock import Clock
from appliance.contract import AffectedRow, ImportProblem, ImportReport, RestaurantFile
from appliance.domain.hours import Start
from appliance.domain.misfit import Misfit, misfit
from appliance.domain.reservation import HOLDING, Reservation
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.seating import DayBook, seat, window
from appliance.errors import Invalid, Say
from appliance.services import audit, edits
from appliance.services.daybooks import DayBooks
from appliance.services.house import Etags, House, affected_row
from appliance.services.onboarding import card_of
from appliance.services.reserving import Party, customer_of
from appliance.services.sheets.bookings import Draft, Reader
from appliance.services.sheets.columns import Refused, Row, Tab, Unreadable, rows_of
from appliance.services.sheets.house import Reworked, reworked
from appliance.services.wishes import Guest
from appliance.store import reservations
from appliance.store.engine import Database, Lane, Tx

_BATCH = 20
"""Bookings written in one transaction: callers who book wait for it."""


class _Tally:
    """What became of the rows so far, and what of the book they have taken, be it only on paper."""

    def __init__(self, problems: list[Refused]) -> None:
        self.problems = problems
        self.imported = 0
        self.skipped = 0
        self.ids: set[str] = set()
        self.claims: set[tuple[str, int]] = set()
        self.affected: list[AffectedRow] = []

    def refuse(self, draft: Draft, why: Unreadable) -> None:
        self.problems.append(Refused(draft.row, why))

    def take(self, one: Reservation, why: Misfit | None) -> None:
        self.imported += 1
        if why and one.status in HOLDING:
            self.affected.append(affected_row(one, why))
        self.ids.add(one.id)
        self.claims |= _claims(one)

    def report(self, tab: Tab, say: Say, *, dry_run: bool) -> ImportReport:
        return ImportReport(
            tab=tab.value,
            dry_run=dry_run,
            imported=self.imported,
            skipped=self.skipped,
            problems=_told(self.problems, say),
            affected=self.affected,
        )


class SheetImport:
    def __init__(self, database: Database, clock: Clock, books: DayBooks, house: House) -> None:
        self._database = database
        self._clock = clock
        self._books = books
        self._house = house

    async def take_over(
        self, card: RestaurantCard, tab: Tab, data: bytes, say: Say, *, dry_run: bool = False, only_if: Etags = None
    ) -> ImportReport:
        """What became of the rows. Raises Invalid for a file that is no such tab, and for bookings on a condition.

        `only_if` is that of any edit of the restaurant, whose ETag says nothing of its book.
        """
        if only_if is not None and tab is Tab.RESERVATIONS:
            raise Invalid("If-Match: bookings have no ETag; leave it out")
        # A file of thousands of rows takes a while to read, and callers are waiting on this loop.
        rows = await asyncio.to_thread(rows_of, tab, data)
        if tab is Tab.RESERVATIONS:
            return await self._bookings(card, rows, say, dry_run=dry_run)
        return await self._restaurant(card, tab, rows, say, dry_run=dry_run, only_if=only_if)

    async def _bookings(self, card: RestaurantCard, rows: Sequence[Row], say: Say, *, dry_run: bool) -> ImportReport:
        drafts, problems = await asyncio.to_thread(_drafts, card, rows, self._clock.now_ms())
        tally = _Tally(problems)
        # Those that name their table have it before one is looked for for the others.
        drafts.sort(key=lambda draft: draft.lacks_table)
        for first in range(0, len(drafts), _BATCH):
            batch = drafts[first : first + _BATCH]
            async with self._turn(card, dry_run=dry_run) as tx:
                ids = [id_ for draft in batch for id_ in draft.ids]
                tally.ids |= await reservations.present(tx, card.id, ids)
                for draft in batch:
                    await self._booking(tx, card, draft, tally, dry_run=dry_run)
        return tally.report(Tab.RESERVATIONS, say, dry_run=dry_run)

    @asynccontextmanager
    async def _turn(self, card: RestaurantCard, *, dry_run: bool) -> AsyncIterator[Tx]:
        turn = self._database.read() if dry_run else self._books.writing(card.id, Lane.WORK)
        async with turn as tx:
            yield tx

    async def _booking(self, tx: Tx, card: RestaurantCard, draft: Draft, tally: _Tally, *, dry_run: bool) -> None:
        if tally.ids.intersection(draft.ids):
            tally.skipped += 1
            return
        one = await _placed(tx, card, draft, tally)
        if one is None:
            tally.refuse(draft, Unreadable("Mesa: says nothing, and no table is free for such a party then"))
            return
        taken = _claims(one) & {*await reservations.claims(tx, card.id, one.quarters), *tally.claims}
        if taken:
            names = sorted({card.tables_by_id[table_id].name for table_id, _ in taken})
            tally.refuse(draft, Unreadable("Mesa: another party has {names} then", names=tuple(names)))
            return
        if not dry_run:
            await self._write(tx, card, one)
        to_come = one.starts_at >= self._clock.now_ms()
        tally.take(one, misfit(card, one) if to_come else None)

    async def _write(self, tx: Tx, card: RestaurantCard, one: Reservation) -> None:
        # An old sheet must not put back a name that the guest has corrected since.
        party = Party(guest=Guest(name=one.name, phone=one.phone), own_number=False)
        customer_id = await customer_of(tx, self._clock, card, party, came_at=one.starts_at)
        await reservations.insert(tx, replace(one, customer_id=customer_id))
        await audit.note(
            tx, self._clock, "reservation.imported", subject=one.id, restaurant_id=card.id, after=one, personal=True
        )

    async def _restaurant(
        self, card: RestaurantCard, tab: Tab, rows: Sequence[Row], say: Say, *, dry_run: bool, only_if: Etags
    ) -> ImportReport:
        """Raises Invalid where the rows are clear and make no sense together."""
        told: list[Reworked] = []

        def change(current: RestaurantCard) -> RestaurantFile:
            told.append(reworked(tab, edits.written(current), rows))
            today = current.date_at(self._clock.now_ms())
            return edits.without_stale_closures(told[-1].file, today=today)

        card_of(change(card), self._clock, old=card)
        affected = []
        if told[-1].imported and not dry_run:
            affected = (await self._house.rework(card.id, change, only_if=only_if)).affected
        else:
            await self._house.require(card.id, only_if)
        done = told[-1]
        return ImportReport(
            tab=tab.value,
            dry_run=dry_run,
            imported=done.imported,
            skipped=done.skipped,
            problems=_told(done.problems, say),
            affected=affected,
        )


def _told(problems: Sequence[Refused], say: Say) -> list[ImportProblem]:
    """By row."""
    return [ImportProblem(row=one.row, what=one.why.told(say)) for one in sorted(problems, key=lambda one: one.row)]


def _drafts(card: RestaurantCard, rows: Sequence[Row], now_ms: int) -> tuple[list[Draft], list[Refused]]:
    reader = Reader(card, now_ms=now_ms)
    drafts: list[Draft] = []
    problems: list[Refused] = []
    for row in rows:
        try:
            drafts.append(reader.draft(row))
        except Unreadable as error:
            problems.append(Refused(row.number, error))
    return drafts, problems


async def _placed(tx: Tx, card: RestaurantCard, draft: Draft, tally: _Tally) -> Reservation | None:
    """The reservation with its tables: those named, or the best that are free."""
    one = draft.reservation
    if not draft.lacks_table:
        return one
    claims = await reservations.claims(tx, card.id, window(card, draft.day))
    # Only with the tables that are taken: it was promised already, whatever the kitchen's pace.
    book = DayBook(card, draft.day, {*claims, *tally.claims})
    start = Start(day=draft.day, minute=draft.minute, shift=draft.shift, starts_at=one.starts_at)
    accessible = "wheelchair" in one.needs
    seating = seat(book, start, party=one.party_size, area_id=one.area_id, accessible=accessible)
    return replace(one, table_ids=seating.table_ids, area_id=seating.area_id) if seating else None


def _claims(one: Reservation) -> set[tuple[str, int]]:
    if one.status not in HOLDING:
        return set()
    return {(table_id, quarter) for table_id in one.table_ids for quarter in one.quarters}
