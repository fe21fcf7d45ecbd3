import subprocess
import sys
from pathlib import Path

import pytest

from appliance.config import Settings
from appliance.errors import StartError
from appliance.ops import service, units
from support.serve_process import environment

PROGRAM = "/opt/maitre/current/maitre"


_ELSEWHERE = """
import sys
sys.executable, sys.argv[0] = "/usr/bin/python3", "python"
from appliance.cli import maitre
maitre(sys.argv[1:])
"""


def written(**settings: object) -> service.Written:
    return service.installation(Settings(**settings), PROGRAM, root=Path("/"))  # type: ignore[arg-type]


def test_the_units_start_the_program_that_runs() -> None:
    unit = written().files["/etc/systemd/system/maitre.service"]
    assert f"ExecStart={PROGRAM} serve" in unit
    assert "/usr/local/bin/maitre" not in unit


@pytest.mark.parametrize(("host", "port", "told"), [("127.0.0.1", 8080, "127.0.0.1:8080"), ("::1", 9, "[::1]:9")])
def test_the_socket_listens_where_the_settings_say(host: str, port: int, told: str) -> None:
    unit = written(host=host, port=port).files["/etc/systemd/system/maitre.socket"]
    assert f"ListenStream={told}\n" in unit


def test_all_units_of_the_tree_are_installed() -> None:
    there = {path.name for path in (Path(service.__file__).parents[2] / "systemd").iterdir()}
    assert {Path(path).name for path in written().files} == there


@pytest.mark.parametrize(
    "program", ["/root/maitre/.venv/bin/maitre", "/home/ana/maitre", "/tmp/maitre serve", "'/home/ana maria/maitre'"]
)
def test_a_program_that_the_service_would_not_see_is_refused(program: str) -> None:
    with pytest.raises(StartError, match="Put it into /opt"):
        service.installation(Settings(), program, root=Path("/"))


def test_a_program_with_a_space_in_its_path_is_started() -> None:
    found = service.installation(Settings(), "'/opt/my maitre/maitre'", root=Path("/"))
    assert "ExecStart='/opt/my maitre/maitre' serve" in found.files["/etc/systemd/system/maitre.service"]


