"""The tree of errors, its drawing, and the page that tells clients about it: all three say the same."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance import errors
from appliance.errors import Category, Conflict, Invalid, MaitreError, Severity, TooManyRequests

PAGE = Path(__file__).parents[1] / "docs/errors.md"
SECTION = re.compile(r"^## `urn:maitre:problem:(\w+)`\n\n(.+?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def tree() -> Iterator[type[MaitreError]]:
    for one in vars(errors).values():
        if isinstance(one, type) and issubclass(one, MaitreError):
            yield one


def told() -> Iterator[type[MaitreError]]:
    """Those that a client may be told: what keeps a process from starting reaches none."""
    return (one for one in tree() if one.http_status != 500 or one is MaitreError)


@pytest.fixture
def sections() -> dict[str, str]:
    return dict(SECTION.findall(PAGE.read_text()))


def test_every_type_of_problem_has_a_section_and_every_section_a_type(sections: dict[str, str]) -> None:
    assert list(sections) == sorted(one.code for one in told())


def test_a_section_says_status_category_severity_and_whether_to_try_again(sections: dict[str, str]) -> None:
    for one in told():
        again = "yes" if one.retryable else "no"
        facts = f"{one.http_status} · {one.category} · {one.severity} · retryable: {again}"
        assert facts in sections[one.code], one.code


def test_the_drawing_shows_every_error_as_it_is() -> None:
    drawn = re.findall(r"^\W*([A-Z]\w+) .*? (\d{3}|–) +(\w+) +(\w+)$", errors.__doc__ or "", re.MULTILINE)
    never_served = ("ConfigError", "StartError", "BackupError", "UpgradeError")
    assert sorted(drawn) == sorted(
        (one.__name__, "–" if one.__name__ in never_served else str(one.http_status), one.category, one.severity)
        for one in tree()
    )


def test_every_category_and_severity_is_some_error_s() -> None:
    assert {one.category for one in tree()} == set(Category)
    assert {one.severity for one in tree()} == set(Severity)


def test_codes_are_each_one_error_s() -> None:
    codes = [one.code for one in tree()]
    assert len(codes) == len(set(codes))


def test_the_sentence_of_an_error_is_filled_with_its_words() -> None:
    error = Conflict("Taken already: {taken}.", taken="the table", alternatives=[])
    assert (str(error), error.sentence, error.words) == (
        "Taken already: the table.",
        "Taken already: {taken}.",
        {"taken": "the table"},
    )


def test_braces_in_a_sentence_without_words_are_braces() -> None:
    assert str(Invalid("{x.__class__} {")) == "{x.__class__} {"


def test_braces_in_a_word_are_braces() -> None:
    assert str(Invalid("{name}: no", name="{x.__class__}")) == "{x.__class__}: no"


def test_an_error_without_a_sentence_says_what_its_class_is() -> None:
    assert str(TooManyRequests(retry_after_s=3)) == "Too many requests; wait a little."
