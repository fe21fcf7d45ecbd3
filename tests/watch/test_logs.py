import ast
import asyncio
import json
import logging
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

import appliance
from appliance.watch import logs
from appliance.watch.log_context import about

pytestmark = pytest.mark.usefixtures("logging_as_before")

PAST = set("begun broke cut found kept left lost made read reread sent set told understood written".split())
"""Of verbs that do not end in "ed"."""
LEVELS = ("debug", "info", "warning", "error", "exception", "critical")


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


# --- what the events are called ---


def events() -> Iterator[tuple[str, ast.expr]]:
    """Every place in our source where something is logged, and what that is called."""
    source = Path(appliance.__file__).parent
    for file in sorted(source.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in LEVELS
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "log"
            ):
                yield f"{file.relative_to(source)}:{node.lineno}", node.args[0]


def is_past(word: str) -> bool:
    return word in PAST or word.endswith("ed")


def test_an_event_is_called_by_what_happened_in_snake_case() -> None:
    found = list(events())
    assert len(found) > 40
    names = [(place, one.value) for place, one in found if isinstance(one, ast.Constant)]
    assert len(names) == len(found), "a name is written out, so that it can be looked for"
    odd = [(place, name) for place, name in names if not re.fullmatch(r"[a-z]+(_[a-z]+)+", str(name))]
    assert odd == []
    assert [(place, name) for place, name in names if not any(map(is_past, str(name).split("_")))] == []


# --- of whom it tells ---


def forget(guest: str) -> None:
    raise RuntimeError(guest)


@pytest.mark.parametrize("shape", ["json", "pretty"])
def test_no_line_tells_who_somebody_is(capsys: pytest.CaptureFixture[str], shape: str) -> None:
    logs.configure(level="info", shape=shape)
    log = structlog.get_logger()
    log.warning("guest_lost", name="Lucía", phone="+34600111222", reason="ana@example.com at 600111222", more=["Lucía"])
    logging.getLogger("some.library").warning("refused: %s", "+34600111222")
    try:
        forget("+34600111222 and ana@example.com")
    except RuntimeError:
        log.exception("guest_lost")
    text = "\n".join(lines(capsys))
    assert "guest_lost" in text
    assert text.count("••••222") >= 3
    assert not [word for word in ("600111222", "ana@example.com") if word in text]
    assert text.count("Lucía") == 1, "what nothing says is a name is none"


async def test_a_line_says_whose_call_and_which_restaurant_it_is_about(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(level="info", shape="json")
    log = structlog.get_logger()

    async def later() -> None:
        log.info("child_begun")

    async def call(number: int) -> None:
        about(call_id=f"call_{number}", restaurant_id=f"rest_{number}")
        await asyncio.sleep(0)
        await asyncio.create_task(later())

    await asyncio.gather(call(1), call(2))
    log.info("nothing_bound")
    told = [json.loads(line) for line in lines(capsys)]
    assert {(one.get("call_id"), one.get("restaurant_id")) for one in told[:2]} == {
        ("call_1", "rest_1"),
        ("call_2", "rest_2"),
    }
    assert "call_id" not in told[2]


# --- where it goes ---


def test_the_journal_hears_how_severe_a_line_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "journal").open("w+") as journal:
        there = os.fstat(journal.fileno())
        monkeypatch.setenv("JOURNAL_STREAM", f"{there.st_dev}:{there.st_ino}")
        monkeypatch.setattr(sys, "stderr", journal)
        logs.configure(level="debug", shape="auto")
        log = structlog.get_logger()
        log.debug("a")
        log.info("b")
        log.warning("c")
        log.error("d")
        logging.getLogger("some.library").critical("e")
        journal.seek(0)
        written = journal.read().splitlines()
    assert [line[:4] for line in written] == ["<7>{", "<6>{", "<4>{", "<3>{", "<2>{"]
    assert json.loads(written[2][3:])["event"] == "c"


@pytest.mark.parametrize("where", ["", "1:2"])
def test_what_is_not_connected_to_the_journal_has_no_marks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """JOURNAL_STREAM is inherited by whatever a service starts, also with its output elsewhere."""
    monkeypatch.setenv("JOURNAL_STREAM", where)
    logs.configure(level="info", shape="auto")
    structlog.get_logger().info("table_booked")
    (line,) = lines(capsys)
    assert line.startswith("{")


# --- how much ---


async def test_the_level_is_changed_for_a_while_and_comes_back_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(level="warning", shape="json")
    log, level = structlog.get_logger(), logs.LogLevel("warning")
    level.change("debug", for_s=0.01)
    log.debug("seen_debug")
    await asyncio.sleep(0.05)
    log.debug("unseen_debug")
    log.warning("seen_warning")
    told = [json.loads(line)["event"] for line in lines(capsys)]
    assert told == ["log_level_changed", "seen_debug", "log_level_changed", "seen_warning"]


async def test_a_later_change_is_not_undone_by_an_earlier_one_s_end() -> None:
    level = logs.LogLevel("warning")
    level.change("debug", for_s=0.01)
    level.change("error")
    await asyncio.sleep(0.03)
    assert level.now == "error"
