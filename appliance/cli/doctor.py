"""`maitre doctor`: whether this machine is fit, and what to do where it is not."""

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from appliance.cli import json_option, settings_options
from appliance.cli.output import print_json
from appliance.contract import harmless_text

if TYPE_CHECKING:
    from appliance.ops.doctor.findings import Check, Finding, Outcome
    from appliance.ops.doctor.subject import Subject

_MARKS: "dict[Outcome, tuple[str, str]]" = {
    "ok": ("✓", "green"),
    "warn": ("!", "yellow"),
    "fail": ("✗", "red"),
    "skipped": ("–", "bright_black"),
}


@click.command()
@click.option("--fix", is_flag=True, help="Repair what can be repaired without danger, saying each step.")
@click.option("--yes", is_flag=True, help="With --fix: migrate the database as well, without asking.")
@settings_options
@json_option
def doctor(*, fix: bool, yes: bool, as_json: bool, **params: Any) -> None:
    """Look at everything the server needs, with it running or not, and say what to do.

    The exit code is 0 when nothing fails, 1 when something does. With an operator's token in MAITRE_TOKEN a running
    server tells more.
    """
    from appliance.ops.doctor.examination import examine
    from appliance.ops.doctor.findings import report

    subject = subject_from(params)
    findings = asyncio.run(examine(subject))
    if fix:
        findings = _fixed(findings, yes=yes, params=params)
    told = report(findings)
    if as_json:
        print_json(told)
    else:
        for check in told.checks:
            _tell(check)
    if told.outcome == "fail":
        sys.exit(1)


def subject_from(params: "dict[str, Any]") -> "Subject":
    """The machine under the settings that a verb's parameters choose, wrong ones included."""
    from appliance.clock import SystemClock
    from appliance.config import SETTINGS, readable
    from appliance.ops.doctor.subject import Subject

    file = params.get("config_file")
    flags = {setting.name: params.get(setting.name) for setting in SETTINGS}
    config = readable(file=Path(file) if file else None, env=os.environ, flags=flags)
    return Subject(config, SystemClock(), os.environ, token=os.environ.get("MAITRE_TOKEN", ""))


def _fixed(findings: "list[Finding]", *, yes: bool, params: "dict[str, Any]") -> "list[Finding]":
    """What is found after the repairs, which are told on stderr, beside what programs read."""
    from appliance.ops.doctor.examination import examine
    from appliance.ops.doctor.repairs import repair

    def consent(what: str) -> bool:
        return yes or (sys.stdin.isatty() and click.confirm(f"Shall I {what}?", err=True))

    def tell(line: str) -> None:
        click.echo(line, err=True)

    if not any(one.repair for one in findings):
        tell("there is nothing that --fix repairs")
    if not asyncio.run(repair(findings, tell=tell, consent=consent)):
        return findings
    return asyncio.run(examine(subject_from(params)))


def _tell(check: "Check") -> None:
    mark, colour = _MARKS[check.outcome]
    click.echo(f"{click.style(mark, fg=colour)} {check.name}: {harmless_text(check.found)}")
    if check.advice:
        click.echo(f"    → {harmless_text(check.advice)}{' (--fix does it)' if check.fixable else ''}")
