"""install.sh on a Debian of its own, with what packaging/build makes; each test on a machine where nothing is yet."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support import artefacts, debian
from support.artefacts import REPOSITORY
from support.debian import Machine
from support.installed import is_well, shown, under_traffic
from support.serve_process import KEY

pytestmark = pytest.mark.install

_SCRIPT = "/srv/install.sh"
_CADDY = "/srv/caddy"
_PROGRAM = "maitre"
_UNIT = "/etc/systemd/system/maitre.service"
_CA = "/var/lib/caddy/.local/share/caddy/pki/authorities/local/root.crt"
_ASK = """
import ssl, sys, urllib.request
known = ssl.create_default_context(cafile=sys.argv[2]) if len(sys.argv) > 2 else None
print(urllib.request.urlopen(sys.argv[1], timeout=60, context=known).status)
"""


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders: the release `first`, a `next` one, and one that is `broken`."""
    debian.skip_unless_usable()
    place = tmp_path_factory.mktemp("releases")
    first = artefacts.built(place / "first")
    for name in ("next", "broken"):
        (place / name).mkdir()
    return {
        "first": first,
        "next": artefacts.another(first, place / "next", "9.0"),
        "broken": artefacts.another(first, place / "broken", "9.1", broken=True),
    }


@pytest.fixture
def bare(releases: dict[str, Path], tmp_path: Path) -> Iterator[Machine]:
    caddy = debian.packages("caddy")
    root = debian.fresh_root(tmp_path)
    binds = [f"{folder}:/srv/{name}" for name, folder in releases.items()]
    with debian.machine(root, binds=[*binds, f"{REPOSITORY / 'install.sh'}:{_SCRIPT}", f"{caddy}:{_CADDY}"]) as one:
        yield one


@pytest.fixture
def installed(bare: Machine) -> Machine:
    install(bare)
    return bare


def install(machine: Machine, *options: str, key: str = KEY, lang: str = "C.UTF-8") -> str:
    env = ["env", f"MAITRE_RETELL_WEBHOOK_KEYS={key}", f"LANG={lang}"]
    return machine.run(*env, "sh", _SCRIPT, "--from", "/srv/first", "--yes", *options)


def traces(machine: Machine) -> list[str]:
    """All that is called after it, and its user."""
    found = machine.run(
        "find", "/", "-xdev", "-name", "*maitre*", "-not", "-path", "/proc/*", "-not", "-path", "/srv/*"
    )
    user = machine.try_run("id", "maitre").stdout
    return [*found.splitlines(), *user.splitlines()]


def version(machine: Machine) -> str:
    return machine.run(_PROGRAM, "--version").split()[-1]


def test_one_command_makes_a_service_that_answers_and_says_what_to_do_next(bare: Machine) -> None:
    said = install(bare)
    assert is_well(bare)
    assert shown(bare, "ActiveState") == "active"
    assert "Agent › Webhook URL             http://127.0.0.1:8080/webhooks/retell" in said
    assert "Password  " in said
    assert "maitre restaurant add" in said
    assert bare.run("systemctl", "is-enabled", "maitre.service", "maitre.socket").split() == ["enabled", "enabled"]


def test_run_again_it_changes_nothing_and_shows_no_password(installed: Machine) -> None:
    before = shown(installed, "MainPID")
    said = install(installed)
    assert "is installed already" in said
    assert "Password" not in said
    assert shown(installed, "MainPID") == before


def test_without_a_key_it_says_what_is_missing_and_starts_nothing(bare: Machine) -> None:
    said = install(bare, key="")
    assert "retell_webhook_keys" in said
    assert shown(bare, "ActiveState") == "inactive"


def test_a_run_that_fails_leaves_nothing(bare: Machine) -> None:
    before = traces(bare)
    env = ["env", f"MAITRE_RETELL_WEBHOOK_KEYS={KEY}"]
    nowhere = "postgresql://maitre@127.0.0.1:1/maitre"
    failed = bare.try_run(*env, "sh", _SCRIPT, "--from", "/srv/first", "--yes", "--database", nowhere)
    assert failed.returncode == 1
    assert "taking back what was done" in failed.stderr
    assert traces(bare) == before


def test_a_dry_run_tells_and_does_nothing(bare: Machine) -> None:
    before = traces(bare)
    assert "useradd" in install(bare, "--dry-run")
    assert traces(bare) == before


def test_it_speaks_spanish_where_the_terminal_does(bare: Machine) -> None:
    assert "Pegue en Retell:" in install(bare, lang="es_ES.UTF-8")


