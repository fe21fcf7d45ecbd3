"""A restaurant that changes: no edit undoes another's, and bookings that it leaves without a place stay and are named.

Every edit reads the card afresh in the transaction that writes it anew, and is refused there where it was meant for a
restaurant that has become another meanwhile (`only_if`, the ETags that it may have; None makes no condition).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace

from appliance.clock import Clock
from appliance.contract import (
    AffectedRow,
    ClosingFile,
    FloorFile,
    HolidayRow,
    RestaurantChange,
    RestaurantFile,
    RulesEdit,
    ServiceFile,
    ShiftFile,
    TableEdit,
    TermsEdit,
)
from appliance.domain.hours import shifts_on
from appliance.domain.misfit import Misfit, misfit
from appliance.domain.networks import Network
from appliance.domain.public_holidays import PublicHoliday
from appliance.domain.reservation import EXPECTED, Reservation
from appliance.domain.restaurant import RestaurantCard, RestaurantStatus
from appliance.errors import Conflict, Invalid, NotFound, PreconditionFailed
from appliance.services import audit, edits, versions
from appliance.services.afterwards import afterwards
from appliance.services.daybooks import DayBooks
from appliance.services.directory import Directory
from appliance.services.onboarding import card_of
from appliance.services.restaurants import release_held, release_late, written_down
from appliance.services.versions import etag_of
from appliance.services.views import restaurant_detail
from appliance.store import removal, reservations, restaurants
from appliance.store.engine import Database, Lane, Tx

Change = Callable[[RestaurantCard], RestaurantFile]
Etags = Collection[str] | None

_DELETED_AT_ONCE = 500


class House:
    """`receivers`: as for `RestaurantService`."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        directory: Directory,
        books: DayBooks,
        receivers: Sequence[Network] = (),
    ) -> None:
        self._database = database
        self._clock = clock
        self._directory = directory
        self._books = books
        self._receivers = receivers

    async def rules(self, restaurant_id: str, edit: RulesEdit, *, only_if: Etags = None) -> RestaurantChange:
        """Raises Conflict for another time zone while bookings are to come: their hours would not be theirs."""
        status = RestaurantStatus(edit.status) if edit.status else None
        return await self._edit(
            restaurant_id, lambda card: edits.with_rules(card, edit), only_if=only_if, days=(), status=status
        )

    async def terms(self, restaurant_id: str, edit: TermsEdit, *, only_if: Etags = None) -> RestaurantChange:
        """What only the operator may change."""
        return await self._edit(restaurant_id, lambda card: edits.with_terms(card, edit), only_if=only_if, days=())

    async def hours(
        self, restaurant_id: str, shifts: Sequence[ShiftFile], *, only_if: Etags = None
    ) -> RestaurantChange:
        def rewritten(card: RestaurantCard) -> RestaurantFile:
            return edits.with_hours(card, shifts, today=self._today(card))

        return await self._edit(restaurant_id, rewritten, only_if=only_if)

    async def special_day(
        self, restaurant_id: str, day: date, shifts: Sequence[ServiceFile], *, only_if: Etags = None
    ) -> RestaurantChange:
        def opened(card: RestaurantCard) -> RestaurantFile:
            return edits.with_special_day(card, day, shifts)

        return await self._edit(restaurant_id, opened, only_if=only_if, days=[day])

    async def usual_day(self, restaurant_id: str, day: date, *, only_if: Etags = None) -> RestaurantChange:
        """Back to the hours of its weekday."""

        def usual(card: RestaurantCard) -> RestaurantFile:
            return edits.without_special_day(card, day)

        return await self._edit(restaurant_id, usual, only_if=only_if, days=[day])

    async def close(self, restaurant_id: str, closing: ClosingFile, *, only_if: Etags = None) -> RestaurantChange:
        closures = edits.closings(closing)

        def closed(card: RestaurantCard) -> RestaurantFile:
            return edits.with_closures(card, closures)

        return await self._edit(restaurant_id, closed, only_if=only_if, days=[one.date for one in closures])

    async def reopen(self, restaurant_id: str, day: date, shift: str, *, only_if: Etags = None) -> RestaurantChange:
        def opened(card: RestaurantCard) -> RestaurantFile:
            return edits.without_closure(card, day, shift)

        return await self._edit(restaurant_id, opened, only_if=only_if, days=[day])

    async def holidays(self, restaurant_id: str, year: int | None) -> list[HolidayRow]:
        """The public holidays of the year, this one by default, and what the restaurant does then."""
        card = self._directory.one(restaurant_id)
        # The calendars are read at their first use, which takes longer than a caller should wait.
        found = await asyncio.to_thread(edits.holidays_of, card, year or self._today(card).year)
        return [_holiday_row(one, card) for one in found]

    async def close_holidays(
        self, restaurant_id: str, dates: Collection[date], *, only_if: Etags = None
    ) -> RestaurantChange:
        await self.holidays(restaurant_id, None)  # so that the calendars are there before the transaction is

        def closed(card: RestaurantCard) -> RestaurantFile:
            return edits.with_closures(card, edits.holiday_closings(card, dates))

        return await self._edit(restaurant_id, closed, only_if=only_if, days=dates)

    async def floor(self, restaurant_id: str, floor: FloorFile, *, only_if: Etags = None) -> RestaurantChange:
        """Raises Conflict when a table would go that bookings name."""
        return await self._edit(restaurant_id, lambda card: edits.with_floor(card, floor), only_if=only_if)

    async def table(
        self, restaurant_id: str, table_id: str, edit: TableEdit, *, only_if: Etags = None
    ) -> RestaurantChange:
        def edited(card: RestaurantCard) -> RestaurantFile:
            return edits.with_table(card, table_id, edit)

        def named(card: RestaurantCard) -> RestaurantCard:
            return edits.renamed(card, table_id, edit.name) if edit.name else card

        return await self._edit(restaurant_id, edited, only_if=only_if, seen_as=named)

    async def rework(self, restaurant_id: str, change: Change, *, only_if: Etags = None) -> RestaurantChange:
        """Any edit, made from the card as it is then."""
        return await self._edit(restaurant_id, change, only_if=only_if)

    async def require(self, restaurant_id: str, only_if: Etags) -> None:
        """Raises PreconditionFailed as an edit would."""
        async with self._turn(restaurant_id, only_if):
            pass

    async def rewrite(
        self, restaurant_id: str, file: RestaurantFile, *, provider: str, only_if: Etags = None
    ) -> RestaurantChange:
        """The whole of a restaurant, with its agents on a platform and its numbers; only its status stays.

        Raises Invalid for a file that gives itself another id.
        """
        if file.id not in ("", restaurant_id):
            raise Invalid("id: must be {id} here, or left out", id=restaurant_id)

        async def lines(tx: Tx) -> None:
            try:
                await restaurants.save_lines(
                    tx, restaurant_id, provider=provider, agents=file.agents, numbers=file.numbers
                )
            except Conflict as error:
                raise Conflict("One of the agents or one of the numbers is another restaurant's.") from error
            await release_held(tx, self._clock)

        change = await self._edit(restaurant_id, lambda _: file, only_if=only_if, also=lines)
        await release_late(self._database, self._clock)
        return change

    async def remove(self, restaurant_id: str, *, although_booked: bool, only_if: Etags = None) -> None:
        """Take the restaurant off with all that was kept for it; what was begun can be gone on with by doing it again.

        Raises Conflict when bookings are to come, unless `although_booked`.
        """
        self._directory.one(restaurant_id)
        await self._pause_for_good(restaurant_id, although_booked=although_booked, only_if=only_if)
        await self._empty(restaurant_id)
        async with self._books.writing(restaurant_id, Lane.WORK) as tx:
            before = await written_down(tx, await _card(tx, restaurant_id))
            await self._note(tx, "restaurant.removed", restaurant_id, before=before, after=None)
            await restaurants.delete(tx, restaurant_id)
        await self._follow()
        with afterwards("delete what a call brought in meanwhile"):
            await self._empty(restaurant_id)

    async def _pause_for_good(self, restaurant_id: str, *, although_booked: bool, only_if: Etags) -> None:
        async with self._turn(restaurant_id, only_if, though_paused=True) as (tx, card):
            count = await reservations.count_upcoming(tx, restaurant_id, since_ms=self._clock.now_ms())
            if count and not although_booked:
                raise Conflict(
                    "{name} has bookings to come ({count}): cancel them first, or ask with force=true.",
                    name=card.name,
                    count=count,
                )
            await restaurants.pause(tx, restaurant_id)
        await self._follow()

    async def _empty(self, restaurant_id: str) -> None:
        left = True
        while left:
            async with self._database.write(Lane.WORK) as tx:
                left = await removal.delete_some(tx, restaurant_id, limit=_DELETED_AT_ONCE)

    async def _edit(
        self,
        restaurant_id: str,
        change: Change,
        *,
        only_if: Etags = None,
        days: Collection[date] | None = None,
        status: RestaurantStatus | None = None,
        seen_as: Callable[[RestaurantCard], RestaurantCard] | None = None,
        also: Callable[[Tx], Awaitable[None]] | None = None,
    ) -> RestaurantChange:
        """Make the change. `days`: those that it concerns, when it does not concern all.

        `seen_as`: how the card is to be taken before it is written down, where everything goes by its name.
        """
        self._directory.one(restaurant_id)
        async with self._turn(restaurant_id, only_if) as (tx, known):
            before = await written_down(tx, known)
            old = seen_as(known) if seen_as else known
            new = card_of(change(old), self._clock, old=old, receivers=self._receivers)
            new = replace(new, status=status) if status else new
            await self._keep_the_zone(tx, old, new)
            if also:
                await also(tx)
            if also or _as_written(new) != _as_written(known):
                await restaurants.save(tx, new, now_ms=self._clock.now_ms())
                new = await _card(tx, restaurant_id)  # in the order in which it is read from now on
                after = await written_down(tx, new)
                await self._note(tx, "restaurant.changed", restaurant_id, before=before, after=after)
            else:
                new = known
            revision = await restaurants.revision_of(tx, restaurant_id)
            affected = await self._affected(tx, new, days)
        await self._follow()
        affected = await self._affected_since(new, days, affected)
        now = self._clock.now_ms()
        return RestaurantChange(
            restaurant=restaurant_detail(new, now_ms=now), affected=affected, etag=etag_of(new, revision, now)
        )

    @asynccontextmanager
    async def _turn(
        self, restaurant_id: str, only_if: Etags, *, though_paused: bool = False
    ) -> AsyncIterator[tuple[Tx, RestaurantCard]]:
        """Raises PreconditionFailed; who reads the restaurant again, as that says, reads the one that it is now."""
        try:
            async with self._books.writing(restaurant_id) as tx:
                card = await _card(tx, restaurant_id)
                now_ms = self._clock.now_ms()
                await versions.require(tx, card, only_if, now_ms=now_ms, though_paused=though_paused)
                yield tx, card
        except PreconditionFailed:
            await self._follow()
            raise

    async def _follow(self) -> None:
        """Know of the change at once, where that can be had: it is made, and is known of within seconds anyway."""
        with afterwards("read the directory"):
            await self._directory.refresh()

    async def _note(
        self, tx: Tx, action: str, restaurant_id: str, *, before: Mapping[str, Any], after: Mapping[str, Any] | None
    ) -> None:
        await audit.note(
            tx, self._clock, action, subject=restaurant_id, restaurant_id=restaurant_id, before=before, after=after
        )

    async def _keep_the_zone(self, tx: Tx, old: RestaurantCard, new: RestaurantCard) -> None:
        if new.timezone == old.timezone:
            return
        if await reservations.count_upcoming(tx, old.id, since_ms=self._clock.now_ms()):
            raise Conflict("timezone: cannot be changed while there are bookings to come; their hours would change.")

    async def _affected(self, tx: Tx, card: RestaurantCard, days: Collection[date] | None) -> list[AffectedRow]:
        """The bookings to come that the house cannot keep; also those of an earlier edit of these days.

        So whoever did not hear the answer hears it by doing the same again.
        """
        concerned = None if days is None else {one.isoformat() for day in days for one in _with_night(day)}
        if concerned is not None and not concerned:
            return []
        booked = await reservations.upcoming(tx, card.id, since_ms=self._clock.now_ms(), states=EXPECTED)
        judged = [(one, misfit(card, one)) for one in booked if concerned is None or one.date in concerned]
        return [affected_row(one, why) for one, why in judged if why]

    async def _affected_since(
        self, card: RestaurantCard, days: Collection[date] | None, known: list[AffectedRow]
    ) -> list[AffectedRow]:
        """Those of a call, too, that had begun by the old card: it waited for its turn, and has booked by our next."""
        affected = known
        with afterwards("look for what was booked meanwhile"):
            if days is None or days:
                async with self._books.writing(card.id, Lane.WORK) as tx:
                    affected = await self._affected(tx, card, days)
        return affected

    def _today(self, card: RestaurantCard) -> date:
        return card.date_at(self._clock.now_ms())


def _as_written(card: RestaurantCard) -> tuple[RestaurantFile, RestaurantStatus]:
    """What tells one state of a restaurant from another; the order of what has none does not."""
    return edits.written(card), card.status


async def _card(tx: Tx, restaurant_id: str) -> RestaurantCard:
    card = await restaurants.card(tx, restaurant_id)
    if card is None:
        raise NotFound("There is no such restaurant.")
    return card


def _with_night(day: date) -> list[date]:
    """The dates that the small hours of its night lie on, too."""
    return [day, day + timedelta(days=1)] if day < date.max else [day]


def _holiday_row(one: PublicHoliday, card: RestaurantCard) -> HolidayRow:
    status = "special" if one.date in card.special else "open"
    return HolidayRow(
        date=one.date.isoformat(),
        name_es=one.name_es,
        name_en=one.name_en,
        status=status if shifts_on(card, one.date) else "closed",
    )


def affected_row(one: Reservation, why: Misfit) -> AffectedRow:
    """A booking that the house cannot keep, as the staff are told of it."""
    alike = {name: getattr(one, name) for name in ("id", "date", "time", "party_size", "name", "phone")}
    return AffectedRow(**alike, why=why.value)
