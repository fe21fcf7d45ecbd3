import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from appliance import __version__, cli
from appliance.errors import ConfigError, StartError

KEY = "key_0123456789abcdef"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty maitre.toml that commands run in this test read."""
    path = tmp_path / "maitre.toml"
    path.touch()
    monkeypatch.setenv("MAITRE_CONFIG", str(path))
    return path


def run(*arguments: str, **env: str) -> Result:
    return CliRunner().invoke(cli.maitre, arguments, env=env, prog_name="maitre")


def python(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], env=env, capture_output=True, text=True, check=False, timeout=30
    )


# --- config show -----------------------------------------------------------------------------------------------------


def test_config_show_tells_each_value_and_its_source(file: Path) -> None:
    file.write_text("lease_s = 60")
    shown = run("config", "show", "--json", "--data-dir", "/srv/maitre", MAITRE_PORT="9000")
    rows = {row["name"]: row for row in json.loads(shown.stdout)}
    assert (rows["data_dir"]["value"], rows["data_dir"]["source"]) == ("/srv/maitre", "--data-dir")
    assert (rows["port"]["value"], rows["port"]["source"]) == (9000, "MAITRE_PORT")
    assert (rows["lease_s"]["value"], rows["lease_s"]["source"]) == (60, str(file))
    assert (rows["host"]["value"], rows["host"]["source"]) == ("127.0.0.1", "default")
    assert rows["port"]["meaning"] == "Port the server listens on; 0 takes any free one."


@pytest.mark.parametrize("json_flag", [[], ["--json"]])
def test_config_show_masks_secrets(file: Path, json_flag: list[str]) -> None:
    url = "postgresql://ana:hunter2@h/book"
    shown = run("config", "show", *json_flag, "--database-url", url, MAITRE_RETELL_WEBHOOK_KEYS=f"{KEY},short")
    assert "postgresql://ana:••••@h/book" in shown.stdout
    assert "••••cdef" in shown.stdout
    assert not any(secret in shown.output for secret in ("hunter2", KEY, "short"))


def test_config_show_is_aligned_text_when_piped(file: Path) -> None:
    lines = run("config", "show").stdout.splitlines()
    column = lines[0].index("source")
    assert lines[0].split() == ["name", "value", "source", "meaning"]
    assert all(line[column:].startswith(("default ", "source ")) for line in lines)


def test_config_show_is_a_drawn_table_on_a_terminal(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("MAITRE_HOST", "[::1]")
    cli.maitre.main(["config", "show"], standalone_mode=False)
    shown = capsys.readouterr().out
    assert "───" in shown
    assert "[::1]" in shown


# --- config check ----------------------------------------------------------------------------------------------------


def test_config_check_says_that_all_is_fine(file: Path) -> None:
    checked = run("config", "check", MAITRE_RETELL_WEBHOOK_KEYS=KEY)
    assert (checked.exit_code, checked.output) == (0, "configuration is fine\n")


def test_config_check_tells_that_the_server_will_miss_its_key(file: Path) -> None:
    checked = run("config", "check")
    assert (checked.exit_code, checked.stdout) == (0, "configuration is fine\n")
    assert "retell_webhook_keys" in checked.stderr


def test_config_check_fails_with_every_problem_on_its_line(tmp_path: Path) -> None:
    file = tmp_path / "maitre.toml"
    file.write_text("prot = 1\nlog_level = 'loud'")
    env = {"HOME": str(tmp_path), "MAITRE_PORT": "eighty"}
    checked = python("-m", "appliance", "config", "check", "--config", str(file), **env)
    assert (checked.returncode, checked.stdout) == (1, "")
    assert checked.stderr.splitlines() == [
        f"maitre: {file}: prot is no setting; did you mean port?",
        f"maitre: {file}: log_level must be one of debug, info, warning, error, not 'loud'",
        "maitre: MAITRE_PORT: port must be a whole number from 0 to 65535, not 'eighty'",
    ]


# --- the command as a whole ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("flag", ["-V", "--version"])
def test_the_version_flag_prints_the_version(flag: str) -> None:
    assert run(flag).output == f"maitre {__version__}\n"


@pytest.mark.parametrize("flag", ["--version", "--help"])
def test_the_version_and_the_help_import_no_verb_and_no_heavy_library(flag: str) -> None:
    program = f"""
import atexit, sys
heavy = ("litestar", "sqlalchemy", "granian", "rich", "msgspec", "appliance.config", "appliance.cli.")
atexit.register(lambda: print([name for name in sys.modules if name.startswith(heavy)], file=sys.stderr))
sys.argv = ["maitre", {flag!r}]
from appliance.cli import main
main()
"""
    assert python("-c", program).stderr == "[]\n"


def test_version_tells_what_maitre_runs_on() -> None:
    versions = json.loads(run("version", "--json").stdout)
    assert versions["version"] == __version__
    assert set(versions) == {"version", "python", "platform", "sqlite"}
    assert all(f"{value}\n" in run("version").stdout for value in versions.values())


def test_the_help_names_every_verb_with_its_meaning() -> None:
    shown = run("--help").stdout
    for verb in ("setup", "serve", "demo", "simulate", "config", "db", "queue", "replay", "version"):
        assert f"\n  {verb} " in shown


def test_a_misspelt_verb_is_wrong_usage_with_a_hint() -> None:
    asked = run("confg")
    assert asked.exit_code == 2
    assert "Did you mean 'config'?" in asked.stderr


def test_an_unknown_option_is_wrong_usage() -> None:
    assert run("config", "check", "--loud").exit_code == 2


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """A verb `fail` that raises the parameter."""

    def fail() -> None:
        raise request.param

    monkeypatch.setitem(cli.maitre.commands, "fail", click.Command("fail", callback=fail))


@pytest.mark.parametrize("failing", [StartError("port 80 is taken")], indirect=True)
def test_a_foreseen_failure_is_one_line_without_a_traceback(failing: None) -> None:
    failed = run("fail")
    assert (failed.exit_code, failed.stdout, failed.stderr) == (1, "", "maitre: port 80 is taken\n")


@pytest.mark.parametrize("failing", [KeyboardInterrupt()], indirect=True)
def test_an_interrupt_ends_quietly_with_the_shells_code(failing: None) -> None:
    ended = run("fail")
    assert (ended.exit_code, ended.output) == (130, "")


@pytest.mark.parametrize("failing", [RuntimeError("a bug")], indirect=True)
def test_a_bug_is_not_disguised(failing: None) -> None:
    assert isinstance(run("fail").exception, RuntimeError)


# --- what verbs share ------------------------------------------------------------------------------------------------


def test_a_verbs_own_option_named_like_a_setting_is_a_flag(file: Path) -> None:
    params: dict[str, Any] = {"config_file": str(file), "data_dir": None, "port": 9000, "once": True}
    assert cli.resolved_from(params).sources["port"] == "--port"


def test_a_verbs_wrong_option_is_refused_under_its_name(file: Path) -> None:
    with pytest.raises(ConfigError, match=r"^--port: port must be a whole number from 0 to 65535, not 70000$"):
        cli.settings_from({"port": 70000})
