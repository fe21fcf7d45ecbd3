"""What came of the calls, counted by spans of time: from the calls and the book themselves, so it is never out of date.

A call counts in the span in which it began, whenever its analysis comes.
"""

from typing import Any

from msgspec import Struct
from sqlalchemy import Column, ColumnElement, Row, Table, func, or_, select

from appliance.domain.reservation import Source
from appliance.store import schema as s
from appliance.store.engine import Tx

_c, _r = s.calls.c, s.reservations.c
_ANALYZED = or_(_c.successful.is_not(None), _c.sentiment.is_not(None))
_CALLS: dict[str, ColumnElement[Any]] = {
    "calls": func.count(),
    "calls_analyzed": func.count().filter(_ANALYZED),
    "calls_judged": func.count().filter(_c.successful.is_not(None)),
    "calls_successful": func.count().filter(_c.successful.is_(True)),
    "calls_negative": func.count().filter(func.lower(_c.sentiment) == "negative"),
    "cost_cents": func.coalesce(func.sum(_c.cost_cents), 0.0),
}
_COUNTED = tuple(value.label(name) for name, value in _CALLS.items())


class Results(Struct, kw_only=True):
    """Bookings are those the agent made. `calls_judged` are those of which it is known whether they were a success."""

    calls: int = 0
    calls_analyzed: int = 0
    calls_judged: int = 0
    calls_successful: int = 0
    calls_negative: int = 0
    cost_cents: float = 0.0
    bookings: int = 0


async def by_span(tx: Tx, restaurant_id: str, from_ms: int, to_ms: int, *, span_ms: int) -> dict[int, Results]:
    """By the beginning of each span in which there was anything; of a restaurant, or of all ('')."""
    found: dict[int, Results] = {}
    span = _span(_c.first_seen_at, span_ms)
    query = select(span, *_COUNTED).group_by(span)
    for row in await tx.execute(query.where(*_within(s.calls, _c.first_seen_at, restaurant_id, from_ms, to_ms))):
        found[row.span] = _of_calls(row)
    span = _span(_r.created_at, span_ms)
    booked = select(span, func.count().label("bookings")).group_by(span).where(_r.source == Source.PHONE_AGENT.value)
    for row in await tx.execute(booked.where(*_within(s.reservations, _r.created_at, restaurant_id, from_ms, to_ms))):
        found.setdefault(row.span, Results()).bookings = row.bookings
    return found


async def since(tx: Tx, since_ms: int) -> Results:
    """Of the calls of all restaurants since."""
    query = select(*_COUNTED).where(_c.first_seen_at >= since_ms)
    row = (await tx.execute(query)).one()
    return _of_calls(row)


async def by_restaurant(tx: Tx, since_ms: int) -> dict[str, Results]:
    """Of each restaurant that had any since."""
    found: dict[str, Results] = {}
    calls = select(_c.restaurant_id, *_COUNTED)
    for row in await tx.execute(calls.where(_c.first_seen_at >= since_ms).group_by(_c.restaurant_id)):
        found[row.restaurant_id] = _of_calls(row)
    booked = select(_r.restaurant_id, func.count().label("bookings")).where(_r.created_at >= since_ms)
    mine = booked.where(_r.source == Source.PHONE_AGENT.value).group_by(_r.restaurant_id)
    for row in await tx.execute(mine):
        found.setdefault(row.restaurant_id, Results()).bookings = row.bookings
    return found


def _of_calls(row: Row[Any]) -> Results:
    return Results(**{name: getattr(row, name) for name in _CALLS})


def _span(at: Column[int], span_ms: int) -> Any:
    return (at - at % span_ms).label("span")


def _within(
    table: Table, at: Column[int], restaurant_id: str, from_ms: int, to_ms: int
) -> tuple[ColumnElement[bool], ...]:
    inside = (at >= from_ms, at < to_ms)
    return (*inside, table.c.restaurant_id == restaurant_id) if restaurant_id else inside
