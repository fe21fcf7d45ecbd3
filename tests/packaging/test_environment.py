import shutil
import subprocess
from pathlib import Path

import pytest

# Stands in for Python, venv and pip, which need the network: says what it is, copies itself, notes what was asked.
PYTHON = """#!/bin/sh
case "$1 $2" in
    "-c "*) echo "{version} {path}" ;;
    "-m venv") mkdir -p "$3/bin" && cp "{path}" "$3/bin/python" && echo venv >>"{log}" ;;
    "-m pip") shift 2; [ "$1" = --version ] || echo "$@" >>"{log}"; [ ! -e "{path}.offline" ] ;;
esac
"""


class Tree:
    """A checkout, with spaces in its path, as far as scripts/environment looks at it."""

    def __init__(self, root: Path, place: Path) -> None:
        self.home = place / "a restaurant's checkout"
        self.log = place / "log"
        self.python = place / "python3"
        self.offline = place / "python3.offline"
        (self.home / "scripts").mkdir(parents=True)
        for file in ("scripts/environment", "pyproject.toml", "packaging/constraints.txt"):
            (self.home / file).parent.mkdir(exist_ok=True)
            shutil.copy(root / file, self.home / file)
        self.become("3.11.7")

    def become(self, version: str) -> None:
        self.python.write_text(PYTHON.format(version=version, path=self.python, log=self.log))
        self.python.chmod(0o755)

    def start(self, wanted: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.home / "scripts" / "environment", wanted],
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "PYTHON": str(self.python)},
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def prepare(self, wanted: str) -> tuple[int, str]:
        """The exit code and what was said."""
        with self.start(wanted) as script:
            _, said = script.communicate()
        return script.returncode, said

    def done(self) -> list[str]:
        """What has been done since the last time of asking, shortened."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return [_short(line) for line in lines]


def _short(line: str) -> str:
    ends = {
        "--editable .": "runtime",
        "--group dev": "dev",
        "--group dev --group bench": "bench",
        " pip setuptools": "tools",
    }
    return next((short for end, short in ends.items() if line.endswith(end)), line)


@pytest.fixture
def tree(root: Path, tmp_path: Path) -> Tree:
    return Tree(root, tmp_path)


def test_the_environment_is_made_once(tree: Tree) -> None:
    assert tree.prepare("runtime")[0] == 0
    assert tree.done() == ["venv", "tools", "runtime"]
    assert tree.prepare("runtime") == (0, "")
    assert tree.done() == []


def test_the_tests_needs_are_added_to_the_servers(tree: Tree) -> None:
    tree.prepare("runtime")
    tree.prepare("dev")
    assert tree.done() == ["venv", "tools", "runtime", "tools", "dev"]


def test_an_environment_for_tests_serves_the_server_too(tree: Tree) -> None:
    tree.prepare("dev")
    tree.done()
    assert tree.prepare("runtime") == (0, "")
    assert tree.done() == []


def test_the_benchmarks_environment_serves_the_tests_too(tree: Tree) -> None:
    tree.prepare("dev")
    tree.prepare("bench")
    assert tree.done() == ["venv", "tools", "dev", "tools", "bench"]
    assert tree.prepare("dev") == (0, "")
    assert tree.done() == []


@pytest.mark.parametrize("file", ["pyproject.toml", "packaging/constraints.txt", "scripts/environment"])
def test_a_change_of_what_decides_its_contents_brings_it_up_to_date(tree: Tree, file: str) -> None:
    tree.prepare("dev")
    tree.done()
    with (tree.home / file).open("a") as changed:
        changed.write("# changed\n")
    tree.prepare("dev")
    assert tree.done() == ["tools", "dev"]


def test_another_python_gets_a_new_environment(tree: Tree) -> None:
    tree.prepare("dev")
    tree.done()
    tree.become("3.12.1")
    tree.prepare("dev")
    assert tree.done() == ["venv", "tools", "dev"]


def test_a_failed_installation_is_reported_and_begun_anew(tree: Tree) -> None:
    tree.offline.touch()
    assert tree.prepare("dev")[0] == 1
    tree.offline.unlink()
    tree.done()
    assert tree.prepare("dev")[0] == 0
    assert tree.done() == ["venv", "tools", "dev"]


def test_an_environment_whose_python_has_gone_is_made_anew(tree: Tree) -> None:
    tree.prepare("dev")
    tree.done()
    (tree.home / ".venv" / "bin" / "python").unlink()
    tree.prepare("dev")
    assert tree.done() == ["venv", "tools", "dev"]


def test_an_environment_that_was_moved_is_made_anew(tree: Tree) -> None:
    tree.prepare("dev")
    tree.done()
    tree.home = tree.home.rename(tree.home.with_name("elsewhere"))
    tree.prepare("dev")
    assert tree.done() == ["venv", "tools", "dev"]


def test_scripts_that_start_at_once_make_it_once(tree: Tree) -> None:
    scripts = [tree.start("dev") for _ in range(5)]
    assert [(script.communicate(), script.returncode)[1] for script in scripts] == [0] * 5
    assert tree.done() == ["venv", "tools", "dev"]


@pytest.mark.parametrize(("code", "needed"), [(3, "Python 3.11 or newer"), (4, "apt install python3-venv")])
def test_what_the_machine_lacks_is_told_in_one_line(tree: Tree, code: int, needed: str) -> None:
    tree.python.write_text(f"#!/bin/sh\nexit {code}\n")
    exit_code, said = tree.prepare("runtime")
    assert exit_code == 1
    assert needed in said
    assert said.count("\n") == 1
