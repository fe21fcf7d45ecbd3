import logging
from threading import Thread

import pytest
import structlog

from appliance.contract import LogLine
from appliance.watch import logs
from appliance.watch.log_context import about
from appliance.watch.log_ring import KEPT, LogRing
from support.fake_clock import FakeClock

pytestmark = pytest.mark.usefixtures("logging_as_before")


@pytest.fixture(params=["json", "pretty"])
def ring(request: pytest.FixtureRequest, clock: FakeClock) -> LogRing:
    opened = LogRing(clock)
    logs.configure(level="info", shape=request.param, ring=opened)
    return opened


def kept(ring: LogRing, **asked: str) -> list[LogLine]:
    return ring.after(limit=KEPT, **asked).items


def fail(words: str) -> None:
    raise RuntimeError(words)


def test_what_is_logged_is_kept_with_people_hidden_and_what_is_not_is_not(ring: LogRing, clock: FakeClock) -> None:
    log = structlog.get_logger()
    log.debug("guest_seen")
    log.warning("guest_lost", name="Lucía", reason="ana@example.com at 600111222", big=10**40)
    logging.getLogger("some.library").warning("refused: %s", "+34600111222")
    line, library = kept(ring)
    assert (line.level, line.event, line.at) == ("warning", "guest_lost", clock.now_ms())
    assert line.fields == {"name": "••••", "reason": "•••• at ••••222", "big": str(10**40)}
    assert library.event == "refused: ••••222"


def test_of_a_failure_what_it_was_and_where_is_kept(ring: LogRing) -> None:
    try:
        fail("+34600111222 and \x1b[2J")
    except RuntimeError:
        structlog.get_logger().exception("loop_broke", loop="queue")
    (line,) = kept(ring)
    assert line.level == "error"
    assert line.fields["exception"].startswith("RuntimeError: ••••222 and \\x1b[2J (test_log_ring.py:")
    assert line.fields["loop"] == "queue"


async def test_a_line_is_known_by_the_call_it_is_about(ring: LogRing) -> None:
    about(call_id="call_1", restaurant_id="rest_1")
    structlog.get_logger().info("table_booked")
    (line,) = kept(ring)
    assert (line.call_id, line.restaurant_id, line.fields) == ("call_1", "rest_1", {})


def test_who_asks_again_is_told_what_came_since(ring: LogRing) -> None:
    log = structlog.get_logger()
    log.info("first_seen")
    first = ring.after(limit=10)
    log.warning("second_seen")
    log.info("third_seen")
    again = ring.after(first.last, limit=10)
    assert [line.event for line in again.items] == ["second_seen", "third_seen"]
    assert [line.event for line in ring.after(first.last, limit=1).items] == ["third_seen"]
    assert [line.event for line in kept(ring, level="warning")] == ["second_seen"]
    assert again.last > first.last


def test_what_logs_while_a_line_is_kept_is_not_waited_for(clock: FakeClock) -> None:
    ring = LogRing(clock)

    class Ending:
        def __str__(self) -> str:
            ring.keep({"event": "task_ended", "level": "error"})
            return "told"

    keeping = Thread(target=ring.keep, args=({"event": Ending(), "level": "info"},), daemon=True)
    keeping.start()
    keeping.join(timeout=5)
    assert not keeping.is_alive()
    assert {line.event for line in kept(ring)} == {"told", "task_ended"}


def test_lines_and_their_number_are_bounded(clock: FakeClock) -> None:
    ring = LogRing(clock)
    for number in range(KEPT + 10):
        ring.keep({"event": "told", "level": "info", "n": number, "words": "x" * 9_000})
    lines = kept(ring)
    assert (len(lines), lines[0].fields["n"], len(lines[0].fields["words"])) == (KEPT, "10", 500)
    assert len({line.id for line in lines}) == KEPT
