"""What a look at one thing comes to, and what can be done about it without danger."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Literal

from msgspec import Struct

from appliance.watch.probes import Found

Outcome = Literal["ok", "warn", "fail", "skipped"]

_UNWELL: dict[str, Outcome] = {"warn": "warn", "fail": "fail"}


class Check(Struct, frozen=True, kw_only=True):
    """What was looked at, how it is, what was found and — unless it is well — what to do.

    `fixable`: `maitre doctor --fix` does it.
    """

    name: str
    outcome: Outcome
    found: str
    advice: str = ""
    fixable: bool = False


class Repair(Struct, frozen=True, kw_only=True):
    """Something safe to do; `says` it in the imperative. `asks`: only with somebody's consent.

    `do` raises OSError or MaitreError where it cannot be done.
    """

    says: str
    do: Callable[[], Awaitable[None]]
    asks: bool = False


class Finding(Struct, frozen=True, kw_only=True):
    check: Check
    repair: Repair | None = None


class Report(Struct, frozen=True, kw_only=True):
    """`outcome` is the worst of all: what was skipped does not count."""

    outcome: Outcome
    checks: list[Check]


def report(findings: Sequence[Finding]) -> Report:
    checks = [one.check for one in findings]
    there = {check.outcome for check in checks}
    order: tuple[Outcome, ...] = ("fail", "warn")
    return Report(outcome=next((one for one in order if one in there), "ok"), checks=checks)


def ok(name: str, found: str) -> Finding:
    return Finding(check=Check(name=name, outcome="ok", found=found))


def warn(name: str, found: str, advice: str, repair: Repair | None = None) -> Finding:
    return _unwell(name, "warn", found, advice, repair)


def fail(name: str, found: str, advice: str, repair: Repair | None = None) -> Finding:
    return _unwell(name, "fail", found, advice, repair)


def skipped(name: str, why: str) -> Finding:
    return Finding(check=Check(name=name, outcome="skipped", found=why))


def probed(name: str, seen: Found, *, well: str, advice: str) -> Finding:
    """What a probe of the server's found, asked by us; `well` says it where there is nothing to complain of."""
    if seen.status == "pass":
        return ok(name, well)
    return _unwell(name, _UNWELL[seen.status], seen.output or well, advice, None)


def _unwell(name: str, outcome: Outcome, found: str, advice: str, repair: Repair | None) -> Finding:
    check = Check(name=name, outcome=outcome, found=found, advice=advice, fixable=repair is not None)
    return Finding(check=check, repair=repair)
