"""Compares what the phone platform was told with what the server holds; every broken promise is a line."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import msgspec

from appliance.domain.reservation import HOLDING
from appliance.domain.restaurant import QUARTER_MS
from appliance.loadtest.ready import DemoReady
from support.crash.evidence import Evidence
from support.crash.load import Load
from support.crash.story import EVENTS, Call, Request
from support.crash.wire import Wire

_HOLDING = {status.value for status in HOLDING}


def problems(load: Load, found: Evidence) -> list[str]:
    """Nothing when every promise was kept."""
    tried = list(load.requests())
    return [
        *_events(tried, found),
        *_calls(load.calls, found),
        *_bookings(load.calls, found),
        *_overlaps(found),
        *_claims(found),
        *(f"a task is {state}: {error}" for state, error in found.tasks),
    ]


async def retry_all(load: Load, ready: DemoReady) -> list[str]:
    """Send every tool call that was told "done" once more; the answer must be the one that was given."""
    lines = []
    async with Wire(ready.url, ready.retell_api_key) as wire:
        for call, request in load.requests():
            if request.path == EVENTS or not (given := request.deeds()):
                continue
            again = msgspec.json.decode((await wire.post(request.path, request.body)).body)
            # The sentence may change with the day: "tomorrow" becomes "today".
            if not all(again["say"] and again | {"say": ""} == one | {"say": ""} for one in given):
                lines.append(f"{call.id}: {request.about} was answered {given}, and now {again}")
    return lines


def _events(tried: Sequence[tuple[Call, Request]], found: Evidence) -> Iterator[str]:
    stored = Counter(row.body for row in found.inbox)
    events = {request.body: (call, request) for call, request in tried if request.path == EVENTS}
    for body, (call, request) in events.items():
        if request.acknowledged and not stored[body]:
            yield f"{call.id}: {request.about} was acknowledged and is not in the inbox"
        if stored[body] > 1:
            yield f"{call.id}: {request.about} is in the inbox {stored[body]} times"
    for key, count in Counter(row.key for row in found.inbox).items():
        if count > 1:
            yield f"{count} rows of the inbox have the key {key}"
    for row in found.inbox:
        if row.body not in events:
            yield f"{row.key}: nobody sent this"
        elif not row.applied:
            yield f"{row.key}: is stored and not applied"


def _calls(calls: Iterable[Call], found: Evidence) -> Iterator[str]:
    bodies: dict[str, list[bytes]] = defaultdict(list)
    for row in found.inbox:
        bodies[msgspec.json.decode(row.body)["call"]["call_id"]].append(row.body)
    for call in calls:
        if stored := bodies.get(call.id):
            yield from _call(call, stored, found.calls[call.id])


def _call(call: Call, stored: Sequence[bytes], shown: dict[str, Any]) -> Iterator[str]:
    if not shown:
        yield f"{call.id}: has events and is no call"
        return
    for name, value in call.expected(stored).items():
        if shown[name] != value:
            yield f"{call.id}: {name} should be {value!r}, is {shown[name]!r}"
    sent = Counter(msgspec.json.decode(body)["event"] for body in stored)
    applied = Counter(event["event"] for event in shown["events"])
    if sent != applied:
        yield f"{call.id}: received {dict(sent)}, applied {dict(applied)}"


def _bookings(calls: Iterable[Call], found: Evidence) -> Iterator[str]:
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in (row for book in found.books.values() for row in book):
        rows[row["call_id"]].append(row)
    for call in calls:
        yield from _booking(call, rows.pop(call.id, []))
    for call_id in rows:
        yield f"{call_id}: has a reservation and never was a call"


def _booking(call: Call, rows: list[dict[str, Any]]) -> Iterator[str]:
    told = {answer["reservation"]["id"] for answer in call.booking.deeds()}
    there = {row["id"] for row in rows}
    if len(rows) > 1 or len(told) > 1:
        yield f"{call.id}: booked once, told {told}, in the book {there}"
    if told - there:
        yield f"{call.id}: told that {told} is booked, in the book is {there or 'nothing'}"
    if rows and not call.booking.may_be_done():
        yield f"{call.id}: was refused and is in the book as {there}"
    for row in rows:
        yield from _row(call, row)


def _row(call: Call, row: dict[str, Any]) -> Iterator[str]:
    wanted = call.wish | {"name": call.name, "phone": call.phone}
    if any(row[name] != value for name, value in wanted.items()):
        yield f"{call.id}: wanted {wanted}, is in the book as {row}"
    gone = row["status"] == "cancelled"
    if call.cancelling.deeds() and not gone:
        yield f"{call.id}: told that {row['id']} is cancelled, it is {row['status']}"
    if gone and not call.cancelling.may_be_done():
        yield f"{call.id}: {row['id']} is cancelled, which nobody asked for"
    if not gone and row["status"] != "confirmed":
        yield f"{call.id}: {row['id']} is {row['status']}"


def _overlaps(found: Evidence) -> Iterator[str]:
    for restaurant, book in found.books.items():
        at_table: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in (row for row in book if row["status"] in _HOLDING):
            if not row["tables"]:
                yield f"{row['id']}: holds no table"
            for table in row["tables"]:
                at_table[table].append(row)
        for table, parties in at_table.items():
            for earlier, later in pairwise(sorted(parties, key=lambda row: row["starts_at"])):
                if later["starts_at"] < earlier["ends_at"]:
                    yield f"{restaurant}: {earlier['id']} and {later['id']} both hold {table}"


def _claims(found: Evidence) -> Iterator[str]:
    """A claim for each quarter of an hour of each table of each reservation that holds, and no other."""
    expected = Counter(
        (table, quarter, row["id"])
        for book in found.books.values()
        for row in book
        if row["status"] in _HOLDING
        for table in found.held.get(row["id"], ())
        for quarter in range(row["starts_at"] // QUARTER_MS, -(-row["ends_at"] // QUARTER_MS))
    )
    there = Counter(found.claims)
    yield from (f"{claim[2]}: does not claim {claim[:2]}" for claim in expected - there)
    yield from (f"{claim[2]}: claims {claim[:2]} without a reservation that holds it" for claim in there - expected)
    for (table, quarter), count in Counter((table, quarter) for table, quarter, _ in found.claims).items():
        if count > 1:
            yield f"{table} is held {count} times at {quarter}"


def told_done(load: Load) -> Counter[str]:
    """How much was acknowledged or done: a run without any of it proves nothing."""
    return Counter(
        request.about if request.path != EVENTS else "event"
        for _, request in load.requests()
        if (request.acknowledged if request.path == EVENTS else request.deeds())
    )
