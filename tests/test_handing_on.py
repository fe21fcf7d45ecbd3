from pathlib import Path

import pytest

from appliance.cli.serve import _host
from appliance.config import handing_on

SECRET = "postgresql://maitre:hunter22@db.example.com/maitre"


def test_of_what_was_given_as_flags_the_secret_goes_by_the_environment() -> None:
    flags = {"config_file": "/etc/m.toml", "data_dir": None, "database_url": SECRET, "host": "::1"}
    assert handing_on.words(flags) == ("--config=/etc/m.toml",)
    assert handing_on.variables(flags) == {"MAITRE_DATABASE_URL": SECRET}


def test_paths_are_whole_as_the_other_process_may_stand_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert handing_on.words({"data_dir": "data"}) == (f"--data-dir={tmp_path}/data",)


def test_what_is_given_takes_the_place_of_a_value_and_of_a_file_that_names_it() -> None:
    own = {"PATH": "/bin", "MAITRE_DATABASE_URL_FILE": "/secret", "MAITRE_PORT": "1"}
    given = {"MAITRE_DATABASE_URL": SECRET}
    assert handing_on.environment(own, given) == {"PATH": "/bin", "MAITRE_PORT": "1", **given}


def test_a_backup_that_a_server_makes_is_of_its_database_and_tells_nobody_where_that_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MAITRE_DATABASE_URL_FILE", "/secret")
    host = _host({"database_url": SECRET, "data_dir": "/data"})
    assert not [word for word in host.backup if "hunter22" in word]
    assert host.backup_env
    assert host.backup_env["MAITRE_DATABASE_URL"] == SECRET
    assert "MAITRE_DATABASE_URL_FILE" not in host.backup_env
