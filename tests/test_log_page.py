"""docs/log.md has every event that the server logs, with its severity and its fields."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"^\| `(\w+)` \| ([a-z, ]+) \|(.*?)\| .+ \|$", re.MULTILINE)
SEVERITY = {"exception": "error"}
Event = tuple[set[str], set[str]]
"""Severities and fields."""


def logged() -> dict[str, Event]:
    """By name, of every call of a log in our source; fields that are handed on as a whole stand in the page alone."""
    found: dict[str, Event] = defaultdict(lambda: (set(), set()))
    for call, method in calls():
        name = call.args[0]
        assert isinstance(name, ast.Constant), f"an event without a name of its own: {ast.unparse(call)}"
        severities, fields = found[name.value]
        severities.add(SEVERITY.get(method, method))
        fields.update(word.arg for word in call.keywords if word.arg and word.arg != "exc_info")
    return dict(found)


def calls() -> Iterator[tuple[ast.Call, str]]:
    for file in sorted((ROOT / "appliance").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_log(node.func.value):
                yield node, node.func.attr


def _is_log(of: ast.expr) -> bool:
    return isinstance(of, ast.Name) and of.id == "log"


def told() -> dict[str, Event]:
    rows = ROW.findall((ROOT / "docs/log.md").read_text("utf-8"))
    assert len(rows) == len({name for name, *_ in rows}), "an event stands there once"
    return {
        name: (set(severities.split(", ")), set(re.findall(r"`(\w+)`", fields))) for name, severities, fields in rows
    }


def test_every_event_stands_in_the_page_and_no_other() -> None:
    assert len(logged()) > 40
    assert told().keys() == logged().keys()


def test_the_page_tells_its_severity() -> None:
    assert {name: event[0] for name, event in told().items()} == {name: event[0] for name, event in logged().items()}


def test_the_page_names_its_fields() -> None:
    page = told()
    assert {name: missing for name, (_, fields) in logged().items() if (missing := fields - page[name][1])} == {}
