"""What the rules look at is what happened: each figure from the thing itself."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from appliance.domain.calls import Authority, CallFacts, merge
from appliance.domain.handover import TransferOutcome
from appliance.domain.restaurant import RestaurantStatus
from appliance.errors import Unreachable
from appliance.services.monitoring.backup_watch import BackupWatch
from appliance.services.monitoring.signals import Signals
from appliance.services.phone_use import PhoneMeter
from appliance.services.reconcile import Reconciled
from appliance.store import alerts, calls, inbox, tasks, transfers
from appliance.store.transfers import Transfer
from appliance.watch.alert_rules import RULES
from appliance.watch.loop_lag import LoopLag
from appliance.watch.machine import Machine
from appliance.watch.monitor import Monitor
from appliance.watch.probes import Found, Probe, Probes
from appliance.watch.rules import Key
from appliance.watch.traffic import Traffic
from appliance.work.loops import Loops
from support.desk import Desk, gaviota
from support.staff_desk import StaffDesk

HOME = "rest_gaviota"
DAY_MS, HOUR_MS = 86_400_000, 3_600_000


class Outside:
    """A service elsewhere that is as the test says."""

    found: Found | None = Found()

    async def ask(self) -> Found:
        if self.found is None:
            raise Unreachable
        return self.found

    def probe(self) -> Probe:
        return Probe(name="service:x", ask=self.ask, every_s=60, deadline_s=1, rest_s=300, outside=True)


class Station:
    """The signals of one process, and what makes them move."""

    def __init__(self, desk: Desk, data_dir: Path) -> None:
        self.desk, self.clock = desk, desk.clock
        self.traffic, self.lag = Traffic(), LoopLag()
        self.monitor = Monitor(desk.clock, self.traffic, Machine(data_dir), self.lag)
        self.meter = PhoneMeter(desk.clock)
        self.loops, self.reconciled, self.outside = Loops(), Reconciled(), Outside()
        self.probes = Probes(desk.clock, self.outside.probe(), now_s=lambda: desk.clock.now_ms() / 1000)
        self.signals = Signals(
            desk.database,
            desk.clock,
            desk.directory,
            self.monitor,
            self.meter,
            loops=self.loops,
            probes=self.probes,
            backups=BackupWatch(desk.database, desk.clock, data_dir / "backups", oldest_hours=26),
            reconciled=self.reconciled,
            most_calls=20,
        )

    async def read(self) -> dict[Key, float]:
        self.clock.advance(1_000)
        self.monitor.tick()
        return await self.signals.read()

    async def call(self, n: int, *, ago_ms: int = 0, of: str = HOME, **facts: Any) -> None:
        known = merge({}, CallFacts(restaurant_id=of, **facts), Authority.ENDED)
        async with self.desk.database.write() as tx:
            await calls.save(tx, {("retell", f"call_{n}"): known}, now_ms=self.clock.now_ms() - ago_ms)

    async def transfer(self, n: int, outcome: TransferOutcome) -> None:
        now = self.clock.now_ms()
        one = Transfer(
            id=f"transfer_{n}",
            restaurant_id=HOME,
            call_id=f"call_{n}",
            attempt=1,
            number="",
            reason="other",
            outcome=outcome,
            requested_at=now,
            updated_at=now,
        )
        async with self.desk.database.write() as tx:
            await transfers.add(tx, one)


@pytest.fixture
def station(desk: Desk, tmp_path: Path) -> Station:
    return Station(desk, tmp_path)


async def test_everything_that_is_read_has_a_rule_of_its_kind(station: Station) -> None:
    station.meter.tool(station.desk.restaurants.one(HOME))
    for key in await station.read():
        assert bool(key[1]) == (RULES[key[0]].of == "restaurant"), key


async def test_an_idle_platform_is_well(station: Station) -> None:
    found = await station.read()
    machine = {"cpu_high", "memory_high", "disk_full", "occupancy_low", "loop_lag_high"}
    assert {key for key, value in found.items() if RULES[key[0]].level(value) and key[0] not in machine} == set()


async def test_the_machine_is_told_as_the_operating_system_says(station: Station, tmp_path: Path) -> None:
    found = await station.read()
    now = station.monitor.machine()
    assert (found["memory_high", ""], found["disk_full", ""]) == (now.memory, now.disk)
    assert 0 < now.memory < 1
    assert 0 <= found["cpu_high", ""] <= 1


async def test_the_pool_and_the_log_are_those_of_the_database(station: Station) -> None:
    database = station.desk.database
    assert (await station.read())["write_log_large", ""] == database.log_bytes()
    most = database.pool_use().most
    async with database.read(), database.read():
        found = await station.signals.read()
    assert found["database_pool_busy", ""] == pytest.approx(2 / most)


async def test_a_late_loop_is_told(station: Station) -> None:
    station.lag.timing.note(0.7)
    assert (await station.read())["loop_lag_high", ""] > 0.5


async def test_errors_and_slow_answers_are_shares_of_the_last_minutes(station: Station) -> None:
    for n in range(100):
        station.traffic.request("api", "/api/x", 500 if n < 8 else 200, 3.0 if n < 8 else 0.01, HOME)
    found = await station.read()
    assert found["error_rate_high", ""] == pytest.approx(0.08)
    assert found["response_slow", ""] > 2
    station.clock.advance(400_000)
    found = await station.read()
    assert (found["error_rate_high", ""], found.get(("response_slow", ""))) == (0, None)


async def test_one_error_in_a_quiet_hour_is_no_alarm(station: Station) -> None:
    station.traffic.request("api", "/api/x", 500, 3.0, HOME)
    station.traffic.tool("get_hours", "failed", 1.5, HOME)
    found = await station.read()
    assert RULES["error_rate_high"].level(found["error_rate_high", ""]) is None
    assert RULES["tool_failures"].level(found["tool_failures", HOME]) is None
    assert ("tool_slow", HOME) not in found


async def test_wrong_signatures_are_counted_over_a_quarter_of_an_hour(station: Station) -> None:
    for _ in range(12):
        station.traffic.event("unknown", "rejected")
    station.traffic.event("call_started", "accepted")
    assert (await station.read())["signature_failures", ""] == 12
    station.clock.advance(900_000)
    assert (await station.read())["signature_failures", ""] == 0


async def test_tools_are_told_of_the_restaurant_whose_agent_used_them(station: Station) -> None:
    await station.desk.open(gaviota("rest_other", phone="+34910000007"))
    for n in range(40):
        station.traffic.tool("get_hours", "failed" if n < 10 else "done", 1.2, HOME)
        station.traffic.tool("get_hours", "done", 0.02, "rest_other")
    found = await station.read()
    assert (found["tool_failures", HOME], found["tool_failures", "rest_other"]) == (0.25, 0)
    assert found["tool_slow", HOME] > 1
    assert found["tool_slow", "rest_other"] < 0.1


async def test_the_use_of_the_plan_is_told(station: Station) -> None:
    assert ("plan_use_high", HOME) not in await station.read()
    for _ in range(85):
        station.meter.tool(station.desk.restaurants.one(HOME))
    assert (await station.read())["plan_use_high", HOME] == pytest.approx(0.85, abs=0.01)


async def test_loops_begun_again_are_counted_for_a_quarter_of_an_hour(station: Station) -> None:
    assert (await station.read())["loops_restarted", ""] == 0
    station.loops.restarts.update(["events", "probes"])
    assert (await station.read())["loops_restarted", ""] == 2
    station.clock.advance(890_000)
    assert (await station.read())["loops_restarted", ""] == 2
    station.clock.advance(10_000)
    await station.read()
    station.clock.advance(900_000)
    assert (await station.read())["loops_restarted", ""] == 0


async def test_events_that_had_to_be_fetched_are_counted_for_an_hour_and_not_those_that_only_close_a_call(
    station: Station,
) -> None:
    station.reconciled.fetched, station.reconciled.gone = 5, 2
    assert (await station.read())["events_missed", ""] == 3
    station.clock.advance(HOUR_MS)
    assert (await station.read())["events_missed", ""] == 0


@pytest.mark.parametrize("found", [None, Found(status="warn")])
async def test_something_outside_is_down_from_when_it_was_first_found_so_to_when_it_last_was(
    station: Station, found: Found | None
) -> None:
    async def asked() -> float:
        await station.probes._asked[0].ask()
        return (await station.read())["outside_down", ""]

    assert await asked() == 0
    station.outside.found = found
    assert await asked() == 0, "once is a hiccup"
    station.clock.advance(60_000)
    assert await asked() == 61
    station.clock.advance(300_000)
    assert await asked() == 362
    station.outside.found = Found()
    assert await asked() == 0


async def test_messages_about_alerts_that_no_channel_took_are_not_counted_among_other_dead_letters(
    station: Station,
) -> None:
    async with station.desk.database.write() as tx:
        for id_, kind in (("m1", alerts.DELIVER), ("m2", alerts.DELIVER), ("m3", "outbox.deliver")):
            await tasks.add(tx, id_=id_, kind=kind, lock=id_, restaurant_id="", payload="", now_ms=0)
        for kind, more in ((alerts.DELIVER, 1), ("outbox.deliver", 5)):
            for task in await tasks.claim(tx, kind, limit=more, after="", lease="l", lease_until=2**50, now_ms=1):
                await tasks.bury(tx, task, state="dead", error="")
    found = await station.read()
    assert (found["alerts_not_delivered", ""], found["dead_letters", ""]) == (1, 1)


async def test_events_that_wait_grow_old_and_those_set_aside_and_given_up_are_counted(station: Station) -> None:
    async with station.desk.database.write() as tx:
        for id_, state in (("event_1", "ready"), ("event_2", "held"), ("event_3", "dead"), ("event_4", "dead")):
            await tasks.add(
                tx, id_=id_, kind=inbox.APPLY, lock=id_, restaurant_id="", payload="", now_ms=station.clock.now_ms()
            )
            (task,) = await tasks.claim(
                tx, inbox.APPLY, limit=1, after="", lease="l", lease_until=2**50, now_ms=station.clock.now_ms()
            )
            if state == "ready":
                await tasks.put_back(tx, task, run_at=2**50, error=None)
            else:
                await tasks.bury(tx, task, state=state, error="")
        await tasks.add(tx, id_="m", kind="outbox.deliver", lock="m", restaurant_id="", payload="", now_ms=0)
    station.clock.advance(89_000)
    found = await station.read()
    assert found["queue_age", ""] == 90, "of events: what a restaurant's own system does not take is not our backlog"
    assert (found["unknown_agent", ""], found["dead_letters", ""]) == (1, 2)


async def test_calls_on_the_line_are_a_share_of_what_the_platform_takes(station: Station) -> None:
    for n in range(17):
        await station.call(n)
    await station.call(18, phase="ended")
    await station.call(19, ago_ms=3 * HOUR_MS)
    assert (await station.read())["concurrency_high", ""] == 17 / 20


async def weeks_of_calls(station: Station, *, an_hour: int, weeks: int = 4, of: str = HOME) -> None:
    for week in range(1, weeks + 1):
        for n in range(an_hour):
            await station.call(1000 * week + n, ago_ms=7 * week * DAY_MS + 60_000 * (n + 1), of=of, phase="ended")


async def test_calls_that_stop_coming_are_missed_against_the_same_hour_of_other_weeks(station: Station) -> None:
    await weeks_of_calls(station, an_hour=12)
    found = await station.read()
    assert (found["calls_stopped", HOME], found["all_calls_stopped", ""]) == (1, 1)


async def test_as_many_calls_as_usual_are_not_missed_and_some_fewer_by_their_share(station: Station) -> None:
    await weeks_of_calls(station, an_hour=12)
    for n in range(9):
        await station.call(n, phase="ended")
    found = await station.read()
    assert (found["calls_stopped", HOME], found["all_calls_stopped", ""]) == (0.25, 0.25)


@pytest.mark.parametrize(("an_hour", "weeks"), [(2, 4), (12, 1), (0, 4)])
async def test_where_calls_are_few_or_new_their_absence_means_nothing(
    station: Station, an_hour: int, weeks: int
) -> None:
    await weeks_of_calls(station, an_hour=an_hour, weeks=weeks)
    found = await station.read()
    assert not {"calls_stopped", "all_calls_stopped"} & {rule for rule, _ in found}


async def test_a_paused_restaurant_misses_no_calls(station: Station) -> None:
    await station.desk.open(gaviota("rest_p", phone="+34910000008", status=RestaurantStatus.PAUSED))
    await weeks_of_calls(station, an_hour=5, of="rest_p")
    assert ("calls_stopped", "rest_p") not in await station.read()


async def test_transfers_that_nobody_answered_are_a_share_of_the_last_day(station: Station) -> None:
    outcomes = [TransferOutcome.UNANSWERED] * 3 + [TransferOutcome.ANSWERED] * 2 + [TransferOutcome.PASSED_ON]
    for n, outcome in enumerate(outcomes):
        await station.transfer(n, outcome)
    assert (await station.read())["transfer_failures", HOME] == 0.5
    station.clock.advance(DAY_MS + 1)
    assert ("transfer_failures", HOME) not in await station.read()


async def test_a_request_for_a_person_that_came_to_nothing_counts_once_the_call_is_over(station: Station) -> None:
    for n in range(3):
        await station.transfer(n, TransferOutcome.REQUESTED)
        await station.call(n, phase="ended", ended_at=1)
    await station.transfer(9, TransferOutcome.REQUESTED)
    assert (await station.read())["transfer_failures", HOME] == 0.75


async def test_the_book_of_today_is_told_as_the_calendar_shows_it(desk: Desk, station: Station) -> None:
    house = StaffDesk(desk)
    for time in ("14:00", "21:00"):
        await house.write_down(date="2026-11-25", time=time, party_size=8)
    month = await house.agenda.month(house.card, date(2026, 11, 1))
    shown = next(day.occupancy for day in month.days if day.date == "2026-11-25")
    assert shown > 0
    found = await station.read()
    assert round(100 * found["occupancy_high", HOME]) == shown


async def test_that_a_day_is_empty_is_told_only_when_it_draws_near(desk: Desk, station: Station) -> None:
    house = StaffDesk(desk)
    house.go_to("2026-11-26T08:00")
    assert ("occupancy_low", HOME) not in await station.read()
    house.go_to("2026-11-26T10:00")
    assert (await station.read())["occupancy_low", HOME] == 0
    house.go_to("2026-11-26T23:30")
    assert not {"occupancy_low", "occupancy_high"} & {rule for rule, _ in await station.read()}


async def test_of_a_closed_day_nothing_is_told(desk: Desk, station: Station) -> None:
    StaffDesk(desk).go_to("2026-12-25T12:00")
    assert not {"occupancy_low", "occupancy_high"} & {rule for rule, _ in await station.read()}


async def test_what_takes_longer_to_find_out_is_looked_up_every_few_minutes(desk: Desk, station: Station) -> None:
    assert (await station.read())["occupancy_high", HOME] == 0
    await StaffDesk(desk).write_down(date="2026-11-25", time="21:00", party_size=8)
    assert (await station.read())["occupancy_high", HOME] == 0
    station.clock.advance(300_000)
    assert (await station.read())["occupancy_high", HOME] > 0
