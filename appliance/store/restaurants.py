"""Restaurants as rows and as cards; which agent and number is whose."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, TableClause, literal, select, text

from appliance.domain.restaurant import (
    RULES,
    Area,
    Closure,
    Combination,
    Outage,
    Plan,
    RestaurantCard,
    RestaurantStatus,
    Shift,
    SpecialDay,
    Table,
    TransferWhen,
    Turn,
)
from appliance.errors import Conflict
from appliance.store import schema as s
from appliance.store.codec import dump, load
from appliance.store.engine import Database, Tx
from appliance.store.upsert import upsert_all

_PLAIN = ("id", "name", "timezone", "locale", "phone", "api_requests", "enforce_webhooks", *RULES)


async def insert(
    tx: Tx, card: RestaurantCard, *, agents: Iterable[tuple[str, str]], numbers: Iterable[str], now_ms: int
) -> None:
    """Write a new restaurant. `agents` are (provider, agent id). Raises Conflict when any of it is taken."""
    await tx.execute(s.restaurants.insert(), _head(card) | {"created_at": now_ms, "updated_at": now_ms})
    await _fill(tx, card)
    await _insert_lines(tx, card.id, agents=agents, numbers=numbers)
    await _count_up(tx, card.id)


async def save(tx: Tx, card: RestaurantCard, *, now_ms: int) -> None:
    """Write a restaurant anew: its rules, floor, hours and closures. Who answers its telephone stays as it is.

    Raises Conflict when a table that goes away is, or was, somebody's: it may only be put out of service.
    """
    head = s.restaurants.update().where(s.restaurants.c.id == card.id)
    await tx.execute(head, _head(card) | {"updated_at": now_ms})
    for part in (s.combinations, s.shifts, s.closures):
        await tx.execute(part.delete().where(part.c.restaurant_id == card.id))
    await _drop_tables(tx, card)
    await _fill(tx, card)
    # Last: tables that moved to another area must not go with the one they were in.
    a = s.areas.c
    await tx.execute(s.areas.delete().where(a.restaurant_id == card.id, a.id.not_in([area.id for area in card.areas])))
    await _count_up(tx, card.id)


async def save_lines(
    tx: Tx, restaurant_id: str, *, provider: str, agents: Iterable[str], numbers: Iterable[str]
) -> None:
    """Write anew which agents of a platform and which numbers are the restaurant's. Raises Conflict when one is taken.

    To be followed by `save`.
    """
    v, n = s.voice_agents.c, s.phone_numbers.c
    await tx.execute(s.voice_agents.delete().where(v.restaurant_id == restaurant_id, v.provider == provider))
    await tx.execute(s.phone_numbers.delete().where(n.restaurant_id == restaurant_id))
    await _insert_lines(tx, restaurant_id, agents=[(provider, agent) for agent in agents], numbers=numbers)


async def lines(tx: Tx, restaurant_id: str) -> dict[str, list[str]]:
    """Who answers for the restaurant: its `agents` on any platform and its `numbers`."""
    v, n = s.voice_agents.c, s.phone_numbers.c
    agents = select(v.agent_id).where(v.restaurant_id == restaurant_id).order_by(v.agent_id)
    numbers = select(n.number).where(n.restaurant_id == restaurant_id).order_by(n.number)
    return {
        "agents": [*(await tx.execute(agents)).scalars()],
        "numbers": [*(await tx.execute(numbers)).scalars()],
    }


async def _insert_lines(
    tx: Tx, restaurant_id: str, *, agents: Iterable[tuple[str, str]], numbers: Iterable[str]
) -> None:
    lines: list[tuple[TableClause, list[dict[str, object]]]] = [
        (s.voice_agents, [{"provider": provider, "agent_id": agent} for provider, agent in agents]),
        (s.phone_numbers, [{"number": number} for number in numbers]),
    ]
    for table, rows in lines:
        if rows:
            await tx.execute(table.insert(), [row | {"restaurant_id": restaurant_id} for row in rows])


async def pause(tx: Tx, restaurant_id: str) -> None:
    """Let it take no more bookings. That is no edit: its revision stays, though every server hears of it."""
    paused = s.restaurants.update().where(s.restaurants.c.id == restaurant_id)
    await tx.execute(paused.values(status=RestaurantStatus.PAUSED.value))
    await _changed(tx)


async def delete(tx: Tx, restaurant_id: str) -> None:
    """Take the restaurant off, with all that cannot be without it."""
    await tx.execute(s.restaurants.delete().where(s.restaurants.c.id == restaurant_id))
    await _changed(tx)


async def _drop_tables(tx: Tx, card: RestaurantCard) -> None:
    """The tables that the card does not have any more."""
    t, held = s.tables.c, s.reservation_tables.c
    gone = (t.restaurant_id == card.id) & t.id.not_in([table.id for table in card.tables])
    used = select(t.name).where(gone, t.id.in_(select(held.table_id)))
    if names := (await tx.execute(used)).scalars().all():
        raise Conflict(
            "Bookings name the table {names}: put it out of service instead of removing it.", names=tuple(names)
        )
    await tx.execute(s.tables.delete().where(gone))


async def _fill(tx: Tx, card: RestaurantCard) -> None:
    """Write the parts of the card; areas and tables keep their ids, what is said of them may change."""
    # Names are unique in a restaurant: two that swap theirs must not meet on the way.
    for named in (s.tables, s.areas):
        moved = named.update().where(named.c.restaurant_id == card.id)
        await tx.execute(moved.values(name=literal("\u0001") + named.c.id))
    kept = [
        (s.areas, [_area_row(area) | {"position": n} for n, area in enumerate(card.areas)]),
        (s.tables, [_table_row(table) | {"position": n} for n, table in enumerate(card.tables)]),
    ]
    for table, rows in kept:
        if rows:
            mine = [row | {"restaurant_id": card.id} for row in rows]
            await upsert_all(tx, table, mine, on=("id",), update=tuple(sorted(rows[0].keys() - {"id"})))
    written: list[tuple[TableClause, list[dict[str, object]]]] = [
        (s.combinations, [{"id": c.id, "capacity": c.capacity} for c in card.combinations]),
        (s.shifts, [_shift_row(shift) for shift in card.shifts]),
        (s.shifts, [_shift_row(shift, one.date) for one in card.special_days for shift in one.shifts]),
        (s.closures, [_closure_row(closure) for closure in card.closures]),
    ]
    for part, rows in written:
        if rows:
            await tx.execute(part.insert(), [row | {"restaurant_id": card.id} for row in rows])
    members = [_member(c, n) for c in card.combinations for n in range(len(c.table_ids))]
    if members:
        await tx.execute(s.combination_tables.insert(), members)


async def card(tx: Tx, restaurant_id: str) -> RestaurantCard | None:
    cards = await _cards(tx, s.restaurants.c.id == restaurant_id)
    return cards[0] if cards else None


async def cards(tx: Tx) -> list[RestaurantCard]:
    return await _cards(tx, s.restaurants.c.id.is_not(None))


async def _cards(tx: Tx, which: ColumnElement[bool]) -> list[RestaurantCard]:
    heads = (await tx.execute(select(s.restaurants).where(which).order_by(s.restaurants.c.name))).all()
    ids = select(s.restaurants.c.id).where(which)
    parts = {
        table.name: _by_restaurant(
            (await tx.execute(select(table).where(table.c.restaurant_id.in_(ids)).order_by(*order))).all()
        )
        for table, order in (
            (s.areas, (s.areas.c.position,)),
            (s.tables, (s.tables.c.position,)),
            (s.combinations, (s.combinations.c.id,)),
            (s.shifts, (s.shifts.c.date, s.shifts.c.weekday, s.shifts.c.opens, s.shifts.c.id)),
            (s.closures, (s.closures.c.date, s.closures.c.id)),
        )
    }
    joined: dict[str, list[str]] = {}
    members = select(s.combination_tables).join(s.combinations).where(s.combinations.c.restaurant_id.in_(ids))
    for member in await tx.execute(members.order_by(s.combination_tables.c.position)):
        joined.setdefault(member.combination_id, []).append(member.table_id)
    return [_card(head, {name: rows.get(head.id, []) for name, rows in parts.items()}, joined) for head in heads]


def _by_restaurant(rows: Sequence[Row[tuple[object, ...]]]) -> dict[str, list[Row[tuple[object, ...]]]]:
    grouped: dict[str, list[Row[tuple[object, ...]]]] = {}
    for row in rows:
        grouped.setdefault(row.restaurant_id, []).append(row)
    return grouped


def _card(
    head: Row[tuple[object, ...]],
    parts: dict[str, list[Row[tuple[object, ...]]]],
    joined: dict[str, list[str]],
) -> RestaurantCard:
    return RestaurantCard(
        **_fields(head, _PLAIN),
        plan=Plan(head.plan),
        plan_until=date.fromisoformat(head.plan_until) if head.plan_until else None,
        status=RestaurantStatus(head.status),
        transfer_when=TransferWhen(head.transfer_when),
        areas=tuple(map(_area, parts["areas"])),
        tables=tuple(map(_table, parts["tables"])),
        combinations=tuple(
            Combination(id=row.id, table_ids=tuple(joined.get(row.id, ())), capacity=row.capacity)
            for row in parts["combinations"]
        ),
        shifts=tuple(_shift(row) for row in parts["shifts"] if row.date is None),
        special_days=_special_days([row for row in parts["shifts"] if row.date is not None]),
        closures=tuple(map(_closure, parts["closures"])),
    )


_TABLE = ("id", "name", "area_id", "capacity", "min_party", "active", "accessible")
_SHIFT = ("weekday", "name", "opens", "last_seating", "closes", "turn_minutes", "step_minutes", "max_covers")


def _head(card: RestaurantCard) -> dict[str, object]:
    chosen = {name: getattr(card, name).value for name in ("plan", "status", "transfer_when")}
    return _fields(card, _PLAIN) | chosen | {"plan_until": card.plan_until.isoformat() if card.plan_until else None}


def _fields(thing: object, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names}


def _area(row: Row[tuple[object, ...]]) -> Area:
    return Area(id=row.id, name=row.name, synonyms=load(row.synonyms, tuple[str, ...]))


def _area_row(area: Area) -> dict[str, object]:
    return {"id": area.id, "name": area.name, "synonyms": dump(area.synonyms)}


def _table(row: Row[tuple[object, ...]]) -> Table:
    first, last = row.out_from, row.out_until
    outage = Outage(first=date.fromisoformat(first), last=date.fromisoformat(last)) if first and last else None
    return Table(**_fields(row, _TABLE), shifts=load(row.shifts, tuple[str, ...]), outage=outage)


def _table_row(table: Table) -> dict[str, object]:
    first, last = (table.outage.first.isoformat(), table.outage.last.isoformat()) if table.outage else (None, None)
    return _fields(table, _TABLE) | {"shifts": dump(table.shifts), "out_from": first, "out_until": last}


def _member(combination: Combination, position: int) -> dict[str, object]:
    return {"combination_id": combination.id, "table_id": combination.table_ids[position], "position": position}


def _shift(row: Row[tuple[object, ...]]) -> Shift:
    return Shift(
        **_fields(row, _SHIFT), starts=load(row.starts, tuple[int, ...]), turns=load(row.turns, tuple[Turn, ...])
    )


def _shift_row(shift: Shift, day: date | None = None) -> dict[str, object]:
    """`day`: the date whose own hours these are."""
    lists = {"starts": dump(shift.starts), "turns": dump(shift.turns)}
    return _fields(shift, _SHIFT) | lists | {"date": day.isoformat() if day else None}


def _special_days(rows: Sequence[Row[tuple[object, ...]]]) -> tuple[SpecialDay, ...]:
    by_date: dict[str, list[Shift]] = {}
    for row in rows:
        by_date.setdefault(row.date, []).append(_shift(row))
    return tuple(SpecialDay(date=date.fromisoformat(day), shifts=tuple(shifts)) for day, shifts in by_date.items())


def _closure(row: Row[tuple[object, ...]]) -> Closure:
    return Closure(date=date.fromisoformat(row.date), shift=row.shift, reason=row.reason)


def _closure_row(closure: Closure) -> dict[str, object]:
    return {"date": closure.date.isoformat(), "shift": closure.shift, "reason": closure.reason}


async def agents(tx: Tx) -> dict[tuple[str, str], str]:
    """(provider, agent id) → restaurant id, of every restaurant."""
    rows = (await tx.execute(select(s.voice_agents))).all()
    return {(row.provider, row.agent_id): row.restaurant_id for row in rows}


async def numbers(tx: Tx) -> dict[str, str]:
    """Number (E.164) → restaurant id, of every restaurant."""
    return {row.number: row.restaurant_id for row in (await tx.execute(select(s.phone_numbers))).all()}


async def lock(tx: Tx, database: Database, restaurant_id: str) -> None:
    """Make this transaction the only one that writes the restaurant's book.

    SQLite: BEGIN IMMEDIATE already did. Postgres: the restaurant's row, so that two writers of one book wait for
    each other instead of both failing on a claim.
    """
    if not database.is_sqlite:
        row = select(s.restaurants.c.id).where(s.restaurants.c.id == restaurant_id)
        await tx.execute(row.with_for_update(key_share=True))


_CHANGED = text("""
    INSERT INTO restaurants_revision (id, revision) VALUES (1, 1)
    ON CONFLICT (id) DO UPDATE SET revision = restaurants_revision.revision + 1
