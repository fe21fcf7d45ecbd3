"""The commands that docs/commands.md and docs/install.md name, held to the program's own."""

import re
from pathlib import Path

import click
import pytest

from appliance import cli

DOCS = Path(__file__).parents[1] / "docs"
PAGES = ("commands.md", "install.md")
CODE = re.compile(r"```\w*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
CALL = re.compile(r"\bmaitre ([a-z](?:(?!maitre )[^\n#;|`])*)")
NOT_YET = frozenset({"loadtest heavy", "loadtest normal", "loadtest stress"})
"""Named, and built elsewhere: the test fails once one is there, so that this list ends empty."""


def named(page: str) -> set[str]:
    """Every call on the page, the words after `maitre`."""
    text = (DOCS / page).read_text("utf-8")
    code = ("\n".join(part for part in parts if part) for parts in CODE.findall(text))
    calls = {call.strip().removeprefix("maitre ") for piece in code for call in CALL.findall(piece)}
    return {call for call in calls if call[0].isalpha()}


def flaw(call: str) -> str:
    """What is wrong with a call; empty when there is such a verb with such options."""
    at: click.Command = cli.maitre
    words = call.split()
    path: list[str] = []
    while isinstance(at, click.Group) and words:
        word = words.pop(0)
        found = at.resolve_command(click.Context(at), [word])[1] if word in at.commands else None
        if found is None:
            return f"no verb {' '.join([*path, word])}"
        path.append(word)
        at = found
    if isinstance(at, click.Group) and not at.invoke_without_command:
        return f"{' '.join(path)} wants a verb"
    known = {option for parameter in at.params for option in parameter.opts} | {"--help"}
    return ", ".join(f"{' '.join(path)} has no {word}" for word in words if word[:2] == "--" and word not in known)


def verbs(call: str) -> str:
    """The words before the arguments."""
    return " ".join(re.findall(r"^[a-z-]+(?: [a-z-]+)?", call))


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_a_page_names_exists(page: str) -> None:
    calls = named(page)
    assert len(calls) >= 10
    wrong = {call: why for call in sorted(calls) if verbs(call) not in NOT_YET and (why := flaw(call))}
    assert wrong == {}


def test_what_is_still_to_come_is_not_there_yet() -> None:
    assert [call for call in sorted(NOT_YET) if not flaw(call)] == []


@pytest.mark.parametrize(
    "command",
    (
        "production:build production:start production:restart production:deploy health:check monitor:start "
        "monitor:alerts load-test:heavy load-test:stress db:migrate db:optimize rate-limit:stats"
    ).split(),
)
def test_every_command_of_the_earlier_system_has_its_line(command: str) -> None:
    assert command in (DOCS / "commands.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("call", "why"),
    [
        ("helth", "no verb helth"),
        ("queue lst", "no verb queue lst"),
        ("queue", "queue wants a verb"),
        ("db migrate --fast", "db migrate has no --fast"),
        ("db migrate --json", ""),
    ],
)
def test_a_command_that_is_none_would_be_found(call: str, why: str) -> None:
    assert flaw(call) == why
