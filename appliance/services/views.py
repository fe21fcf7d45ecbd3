"""The read side: what is stored, in the shapes of the contract. A restaurant's rows are asked for by its id, always."""

import re
from collections.abc import Iterable, Sequence
from datetime import date as Date  # noqa: N812 — a parameter is called `date`
from typing import Any

import msgspec
from msgspec.structs import asdict, replace

from appliance import contract
from appliance.clock import Clock
from appliance.domain.access import Permission, Principal
from appliance.domain.calls import CallFacts
from appliance.domain.hours import clock_text
from appliance.domain.reservation import Reservation
from appliance.domain.restaurant import RULES, RestaurantCard
from appliance.domain.spoken.text import fold
from appliance.domain.waitlist import Entry
from appliance.errors import NotFound
from appliance.services import transfers as handed_over
from appliance.services.agent.opening import open_spans
from appliance.services.agent.wording import area_name
from appliance.services.directory import Directory
from appliance.store import answers, audit, calls, inbox, messages, reservations, tasks, transfers, waitlist
from appliance.store.engine import Database, Tx
from appliance.store.messages import LeftMessage
from appliance.watch.masking import hide

_DAY_MS = 86_400_000
_LEAST_DIGITS = 3
_NO_NUMBER = re.compile(r"[^\d\s()+./•-]")


class Views:
    def __init__(self, database: Database, clock: Clock, directory: Directory) -> None:
        self._database = database
        self._clock = clock
        self._directory = directory

    def restaurants(self, principal: Principal, *, limit: int, offset: int) -> contract.Page[contract.RestaurantRow]:
        """Those within reach."""
        cards = [card for card in self._directory.cards() if principal.reaches(card.id)]
        rows = [restaurant_row(card) for card in cards[offset : offset + limit]]
        return page(rows, total=len(cards), offset=offset)

    def restaurant(self, card: RestaurantCard) -> contract.RestaurantDetail:
        return restaurant_detail(card, now_ms=self._clock.now_ms())

    async def audit(self, *, restaurant_id: str | None, limit: int, offset: int) -> contract.Page[contract.AuditRow]:
        """Who changed what, the newest first; of one restaurant, or all."""
        async with self._database.read() as tx:
            found, total = await audit.page(tx, restaurant_id=restaurant_id, limit=limit, offset=offset)
        return page(found, total=total, offset=offset)

    async def reservations(
        self, card: RestaurantCard, *, date: str | None, limit: int, offset: int
    ) -> contract.Page[contract.ReservationRow]:
        """The book of one date, or all of it, by start."""
        async with self._database.read() as tx:
            found, total = await reservations.page(tx, card.id, date=date, limit=limit, offset=offset)
        return page([reservation_row(one, card) for one in found], total=total, offset=offset)

    async def reservation(self, card: RestaurantCard, id_: str) -> contract.ReservationRow:
        """Raises NotFound, also for another restaurant's."""
        async with self._database.read() as tx:
            return reservation_row(await mine(tx, card, id_), card)

    async def waitlist(
        self, card: RestaurantCard, *, day: Date | None, open_only: bool, limit: int, offset: int
    ) -> contract.Page[contract.WaitlistRow]:
        """Who waits or has waited, whoever came first before the others."""
        async with self._database.read() as tx:
            found, total = await waitlist.page(tx, card.id, day=day, open_only=open_only, limit=limit, offset=offset)
        return page([waitlist_row(one, card) for one in found], total=total, offset=offset)

    async def calls(self, card: RestaurantCard, *, limit: int, offset: int) -> contract.Page[contract.CallRow]:
        """The restaurant's calls, newest first."""
        async with self._database.read() as tx:
            found, total = await calls.page(tx, card.id, limit=limit, offset=offset)
        return page(found, total=total, offset=offset)

    async def calls_everywhere(
        self, principal: Principal, *, limit: int, offset: int, search: str | None = None
    ) -> contract.Page[contract.PlatformCallRow]:
        """The calls of the last day, newest first; of who is on the line no more than that reader may know.

        With `search` those that it fits: by id, restaurant, and for who may read guests by name and number. A whole id
        is found however old its call is.
        """
        named = principal.may(Permission.GUESTS_READ)
        since = self._clock.now_ms() - _DAY_MS
        async with self._database.read() as tx:
            sought = _sought(search, self._directory.cards(), named=named) if search else None
            found, total = await calls.everywhere(tx, since_ms=since, limit=limit, offset=offset, sought=sought)
            if sought and total == 0:
                found = await calls.named(tx, sought.call_id, [card.id for card in self._directory.cards()])
                total = len(found)
                found = found[offset : offset + limit]
        rows = [replace(row, number=hide(row.number), guest=row.guest if named else "") for row in found]
        return page(rows, total=total, offset=offset)

    async def call(self, card: RestaurantCard, call_id: str) -> contract.CallDetail:
        """One call with all that is known of it. Raises NotFound, also for another restaurant's call."""
        async with self._database.read() as tx:
            call = await calls.one(tx, card.id, call_id)
            if call is None:
                raise NotFound("There is no such call.")
            # Found to be this restaurant's, and there is no second call of that name on its platform.
            events = await calls.events(tx, call.row.provider, call_id)
            used = await answers.of_call(tx, card.id, call_id)
            booked = await reservations.of_call(tx, card.id, call_id)
            passed_on = await transfers.of_call(tx, card.id, call_id)
            left = await messages.of_call(tx, card.id, call_id)
        return contract.CallDetail(
            **asdict(call.row),
            events=[
                contract.CallEventRow(event=event.event, received_at=event.received_at, applied_at=event.applied_at)
                for event in events
            ],
            transcript=_transcript(call.facts),
            tools=[_tool_row(use) for use in used],
            reservations=[reservation_row(one, card) for one in booked],
            transfers=[handed_over.row(one, ended=call.row.ended_at is not None) for one in passed_on],
            messages=[message_row(one) for one in left],
            recording_url=call.facts.recording_url,
            transferred_to=call.facts.transferred_to,
            analysis=call.facts.analysis,
        )

    async def inbox(self, *, limit: int, offset: int) -> contract.Page[contract.InboxRow]:
        """What the platforms sent, newest first."""
        async with self._database.read() as tx:
            found, total = await inbox.page(tx, limit=limit, offset=offset)
        return page(found, total=total, offset=offset)

    async def tasks(self, *, state: str | None, limit: int, offset: int) -> contract.Page[contract.TaskRow]:
        """The queue, oldest first: all of it, or what is in one state."""
        async with self._database.read() as tx:
            found, total = await tasks.page(tx, state=state, limit=limit, offset=offset)
        return page(found, total=total, offset=offset)


