"""Who changed what, when and from where: an entry in the same transaction as the change, never altered afterwards.

Who acts is known where a request comes in and carried along with its task, so that no use case can name another.
What nobody in particular does — the agent on the phone, what happens as time goes by — has records of its own.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from msgspec import Struct, to_builtins

from appliance.clock import Clock
from appliance.contract import AuditRow
from appliance.domain.audit import changes
from appliance.store import audit
from appliance.store.engine import Tx


class Actor(Struct, frozen=True, kw_only=True):
    """Somebody who changes things, and from where."""

    name: str
    role: str
    address: str


COMMAND_LINE = Actor(name="command line", role="operator", address="")

_acting: ContextVar[Actor | None] = ContextVar("acting", default=None)


def act_as(actor: Actor) -> None:
    """From here on to the end of this task."""
    _acting.set(actor)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    token = _acting.set(actor)
    try:
        yield
    finally:
        _acting.reset(token)


async def note(
    tx: Tx,
    clock: Clock,
    action: str,
    *,
    subject: str,
    restaurant_id: str = "",
    before: Struct | Mapping[str, Any] | None = None,
    after: Struct | Mapping[str, Any] | None = None,
    personal: bool = False,
) -> None:
    """Write down a change to `subject` (an id), with what differs; nothing where nobody in particular acts."""
    actor = _acting.get()
    if actor is None:
        return
    was, is_ = changes(_fields(before), _fields(after), personal=personal)
    await audit.add(
        tx,
        AuditRow(
            id=clock.new_id("audit"),
            at=clock.now_ms(),
            actor=actor.name,
            role=actor.role,
            address=actor.address,
            restaurant_id=restaurant_id,
            action=action,
            subject=subject,
            before=was,
            after=is_,
        ),
    )


def _fields(value: Struct | Mapping[str, Any] | None) -> Mapping[str, Any]:
    if value is None:
        return {}
    fields: dict[str, Any] = to_builtins(value)
    return fields
