"""The live tools that end the agent's part: leave word, pass the caller on, say goodbye."""

from collections.abc import Callable

from msgspec.structs import replace

from appliance.clock import Clock
from appliance.contract import ToolAnswer
from appliance.domain.handover import TransferReason, reason_of, somebody_answers, wants_call
from appliance.domain.intent import intent_key
from appliance.domain.opening import opening_at
from appliance.domain.phrases import phrase
from appliance.domain.spoken.outcome import Unclear
from appliance.domain.spoken.text import fold
from appliance.services.agent import asking, wording
from appliance.services.agent.arguments import Ask
from appliance.services.agent.meant import as_told
from appliance.services.deeds import MESSAGE, TRANSFER, Reply, begin, keep, stood, tell, twice
from appliance.services.holds import Holds
from appliance.store import messages, transfers
from appliance.store.engine import Database, Tx
from appliance.store.messages import LeftMessage
from appliance.store.transfers import Transfer

_NAME_CHARS = 80


class Handover:
    def __init__(self, database: Database, clock: Clock, holds: Holds, wake: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._holds = holds
        self._wake = wake

    async def take_message(self, ask: Ask) -> Reply:
        """Leave word for the team, once for what was said. It is taken from whoever leaves it, also without a name.

        Who wants to be called is asked for a number where none is known.
        """
        left = self._left(await as_told(self._database.read, ask))
        if not left.text:
            return Reply(answer=asking.question(ask, "missing_message"))
        if left.about == "callback" and not left.phone and not ask.text("phone"):
            return Reply(answer=asking.question(ask, "missing_phone"))
        reply = await twice(lambda: self._keep_message(ask, left))
        self._wake()
        return reply

    async def _keep_message(self, ask: Ask, left: LeftMessage) -> Reply:
        intent = intent_key(ask.call_id, MESSAGE, ask.card.id, fold(left.name), left.phone, fold(left.text))
        answer = _done(ask, "message_taken")
        async with self._database.write() as tx:
            if await stood(tx, ask, intent):
                return Reply(answer=answer, replayed=True)
            begin(self._clock, ask)
            await messages.add(tx, left)
            await keep(tx, self._clock, ask, tool=MESSAGE, intent=intent, answer=answer)
            await tell(tx, self._clock, ask.card, "message.left", about=left.id, message=left)
        return Reply(answer=answer)

    def _left(self, ask: Ask) -> LeftMessage:
        """The message, with a name or number that was not understood left as it was said."""
        name, phone, text = ask.name(), ask.phone(), ask.text("message")
        if isinstance(phone, Unclear):
            text, phone = _with_number(text, ask.text("phone")), ask.caller
        return LeftMessage(
            id=self._clock.new_id("left"),
            restaurant_id=ask.card.id,
            about="callback" if wants_call(text) else "message",
            name=ask.text("name")[:_NAME_CHARS] if isinstance(name, Unclear) else name,
            phone=phone,
            text=text,
            call_id=ask.call_id,
            created_at=ask.now_ms,
        )

    async def transfer_call(self, ask: Ask) -> Reply:
        """Whether to pass the caller on, and to which number. The platform does it, and tells if it was answered."""
        if not somebody_answers(ask.card, ask.now_ms):
            return Reply(answer=_nobody(ask))
        reason = reason_of(ask.text("reason"), max_party=ask.card.max_party)
        return await twice(lambda: self._transfer(ask, reason))

    async def _transfer(self, ask: Ask, reason: TransferReason) -> Reply:
        """Once per reason in a call, until it was tried and nobody answered."""
        answer = _putting_through(ask, reason)
        if not ask.call_id:  # nothing that an event could be joined with
            return Reply(answer=answer)
        intent = intent_key(ask.call_id, TRANSFER, ask.card.id, reason)
        async with self._database.write() as tx:
            if await stood(tx, ask, intent):
                return Reply(answer=answer, replayed=True)
            begin(self._clock, ask)
            await self._note_transfer(tx, ask, reason)
            await keep(tx, self._clock, ask, tool=TRANSFER, intent=intent, answer=answer)
        return Reply(answer=answer)

    async def _note_transfer(self, tx: Tx, ask: Ask, reason: TransferReason) -> None:
        known = await transfers.of_call(tx, ask.card.id, ask.call_id)
        transfer = Transfer(
            id=self._clock.new_id("transfer"),
            restaurant_id=ask.card.id,
            call_id=ask.call_id,
            attempt=transfers.next_attempt(known),
            number=ask.card.transfer_number,
            reason=reason,
            requested_at=ask.now_ms,
            updated_at=ask.now_ms,
        )
        await transfers.add(tx, transfer)

    async def end_call(self, ask: Ask) -> Reply:
        """Say goodbye. A table that was kept while the caller made up their mind is free again."""
        self._holds.decided(ask)
        return Reply(answer=replace(_done(ask, "goodbye"), end_call=True))


def _done(ask: Ask, code: str) -> ToolAnswer:
    return ToolAnswer(ok=True, code=code, say=phrase(code, ask.lang))


def _putting_through(ask: Ask, reason: TransferReason) -> ToolAnswer:
    return replace(_done(ask, "transfer"), transfer_to=ask.card.transfer_number, reason=reason.value)


def _nobody(ask: Ask) -> ToolAnswer:
    """There is nobody to speak to; when there will be, if that is known, and that a message can be taken."""
    sentences = [phrase("nobody_to_transfer", ask.lang)]
    opens_next = opening_at(ask.card, ask.now_ms).opens_next if ask.card.transfer_number else None
    if opens_next is not None:
        sentences.append(wording.then(ask, opens_next, today="somebody_today", later="somebody_next"))
    sentences.append(phrase("offer_message", ask.lang))
    return ToolAnswer(ok=False, code="nobody_to_transfer", say=" ".join(sentences))


def _with_number(text: str, number: str) -> str:
    return f"{text} ({number})" if text and number else text
