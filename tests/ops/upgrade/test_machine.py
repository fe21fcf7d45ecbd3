"""What an upgrade on this machine works with, but for what it does: test_upgrade.py."""

import json
from pathlib import Path

import pytest

from appliance.cli.upgrade import _machine
from appliance.clock import SystemClock
from appliance.config import Settings
from appliance.errors import UpgradeError
from appliance.ops import units
from appliance.ops.upgrade.finding import Downloads, Found
from appliance.ops.upgrade.machine import Machine
from appliance.ops.upgrade.places import Places
from appliance.ops.upgrade.program import Program
from appliance.ops.upgrade.systemd import Systemd

SECRET = "postgresql://maitre:hunter22@db.example.com/maitre"


def asked_with(tmp_path: Path, **params: str | None) -> str:
    """What a release's program sees of its words and its environment, as it says."""
    places = Places(tmp_path)
    program = places.program("1.0")
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\necho "$*|$(env | grep MAITRE_DATABASE)"\n')
    program.chmod(0o755)
    machine = _machine(tmp_path, params, as_json=True)
    return machine._means(window_s=1, unsigned_ok=True).program("1.0").version()


def test_the_address_of_the_database_is_not_among_the_words_that_everybody_can_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAITRE_DATABASE_URL_FILE", "/nowhere")
    told = asked_with(tmp_path, config_file=None, data_dir=None, database_url=SECRET)
    assert told == f"--version|MAITRE_DATABASE_URL={SECRET}"


def test_a_second_upgrade_takes_nothing_from_under_the_first(tmp_path: Path) -> None:
    machine = Machine(Places(tmp_path), SystemClock(), (), lambda *_: None)
    machine.places.incoming.mkdir()
    with machine.places.alone(), pytest.raises(UpgradeError, match="under way"):
        machine.upgrade(Found(version="2.0"), Downloads("http://127.0.0.1:9"), window_s=1, unsigned_ok=True)
    assert machine.places.incoming.is_dir()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root with units of ours, and a systemctl that only writes down what it is asked for.

    `maitre-doctor.timer` is switched off there.
    """
    fake = tmp_path / "systemctl"
    fake.write_text(f"""#!/bin/sh
case "$*" in
    show*maitre-doctor.timer) echo disabled ;;
    show*) echo enabled ;;
    *) echo "$*" >>{tmp_path}/asked ;;
esac
""")
    fake.chmod(0o755)
    (tmp_path / "run").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    units.write(units.planned(Settings(), "/opt/maitre/current/maitre", root=tmp_path, replace=False), root=tmp_path)
    return tmp_path


def brought(machine: Path, **told: object) -> tuple[str, list[str]]:
    """What is said, and what was asked of systemctl, where a release's program tells so of the units it wrote."""
    program = machine / "maitre"
    program.write_text(f"""#!/bin/sh\n[ "$1 $2 $3" = "service install --json" ] && echo '{json.dumps(told)}'\n""")
    program.chmod(0o755)
    said = Systemd(machine).bring_units(Program(program, as_root=True))
    asked = machine / "asked"
    return said, asked.read_text().splitlines() if asked.exists() else []


def test_units_that_are_the_same_disturb_nobody(machine: Path) -> None:
    assert brought(machine, files={}) == ("the same", [])


def test_the_units_that_were_brought_are_told_and_a_timer_that_is_new_begins(machine: Path) -> None:
    place = "/etc/systemd/system"
    files = {f"{place}/maitre.service": "", f"{place}/maitre-new.timer": "", f"{place}/maitre-new.service": ""}
    said, asked = brought(
        machine,
        files=files,
        new=["maitre-new.timer", "maitre-new.service"],
        kept=[f"{place}/maitre-backup.timer"],
        gone=[f"{place}/maitre-old.timer"],
    )
    assert said == (
        "written: maitre-new.service, maitre-new.timer, maitre.service; removed: maitre-old.timer; kept as you have "
        "edited them (`maitre service install --replace` writes ours): maitre-backup.timer"
    )
    assert asked == ["start maitre-new.timer"]


def test_a_socket_that_listens_elsewhere_now_is_opened_anew(machine: Path) -> None:
    assert brought(machine, files={"/etc/systemd/system/maitre.socket": ""})[1] == ["restart maitre.socket"]


def test_one_that_was_interrupted_leaves_nothing_undone_and_what_is_switched_off_is_left_so(machine: Path) -> None:
    """Its own program had written all of it: who goes on is told of nothing new."""
    with pytest.raises(UpgradeError):
        Systemd(machine).bring_units(Program(machine / "nothing", as_root=True))
    undone = ["daemon-reload", "start maitre-backup.timer", "restart maitre.socket"]
    assert brought(machine, files={}) == ("the same", undone)
    assert brought(machine, files={}) == ("the same", undone)  # and once it is done it is


def test_units_that_others_brought_are_left_to_them(machine: Path) -> None:
    (machine / "etc/systemd/system/maitre.service").unlink()
    assert brought(machine, files={}) == ("not of our writing: left as they are", [])


def test_a_unit_that_somebody_has_written_by_hand_gets_none_of_ours_beside_it(machine: Path) -> None:
    (machine / "etc/systemd/system/maitre.service").write_text(
        "[Service]\nExecStart=/opt/maitre/current/maitre serve\n"
    )
    new = {"files": {"/etc/systemd/system/maitre-backup.timer": ""}, "new": ["maitre-backup.timer"]}
    assert brought(machine, **new) == ("not of our writing: left as they are", [])


def test_a_unit_of_ours_that_somebody_has_edited_is_still_of_our_writing(machine: Path) -> None:
    with (machine / "etc/systemd/system/maitre.service").open("a") as unit:
        unit.write("MemoryMax=2G\n")
    assert brought(machine, files={}) == ("the same", [])


def test_restarts_are_counted_from_the_start_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it was held somebody connected, and it waited for longer than a start may take."""
    count, fake = tmp_path / "count", tmp_path / "systemctl"
    count.write_text("3")
    fake.write_text(f'#!/bin/sh\n[ "$1" != show ] || cat {count}\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    service = Systemd()
    service.start()
    assert service.restarts() == 0
    count.write_text("4")
    assert service.restarts() == 1