def test_a_port_that_is_taken_is_named_before_anything_is_done(bare: Machine) -> None:
    before = traces(bare)
    bare.run("systemd-run", "--unit=other", "python3", "-m", "http.server", "8080", "--bind", "127.0.0.1")
    bare.until(lambda: "8080" in bare.try_run("ss", "-ltn").stdout, within_s=10)
    refused = bare.try_run("sh", _SCRIPT, "--from", "/srv/first", "--yes")
    assert refused.returncode == 1
    assert "Port 8080 is taken" in refused.stderr
    assert traces(bare) == before


def unit_is_of(machine: Machine) -> str:
    """The version that the last line of its unit names."""
    last = machine.run("tail", "-n", "1", _UNIT)
    return last.removeprefix("# of ") if last.startswith("# of ") else ""


def test_with_a_domain_caddy_speaks_https_for_it_and_goes_with_it(bare: Machine) -> None:
    bare.run("sh", "-c", f"dpkg --install {_CADDY}/*.deb")
    said = install(bare, "--domain", "localhost")  # for which Caddy is its own authority
    assert "https://localhost/webhooks/retell" in said
    bare.until(lambda: bare.try_run("test", "-s", _CA).returncode == 0, within_s=60)
    bare.until(lambda: "443" in bare.try_run("ss", "-ltn").stdout, within_s=30)
    assert bare.run("python3", "-c", _ASK, "https://localhost/livez", _CA) == "200"
    bare.run("sh", _SCRIPT, "--uninstall", "--yes")
    assert "maitre" not in bare.run("cat", "/etc/caddy/Caddyfile")
    assert bare.try_run("python3", "-c", _ASK, "https://localhost/livez", _CA).returncode == 1


def test_its_memory_and_its_tasks_are_limited_by_the_kernel(installed: Machine) -> None:
    controllers = installed.try_run("cat", "/sys/fs/cgroup/cgroup.controllers").stdout.split()
    if not {"memory", "pids"} <= set(controllers):
        given = ", ".join(controllers) or "none of cgroup v2"
        pytest.skip(f"THE LIMITS ARE NOT CHECKED HERE: the container has no memory or pids controller ({given})")
    group = f"/sys/fs/cgroup{shown(installed, 'ControlGroup')}"
    limits = installed.run("sh", "-c", f"cd {group} && cat memory.high memory.max pids.max").split()
    assert limits == [str(1 << 30), str(1536 << 20), "256"]


def test_who_calls_while_it_is_held_longer_than_a_start_may_take_is_answered(installed: Machine) -> None:
    """What an operator has set beside the unit counts, and each of its waits ends and is begun again."""
    beside = "mkdir -p /etc/systemd/system/maitre.service.d && cd /etc/systemd/system/maitre.service.d && "
    installed.run("sh", "-c", f"{beside} printf '[Service]\nTimeoutStartSec=10\n' >short.conf")
    installed.run("systemctl", "daemon-reload")
    installed.run("touch", "/run/maitre.hold")
    installed.run("systemctl", "stop", "maitre.service")
    installed.run("systemd-run", "--unit=caller", "--property=Type=exec", "--property=RemainAfterExit=yes",
                  "python3", "-c", _ASK, "http://127.0.0.1:8080/livez")  # fmt: skip
    installed.until(lambda: int(shown(installed, "NRestarts")) >= 2, within_s=60)
    installed.run("rm", "/run/maitre.hold")
    installed.until(
        lambda: "exited" in installed.run("systemctl", "show", "caller", "--property=SubState"), within_s=60
    )
    assert installed.run("journalctl", "--unit=caller", "--output=cat").splitlines().count("200") == 1


def test_an_upgrade_under_traffic_loses_no_request(installed: Machine) -> None:
    with under_traffic(installed) as figures:
        said = installed.run(_PROGRAM, "upgrade", "--from", "/srv/next", "--yes", "--window", "3")
    assert "9.0 is in use" in said
    assert (version(installed), unit_is_of(installed)) == ("9.0", "9.0")
    assert (figures["lost"], set(figures["answered"])) == ([], {"204"})


def test_a_release_that_does_not_start_is_given_back_and_no_request_is_lost(installed: Machine) -> None:
    before = version(installed)
    with under_traffic(installed) as figures:
        failed = installed.try_run(_PROGRAM, "upgrade", "--from", "/srv/broken", "--yes", "--window", "3")
    assert (failed.returncode, version(installed), unit_is_of(installed)) == (1, before, "")
    assert "9.1, which did not do" in failed.stdout
    assert installed.run("ls", "/opt/maitre/releases") == before
    assert is_well(installed)
    assert (figures["lost"], set(figures["answered"])) == ([], {"204"})


