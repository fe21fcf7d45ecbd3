import json
import signal
import socket
import sqlite3
import subprocess
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest

from support.fake_systemd import Service, service, socket_unit
from support.serve_process import KEY
from support.webhook_stream import ANSWER_S, Stream, answered, streams


def status_of(port: int, path: str) -> int:
    http = HTTPConnection("127.0.0.1", port, timeout=ANSWER_S)
    http.request("GET", path)
    status = http.getresponse().status
    http.close()
    return status


def events(one: Service) -> list[dict[str, object]]:
    return [json.loads(line) for line in one.log.read_text().splitlines() if line.startswith("{")]


def test_systemd_hears_when_it_is_ready_what_it_does_and_when_it_stops(tmp_path: Path) -> None:
    with socket_unit() as listener, service(tmp_path / "data", listener=listener) as one:
        one.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        assert one.heard("READY=1")["STATUS"] == f"Answering at {url} for 0 restaurants"
        one.signal(signal.SIGTERM)
        assert int(one.heard("STOPPING=1")["EXTEND_TIMEOUT_USEC"]) > 8_000_000
        assert one.ended() == 0


def test_it_says_first_that_it_works_on_the_schema(tmp_path: Path) -> None:
    with service(tmp_path / "data") as one:
        one.start()
        one.heard("READY=1")
        first = one.told[0]
        assert (first["STATUS"], first["EXTEND_TIMEOUT_USEC"]) == ("Bringing the database up to date", "60000000")


def test_the_socket_that_systemd_opened_is_served_and_not_the_port_that_is_set(tmp_path: Path) -> None:
    with socket_unit() as listener, service(tmp_path / "data", listener=listener, port=1) as one:
        one.start()
        one.heard("READY=1")
        assert status_of(listener.getsockname()[1], "/livez") == 200


def test_a_restart_on_the_same_socket_loses_no_request_of_those_that_pour_in(tmp_path: Path) -> None:
    with socket_unit() as listener, service(tmp_path / "data", listener=listener) as one:
        one.start()
        with streams(listener.getsockname()[1]) as pouring:
            answered(pouring, 50)
            for _ in range(3):
                one.signal(signal.SIGTERM)
                assert one.ended() == 0
                one.start()
                answered(pouring, 100)
        assert [lost for each in pouring for lost in each.sent.lost] == []
        answers = [status for each in pouring for status in each.sent.answers]
        assert set(answers) == {204}
        one.signal(signal.SIGTERM)
        one.ended()
        with sqlite3.connect(tmp_path / "data" / "maitre.db") as database:
            (stored,) = database.execute("SELECT count(*) FROM inbox").fetchone()
        database.close()
        assert stored == len(answers)


def test_after_kill_9_who_waits_in_the_socket_is_answered_by_the_next(tmp_path: Path) -> None:
    with socket_unit() as listener, service(tmp_path / "data", listener=listener) as one:
        one.start()
        one.heard("READY=1")
        one.signal(signal.SIGKILL)
        assert one.ended() == -signal.SIGKILL
        with socket.create_connection(listener.getsockname(), ANSWER_S) as waiting:
            waiting.sendall(b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n")
            one.start()
            assert waiting.recv(12) == b"HTTP/1.1 200"


def test_the_watchdog_is_fed_several_times_in_its_time(tmp_path: Path) -> None:
    with service(tmp_path / "data") as one:
        one.start(WATCHDOG_USEC="2000000")
        one.heard("READY=1")
        begun = time.monotonic()
        fed = one.heard("WATCHDOG=1", times=4)
        assert time.monotonic() - begun < 20
        assert fed["STATUS"].startswith("Answering at http://127.0.0.1:")


def test_a_process_that_stands_still_feeds_no_watchdog(tmp_path: Path) -> None:
    with service(tmp_path / "data") as one:
        one.start(WATCHDOG_USEC="800000")
        one.heard("WATCHDOG=1")
        one.signal(signal.SIGSTOP)
        time.sleep(0.3)  # what was on its way has arrived
        fed = len(one.told)
        time.sleep(1)
        assert len(one.told) == fed


def test_a_reload_takes_over_what_can_be_and_tells_what_cannot(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "maitre.toml").write_text('log_level = "info"\n')
    with service(data) as one:
        del one._environment["MAITRE_LOG_LEVEL"]
        one.start()
        one.heard("READY=1")
        (data / "maitre.toml").write_text('log_level = "debug"\nhold_s = 7\n')
        one.signal(signal.SIGHUP)
        assert one.heard("RELOADING=1")["MONOTONIC_USEC"].isdigit()
        one.heard("READY=1", times=2)
        (told,) = [event for event in events(one) if event["event"] == "settings_reread"]
        assert (told["taken_over"], told["need_a_restart"]) == (["log_level"], ["hold_s"])


def test_a_webhook_key_is_believed_from_the_reload_on(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "maitre.toml").write_text('retell_webhook_keys = ["key_of_old"]\n')
    with socket_unit() as listener, service(data, listener=listener) as one:
        del one._environment["MAITRE_RETELL_WEBHOOK_KEYS"]
        one.start()
        one.heard("READY=1")
        port = listener.getsockname()[1]
        assert Stream(port, "before", kept_alive=False).post("call_1") == 401
        (data / "maitre.toml").write_text(f'retell_webhook_keys = ["key_of_old", "{KEY}"]\n')
        one.signal(signal.SIGHUP)
        one.heard("READY=1", times=2)
        assert Stream(port, "after", kept_alive=False).post("call_1") == 204


@pytest.mark.parametrize("wrong", ["no_such_setting = 1\n", "log_level = ", 'log_level = "loud"\n'])
def test_a_reload_of_wrong_settings_is_refused_and_the_server_goes_on(tmp_path: Path, wrong: str) -> None:
    data = tmp_path / "data"
    with socket_unit() as listener, service(data, listener=listener) as one:
        one.start()
        one.heard("READY=1")
        (data / "maitre.toml").write_text(wrong)
        one.signal(signal.SIGHUP)
        one.heard("READY=1", times=2)
        (told,) = [event for event in events(one) if event["event"] == "settings_refused"]
        assert "maitre.toml" in str(told["reason"])
        assert status_of(listener.getsockname()[1], "/readyz") == 200


def test_without_systemd_the_port_is_its_own_and_nothing_is_told(tmp_path: Path) -> None:
    with service(tmp_path / "data") as one:
        del one._environment["NOTIFY_SOCKET"]
        one.start()
        deadline = time.monotonic() + 30
        while not (one.log.exists() and "server_started" in one.log.read_text()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        one.signal(signal.SIGTERM)
        assert one.ended() == 0
        assert one.told == []
        assert isinstance(one.process, subprocess.Popen)
