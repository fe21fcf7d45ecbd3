"""Whatever is stored of one person, wherever it is: to be found, handed over, and let go of."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct, to_builtins
from sqlalchemy import ColumnElement, Table, func, or_, select

from appliance.domain.calls import facts_of
from appliance.domain.guests import spellings
from appliance.store import calls, inbox
from appliance.store import schema as s
from appliance.store.calls import CallKey
from appliance.store.codec import load
from appliance.store.engine import Tx

NAMELESS: Mapping[str, Any] = {
    "customer_id": None,
    "name": "",
    "phone": "",
    "notes": "",
    "needs": "[]",
    "call_id": "",
}
"""What stays of a reservation's person. When it was, for how many and how it ended is left for the figures."""

_JSON = frozenset({"needs", "minutes", "arguments", "answer", "payload"})
_BOOKS = ("create_reservation", "join_waitlist")
_UNTOLD = frozenset({"destination", "headers", "body", "name_key"})
"""Columns that are not the person's: where the restaurant's own system is, and what other columns say already."""


class Person(Struct, frozen=True, kw_only=True):
    restaurant_id: str
    customer_id: str
    phone: str


class Traces(Struct, frozen=True, kw_only=True):
    """The ids of what is stored of a person.

    `calls` are those from their number and those that booked for it, `uses` of tools those that name it, and `sent`
    what the restaurant's own system was told with it.
    """

    reservations: tuple[str, ...]
    waitlist: tuple[str, ...]
    messages: tuple[str, ...]
    calls: tuple[CallKey, ...]
    call_ids: tuple[str, ...]
    uses: tuple[str, ...]
    sent: tuple[str, ...]

    @property
    def subjects(self) -> tuple[str, ...]:
        return self.waitlist + self.messages + self.call_ids


class Mentions(Struct, frozen=True, kw_only=True):
    """Where a person's number is named: by uses of the tools, and in which of their calls; in what was sent."""

    uses: tuple[str, ...]
    call_ids: frozenset[str]
    sent: tuple[str, ...]


async def mentions(tx: Tx, person: Person) -> Mentions:
    """Reads through all the restaurant's trace: a number is also said in other people's calls.

    And a booking that was theirs may be another guest's by now, so that nothing leads from it to who made it.
    """
    t, o = s.tool_calls.c, s.outbox.c
    number = min(spellings(person.phone), key=len)
    booked = t.ok & t.tool.in_(_BOOKS) & _bare(t.arguments).contains(number)
    theirs = or_(t.caller == person.phone, booked)
    named = or_(theirs, _bare(t.arguments).contains(number), _bare(t.answer).contains(number))
    query = select(t.id, t.call_id, theirs.label("theirs")).where(t.restaurant_id == person.restaurant_id, named)
    uses = (await tx.execute(query)).all()
    calls_of_theirs = frozenset(use.call_id for use in uses if use.theirs and use.call_id)
    sent = await tx.execute(select(o.id).where(o.restaurant_id == person.restaurant_id, _tells_of(person)))
    return Mentions(uses=tuple(use.id for use in uses), call_ids=calls_of_theirs, sent=tuple(sent.scalars()))


async def traces(tx: Tx, person: Person, mentioned: Mentions) -> Traces:
    booked = await _found(tx, s.reservations, _theirs(s.reservations, person))
    waiting = await _found(tx, s.waitlist, _theirs(s.waitlist, person))
    m, c = s.messages.c, s.calls.c
    left = (m.restaurant_id == person.restaurant_id) & (m.phone == person.phone)
    linked = {call_id for _, call_id in (*booked, *waiting, *await _found(tx, s.messages, left)) if call_id}
    linked |= mentioned.call_ids
    on_the_line = or_(c.guest_number.in_(spellings(person.phone)), c.call_id.in_(linked))
    spoken = await tx.execute(select(c.provider, c.call_id).where(c.restaurant_id == person.restaurant_id, on_the_line))
    keys = [(row.provider, row.call_id) for row in spoken]
    call_ids = linked | {call_id for _, call_id in keys}
    said = (m.restaurant_id == person.restaurant_id) & m.call_id.in_(call_ids)
    return Traces(
        reservations=_ids(booked),
        waitlist=_ids(waiting),
        messages=_ids(await _found(tx, s.messages, or_(left, said))),
        calls=tuple(keys),
        call_ids=tuple(sorted(call_ids)),
        uses=mentioned.uses,
        sent=mentioned.sent,
    )


