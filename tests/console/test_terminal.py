"""`maitre console` as an operator starts it: in a terminal, against a server that runs as a process of its own."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pexpect
import pyte
import pytest

from support.running_demo import running_demo
from support.serve_process import environment
from support.warm import WarmProcess

COLUMNS, LINES = 80, 24


class Terminal:
    """What a person would see of the console, and their keyboard."""

    def __init__(self, child: pexpect.spawn) -> None:
        self._child = child
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self._screen.display]

    def sees(self, *texts: str, within_s: float = 60) -> None:
        """Fails by time, with what was seen instead."""
        until = time.monotonic() + within_s
        while not all(any(text in line for line in self.lines) for text in texts):
            assert time.monotonic() < until, "\n".join([f"no {texts}:", *self.lines])
            self._take_in()

    def types(self, keys: str) -> None:
        self._child.send(keys)

    def ends(self) -> int:
        until = time.monotonic() + 60
        while self._child.isalive():
            assert time.monotonic() < until, "\n".join(self.lines)
            self._take_in()
        assert isinstance(self._child.exitstatus, int)
        return self._child.exitstatus

    def _take_in(self) -> None:
        with suppress(pexpect.TIMEOUT, pexpect.EOF):
            self._stream.feed(self._child.read_nonblocking(65_536, timeout=0.2))


@contextmanager
def terminal(url: str | None, token: str, home: Path, *options: str, **env: str) -> Iterator[Terminal]:
    told = {"TERM": "xterm-256color", "LANG": "es_ES.UTF-8", "HOME": str(home), "MAITRE_TOKEN": token}
    command = ["-m", "appliance", "console", *(["--url", url] if url else []), *options]
    plain = {name: value for name, value in environment().items() if name not in ("LC_ALL", "XDG_CONFIG_HOME")}
    child = pexpect.spawn(sys.executable, command, env=plain | told | env, dimensions=(LINES, COLUMNS))
    try:
        yield Terminal(child)
    finally:
        child.close(force=True)


@pytest.fixture(scope="module")
def demo() -> Iterator[tuple[WarmProcess, dict[str, str]]]:
    with running_demo() as started:
        yield started


def test_it_shows_the_platform_walks_its_screens_and_leaves(
    demo: tuple[WarmProcess, dict[str, str]], tmp_path: Path
) -> None:
    _, told = demo
    with terminal(told["url"], told["admin_token"], tmp_path) as screen:
        screen.sees("● en directo", "Peticiones", "Los restaurantes peores", "✓ Todo está bien.")
        screen.types("2")
        screen.sees("Restaurantes · 32", "Asador Don Celedonio")
        screen.types("/marea\r")
        screen.sees("Restaurantes · 1 de 32 · /marea")
        screen.types("\r")
        screen.sees("Restaurantes › La Marea", "rest_la_marea")
        screen.types("P")
        screen.sees("«pausar»")
        screen.types("pausar\r")
        screen.sees("En pausa: La Marea")
        screen.sees("▲ en pausa")
        screen.types("R")
        screen.sees("«reanudar»")
        screen.types("reanudar\r")
        screen.sees("✓ activo")
        screen.types("q")
        assert screen.ends() == 0


def test_a_server_that_ends_is_missed_on_the_screen(tmp_path: Path) -> None:
    with (
        running_demo() as (process, told),
        terminal(told["url"], told["admin_token"], tmp_path, "--read-only") as screen,
    ):
        screen.sees("● en directo", "solo lectura")
        process.send_signal(signal.SIGTERM)
        screen.sees("✖ SIN CONEXIÓN", "▲ de hace")
        screen.types("q")
        assert screen.ends() == 0


def test_a_socket_of_the_server_s_machine_shows_the_same(tmp_path: Path) -> None:
    path = tmp_path / "maitre.sock"
    with (
        running_demo(socket=path) as (process, told),
        terminal(f"unix:{path}", told["admin_token"], tmp_path) as screen,
    ):
        screen.sees("● en directo", "Peticiones", "Los restaurantes peores", "✓ Todo está bien.")
        screen.types("5")
        screen.sees("La cola está vacía")
        process.send_signal(signal.SIGTERM)
        screen.sees("✖ SIN CONEXIÓN")
        screen.types("q")
        assert screen.ends() == 0


def test_the_operator_s_file_chooses_language_and_keys(
    demo: tuple[WarmProcess, dict[str, str]], tmp_path: Path
) -> None:
    _, told = demo
    file = tmp_path / ".config" / "maitre" / "console.toml"
    file.parent.mkdir(parents=True)
    file.write_text('language = "en"\ntheme = "plain"\n[keys]\n"app.quit" = "x"\n')
    with terminal(told["url"], told["admin_token"], tmp_path, "--screen", "alerts", NO_COLOR="1") as screen:
        screen.sees("● live", "Alerts · 0", "x quit")
        screen.types("x")
        assert screen.ends() == 0


def test_a_demo_is_opened_for_it_and_ends_with_it(tmp_path: Path) -> None:
    """Whatever settings there are of a server that is in earnest."""
    with terminal(None, "", tmp_path, "--demo", TMPDIR=str(tmp_path), MAITRE_DATA_DIR=str(tmp_path / "real")) as screen:
        screen.sees("● en directo", "Los restaurantes peores")
        screen.types("2")
        screen.sees("Restaurantes · 32")
        assert len(list(tmp_path.glob("maitre-demo-*"))) == 1
        screen.types("q")
        assert screen.ends() == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("token", "text"), [("", "no token: set MAITRE_TOKEN"), ("x", "the console needs a terminal")])
def test_what_is_missing_is_told_in_a_line(token: str, text: str) -> None:
    env = environment() | ({"MAITRE_TOKEN": token} if token else {})
    command = [sys.executable, "-m", "appliance", "console"]
    done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert text in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_file_that_makes_no_sense_is_told_in_a_line(tmp_path: Path) -> None:
    file = tmp_path / "maitre" / "console.toml"
    file.parent.mkdir()
    file.write_text('[keys]\n"app.quti" = "x"\n')
    with terminal("http://127.0.0.1:1", "x", tmp_path, XDG_CONFIG_HOME=str(tmp_path)) as screen:
        screen.sees("no key is called app.quti")
        assert screen.ends() == 1