def test_in_another_root_nothing_is_asked_of_this_machine_s_systemd(tmp_path: Path) -> None:
    found = service.installation(Settings(), PROGRAM, root=tmp_path)
    assert all(path.startswith(f"{tmp_path}/etc/systemd/system/") for path in found.files)
    assert all(f"--root={tmp_path}" in line for line in found.commands)


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What systemctl and systemd-sysusers were asked for; they fail while there is a file `broken`."""
    programs, told = tmp_path / "programs", tmp_path / "asked"
    programs.mkdir()
    for name in ("systemctl", "systemd-sysusers"):
        (programs / name).write_text(f'#!/bin/sh\n[ ! -e {tmp_path}/broken ] || exit 1\necho "$*" >>{told}\n')
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    return told


def install(root: Path) -> service.Written:
    written = service.installation(Settings(), PROGRAM, root=root)
    service.install(written, root=root)
    return written


def enabled(written: service.Written) -> list[str]:
    return [name for line in written.commands if "enable" in line for name in line[line.index("enable") + 1 :]]


def test_systemd_always_reads_its_units_again_for_an_earlier_one_may_have_been_interrupted() -> None:
    nothing = units.Units(files={}, new=[], kept=[], gone=[])
    assert ["systemctl", "daemon-reload"] in service._commands(nothing, Path("/"))


@pytest.mark.usefixtures("asked")
def test_one_that_was_interrupted_after_it_had_written_is_enabled_by_the_next(tmp_path: Path) -> None:
    root = tmp_path / "root"
    first = service.installation(Settings(), PROGRAM, root=root)
    units.write(first, root=root)
    assert enabled(install(root)) == enabled(first) != []


@pytest.mark.usefixtures("asked")
def test_what_has_been_enabled_once_may_be_switched_off(tmp_path: Path) -> None:
    root = tmp_path / "root"
    install(root)
    assert enabled(install(root)) == []


@pytest.mark.usefixtures("asked")
def test_one_that_could_not_be_enabled_is_enabled_by_the_next(tmp_path: Path) -> None:
    root = tmp_path / "root"
    units.write(service.installation(Settings(), PROGRAM, root=root), root=root)
    (tmp_path / "broken").touch()
    with pytest.raises(StartError):
        install(root)
    (tmp_path / "broken").unlink()
    assert "maitre-doctor.timer" in enabled(install(root))


@pytest.mark.usefixtures("asked")
def test_uninstalled_no_file_of_it_is_left(tmp_path: Path) -> None:
    root = tmp_path / "root"
    units.write(service.installation(Settings(), PROGRAM, root=root), root=root)
    service.uninstall(root=root)
    assert list((root / units.FOLDER).iterdir()) == []


def test_a_command_that_fails_is_told_with_its_own_words() -> None:
    with pytest.raises(StartError, match="such file"):
        service._run(["ls", "/no/such/file"])


def test_a_command_that_is_not_there_is_told() -> None:
    with pytest.raises(StartError, match="There is no no-such-program here"):
        service._run(["no-such-program"])


@pytest.fixture
def no_systemd(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(service, "_RUNNING", tmp_path / "none")


@pytest.mark.usefixtures("no_systemd")
def test_without_systemd_everything_says_so() -> None:
    for asked in (
        lambda: service.ask("start"),
        service.state,
        lambda: service.logs_command(lines=1, follow=False, since=""),
    ):
        with pytest.raises(StartError, match="No systemd runs here"):
            asked()


def test_who_is_not_root_is_told_to_become_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(service, "_RUNNING", tmp_path)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(StartError, match="Only root may do that"):
        service.ask("start")


def dry_run(root: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _ELSEWHERE, "service", "install", "--dry-run", "--prefix", str(root)],
        env=environment(), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_dry_run_shows_what_would_be_done_and_does_nothing(tmp_path: Path) -> None:
    root = tmp_path / "elsewhere"
    said = dry_run(root)
    assert "ExecStart=/usr/bin/python3 -m appliance serve" in said
    (enabled,) = [line.split() for line in said.splitlines() if line.startswith("# systemctl ")]
    assert enabled[:4] == ["#", "systemctl", f"--root={root}", "enable"]
    assert {"maitre.service", "maitre.socket", "maitre-backup.timer"} <= set(enabled[4:])
    assert not root.exists()


def test_a_dry_run_shows_what_would_be_switched_off_and_removed_and_what_kept(tmp_path: Path) -> None:
    units.write(service.installation(Settings(), PROGRAM, root=tmp_path), root=tmp_path)
    folder = tmp_path / units.FOLDER
    old, edited = folder / "maitre-old.timer", folder / "maitre.socket"
    old.write_text((folder / "maitre-backup.timer").read_text())
    edited.write_text("[Socket]\n")
    said = dry_run(tmp_path).splitlines()
    off = said.index(f"# systemctl disable --root={tmp_path} maitre-old.timer")
    assert off < said.index(f"# would remove {old}, which belonged to another release")
    assert f"# would keep {edited}, which you have edited or masked; --replace writes ours" in said
    assert old.exists()


def test_what_another_release_brought_is_switched_off_before_it_is_removed(asked: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    install(root)
    folder = root / units.FOLDER
    for kind in ("service", "timer"):
        (folder / f"maitre-old.{kind}").write_text((folder / f"maitre-backup.{kind}").read_text())
    asked.unlink()
    install(root)
    disabled = [line for line in asked.read_text().splitlines() if line.startswith("disable")]
    assert disabled == [f"disable --root={root} maitre-old.timer", f"disable --root={root} maitre-old.service"]
    assert not list(folder.glob("maitre-old.*"))


def test_on_this_machine_what_goes_is_ended_as_well() -> None:
    gone = units.Units(files={}, new=[], kept=[], gone=["/etc/systemd/system/maitre-old.timer"])
    assert service._commands_before(gone, Path("/"))[1:] == [["systemctl", "disable", "--now", "maitre-old.timer"]]
