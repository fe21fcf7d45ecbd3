"""What the documents claim, held to what there is: the table of docs/asvs.md and the links of every page."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").glob("*.md"))
STATES = ("holds", "weaker", "missing", "not applicable")
ROW = re.compile(r"^\| (\d+)\.(\d+)\.(\d+) \| ([12]) \| (.+?) \| ([a-z ]+) \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")
MODULE = re.compile(r"`((?:\w+/)+\w+\.(?:py|txt))`")
LINTER = re.compile(r"\bS\d{3}\b|`scripts/lint`")
LINK = re.compile(r"\[[^\]]+\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)")


@pytest.fixture(scope="module")
def table() -> list[tuple[str, ...]]:
    """Three parts of the number, level, what is asked, state, what shows it."""
    return ROW.findall((ROOT / "docs/asvs.md").read_text("utf-8"))


def test_every_requirement_of_levels_1_and_2_stands_in_the_table_once(table: list[tuple[str, ...]]) -> None:
    numbers = [tuple(map(int, row[:3])) for row in table]
    assert numbers == sorted(set(numbers))
    assert Counter(row[3] for row in table) == {"1": 70, "2": 183}, "as many as version 5.0.0 has"


def test_every_state_is_one_of_four_and_the_counts_are_right(table: list[tuple[str, ...]]) -> None:
    page = (ROOT / "docs/asvs.md").read_text("utf-8")
    counted = Counter(row[5] for row in table)
    assert set(counted) == set(STATES)
    for state in STATES:
        assert f"| {state} | {counted[state]} |" in page


def test_every_test_that_a_page_names_exists() -> None:
    named = {(page.name, *found) for page in PAGES for found in TEST.findall(page.read_text("utf-8"))}
    assert len(named) > 100
    assert [one for one in sorted(named) if one[2] not in names_in(one[1])] == []


def test_what_holds_names_what_shows_it(table: list[tuple[str, ...]]) -> None:
    bare = [".".join(row[:3]) for row in table if row[5] == "holds" and not _shown(row[6])]
    assert bare == [], "neither a test nor a page, a module or a rule of the linter"


def _shown(evidence: str) -> bool:
    return any(sign.search(evidence) for sign in (TEST, LINK, MODULE, LINTER))


def test_every_module_that_the_table_names_exists(table: list[tuple[str, ...]]) -> None:
    named = {module for row in table for module in MODULE.findall(row[6])}
    assert [one for one in sorted(named) if not (ROOT / "appliance" / one).exists() and not (ROOT / one).exists()] == []


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md"], ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for file, heading in LINK.findall(page.read_text("utf-8")):
        target = page.parent / file if file else page
        if not target.exists() or (heading and heading not in headings_of(target)):
            broken.append(f"{file}#{heading}")
    assert broken == []


@cache
def names_in(file: str) -> frozenset[str]:
    path = ROOT / "tests" / file
    text = path.read_text("utf-8") if path.exists() else ""
    return frozenset(re.findall(r"^(?:async )?def (test_\w+)\(", text, re.MULTILINE))


@cache
def headings_of(page: Path) -> frozenset[str]:
    """The anchors that a reader of Markdown makes."""
    found = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found)
