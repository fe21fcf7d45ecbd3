"""Restaurants as rows and as cards; which agent and number is whose."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, TableClause, select, text

from appliance.domain.restaurant import (
    Area,
    Closure,
    Combination,
    Plan,
    RestaurantCard,
    RestaurantStatus,
    Shift,
    Table,
)
from appliance.store import schema as s
from appliance.store.codec import dump, load
from appliance.store.engine import Database, Tx

_PLAIN = ("id", "name", "timezone", "locale", "phone", "max_party", "min_notice_minutes", "horizon_days", "notify_url")


async def insert(
    tx: Tx,
    card: RestaurantCard,
    *,
    agents: Iterable[tuple[str, str]],
    numbers: Iterable[str],
    closure_ids: Sequence[str],
    shift_ids: Sequence[str],
    now_ms: int,
) -> None:
    """Write a new restaurant; its closures and shifts get the ids given. `agents` are (provider, agent id).

    Raises Conflict when any of it is taken.
    """
    mine: dict[str, object] = {"restaurant_id": card.id}
    row = _fields(card, _PLAIN)
    row |= {"plan": card.plan.value, "status": card.status.value, "created_at": now_ms, "updated_at": now_ms}
    await tx.execute(s.restaurants.insert(), row)
    groups: list[tuple[TableClause, list[dict[str, object]]]] = [
        (s.areas, [_area_row(area) | {"position": n} | mine for n, area in enumerate(card.areas)]),
        (s.tables, [_table_row(table) | {"position": n} | mine for n, table in enumerate(card.tables)]),
        (s.combinations, [mine | {"id": c.id, "capacity": c.capacity} for c in card.combinations]),
        (
            s.combination_tables,
            [_member(c, n) for c in card.combinations for n in range(len(c.table_ids))],
        ),
        (
            s.shifts,
            [_shift_row(shift) | {"id": id_} | mine for shift, id_ in zip(card.shifts, shift_ids, strict=True)],
        ),
        (
            s.closures,
            [_closure_row(c) | {"id": id_} | mine for c, id_ in zip(card.closures, closure_ids, strict=True)],
        ),
        (s.voice_agents, [mine | {"provider": provider, "agent_id": agent} for provider, agent in agents]),
        (s.phone_numbers, [mine | {"number": number} for number in numbers]),
    ]
    for table, rows in groups:
        if rows:
            await tx.execute(table.insert(), rows)
    await _changed(tx)


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
            (s.shifts, (s.shifts.c.weekday, s.shifts.c.opens, s.shifts.c.id)),
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
        status=RestaurantStatus(head.status),
        areas=tuple(map(_area, parts["areas"])),
        tables=tuple(map(_table, parts["tables"])),
        combinations=tuple(
            Combination(id=row.id, table_ids=tuple(joined.get(row.id, ())), capacity=row.capacity)
            for row in parts["combinations"]
        ),
        shifts=tuple(map(_shift, parts["shifts"])),
        closures=tuple(map(_closure, parts["closures"])),
    )


_TABLE = ("id", "name", "area_id", "capacity", "min_party", "active")
_SHIFT = ("weekday", "name", "opens", "last_seating", "closes", "turn_minutes", "step_minutes")


def _fields(thing: object, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names}


def _area(row: Row[tuple[object, ...]]) -> Area:
    return Area(id=row.id, name=row.name, synonyms=load(row.synonyms, tuple[str, ...]))


def _area_row(area: Area) -> dict[str, object]:
    return {"id": area.id, "name": area.name, "synonyms": dump(area.synonyms)}


def _table(row: Row[tuple[object, ...]]) -> Table:
    return Table(**_fields(row, _TABLE), shifts=load(row.shifts, tuple[str, ...]))


def _table_row(table: Table) -> dict[str, object]:
    return _fields(table, _TABLE) | {"shifts": dump(table.shifts)}


def _member(combination: Combination, position: int) -> dict[str, object]:
    return {"combination_id": combination.id, "table_id": combination.table_ids[position], "position": position}


def _shift(row: Row[tuple[object, ...]]) -> Shift:
    return Shift(**_fields(row, _SHIFT), starts=load(row.starts, tuple[int, ...]))


def _shift_row(shift: Shift) -> dict[str, object]:
    return _fields(shift, _SHIFT) | {"starts": dump(shift.starts)}


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


async def revision(tx: Tx) -> int:
    """How often restaurants were changed; 0 before the first was added."""
    return (await tx.execute(select(s.restaurants_revision.c.revision))).scalar() or 0
