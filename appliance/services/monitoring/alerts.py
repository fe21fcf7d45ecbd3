"""Alerts: looks at what is measured, keeps the episodes, and has them told through the outbox.

A change of an episode and the messages about it are one transaction, and only whoever read its last state may change
it: so of several servers that look, one opens it, one tells of it and one ends it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec
import structlog
from msgspec import Struct
from msgspec.structs import replace

from appliance import contract
from appliance.clock import Clock
from appliance.domain.episodes import Episode, Level, State
from appliance.errors import Conflict, NotFound, Say
from appliance.services import audit
from appliance.services.monitoring.alert_words import Told, Words, sentence
from appliance.services.views import page
from appliance.store import alerts, outbox
from appliance.store.alerts import Delivery
from appliance.store.engine import Database, Lane, Tx
from appliance.watch.alert_rules import RULES
from appliance.watch.quiet import QuietHours
from appliance.watch.rules import Change, Judge, Notice, Readings, Rule, Telling
from appliance.work.alerts import AlertText, Channels

log = structlog.get_logger()

_DAY_MS = 86_400_000
KEPT_DAYS = 180
_KINDS = {Level.NOTICE: "info", Level.WARNING: "warning", Level.CRITICAL: "failure"}
_TOPIC, _TEST = "alert.", "alert.test"


class HowTold(Struct, frozen=True, kw_only=True):
    """To whom, in which words and when. Without `channels` the log alone tells."""

    channels: Channels
    words: Words
    quiet: QuietHours
    escalate_after_s: int


class Alerts:
    """`read` measures; `wake` is told that there are messages to deliver."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        rules: Mapping[str, Rule],
        read: Callable[[], Awaitable[Readings]],
        *,
        how: HowTold,
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._rules = rules
        self._judge = Judge(rules.values())
        self._read = read
        self._how = how
        self._wake = wake

    async def look(self) -> None:
        """Measure, and do what follows from it."""
        readings = {key: value for key, value in (await self._read()).items() if key[0] in self._rules}
        now = self._clock.now_ms()
        async with self._database.read() as tx:
            # As far back as somebody may still have to hear of an end: to before any quiet hours.
            episodes = await alerts.current(tx, ended_since=now - _DAY_MS)
        changes = self._judge.look(readings, episodes, now_ms=now, telling=self._telling(now), new_id=self._new_id)
        if not changes:
            return
        async with self._database.write(Lane.WORK) as tx:
            done = [change for change in changes if await self._carry_out(tx, change)]
        for change in done:
            _log(change)
        self._wake()

    def _telling(self, now_ms: int) -> Telling:
        escalate_after_s = self._how.escalate_after_s if self._how.channels.others else 0
        return Telling(quiet=self._how.quiet.at(now_ms), escalate_after_s=escalate_after_s)

    def _new_id(self) -> str:
        return self._clock.new_id("alert")

    async def _carry_out(self, tx: Tx, change: Change) -> bool:
        """False when somebody else was quicker: then it is theirs to tell, and the next look shows how it is."""
        before, after = change.before, change.after
        if not (await alerts.save(tx, before, after) if before else await alerts.add(tx, after)):
            return False
        if change.notice:
            text = self._how.words.message(after, change.notice)
            kind = "success" if change.notice is Notice.RECOVERED else _KINDS[after.level]
            for channel in self._recipients(after, change.notice):
                await self._send(tx, after, _TOPIC + change.notice, channel, _text(text, kind))
        return True

    def _recipients(self, one: Episode, notice: Notice) -> Sequence[str]:
        channels = self._how.channels
        if notice is Notice.ESCALATED:
            return channels.others
        return tuple(dict.fromkeys(channels.usual + (channels.others if one.escalated_at else ())))

    async def _send(self, tx: Tx, about: Episode | str, topic: str, channel: str, text: AlertText) -> None:
        """What is about one thing reaches a channel in order, and no channel waits for another."""
        id_, restaurant_id = (about, "") if isinstance(about, str) else (about.id, about.restaurant_id)
        message = outbox.Message(
            id=self._clock.new_id("message"),
            restaurant_id=restaurant_id,
            topic=topic,
            destination=channel,
            payload=msgspec.json.encode(text).decode(),
            created_at=self._clock.now_ms(),
        )
        await outbox.add(tx, message, lock=f"{id_}/{channel}", about=id_, kind=alerts.DELIVER)

    async def list(
        self,
        say: Say,
        *,
        states: Sequence[State] = tuple(State),
        rule: str | None = None,
        restaurant_id: str | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> contract.Page[contract.AlertRow]:
        """Newest first, with what became of the messages about each."""
        async with self._database.read() as tx:
            found, total = await alerts.page(
                tx, states=states, rule=rule, restaurant_id=restaurant_id, limit=limit, offset=offset
            )
            sent = await alerts.deliveries(tx, [one.id for one in found])
        return page([self._row(one, sent, say) for one in found], total=total, offset=offset)

    async def acknowledge(self, id_: str, say: Say, *, by: str) -> contract.AlertRow:
        """Somebody looks after it: no more reminders. The first who says so stands. Raises NotFound, Conflict."""
        async with self._database.write() as tx:
            one = await self._going_on(tx, id_)
            if not one.acknowledged_at:
                known = replace(one, acknowledged_at=self._clock.now_ms(), acknowledged_by=by)
                await self._change(tx, one, known, "alert.acknowledged")
        return await self._shown(id_, say)

    async def resolve(self, id_: str, say: Say, *, by: str) -> contract.AlertRow:
        """Somebody says that it is over; if it is not, it opens anew after a while. Raises NotFound, Conflict."""
        async with self._database.write() as tx:
            one = await self._going_on(tx, id_)
            over = replace(one, resolved_at=self._clock.now_ms(), resolved_by=by)
            await self._change(tx, one, over, "alert.resolved")
        return await self._shown(id_, say)

    async def test(self) -> contract.AlertTest:
        """A message to every channel. Raises Conflict where there is none."""
        channels = self._how.channels
        if not channels.usual and not channels.others:
            raise Conflict("No channel is set: alert_channels in the settings.")
        id_ = self._clock.new_id("alerttest")
        text = _text(self._how.words.test(), "info")
        async with self._database.write() as tx:
            for channel in dict.fromkeys(channels.usual + channels.others):
                await self._send(tx, id_, _TEST, channel, text)
            await audit.note(tx, self._clock, "alert.tested", subject=id_)
        self._wake()
        return await self.tested(id_)

    async def tested(self, id_: str) -> contract.AlertTest:
        """What became of a test. Raises NotFound."""
        async with self._database.read() as tx:
            sent = [one for one in await alerts.deliveries(tx, [id_]) if one.topic == _TEST]
        if not sent:
            raise NotFound("There is no such alert.")
        return contract.AlertTest(id=id_, deliveries=[self._delivery(one) for one in sent])

    async def sweep(self, limit: int = 500) -> int:
        """Let go of what ended long ago; how many."""
        before = self._clock.now_ms() - KEPT_DAYS * _DAY_MS
        async with self._database.write(Lane.WORK) as tx:
            return await alerts.delete_ended(tx, before=before, limit=limit)

    async def _going_on(self, tx: Tx, id_: str) -> Episode:
        one = await alerts.held(tx, id_)
        if one is None:
            raise NotFound("There is no such alert.")
        if one.resolved_at:
            raise Conflict("It is over already.")
        return one

    async def _change(self, tx: Tx, before: Episode, after: Episode, action: str) -> None:
        saved = await alerts.save(tx, before, after)
        assert saved, "it is held"
        restaurant_id = after.restaurant_id
        await audit.note(
            tx, self._clock, action, subject=after.id, restaurant_id=restaurant_id, before=before, after=after
        )

    async def _shown(self, id_: str, say: Say) -> contract.AlertRow:
        async with self._database.read() as tx:
            one, sent = await alerts.one(tx, id_), await alerts.deliveries(tx, [id_])
        if one is None:
            raise NotFound("There is no such alert.")
        return self._row(one, sent, say)

    def _row(self, one: Episode, sent: Sequence[Delivery], say: Say) -> contract.AlertRow:
        return contract.AlertRow(
            id=one.id,
            rule=one.rule,
            restaurant_id=one.restaurant_id,
            level=one.level.value,
            state=one.state.value,
            message=sentence(one, say),
            value=one.value,
            unit=RULES[one.rule].unit if one.rule in RULES else "count",
            opened_at=one.opened_at,
            seen_at=one.seen_at,
            acknowledged_at=one.acknowledged_at or None,
            acknowledged_by=one.acknowledged_by,
            resolved_at=one.resolved_at or None,
            resolved_by=one.resolved_by,
            deliveries=[self._delivery(message) for message in sent if message.alert_id == one.id],
        )

    def _delivery(self, one: Delivery) -> contract.AlertDelivery:
        state = "delivered" if one.delivered_at else "failed" if one.task in ("dead", "") else "waiting"
        return contract.AlertDelivery(
            id=one.id,
            notice=one.topic.removeprefix(_TOPIC),
            channel=self._how.channels.shown(one.destination),
            state=state,
            at=one.created_at,
            delivered_at=one.delivered_at,
            attempts=one.attempts,
            error=one.error,
        )


def _text(told: Told, kind: str) -> AlertText:
    return AlertText(title=told.title, body=told.body, kind=kind)


def _log(change: Change) -> None:
    one = change.after
    about = {"alert": one.id, "rule": one.rule, "restaurant_id": one.restaurant_id, "level": one.level.value}
    if change.before is None:
        log.warning("alert_opened", value=one.value, **about)
    elif one.resolved_at and not change.before.resolved_at:
        log.info("alert_resolved", **about)
    elif one.level is not change.before.level:
        log.warning("alert_worsened", value=one.value, **about)
