"""Alerts with their episodes in a database: opened, told of, acknowledged and over once, whoever looks."""

import asyncio
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from sqlalchemy import text

from appliance.domain.episodes import Level, State
from appliance.errors import Conflict, NotFound
from appliance.services.audit import COMMAND_LINE, acting
from appliance.services.monitoring.alert_words import Words
from appliance.services.monitoring.alerts import Alerts, HowTold
from appliance.store.engine import Database
from appliance.watch.alert_rules import RULES
from appliance.watch.quiet import NEVER, QuietHours
from appliance.watch.rules import Key, Rule
from appliance.web.languages import in_english, in_spanish
from appliance.work.alerts import Channels
from support.fake_clock import FakeClock

CPU: Key = ("cpu_high", "")
MADRID = ZoneInfo("Europe/Madrid")
NAMES = {"rest_a": "La Marea"}
USUAL, OTHERS = "json://127.0.0.1/usual", "json://127.0.0.1/others"


class Meter:
    """What is measured: whatever the test says."""

    def __init__(self) -> None:
        self.values: dict[Key, float] = {}

    async def read(self) -> dict[Key, float]:
        return self.values


class Desk:
    """Somebody who looks every quarter of a minute, and what was to be sent to whom."""

    def __init__(self, database: Database, clock: FakeClock, meter: Meter, **how: Any) -> None:
        self.database, self.clock, self.meter = database, clock, meter
        self.channels = how.pop("channels", Channels((USUAL,), (OTHERS,)))
        words = Words(
            how.pop("say", in_english), platform="Maitre", zone=MADRID, name_of=lambda id_: NAMES.get(id_, id_)
        )
        usual: dict[str, Any] = {"channels": self.channels, "words": words, "quiet": NEVER, "escalate_after_s": 900}
        self.woken = 0
        self.alerts = Alerts(database, clock, RULES, meter.read, how=HowTold(**usual | how), wake=self.wake)

    def wake(self) -> None:
        self.woken += 1

    async def keep(self, value: float | None, for_s: int, key: Key = CPU) -> None:
        self.meter.values = {} if value is None else {key: value}
        for _ in range(for_s // 15):
            await self.alerts.look()
            self.clock.advance(15_000)

    async def rows(self, **which: Any) -> list[Any]:
        return (await self.alerts.list(in_english, **which)).items

    async def sent(self) -> list[tuple[str, str]]:
        """(topic, which channel) of all messages, in order."""
        names = dict(zip((*self.channels.usual, *self.channels.others), ("usual", "others"), strict=False))
        async with self.database.read() as tx:
            rows = (await tx.execute(text("SELECT topic, destination FROM outbox ORDER BY id"))).all()
        return [(row.topic.removeprefix("alert."), names[row.destination]) for row in rows]

    async def payloads(self) -> list[dict[str, str]]:
        async with self.database.read() as tx:
            rows = (await tx.execute(text("SELECT payload FROM outbox ORDER BY id"))).scalars()
        return [msgspec.json.decode(row) for row in rows]


@pytest.fixture
def desk(database: Database, clock: FakeClock) -> Desk:
    return Desk(database, clock, Meter())


async def test_what_stays_bad_is_an_alert_with_one_message_in_the_outbox(desk: Desk) -> None:
    await desk.keep(0.85, 600)
    (row,) = await desk.rows()
    assert (row.rule, row.level, row.state, row.unit) == ("cpu_high", "warning", "open", "share")
    assert row.message == "The processor has been busy for minutes: 85 %."
    assert await desk.sent() == [("opened", "usual")]
    assert [(one.notice, one.state, one.channel.split()[0]) for one in row.deliveries] == [
        ("opened", "waiting", "json")
    ]


async def test_the_whole_life_of_an_alert_is_told_in_order(desk: Desk) -> None:
    await desk.keep(0.85, 300)
    await desk.keep(0.97, 1500)
    await desk.keep(0.50, 300)
    told = [("opened", "usual"), ("worse", "usual"), ("escalated", "others"), ("recovered", "usual")]
    assert await desk.sent() == [*told, ("recovered", "others")]
    (row,) = await desk.rows()
    assert (row.state, row.resolved_by, row.level) == ("resolved", "", "critical")


async def test_a_message_says_what_since_when_and_what_to_do(desk: Desk) -> None:
    await desk.keep(0.97, 300)
    (told,) = await desk.payloads()
    assert told == {
        "title": "CRITICAL: Maitre",
        "body": "The processor has been busy for minutes: 97 %.\nSince 2026-11-25 11:03.\n"
        "To find out what to do, see docs/operations.md#cpu_high",
        "kind": "failure",
    }


async def test_it_speaks_spanish_to_who_wants_it_so_and_names_the_restaurant(
    database: Database, clock: FakeClock
) -> None:
    desk = Desk(database, clock, Meter(), say=in_spanish)
    await desk.keep(0.9, 120, ("occupancy_high", "rest_a"))
    await desk.keep(0.2, 300, ("occupancy_high", "rest_a"))
    opened, recovered = await desk.payloads()
    assert opened["title"] == "Aviso: La Marea"
    assert opened["body"].splitlines()[0] == "Las mesas de hoy están reservadas al 90 %."
    assert (recovered["title"], recovered["kind"]) == ("La Marea: recuperado", "success")
    assert "Ha durado 3 min, desde 2026-11-25 11:01." in recovered["body"]


async def test_without_channels_there_are_alerts_and_no_messages(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock, Meter(), channels=Channels(()))
    await desk.keep(0.97, 300)
    assert [row.state for row in await desk.rows()] == ["open"]
    assert await desk.sent() == []


async def test_several_servers_open_tell_and_end_it_once(database_url: str, clock: FakeClock) -> None:
    meter = Meter()
    databases = [Database(database_url) for _ in range(3)]
    desks = [Desk(one, clock, meter) for one in databases]
    try:
        for value, looks in ((0.97, 60), (0.5, 30)):
            meter.values = {CPU: value}
            for _ in range(looks):
                await asyncio.gather(*(desk.alerts.look() for desk in desks))
                clock.advance(15_000)
        assert [row.state for row in await desks[0].rows()] == ["resolved"]
        told = await desks[0].sent()
        assert told == [("opened", "usual"), ("recovered", "usual")]
    finally:
        for one in databases:
            await one.close()


async def test_it_is_not_over_for_one_server_while_another_sees_it(database: Database, clock: FakeClock) -> None:
    here, there = Desk(database, clock, Meter()), Desk(database, clock, Meter())
    here.meter.values, there.meter.values = {CPU: 0.9}, {CPU: 0.1}
    for _ in range(80):
        await here.alerts.look()
        await there.alerts.look()
        clock.advance(15_000)
    assert await here.sent() == [("opened", "usual")]
    here.meter.values = {}
    for _ in range(20):
        await there.alerts.look()
        clock.advance(15_000)
    assert [row.state for row in await there.rows()] == ["resolved"]


async def test_in_quiet_hours_what_can_wait_waits(database: Database, clock: FakeClock) -> None:
    # It is 11:00 in Madrid.
    desk = Desk(database, clock, Meter(), quiet=QuietHours(10 * 60, 12 * 60, MADRID))
    await desk.keep(0.85, 3600 - 60)
    assert [row.state for row in await desk.rows()] == ["open"]
    assert await desk.sent() == []
    await desk.keep(0.85, 120)
    assert await desk.sent() == [("opened", "usual")]


async def test_what_is_acknowledged_is_told_to_nobody_else(desk: Desk) -> None:
    await desk.keep(0.97, 300)
    (row,) = await desk.rows()
    with acting(COMMAND_LINE):
        known = await desk.alerts.acknowledge(row.id, in_english, by="ana@example.com")
    assert (known.state, known.acknowledged_by, known.acknowledged_at) == (
        "acknowledged",
        "ana@example.com",
        desk.clock.now_ms(),
    )
    await desk.keep(0.97, 3600)
    assert await desk.sent() == [("opened", "usual")]
    again = await desk.alerts.acknowledge(row.id, in_english, by="eva@example.com")
    assert again.acknowledged_by == "ana@example.com"


async def test_what_somebody_closes_is_over_and_opens_anew_if_it_is_not(desk: Desk) -> None:
    await desk.keep(0.85, 300)
    (row,) = await desk.rows()
    with acting(COMMAND_LINE):
        closed = await desk.alerts.resolve(row.id, in_english, by="ana@example.com")
    assert (closed.state, closed.resolved_by) == ("resolved", "ana@example.com")
    await desk.keep(0.85, 120)
    assert "ana@example.com has closed it." in (await desk.payloads())[1]["body"]
    await desk.keep(0.85, 900)
    assert [one.state for one in await desk.rows()] == ["open", "resolved"]


async def test_who_changed_an_alert_is_in_the_audit(desk: Desk) -> None:
    await desk.keep(0.85, 300)
    (row,) = await desk.rows()
    with acting(COMMAND_LINE):
        await desk.alerts.acknowledge(row.id, in_english, by="ana")
        await desk.alerts.resolve(row.id, in_english, by="ana")
    async with desk.database.read() as tx:
        entries = (await tx.execute(text("SELECT action, subject FROM audit ORDER BY id"))).all()
    assert entries == [("alert.acknowledged", row.id), ("alert.resolved", row.id)]


async def test_what_is_over_or_was_never_there_is_neither_acknowledged_nor_closed(desk: Desk) -> None:
    await desk.keep(0.85, 300)
    (row,) = await desk.rows()
    await desk.alerts.resolve(row.id, in_english, by="ana")
    for change in (desk.alerts.acknowledge, desk.alerts.resolve):
        with pytest.raises(Conflict, match="over already"):
            await change(row.id, in_english, by="ana")
        with pytest.raises(NotFound, match="no such alert"):
            await change("alert_nowhere", in_english, by="ana")


async def test_alerts_are_listed_by_state_rule_and_restaurant(desk: Desk) -> None:
    at: Key = ("occupancy_high", "rest_a")
    await desk.keep(0.85, 300)
    await desk.keep(0.5, 300)
    await desk.keep(0.9, 300, at)
    assert [row.rule for row in await desk.rows()] == ["occupancy_high", "cpu_high"]
    assert [row.rule for row in await desk.rows(states=(State.OPEN,))] == ["occupancy_high"]
    assert [row.rule for row in await desk.rows(restaurant_id="")] == ["cpu_high"]
    assert [row.rule for row in await desk.rows(rule="cpu_high")] == ["cpu_high"]


async def test_a_test_goes_to_every_channel_once(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock, Meter(), channels=Channels((USUAL,), (OTHERS, USUAL)))
    tried = await desk.alerts.test()
    assert [(one.notice, one.state) for one in tried.deliveries] == [("test", "waiting")] * 2
    assert await desk.alerts.tested(tried.id) == tried
    assert desk.woken == 1


async def test_without_a_channel_there_is_nothing_to_test(database: Database, clock: FakeClock) -> None:
    with pytest.raises(Conflict, match="No channel is set"):
        await Desk(database, clock, Meter(), channels=Channels(())).alerts.test()
    with pytest.raises(NotFound):
        await Desk(database, clock, Meter()).alerts.tested("alerttest_1")


async def test_what_ended_long_ago_is_let_go_of(desk: Desk) -> None:
    await desk.keep(0.85, 300)
    await desk.keep(0.5, 300)
    desk.clock.advance(179 * 86_400_000)
    assert await desk.alerts.sweep() == 0
    desk.clock.advance(2 * 86_400_000)
    assert await desk.alerts.sweep() == 1
    assert (await desk.rows(), await desk.sent()) == ([], [])


def bad_value(rule: Rule, level: Level) -> float:
    return rule.levels[level]


def well_value(rule: Rule) -> float:
    return rule.clear + 0.01 if rule.low else rule.clear * 0.9


def every_level() -> Iterator[Any]:
    for rule in RULES.values():
        yield from (pytest.param(rule, level, id=f"{rule.name}-{level}") for level in rule.levels)


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(("rule", "level"), [*every_level()])
async def test_every_alert_fires_holds_clears_and_does_not_flap(desk: Desk, rule: Rule, level: Level) -> None:
    key: Key = (rule.name, "rest_a" if rule.of == "restaurant" else "")
    bad, well = bad_value(rule, level), well_value(rule)
    if rule.for_s:
        await desk.keep(bad, rule.for_s, key)
        assert await desk.rows() == [], "it fires before it has stayed bad for long enough"
    await desk.keep(bad, 30, key)
    (row,) = await desk.rows()
    assert (row.level, row.state) == (level, "open")
    between = rule.clear
    for value in (bad, between) * 5:
        await desk.keep(value, rule.clear_for_s // 2, key)
    assert [one.state for one in await desk.rows()] == ["open"], "it holds while it is not well"
    await desk.keep(well, rule.clear_for_s + 30, key)
    assert [one.state for one in await desk.rows()] == ["resolved"], "it clears"
    await desk.keep(bad, min(rule.for_s + 30, rule.cooldown_s // 2), key)
    assert [one.state for one in await desk.rows()] == ["resolved"], "it does not flap"
    assert await desk.sent() == [("opened", "usual"), ("recovered", "usual")]
