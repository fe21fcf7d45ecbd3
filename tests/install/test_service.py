import signal
import time

import pytest

from support.debian import Machine
from support.installed import is_well, shown, state, under_traffic

pytestmark = pytest.mark.install

_WATCHDOG_S = 60
_BACK_S = 30


def test_it_starts_and_says_how_it_is(installed: Machine) -> None:
    installed.run("maitre", "service", "start")
    assert is_well(installed)
    found = state(installed)
    assert found["active"]
    assert found["told"].startswith("Answering at http://127.0.0.1:8080 for ")


def test_stopped_it_stays_so_though_somebody_knocks(installed: Machine) -> None:
    installed.run("maitre", "service", "stop")
    assert installed.try_run("maitre", "service", "status").returncode == 1
    assert not is_well(installed)
    assert shown(installed, "ActiveState") == "inactive"
    assert shown(installed, "Result") == "success"
    installed.run("maitre", "service", "start")
    assert is_well(installed)


def test_restarts_under_traffic_lose_no_request(installed: Machine) -> None:
    with under_traffic(installed) as figures:
        for _ in range(3):
            installed.run("maitre", "service", "restart")
    assert figures["lost"] == []
    assert set(figures["answered"]) == {"204"}


def test_killed_it_is_back_by_itself_and_who_comes_meanwhile_is_answered(installed: Machine) -> None:
    before = shown(installed, "MainPID")
    with under_traffic(installed) as figures:
        installed.run("systemctl", "kill", "--signal=KILL", "maitre.service")
        installed.until(
            lambda: shown(installed, "MainPID") not in ("0", before) and shown(installed, "ActiveState") == "active",
            within_s=_BACK_S,
        )
    assert set(figures["answered"]) == {"204"}
    # What was on its way into the process that was killed dies with it: one request of each of the four connections.
    assert len(figures["lost"]) <= 4


def test_a_process_that_hangs_is_begun_anew_by_the_watchdog(installed: Machine) -> None:
    before, restarts = shown(installed, "MainPID"), int(shown(installed, "NRestarts"))
    installed.run("kill", f"-{signal.SIGSTOP.value}", before)
    installed.until(
        lambda: shown(installed, "MainPID") not in ("0", before) and shown(installed, "ActiveState") == "active",
        within_s=_WATCHDOG_S + _BACK_S,
    )
    assert int(shown(installed, "NRestarts")) == restarts + 1
    assert is_well(installed)
    assert "Watchdog timeout" in installed.run("journalctl", "--unit=maitre.service", "--output=cat")


def test_a_reload_takes_settings_over_and_refuses_wrong_ones(installed: Machine) -> None:
    before = shown(installed, "MainPID")
    installed.run(
        "sh", "-c", "echo 'log_level = \"debug\"' >/etc/maitre/maitre.toml; chgrp maitre /etc/maitre/maitre.toml"
    )
    installed.run("maitre", "service", "reload")
    installed.run("sh", "-c", "echo 'log_level = \"loud\"' >/etc/maitre/maitre.toml")
    refused = installed.try_run("maitre", "service", "reload")
    installed.run("rm", "/etc/maitre/maitre.toml")
    assert refused.returncode == 1
    assert shown(installed, "MainPID") == before
    assert is_well(installed)
    assert '"taken_over": ["log_level"]' in installed.run("journalctl", "--unit=maitre.service", "--output=cat")


def test_after_a_reboot_it_comes_up_by_itself(installed: Machine) -> None:
    installed.reboot()
    installed.until(lambda: is_well(installed), within_s=_BACK_S)
    assert state(installed)["active"]


def test_its_log_can_be_read(installed: Machine) -> None:
    assert '"event": "server_started"' in installed.run("maitre", "service", "logs", "--lines=1000")


def test_it_runs_as_its_own_user_and_its_data_is_for_nobody_else(installed: Machine) -> None:
    assert installed.run("ps", "-o", "user=", "-p", shown(installed, "MainPID")) == "maitre"
    assert installed.run("stat", "-c", "%U %a", "/var/lib/maitre") == "maitre 700"


def test_its_exposure_is_low_on_the_systemd_that_runs_it(installed: Machine) -> None:
    said = installed.run("systemd-analyze", "security", "--no-pager", "--threshold=15", "maitre.service")
    assert "Overall exposure level" in said


def test_a_stop_ends_well_before_systemd_loses_patience(installed: Machine) -> None:
    begun = time.monotonic()
    installed.run("maitre", "service", "stop")
    assert time.monotonic() - begun < 15
    assert shown(installed, "ExecMainStatus") == "0"
    installed.run("maitre", "service", "start")


def test_uninstalled_nothing_of_it_is_left_but_its_data(installed: Machine) -> None:
    installed.run("maitre", "service", "uninstall")
    left = installed.run(
        "sh", "-c", "ls /etc/systemd/system/*.wants/maitre* /etc/systemd/system/maitre* 2>/dev/null || true"
    )
    assert left == ""
    assert installed.try_run("systemctl", "is-active", "maitre.service").stdout.strip() == "inactive"
    assert installed.run("ls", "/var/lib/maitre/maitre.db")
    installed.run("maitre", "service", "install")
    installed.run("maitre", "service", "start")


def test_the_stream_counts_what_is_lost(installed: Machine) -> None:
    """That nothing was lost says something only if what is lost is seen."""
    with under_traffic(installed) as figures:
        installed.run("maitre", "service", "stop")
        time.sleep(0.5)
        installed.run("maitre", "service", "start")
    assert figures["lost"]
    assert isinstance(figures["slowest_s"], float)
