"""What a call has spoken of, which its next words go on from: which booking was singled out, which days were offered.

In memory and bounded, as what is kept for a caller on offer is: a process that does not know asks once more.
"""

from collections.abc import Hashable, Sequence
from datetime import date

from msgspec import Struct, field

from appliance.domain.reservation import Reservation
from appliance.services.agent.arguments import Ask
from appliance.services.agent.meant import Standing

_MOST_CALLS = 10_000
_MOST_QUESTIONS = 50
"""Of one call; who asks more is no guest."""


class _Call(Struct):
    """`changed`: the one singled out was changed since, and what is to be cancelled may well be another."""

    chosen: str = ""
    changed: bool = False
    offered: dict[date, int] = field(default_factory=dict)
    asked: dict[Hashable, str] = field(default_factory=dict)


class Talk:
    def __init__(self) -> None:
        # (restaurant, call), the oldest first.
        self._calls: dict[tuple[str, str], _Call] = {}

    def single_out(self, ask: Ask, one: Standing, *, changed: bool = False) -> None:
        """They speak of that booking of theirs."""
        call = self._of(ask)
        call.chosen, call.changed = one.id, changed

    def meant(self, ask: Ask, several: Sequence[Standing], *, to_cancel: bool = False) -> list[Standing]:
        """The one that was singled out, if it is one of several that may be meant; else all of them."""
        call = self._of(ask)
        chosen = [one for one in several if one.id == call.chosen and not (to_cancel and call.changed)]
        return chosen or list(several)

    def offer(self, ask: Ask, day: date) -> None:
        self._of(ask).offered.setdefault(day, ask.now_ms)

    def wants_both(self, ask: Ask, day: date, other: Reservation) -> bool:
        """Whether who books that day knows of the other, of this call too: both were asked for before either was made.

        Who asks for another day only once one is booked has perhaps changed their mind.
        """
        if not ask.call_id or other.call_id != ask.call_id or other.date == day.isoformat():
            return False
        asked = self._of(ask).offered.get(day)
        return ask.second_table or (asked is not None and asked < other.created_at)

    def is_asked_first(self, ask: Ask, question: Hashable) -> bool:
        """Whether it is asked for the first time, or that time is repeated; who was asked already has answered."""
        asked = self._of(ask).asked
        if question in asked:
            return bool(ask.tool_call_id) and asked[question] == ask.tool_call_id
        if len(asked) < _MOST_QUESTIONS:
            asked[question] = ask.tool_call_id
        return True

    def _of(self, ask: Ask) -> _Call:
        """Without a call nothing is remembered."""
        if not ask.call_id:
            return _Call()
        call = self._calls.setdefault((ask.card.id, ask.call_id), _Call())
        if len(self._calls) > _MOST_CALLS:
            del self._calls[next(iter(self._calls))]
        return call