def _sought(search: str, cards: Iterable[RestaurantCard], *, named: bool) -> calls.Sought:
    """`named`: by whoever may read guests."""
    text, digits = fold(search), "".join(char for char in search if char.isdecimal() and char.isascii())
    is_number = named and len(digits) >= _LEAST_DIGITS and not _NO_NUMBER.search(search)
    return calls.Sought(
        call_id=search.strip(),
        restaurants=[card.id for card in cards if text and text in fold(card.name)],
        name=text if named else "",
        digits=digits if is_number else "",
    )


async def mine(tx: Tx, card: RestaurantCard, id_: str) -> Reservation:
    """Raises NotFound, also for another restaurant's reservation."""
    found = await reservations.one(tx, id_)
    if found is None or found.restaurant_id != card.id:
        raise NotFound("There is no such reservation.")
    return found


def page(rows: Sequence[contract.T], *, total: int, offset: int) -> contract.Page[contract.T]:
    following = offset + len(rows)
    return contract.Page(items=list(rows), total=total, next=following if rows and following < total else None)


def restaurant_row(card: RestaurantCard) -> contract.RestaurantRow:
    return contract.RestaurantRow(**_restaurant_fields(card))


def restaurant_detail(card: RestaurantCard, *, now_ms: int) -> contract.RestaurantDetail:
    return contract.RestaurantDetail(
        **(_restaurant_fields(card) | {name: getattr(card, name) for name in RULES}),
        plan_until=card.plan_until.isoformat() if card.plan_until else None,
        plan_now=card.plan_at(now_ms).value,
        plan_lapsed=card.plan_lapsed(now_ms),
        api_requests=card.api_requests,
        enforce_webhooks=card.enforce_webhooks,
        transfer_when=card.transfer_when.value,
        areas=[contract.AreaView(id=area.id, name=area.name, synonyms=list(area.synonyms)) for area in card.areas],
        tables=[
            contract.TableView(
                id=table.id,
                name=table.name,
                area=area_name(card, table.area_id),
                capacity=table.capacity,
                min_party=table.min_party,
                shifts=list(table.shifts),
                active=table.active,
                accessible=table.accessible,
                out_from=table.outage.first.isoformat() if table.outage else None,
                out_until=table.outage.last.isoformat() if table.outage else None,
            )
            for table in card.tables
        ],
        hours=open_spans(card.shifts),
        special_days=[one.date.isoformat() for one in card.special_days],
        closures=[
            contract.ClosureView(date=closure.date.isoformat(), shift=closure.shift, reason=closure.reason)
            for closure in card.closures
        ],
    )


