from pathlib import Path

import pytest

from appliance.ops.doctor import service
from appliance.ops.doctor.subject import System
from support.examined import found, subject

WELL = {
    "LoadState": "loaded",
    "ActiveState": "active",
    "SubState": "running",
    "UnitFileState": "enabled",
    "WatchdogUSec": "30s",
    "NRestarts": "0",
    "Result": "success",
}


async def looked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **told: str) -> dict[str, str]:
    """What is found where `systemctl show` says so."""
    program = tmp_path / "bin/systemctl"
    program.parent.mkdir()
    lines = "\n".join(f"{name}={value}" for name, value in (WELL | told).items())
    program.write_text(f"#!/bin/sh\ncat <<'.'\n{lines}\n.\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    whom = subject(tmp_path)
    whom.system = System(systemd=tmp_path)
    return {name: check.outcome for name, check in (await found(service.look, whom)).items()}


async def test_a_unit_that_runs_is_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await looked(tmp_path, monkeypatch) == {"service": "ok", "watchdog": "ok"}


@pytest.mark.parametrize(
    ("told", "seen"),
    [
        ({"ActiveState": "failed", "Result": "exit-code"}, {"service": "fail"}),
        ({"NRestarts": "12"}, {"service": "warn"}),
        ({"UnitFileState": "disabled"}, {"service at boot": "warn"}),
        ({"WatchdogUSec": "0"}, {"watchdog": "warn"}),
        ({"LoadState": "not-found"}, {"service": "skipped"}),
    ],
)
async def test_what_is_not_well_with_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: dict[str, str], seen: dict[str, str]
) -> None:
    assert (await looked(tmp_path, monkeypatch, **told)).items() >= seen.items()


async def test_without_systemd_it_is_not_looked_at(tmp_path: Path) -> None:
    assert (await found(service.look, subject(tmp_path)))["service"].outcome == "skipped"
