import asyncio
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from appliance.app import Server
from appliance.config import Settings
from appliance.errors import StartError
from appliance.voice.retell.signature import sign
from support.raw_http import Connection, connect
from support.retell_bodies import sample
from support.serve_process import KEY, ServeProcess, command, environment, failed_start, serve
from support.serving import EVENTS, TOOLS

BOTH_SIGNALS = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])


@pytest.fixture
def data_dir(sqlite_template_url: str, tmp_path: Path) -> Path:
    """With a migrated database in it."""
    (tmp_path / "maitre.db").write_bytes(Path(sqlite_template_url.removeprefix("sqlite:///")).read_bytes())
    return tmp_path


def request(path: str, body: bytes) -> bytes:
    """Signed now, for a server that goes by the machine's clock."""
    signature = sign(body, KEY, int(time.time() * 1000))
    head = f"POST {path} HTTP/1.1\r\nhost: x\r\nx-retell-signature: {signature}\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def has_read_all(server: ServeProcess) -> None:
    """What was sent before this request is with the server when this one is answered."""
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.get(f"{server.url}/livez")).status_code == 200


async def takes_no_more(server: ServeProcess) -> None:
    async with asyncio.timeout(5):
        while True:
            try:
                late = await connect(server.port)
            except ConnectionError:
                return
            await late.close()
            await asyncio.sleep(0.01)


def stored(data_dir: Path) -> int:
    with closing(sqlite3.connect(data_dir / "maitre.db")) as database:
        count: int = database.execute("SELECT count(*) FROM inbox").fetchone()[0]
        return count