""")


async def _changed(tx: Tx) -> None:
    """To be called by whatever writes a restaurant or a part of one. From here on, other such writers wait."""
    await tx.execute(_CHANGED)


async def _count_up(tx: Tx, restaurant_id: str) -> None:
    """Give a restaurant that was written the revision that it has from now on."""
    await _changed(tx)
    now = select(s.restaurants_revision.c.revision).scalar_subquery()
    await tx.execute(s.restaurants.update().where(s.restaurants.c.id == restaurant_id).values(revision=now))


async def touch(tx: Tx) -> None:
    """Let running servers read everything anew: another process has written to a book behind their back."""
    await _changed(tx)


async def revision(tx: Tx) -> int:
    """How often restaurants were changed; 0 before the first was added."""
    return (await tx.execute(select(s.restaurants_revision.c.revision))).scalar() or 0


async def revision_of(tx: Tx, restaurant_id: str) -> int:
    """The one at which the restaurant was last written; no two that were written have the same."""
    return (await tx.execute(select(s.restaurants.c.revision).where(s.restaurants.c.id == restaurant_id))).scalar() or 0


async def revisions(tx: Tx) -> dict[str, int]:
    """As `revision_of`, of every restaurant."""
    return {row.id: row.revision for row in await tx.execute(select(s.restaurants.c.id, s.restaurants.c.revision))}
