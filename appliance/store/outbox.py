"""Messages for the outside world, written in the transaction that caused them, each with the task to deliver it."""

from msgspec import Struct
from sqlalchemy import case, func, select

from appliance.store import schema as s
from appliance.store import tasks
from appliance.store.engine import Tx

DELIVER = "outbox.deliver"
"""The kind of the task that delivers a message; its id is the message's."""

_o = s.outbox.c


class Message(Struct, frozen=True, kw_only=True):
    """What to tell whom: `payload` is JSON, `destination` an http(s) URL."""

    id: str
    restaurant_id: str
    topic: str
    destination: str
    payload: str
    created_at: int


async def add(tx: Tx, message: Message, *, lock: str, about: str = "", kind: str = DELIVER) -> None:
    """Messages of one `lock` are delivered one by one, in order: the id of what they are `about`, if that is not given.

    `kind` is that of the task, and so says who delivers it.
    """
    row = {name: getattr(message, name) for name in message.__struct_fields__}
    await tx.execute(s.outbox.insert(), row | {"subject": about or lock})
    await tasks.add(
        tx,
        id_=message.id,
        kind=kind,
        lock=lock,
        restaurant_id=message.restaurant_id,
        payload="",
        now_ms=message.created_at,
    )


class Waiting(Struct, frozen=True, kw_only=True):
    """So many messages that are not delivered, by the kind and the state of their task.

    `destination` is empty for what goes to restaurants, who have one each.
    """

    kind: str
    destination: str
    state: str
    count: int


async def waiting(tx: Tx) -> list[Waiting]:
    t = s.tasks.c
    where = case((t.kind == DELIVER, ""), else_=_o.destination).label("destination")
    count = func.count().label("count")
    query = select(t.kind, where, t.state, count).join(s.outbox, _o.id == t.id).group_by(t.kind, where, t.state)
    return [Waiting(**row._mapping) for row in await tx.execute(query)]  # noqa: SLF001 — as documented


async def one(tx: Tx, id_: str) -> Message | None:
    row = (await tx.execute(select(s.outbox).where(_o.id == id_))).first()
    return Message(**{name: getattr(row, name) for name in Message.__struct_fields__}) if row else None


async def mark_delivered(tx: Tx, id_: str, *, now_ms: int) -> None:
    await tx.execute(s.outbox.update().where(_o.id == id_).values(delivered_at=now_ms))
