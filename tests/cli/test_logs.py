"""What the program logs, whichever verb it is asked for."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from appliance import cli
from support.serve_process import environment

_VERB = """
import click, structlog
from appliance.cli import json_option
from appliance.cli.output import print_json

@click.command()
@json_option
def noisy(*, as_json):
    structlog.get_logger().warning("something_happened", phone="+34600111222")
    print_json({"done": True})
"""
_CALLED = """
from appliance import cli
cli.maitre.add_command(cli._Verb("noisy", "noisy:noisy", "Logs and prints."))
cli.maitre(["noisy", "--json"])
"""
_LOADED = """
import sys
from contextlib import suppress
from appliance.cli import maitre
with suppress(SystemExit):
    maitre(sys.argv[1:])
print("knows" if "structlog" in sys.modules else "knows not")
"""
_NOWHERE = ("--url", "http://127.0.0.1:1")
LOG_NOTHING = [
    ("version",),
    ("config", "show"),
    ("service", "install", "--dry-run"),
    ("console", *_NOWHERE),
    ("simulate", "call", "--key", "k", *_NOWHERE),
    ("limits", "stats", *_NOWHERE),
    ("alerts", "list", *_NOWHERE),
    ("health", *_NOWHERE),
    ("status", *_NOWHERE),
    ("errors", *_NOWHERE),
    ("log-level", *_NOWHERE),
]


def python(program: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=environment(token="t") | {"PYTHONPATH": str(folder), "HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_verb_s_answer_stands_alone_on_stdout_and_the_log_is_beside_it(tmp_path: Path) -> None:
    (tmp_path / "noisy.py").write_text(_VERB)
    done = python(_CALLED, folder=tmp_path)
    assert json.loads(done.stdout) == {"done": True}
    told = json.loads(done.stderr)
    assert (told["event"], told["level"]) == ("something_happened", "warning")
    assert "600111222" not in done.stderr


@pytest.mark.parametrize("words", LOG_NOTHING, ids=lambda words: words[0])
def test_a_verb_that_is_said_to_log_nothing_knows_no_log(words: tuple[str, ...], tmp_path: Path) -> None:
    assert python(_LOADED, *words, folder=tmp_path).stdout.splitlines()[-1] == "knows not"


def test_each_verb_that_is_said_to_log_nothing_is_looked_at() -> None:
    quiet = {verb.name for verb in cli._VERBS if not verb.logs}
    assert quiet == {words[0] for words in LOG_NOTHING}
