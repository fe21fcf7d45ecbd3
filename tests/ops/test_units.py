"""The units as files; what systemd makes of them is in tests/install."""

from pathlib import Path

import pytest

from appliance.config import Settings
from appliance.ops import units
from appliance.ops.units import Units

PROGRAM = "/opt/maitre/current/maitre"
LINE = "MemoryMax=2G\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Below a root in which they are installed."""
    units.write(planned(tmp_path), root=tmp_path)
    units.settle(tmp_path)
    return tmp_path / units.FOLDER


def planned(root: Path, *, port: int = 8080, replace: bool = False) -> Units:
    return units.planned(Settings(port=port), PROGRAM, root=root, replace=replace)


def test_where_nothing_has_changed_there_is_nothing_to_do(folder: Path, tmp_path: Path) -> None:
    assert planned(tmp_path) == Units(files={}, new=[], kept=[], gone=[])


def test_one_that_nobody_edited_is_written_anew_when_it_is_to_say_something_else(folder: Path, tmp_path: Path) -> None:
    found = planned(tmp_path, port=9090)
    assert (list(found.files), found.new) == ([str(folder / "maitre.socket")], [])
    units.write(found, root=tmp_path)
    assert "ListenStream=127.0.0.1:9090\n" in (folder / "maitre.socket").read_text()
    assert planned(tmp_path, port=9090).files == {}


def test_one_that_somebody_edited_is_kept_and_named_until_it_is_to_be_replaced(folder: Path, tmp_path: Path) -> None:
    unit = folder / "maitre.service"
    unit.write_text(unit.read_text() + LINE)
    kept = planned(tmp_path, port=9090)
    assert (str(unit) in kept.files, kept.kept) == (False, [str(unit)])
    assert str(unit) in planned(tmp_path, replace=True).files


def test_one_that_was_there_before_any_of_ours_is_somebody_s(tmp_path: Path) -> None:
    unit = tmp_path / units.FOLDER / "maitre.service"
    unit.parent.mkdir(parents=True)
    unit.write_text("[Service]\nExecStart=/bin/true\n")
    found = planned(tmp_path)
    assert (found.kept, "maitre.service" in found.new) == ([str(unit)], False)


def test_one_that_is_masked_stays_so_until_it_is_to_be_replaced(tmp_path: Path) -> None:
    mask = tmp_path / units.FOLDER / "maitre-backup.timer"
    mask.parent.mkdir(parents=True)
    mask.symlink_to("/dev/null")
    found = planned(tmp_path)
    assert (found.kept, mask.name in found.new, str(mask) in found.files) == ([str(mask)], False, False)
    assert mask not in units.present(tmp_path)
    assert str(mask) in planned(tmp_path, replace=True).files


def test_those_that_were_written_and_not_yet_enabled_are_still_new(tmp_path: Path) -> None:
    first = planned(tmp_path)
    units.write(first, root=tmp_path)
    interrupted = planned(tmp_path)
    assert (interrupted.files, interrupted.new) == ({}, first.new)
    units.write(interrupted, root=tmp_path)
    assert planned(tmp_path).new == first.new


def test_one_of_which_only_some_were_written_says_all_that_are_new(folder: Path, tmp_path: Path) -> None:
    (folder / "maitre-doctor.timer").unlink()
    units.write(planned(tmp_path), root=tmp_path)
    (folder / "maitre-backup.timer").unlink()
    assert sorted(planned(tmp_path).new) == ["maitre-backup.timer", "maitre-doctor.timer"]


def test_what_stands_beside_a_unit_is_the_operator_s(folder: Path, tmp_path: Path) -> None:
    (folder / "maitre.service.d").mkdir()
    (folder / "maitre.service.d" / "more.conf").write_text(f"[Service]\n{LINE}")
    assert planned(tmp_path) == Units(files={}, new=[], kept=[], gone=[])


def test_one_that_another_release_wrote_goes_and_an_operator_s_own_stays(folder: Path, tmp_path: Path) -> None:
    (folder / "maitre-old.timer").write_text((folder / "maitre-backup.timer").read_text())
    (folder / "maitre-mine.timer").write_text("[Timer]\nOnCalendar=hourly\n")
    found = planned(tmp_path)
    assert found.gone == [str(folder / "maitre-old.timer")]
    units.write(found, root=tmp_path)
    assert sorted(path.name for path in folder.glob("maitre-*.timer")) == [
        "maitre-backup.timer",
        "maitre-doctor.timer",
        "maitre-mine.timer",
    ]


@pytest.mark.parametrize("name", ["maitre.service.bak", "maitre.service~", "maitre.service.fresh", "maitre.txt"])
def test_a_copy_of_a_unit_is_no_unit(folder: Path, tmp_path: Path, name: str) -> None:
    (folder / name).write_text((folder / "maitre.service").read_text())
    assert planned(tmp_path) == Units(files={}, new=[], kept=[], gone=[])
    assert name not in {path.name for path in units.present(tmp_path)}


def test_what_one_that_was_killed_had_begun_to_write_goes_and_a_copy_stays(folder: Path, tmp_path: Path) -> None:
    for name in ("maitre.service.fresh", "maitre-old.timer.fresh", "maitre.service.bak", "nginx.service.fresh"):
        (folder / name).write_text("# Writ")
    units.write(planned(tmp_path), root=tmp_path)
    left = {path.name for path in folder.iterdir() if path.suffix in (".fresh", ".bak")}
    assert left == {"maitre.service.bak", "nginx.service.fresh"}


def test_a_file_that_is_not_utf_8_is_somebody_s_and_stops_nobody(folder: Path, tmp_path: Path) -> None:
    latin = "[Unit]\nDescription=Copia de reservas, mañana\n".encode("latin-1")
    (folder / "maitre-copia.service").write_bytes(latin)
    (folder / "maitre.socket").write_bytes(latin)
    found = planned(tmp_path)
    assert (found.files, found.kept, found.gone) == ({}, [str(folder / "maitre.socket")], [])
    assert "maitre-copia.service" not in {path.name for path in units.present(tmp_path)}


def test_those_that_are_present_are_ours_by_name_or_by_what_they_say(folder: Path, tmp_path: Path) -> None:
    (folder / "maitre-old.timer").write_text((folder / "maitre-backup.timer").read_text())
    (folder / "maitre-mine.timer").write_text("[Timer]\n")
    (folder / "maitre.socket").write_text("[Socket]\n")
    names = {path.name for path in units.present(tmp_path)}
    assert {"maitre-old.timer", "maitre.socket", "maitre.service"} <= names
    assert "maitre-mine.timer" not in names


@pytest.mark.parametrize(
    ("name", "started"), [("maitre.service", True), ("maitre-backup.timer", True), ("maitre-backup.service", False)]
)
def test_what_is_enabled_is_what_says_with_what_it_starts(name: str, *, started: bool) -> None:
    assert units.is_started_with_the_machine(name) is started
