import os
import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from appliance.config import SETTINGS

MOST_EXPOSURE = 1.5
NEWER = ("RestartSteps", "RestartMaxDelaySec")
"""What systemd before 254 tells that it does not know, and does without."""
SERVICES = ("maitre.service", "maitre-backup.service", "maitre-doctor.service")


@pytest.fixture(scope="session")
def analyze() -> str:
    found = shutil.which("systemd-analyze")
    if not found and os.environ.get("CI"):
        pytest.fail("CI is to check the units: apt install systemd")
    if not found:
        pytest.skip("THE UNITS ARE NOT CHECKED HERE: there is no systemd-analyze (apt install systemd)")
    return found


@pytest.fixture
def units(root: Path, tmp_path: Path) -> Path:
    """As installed for a program that is there on every machine."""
    place = tmp_path / "units"
    place.mkdir()
    for unit in (root / "systemd").iterdir():
        (place / unit.name).write_text(unit.read_text().replace("/usr/local/bin/maitre", "/bin/true"))
    return place


def test_systemd_finds_no_fault_with_the_units(analyze: str, units: Path) -> None:
    paths = sorted(map(str, units.iterdir()))
    done = subprocess.run([analyze, "verify", "--man=no", *paths], capture_output=True, text=True, check=False)
    faults = [line for line in done.stderr.splitlines() if not any(f"'{name}'" in line for name in NEWER)]
    assert (faults, done.returncode) == ([], 0)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_do_little(analyze: str, units: Path, service: str) -> None:
    command = [analyze, "security", "--offline=true", "--no-pager", str(units / service)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", said)
    assert found, said
    assert float(found[1]) <= MOST_EXPOSURE


def values(root: Path, service: str, name: str) -> list[str]:
    lines = (root / "systemd" / service).read_text().splitlines()
    return [line.partition("=")[2] for line in lines if line.startswith(f"{name}=")]


@pytest.mark.parametrize("service", SERVICES)
def test_each_secret_may_be_a_file_or_not_there(root: Path, service: str) -> None:
    secrets = {setting.name for setting in SETTINGS if setting.mask}
    loaded = [f"{name}:/etc/maitre/credentials/{name}" for name in secrets]
    assert sorted(values(root, service, "LoadCredential")) == sorted(loaded)
    assert sorted(values(root, service, "SetCredential")) == sorted(f"{name}:\\n" for name in secrets)


def test_the_services_are_shut_in_alike(root: Path) -> None:
    shut = [
        (root / "systemd" / service).read_text().partition("# What it may not do.")[2].partition("[Install]")[0].strip()
        for service in SERVICES
    ]
    assert len({text.partition("\n")[2] for text in shut}) == 1


def test_every_timer_has_its_service(root: Path) -> None:
    timers = {path.stem for path in (root / "systemd").glob("*.timer")}
    assert timers == {"maitre-backup", "maitre-doctor"}
    for timer in timers:
        parsed = ConfigParser(strict=False, interpolation=None)
        parsed.read(root / "systemd" / f"{timer}.service")
        assert parsed["Service"]["Type"] == "oneshot"