@contextmanager
def locked(data_dir: Path) -> Iterator[None]:
    with closing(sqlite3.connect(data_dir / "maitre.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


# --- the end ---


@BOTH_SIGNALS
async def test_a_webhook_that_is_half_here_when_the_end_is_called_is_still_taken(
    data_dir: Path, number: signal.Signals
) -> None:
    whole = request(EVENTS, sample("12"))
    with serve(data_dir) as server:
        connection = await connect(server.port)
        await connection.send(whole[:-500])
        await has_read_all(server)
        server.signal(number)
        await takes_no_more(server)
        await connection.send(whole[-500:])
        assert (await connection.answer()).status == 204
        assert await asyncio.to_thread(server.exit_code, within_s=10) == 0
        await connection.close()
    assert stored(data_dir) == 1


async def test_a_tool_that_waits_for_the_database_when_the_end_is_called_is_still_answered(data_dir: Path) -> None:
    with serve(data_dir) as server, locked(data_dir):
        connection = await connect(server.port)
        await connection.send(request(TOOLS, sample("21")))
        await has_read_all(server)
        server.signal(signal.SIGTERM)
        answer = await connection.answer()
        assert (answer.status, b'"ok":false' in answer.body) == (200, True)
        assert await asyncio.to_thread(server.exit_code, within_s=10) == 0
        await connection.close()


async def test_the_next_start_works_at_once_and_finds_everything(data_dir: Path) -> None:
    for number, name in enumerate(("10", "11", "12"), start=1):
        with serve(data_dir) as server:
            connection = await connect(server.port)
            await connection.send(request(EVENTS, sample(name)))
            assert (await connection.answer()).status == 204
            server.signal(signal.SIGTERM)
            assert await asyncio.to_thread(server.exit_code, within_s=10) == 0
            await connection.close()
        assert stored(data_dir) == number


async def idle(connection: Connection) -> None:
    await connection.send(b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n")
    assert (await connection.answer()).status == 200


async def test_idle_clients_do_not_hold_up_the_end(data_dir: Path) -> None:
    with serve(data_dir) as server:
        crowd = [await connect(server.port) for _ in range(20)]
        for one in crowd[:10]:
            await idle(one)
        server.signal(signal.SIGTERM)
        assert await asyncio.to_thread(server.exit_code, within_s=4) == 0
        for one in crowd:
            await one.close()


@pytest.mark.parametrize("half", [b"POST /webh", request(EVENTS, sample("12"))[:-9]])
async def test_a_client_that_never_comes_to_an_end_is_waited_for_no_longer_than_was_said(
    data_dir: Path, half: bytes
) -> None:
    with serve(data_dir, drain_s=1) as server:
        connection = await connect(server.port)
        await connection.send(half)
        await has_read_all(server)
        server.signal(signal.SIGTERM)
        assert await asyncio.to_thread(server.exit_code, within_s=4) == 0
        await connection.close()


async def test_a_second_signal_ends_the_process_at_once(data_dir: Path) -> None:
    with serve(data_dir, drain_s=300) as server:
        connection = await connect(server.port)
        await connection.send(b"POST /webh")
        await has_read_all(server)
        server.signal(signal.SIGTERM)
        await takes_no_more(server)
        server.signal(signal.SIGTERM)
        assert await asyncio.to_thread(server.exit_code, within_s=5) == -signal.SIGTERM
        await connection.close()


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_process_whose_http_server_broke_ends_so_that_another_can_begin(
    database_url: str, tmp_path: Path
) -> None:
    settings = Settings(database_url=database_url, data_dir=tmp_path, port=0, retell_webhook_keys=(KEY,))
    server = Server(settings)
    ready = asyncio.Event()
    running = asyncio.create_task(server.serve(lambda _: ready.set()))
    await ready.wait()
    server.parts.http._serving[0].task.cancel()
    with pytest.raises(StartError, match="HTTP server broke"):
        await running


def test_a_signal_in_the_middle_of_the_start_is_the_end_at_once(data_dir: Path) -> None:
    settings = environment(data_dir=data_dir, port=0, retell_webhook_keys=KEY)
    with locked(data_dir), subprocess.Popen(command("serve"), env=settings) as process:
        while not (data_dir / "maitre.db.lock").exists():  # from here on it waits for the database, for two minutes
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == -signal.SIGTERM


# --- the start ---


def test_without_a_webhook_key_nothing_starts_and_nothing_is_made(tmp_path: Path) -> None:
    line = failed_start(data_dir=tmp_path / "data", retell_webhook_keys="")
    assert "maitre setup" in line
    assert not (tmp_path / "data").exists()


def test_a_port_in_use_is_said_before_the_data_is_touched(tmp_path: Path) -> None:
    with serve(tmp_path / "one") as server:
        line = failed_start(data_dir=tmp_path / "two", port=server.port)
    assert f"port {server.port}: Address already in use" in line
    assert (tmp_path / "two" / "maitre.db").stat().st_size == 0


def test_a_second_server_on_the_same_data_is_refused_and_the_first_goes_on(data_dir: Path) -> None:
    with serve(data_dir) as server:
        assert "Another server is using" in failed_start(data_dir=data_dir)
        assert httpx.get(f"{server.url}/readyz", trust_env=False).status_code == 200


def test_a_server_that_could_not_start_leaves_the_counters_to_the_one_that_runs(data_dir: Path) -> None:
    counters = data_dir / "limits.bin"
    counters.write_bytes(b"what was counted")
    with serve(data_dir / "other") as server:
        failed_start(data_dir=data_dir, port=server.port)
    assert counters.read_bytes() == b"what was counted"


def test_a_killed_server_leaves_nothing_in_the_way_of_the_next(data_dir: Path) -> None:
    with serve(data_dir) as server:
        server.signal(signal.SIGKILL)
        server.exit_code(within_s=5)
    with serve(data_dir) as server:
        assert httpx.get(f"{server.url}/readyz", trust_env=False).status_code == 200


def test_a_database_of_a_newer_program_is_left_as_it_is(data_dir: Path) -> None:
    with closing(sqlite3.connect(data_dir / "maitre.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    before = (data_dir / "maitre.db").read_bytes()
    assert "schema 9999, which is newer than this program knows" in failed_start(data_dir=data_dir)
    assert (data_dir / "maitre.db").read_bytes() == before


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "maitre.db").write_text("shopping list " * 1000)
    assert "not a database" in failed_start(data_dir=tmp_path)
    assert (tmp_path / "maitre.db").read_text() == "shopping list " * 1000


def test_a_data_directory_that_cannot_be_one_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert str(tmp_path / "file") in failed_start(data_dir=tmp_path / "file" / "data")


def test_a_postgres_that_is_not_there_is_said_without_its_password(tmp_path: Path) -> None:
    line = failed_start(data_dir=tmp_path, database_url=f"postgresql://ana:hunter2@/book?host={tmp_path}")
    assert "The database does not answer" in line
    assert "hunter2" not in line


def test_a_wrong_setting_is_said_by_name(tmp_path: Path) -> None:
    assert "MAITRE_PORT: port must be a whole number from 0 to 65535, not 'x'" in failed_start(port="x")
    assert "did you mean MAITRE_DRAIN_S" in failed_start(drain="1")


async def test_a_start_that_fails_late_leaves_nothing_open(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data_dir=data_dir, port=0, retell_webhook_keys=(KEY,), log_level="error")
    server = Server(settings)

    async def broken() -> None:
        raise StartError("so it is")

    monkeypatch.setattr(server.parts.directory, "refresh", broken)
    with pytest.raises(StartError, match="so it is"):
        await server.start()
    again = Server(settings)
    await again.start()
    await again.stop()
