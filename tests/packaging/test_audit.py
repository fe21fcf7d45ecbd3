import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

KNOWN = {"name": "litestar", "version": "2.25.0", "vulns": []}
UNKNOWN = {"name": "granian", "skip_reason": "Dependency not found on PyPI and could not be audited: granian (2.8.7)"}
FLAWED = KNOWN | {"vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["2.25.1"], "aliases": [], "description": ""}]}


class Audit:
    """packaging/audit.py, with a stand-in for pip-audit, which needs the network."""

    def __init__(self, root: Path, place: Path) -> None:
        self._program, self._place = root / "packaging" / "audit.py", place

    def finds(self, *dependencies: dict[str, Any]) -> None:
        flawed = any(one.get("vulns") for one in dependencies)
        self.says(json.dumps({"dependencies": dependencies, "fixes": []}), code=int(flawed))

    def says(self, text: str, *, code: int, error: str = "") -> None:
        (self._place / "said").write_text(text)
        (self._place / "error").write_text(error)
        stand_in = self._place / "pip-audit"
        stand_in.write_text(f'#!/bin/sh\ncd "{self._place}" && cat said && cat error >&2\nexit {code}\n')
        stand_in.chmod(0o755)

    def run(self, *options: str) -> tuple[int, str]:
        """The exit code and what was printed."""
        env = os.environ | {"PATH": f"{self._place}:/usr/bin:/bin"}
        command = [sys.executable, str(self._program), *options]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout


@pytest.fixture
def audit(root: Path, tmp_path: Path) -> Audit:
    return Audit(root, tmp_path)


def test_a_known_vulnerability_fails_and_is_named_with_what_mends_it(audit: Audit) -> None:
    audit.finds(KNOWN, FLAWED)
    code, printed = audit.run()
    assert code == 1
    assert "litestar 2.25.0: PYSEC-2026-1, mended in 2.25.1" in printed


def test_pins_without_one_pass(audit: Audit) -> None:
    audit.finds(KNOWN)
    assert audit.run() == (0, "checked: 1 of 1 packages, 0 known vulnerabilities\n")


def test_what_the_service_does_not_know_is_told_and_not_taken_for_sound(audit: Audit) -> None:
    audit.finds(KNOWN, UNKNOWN)
    code, printed = audit.run()
    assert code == 0
    assert "not checked: 1 of 2 packages: Dependency not found" in printed


def test_a_service_that_knows_nothing_checks_nothing(audit: Audit) -> None:
    audit.finds(UNKNOWN)
    assert not audit.run()[1].startswith("checked")


def test_a_service_that_cannot_be_reached_is_told(audit: Audit) -> None:
    audit.says("", code=1, error="a traceback\nNo route to host\n")
    assert audit.run() == (0, "not checked: no package: No route to host\n")


def test_where_all_must_be_checked_what_was_not_fails(audit: Audit) -> None:
    audit.finds(KNOWN, UNKNOWN)
    assert audit.run("--strict")[0] == 1
    audit.says("", code=1, error="No route to host\n")
    assert audit.run("--strict")[0] == 1


def test_a_vulnerability_fails_although_others_were_not_checked(audit: Audit) -> None:
    audit.finds(UNKNOWN, FLAWED)
    assert audit.run()[0] == 1


def test_an_audit_that_was_called_wrongly_fails(audit: Audit) -> None:
    audit.says("", code=2, error="usage: pip-audit\n")
    assert audit.run()[0] == 1