def test_a_rollback_brings_the_release_of_before(installed: Machine) -> None:
    before = version(installed)
    installed.run("sh", _SCRIPT, "--from", "/srv/next", "--yes", within_s=200)
    assert version(installed) == "9.0"
    with under_traffic(installed) as figures:
        installed.run(_PROGRAM, "rollback", "--yes")
    assert (version(installed), is_well(installed), unit_is_of(installed)) == (before, True, "")
    assert (figures["lost"], set(figures["answered"])) == ([], {"204"})


def test_a_unit_that_somebody_edited_is_kept_by_an_upgrade_and_what_stands_beside_it_too(installed: Machine) -> None:
    beside = "/etc/systemd/system/maitre.service.d/more.conf"
    installed.run(
        "sh", "-c", f"mkdir {Path(beside).parent}; printf '[Service]\nNice=-5\n' >{beside}; echo '# mine' >>{_UNIT}"
    )
    installed.run("systemctl", "disable", "--now", "maitre-doctor.timer")
    said = installed.run(_PROGRAM, "upgrade", "--from", "/srv/next", "--yes", "--window", "3")
    assert "kept as you have edited them" in said
    assert installed.run("tail", "-n", "1", _UNIT) == "# mine"
    assert installed.run("cat", beside) == "[Service]\nNice=-5"
    assert shown(installed, "Nice") == "-5"
    assert installed.try_run("systemctl", "is-enabled", "maitre-doctor.timer").stdout.strip() == "disabled"
    assert (version(installed), is_well(installed)) == ("9.0", True)


def test_uninstalled_the_data_stay_and_are_found_by_the_next_installation(installed: Machine) -> None:
    installed.run("sh", _SCRIPT, "--uninstall", "--yes")
    assert "/var/lib/maitre/maitre.db" in installed.run("find", "/var/lib/maitre")
    assert not installed.run("find", "/opt", "-mindepth", "1")
    assert "Password" not in install(installed)  # the admin is there already
    assert is_well(installed)


def test_purged_nothing_is_left(bare: Machine) -> None:
    before = traces(bare)
    install(bare)
    bare.run(_PROGRAM, "backup", "create")
    bare.run("sh", _SCRIPT, "--uninstall", "--purge", "--yes")
    assert traces(bare) == before


def test_from_a_folder_that_others_use_only_what_is_ours_is_taken(bare: Machine) -> None:
    before = traces(bare)
    bare.run("touch", "/usr/local/lib/of-somebody-else")
    install(bare, "--prefix", "/usr/local/lib")
    assert bare.run("readlink", "-f", "/usr/local/bin/maitre").startswith("/usr/local/lib/releases/")
    assert is_well(bare)
    bare.run("sh", _SCRIPT, "--uninstall", "--purge", "--yes", "--prefix", "/usr/local/lib")
    assert (
        bare.run("find", "/usr/local/lib", "-mindepth", "1", "-not", "-path", "*/python3*")
        == "/usr/local/lib/of-somebody-else"
    )
    assert traces(bare) == before


def test_the_timers_have_the_night_and_their_services_end_well(installed: Machine) -> None:
    assert "maitre-backup.timer" in installed.run("systemctl", "list-timers", "--no-pager")
    installed.run("systemctl", "start", "maitre-backup.service")
    assert "maitre-2" in installed.run("ls", "/var/lib/maitre/backups")
    assert installed.run("systemctl", "show", "--value", "--property=Result", "maitre-backup.service") == "success"
    installed.run("systemctl", "start", "maitre-doctor.service")
    assert installed.run("systemctl", "show", "--value", "--property=Result", "maitre-doctor.service") == "success"


def test_the_package_makes_the_same_service_and_goes_without_a_trace(bare: Machine, releases: dict[str, Path]) -> None:
    before = traces(bare)
    (package,) = (file.name for file in releases["first"].glob("*.deb"))
    bare.run("dpkg", "--install", f"/srv/first/{package}", within_s=200)
    bare.run(_PROGRAM, "setup", "--retell-key", KEY)
    bare.run("systemctl", "start", "maitre.socket", "maitre.service")
    assert is_well(bare)
    bare.run("dpkg", "--purge", "maitre")
    # A user that a package has made stays, as Debian has it: its number is not to become another's.
    assert [one for one in traces(bare) if not one.startswith("uid=")] == before