async def rows(tx: Tx, person: Person, found: Traces) -> dict[str, list[dict[str, Any]]]:
    """Table → what it holds of the person, oldest first."""
    which = _everywhere(person, found) | {
        s.customers: s.customers.c.id == person.customer_id,
        s.reservations: s.reservations.c.id.in_(found.reservations),
        s.waitlist: s.waitlist.c.id.in_(found.waitlist),
        s.calls: (s.calls.c.restaurant_id == person.restaurant_id) & s.calls.c.call_id.in_(found.call_ids),
        s.transfers: (s.transfers.c.restaurant_id == person.restaurant_id) & s.transfers.c.call_id.in_(found.call_ids),
    }
    return {
        table.name: [_call_told(row) if table is s.calls else _told(row) for row in await _rows(tx, table, mine)]
        for table, mine in which.items()
    }


async def erase(tx: Tx, person: Person, found: Traces, *, now_ms: int) -> None:
    """Let go of the person: what was booked stays as figures, what was said does not, nor what was still to be sent."""
    r = s.reservations.c
    mine = _everywhere(person, found)
    await tx.execute(s.reservations.update().where(r.id.in_(found.reservations)).values(**NAMELESS, updated_at=now_ms))
    await tx.execute(s.waitlist.delete().where(s.waitlist.c.id.in_(found.waitlist)))
    await tx.execute(s.messages.delete().where(mine[s.messages]))
    await tx.execute(s.tool_calls.update().where(mine[s.tool_calls]).values(arguments="{}", answer="{}", caller=""))
    await tx.execute(s.tool_answers.delete().where(mine[s.tool_answers]))
    for queued in (s.inbox, s.outbox):
        await drop_tasks(tx, select(queued.c.id).where(mine[queued]))
    received = await tx.execute(select(s.inbox.c.id).where(mine[s.inbox]))
    await inbox.blank(tx, received.scalars().all())
    await tx.execute(s.outbox.delete().where(mine[s.outbox]))
    await calls.erase(tx, found.calls, now_ms=now_ms)
    await tx.execute(s.customers.delete().where(s.customers.c.id == person.customer_id))


async def drop_tasks(tx: Tx, ids: Any) -> None:
    """Drop the tasks of what is let go of; one at work holds what it has read, and ends by itself."""
    t = s.tasks.c
    await tx.execute(s.tasks.delete().where(t.id.in_(ids), t.state != "running"))


def _everywhere(person: Person, found: Traces) -> dict[Table, ColumnElement[bool]]:
    """The rows that are about a person through one of their bookings or calls."""
    home = person.restaurant_id
    i, o, t, a, m = s.inbox.c, s.outbox.c, s.tool_calls.c, s.tool_answers.c, s.messages.c
    about = or_(a.call_id.in_(found.call_ids), a.reservation_id.in_(found.reservations))
    sent_since = o.subject.in_(found.reservations) & _tells_of(person)
    return {
        s.messages: m.id.in_(found.messages),
        s.tool_calls: or_((t.restaurant_id == home) & t.call_id.in_(found.call_ids), t.id.in_(found.uses)),
        s.tool_answers: (a.restaurant_id == home) & about,
        s.outbox: (o.restaurant_id == home) & or_(o.subject.in_(found.subjects), o.id.in_(found.sent), sent_since),
        s.inbox: or_(i.restaurant_id == home, i.restaurant_id.is_(None)) & i.call_id.in_(found.call_ids),
    }


def _tells_of(person: Person) -> ColumnElement[bool]:
    """Of a message to the restaurant's own system; those about a booking tell of whoever had it then."""
    return s.outbox.c.payload.contains(f'"{person.phone}"', autoescape=True)


def _theirs(table: Table, person: Person) -> ColumnElement[bool]:
    c = table.c
    by_phone = (c.restaurant_id == person.restaurant_id) & (c.phone == person.phone)
    return or_(c.customer_id == person.customer_id, by_phone)


async def _found(tx: Tx, table: Table, mine: ColumnElement[bool]) -> list[tuple[str, str]]:
    """(id, call id) of each row."""
    return [(row.id, row.call_id) for row in await tx.execute(select(table.c.id, table.c.call_id).where(mine))]


def _ids(found: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(id_ for id_, _ in found)


def _bare(column: ColumnElement[str]) -> ColumnElement[str]:
    """The text without what numbers are written apart with."""
    return func.replace(func.replace(column, " ", ""), "-", "")


async def _rows(tx: Tx, table: Table, mine: ColumnElement[bool]) -> Sequence[Mapping[str, Any]]:
    # What platforms sent is read in the call that came of it; a body may have megabytes.
    columns = [column for column in table.c if column.name != "body"]
    return (await tx.execute(select(*columns).where(mine).order_by(*table.primary_key.columns))).mappings().all()  # type: ignore[return-value]


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: load(value, Any) if name in _JSON else value for name, value in row.items() if name not in _UNTOLD}


def _call_told(row: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of a call in place of how it came to be known."""
    plain = {name: value for name, value in _told(row).items() if name != "state"}
    return plain | {"facts": to_builtins(facts_of(load(row["state"], dict)))}