def reservation_row(one: Reservation, card: RestaurantCard) -> contract.ReservationRow:
    names = [table.name for table_id in one.table_ids if (table := card.tables_by_id.get(table_id))]
    return contract.ReservationRow(
        id=one.id,
        date=one.date,
        time=one.time,
        party_size=one.party_size,
        status=one.status.value,
        name=one.name,
        phone=one.phone,
        area=area_name(card, one.area_id),
        tables=names,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        notes=one.notes,
        needs=list(one.needs),
        source=one.source,
        call_id=one.call_id,
        created_at=one.created_at,
        shift=one.shift,
        high_chairs=one.high_chairs,
        deposit_cents=one.deposit_cents,
        pending_until=one.pending_until,
        seated_at=one.seated_at,
    )


def waitlist_row(one: Entry, card: RestaurantCard) -> contract.WaitlistRow:
    return contract.WaitlistRow(
        id=one.id,
        date=one.date.isoformat(),
        times=[clock_text(minute) for minute in one.minutes],
        party_size=one.party_size,
        area=area_name(card, one.area_id),
        name=one.name,
        phone=one.phone,
        notes=one.notes,
        needs=list(one.needs),
        state=one.state.value,
        reservation_id=one.reservation_id,
        call_id=one.call_id,
        created_at=one.created_at,
        updated_at=one.updated_at,
    )


def message_row(left: LeftMessage) -> contract.MessageRow:
    return contract.MessageRow(**{name: getattr(left, name) for name in contract.MessageRow.__struct_fields__})


def queue_depth(depth: tasks.Depth, *, now_ms: int) -> contract.QueueDepth:
    return contract.QueueDepth(
        ready=depth.ready,
        running=depth.running,
        dead=depth.dead,
        held=depth.held,
        oldest_age_ms=max(now_ms - depth.oldest_at, 0) if depth.oldest_at else 0,
    )


def _restaurant_fields(card: RestaurantCard) -> dict[str, Any]:
    plain: dict[str, Any] = {name: getattr(card, name) for name in ("id", "name", "timezone", "locale", "phone")}
    return plain | {"plan": card.plan.value, "status": card.status.value}


def _transcript(facts: CallFacts) -> list[contract.TurnRow]:
    turns = facts.transcript or []
    return [contract.TurnRow(role=turn.role, content=turn.content, at_s=turn.at_s) for turn in turns]


def _tool_row(use: answers.ToolCall) -> contract.ToolCallRow:
    return contract.ToolCallRow(
        tool=use.tool,
        arguments=msgspec.json.decode(use.arguments),
        answer=msgspec.json.decode(use.answer),
        ok=use.ok,
        code=use.code,
        replayed=use.replayed,
        ms=use.duration_us / 1000,
        at=use.at,
    )
