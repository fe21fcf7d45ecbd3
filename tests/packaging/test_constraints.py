import tomllib
from collections.abc import Iterator
from importlib.metadata import requires
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text())


@pytest.fixture(scope="module")
def pins(root: Path) -> dict[str, Requirement]:
    """The constraints by canonical name."""
    lines = (root / "packaging" / "constraints.txt").read_text().splitlines()
    listed = [Requirement(line) for line in lines if not line.startswith("#")]
    return {canonicalize_name(pin.name): pin for pin in listed}


def test_every_constraint_names_one_version(pins: dict[str, Requirement]) -> None:
    assert [str(pin) for pin in pins.values() if not _version(pin)] == []


def test_every_requirement_is_pinned_to_a_version_that_it_allows(
    project: dict[str, Any], pins: dict[str, Requirement]
) -> None:
    groups, extras = project["dependency-groups"], project["project"]["optional-dependencies"]
    lists = [project["project"]["dependencies"], *extras.values(), groups["dev"], groups["bench"]]
    for asked in map(Requirement, chain.from_iterable(lists)):
        name = canonicalize_name(asked.name)
        assert name in pins, f"{name} has no pin: run scripts/pin"
        assert asked.specifier.contains(_version(pins[name])), f"{name} is pinned to what it may not be: scripts/pin"


def test_everything_that_the_requirements_pull_in_is_pinned(
    project: dict[str, Any], pins: dict[str, Requirement]
) -> None:
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    unpinned = {name for name in _pulled_in(asked) if name not in pins}
    assert not unpinned, f"no pin for {', '.join(sorted(unpinned))}: run scripts/pin"


def _pulled_in(asked: list[str]) -> set[str]:
    """The names of all requirements that hold on this machine, and of theirs in turn."""
    seen: set[tuple[str, str]] = set()
    waiting = list(_holding(asked, extra=""))
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) not in seen:
            seen.add((name, extra))
            waiting += _holding(requires(name) or [], extra=extra)
    return {name for name, _ in seen}


def _holding(lines: list[str], *, extra: str) -> Iterator[tuple[str, str]]:
    for requirement in map(Requirement, lines):
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            for asked in ("", *requirement.extras):
                yield canonicalize_name(requirement.name), asked


def _version(pin: Requirement) -> str:
    specifiers = list(pin.specifier)
    return specifiers[0].version if [one.operator for one in specifiers] == ["=="] else ""
