import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from appliance.watch import logs


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Logging is the whole process's; other tests want theirs back."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    structlog.reset_defaults()
    root.handlers = handlers
    root.setLevel(level)


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    written = capsys.readouterr()
    assert written.out == ""
    return written.err.splitlines()


def fail() -> None:
    telephone = "+34611223344"
    raise RuntimeError(f"no answer after {len(telephone)} digits")


def test_one_event_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(level="info", shape="json")
    structlog.get_logger().info("table_booked", restaurant_id="rest_á", note="two\nlines")
    (line,) = lines(capsys)
    event = json.loads(line)
    assert (event["event"], event["level"], event["note"]) == ("table_booked", "info", "two\nlines")
    assert event["timestamp"].endswith("Z")
    assert "rest_á" in line


def test_a_failure_is_one_line_too_and_shows_no_local_variables(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(level="info", shape="json")
    try:
        fail()
    except RuntimeError:
        structlog.get_logger().exception("loop_broke")
    (line,) = lines(capsys)
    event = json.loads(line)
    assert event["exception"][0]["exc_value"] == "no answer after 12 digits"
    assert event["exception"][0]["frames"][-1]["name"] == "fail"
    assert "+34611223344" not in line


def test_on_a_terminal_a_failure_is_readable_and_shows_no_local_variables(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(level="info", shape="pretty")
    try:
        fail()
    except RuntimeError:
        structlog.get_logger().exception("loop_broke", loop="queue")
    text = "\n".join(lines(capsys))
    assert "loop_broke" in text
    assert "no answer after 12 digits" in text
    assert "+34611223344" not in text


def test_what_libraries_log_has_the_same_shape(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(level="info", shape="json")
    try:
        fail()
    except RuntimeError:
        logging.getLogger("some.library").exception("it broke: %s", "here")
    logging.getLogger("some.library").info("not worth a line")
    (line,) = lines(capsys)
    event = json.loads(line)
    assert (event["event"], event["level"]) == ("it broke: here", "error")
    assert "+34611223344" not in line


@pytest.mark.parametrize(("level", "shown"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_less_than_the_level_is_not_logged(capsys: pytest.CaptureFixture[str], level: str, shown: int) -> None:
    log = structlog.get_logger()
    for other in ("error", level):  # the second configuration counts, also for a logger that is in use
        logs.configure(level=other, shape="json")
        log.debug("a")
        log.info("b")
        log.warning("c")
        log.error("d")
    assert len(lines(capsys)) == 1 + shown


@pytest.mark.parametrize("reader", ["person", "program"])
def test_the_shape_is_chosen_by_who_reads(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: reader == "person")
    logs.configure(level="info", shape="auto")
    structlog.get_logger().info("table_booked")
    (line,) = lines(capsys)
    assert line.startswith("{") is (reader == "program")


@pytest.mark.parametrize("shape", ["json", "pretty"])
@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x0b", "\x85", "\u2028"])
def test_what_a_stranger_sent_begins_no_line_and_moves_no_cursor(
    capsys: pytest.CaptureFixture[str], shape: str, end: str
) -> None:
    logs.configure(level="info", shape=shape)
    sent = f"x{end}signed_in \x1b[2J \x9b2J"
    structlog.get_logger().warning("tool_unknown", tool=sent, agent_id=end)
    logging.getLogger("some.library").warning("refused: %s", sent)
    written = lines(capsys)
    assert len(written) == 2
    assert [line for line in written if "\x1b[2J" in line or "\x9b" in line] == []


def test_an_odd_sign_in_a_line_of_json_is_read_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(level="info", shape="json")
    structlog.get_logger().info("told", words="a\u2028b\x85c\x9bd\n\\u2028 é")
    (line,) = lines(capsys)
    assert json.loads(line)["words"] == "a\u2028b\x85c\x9bd\n\\u2028 é"
