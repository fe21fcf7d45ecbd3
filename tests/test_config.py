import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.pretty import pretty_repr

from appliance import config
from appliance.config import SETTINGS, Settings, credentials, load, mask, mask_password, render_toml, resolve, sources
from appliance.errors import ConfigError

KEY = "key_0123456789abcdef"
SECRET_TEXT = st.text("ghjkqxyzGHJKQXYZ#%/:@?&= ñ", min_size=6, max_size=30)


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without a system installation; its root is in `tmp_path`."""
    monkeypatch.setattr(sources, "SYSTEM_DATA_DIR", tmp_path / "var/lib/maitre")
    monkeypatch.setattr(sources, "SYSTEM_FILE", tmp_path / "etc/maitre.toml")
    return tmp_path


@pytest.fixture
def home(machine: Path) -> dict[str, str]:
    return {"HOME": str(machine / "home")}


def toml(folder: Path, text: str, name: str = "maitre.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text)
    return path


def problems(*, file: Path | None = None, env: Mapping[str, str] = {}, flags: Mapping[str, Any] = {}) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        load(file=file, env={"HOME": "/nowhere", **env}, flags=flags)
    return str(refused.value).splitlines()


# --- the table -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_says_what_it_means_in_one_sentence(setting: config.Setting) -> None:
    assert setting.meaning.endswith(".")
    assert setting.expected


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_default_is_a_right_value(setting: config.Setting) -> None:
    assert setting.parse(setting.default) == setting.default


def test_nothing_given_means_the_defaults(home: dict[str, str]) -> None:
    found = resolve(file=None, env=home, flags={})
    assert found.settings == Settings(data_dir=Path(home["HOME"], ".local/share/maitre"))
    assert set(found.sources.values()) == {"default"}


# --- right values ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variable", "text", "value"),
    [
        ("MAITRE_PORT", "0", 0),
        ("MAITRE_PORT", "65535", 65535),
        ("MAITRE_HOST", "::1", "::1"),
        ("MAITRE_DATA_DIR", "/srv/maitre", Path("/srv/maitre")),
        ("MAITRE_DATA_DIR", "data", Path.cwd() / "data"),
        ("MAITRE_DATABASE_URL", "sqlite:////srv/book.db", "sqlite:////srv/book.db"),
        ("MAITRE_DATABASE_URL", "postgresql://u:p@h/book", "postgresql://u:p@h/book"),
        ("MAITRE_DATABASE_URL", "", ""),
        ("MAITRE_PUBLIC_URL", "https://maitre.example.com/phone", "https://maitre.example.com/phone"),
        ("MAITRE_RETELL_WEBHOOK_KEYS", "key_new, key_old,", ("key_new", "key_old")),
        ("MAITRE_RETELL_WEBHOOK_KEYS", "", ()),
        ("MAITRE_LOG_LEVEL", "debug", "debug"),
    ],
)
def test_a_variable_sets_its_setting(home: dict[str, str], variable: str, text: str, value: object) -> None:
    settings = load(file=None, env={**home, variable: text}, flags={})
    assert getattr(settings, variable.removeprefix("MAITRE_").lower()) == value


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("port = 9000", "port", 9000),
        ('data_dir = "~/book"', "data_dir", Path("~/book").expanduser()),
        ('retell_webhook_keys = ["key_new", "key_old"]', "retell_webhook_keys", ("key_new", "key_old")),
        ('log_format = "json"', "log_format", "json"),
    ],
)
def test_a_line_of_the_file_sets_its_setting(
    home: dict[str, str], tmp_path: Path, line: str, name: str, value: object
) -> None:
    assert getattr(load(file=toml(tmp_path, line), env=home, flags={}), name) == value


@pytest.mark.parametrize("variable", ["MAITRE_CONFIG", "MAITRE_TOKEN", "MAITRE_TEST_POSTGRES", "PORT", "XMAITRE_PORT"])
def test_a_variable_that_is_no_setting_of_ours_is_left_alone(
    home: dict[str, str], tmp_path: Path, variable: str
) -> None:
    env = {**home, variable: str(toml(tmp_path, ""))}
    assert load(file=None, env=env, flags={}) == load(file=None, env=home, flags={})


# --- who wins --------------------------------------------------------------------------------------------------------


def test_a_flag_wins_over_a_variable_and_that_over_the_file(home: dict[str, str], tmp_path: Path) -> None:
    file = toml(tmp_path, "port = 1\nlease_s = 11\ndrain_s = 111")
    env = {**home, "MAITRE_PORT": "2", "MAITRE_LEASE_S": "22"}
    found = resolve(file=file, env=env, flags={"port": 3, "host": None})
    assert (found.settings.port, found.settings.lease_s, found.settings.drain_s) == (3, 22, 111)
    assert found.sources["port"] == "--port"
    assert found.sources["lease_s"] == "MAITRE_LEASE_S"
    assert found.sources["drain_s"] == str(file)
    assert found.sources["host"] == "default"


def test_a_credential_wins_over_the_file_but_not_over_the_environment(home: dict[str, str], tmp_path: Path) -> None:
    file = toml(tmp_path, 'retell_webhook_keys = ["from_file"]\ndatabase_url = "sqlite:////file.db"')
    credential = toml(tmp_path / "credentials", "from_credential\n", "retell_webhook_keys")
    toml(tmp_path / "credentials", "sqlite:////credential.db", "database_url")
    env = {**home, "CREDENTIALS_DIRECTORY": str(credential.parent), "MAITRE_DATABASE_URL": "sqlite:////env.db"}
    found = resolve(file=file, env=env, flags={})
    assert found.settings.retell_webhook_keys == ("from_credential",)
    assert found.sources["retell_webhook_keys"] == str(credential)
    assert found.settings.database_url == "sqlite:////env.db"


def test_only_secrets_are_taken_from_credentials(home: dict[str, str], tmp_path: Path) -> None:
    toml(tmp_path, "9000", "port")
    assert load(file=None, env={**home, "CREDENTIALS_DIRECTORY": str(tmp_path)}, flags={}).port == 8080


def test_an_empty_credential_counts_as_not_given(home: dict[str, str], tmp_path: Path) -> None:
    file = toml(tmp_path, 'retell_webhook_keys = ["from_file"]')
    toml(tmp_path / "credentials", "\n", "retell_webhook_keys")
    found = resolve(file=file, env={**home, "CREDENTIALS_DIRECTORY": str(tmp_path / "credentials")}, flags={})
    assert found.settings.retell_webhook_keys == ("from_file",)
    assert found.sources["retell_webhook_keys"] == str(file)


def test_root_takes_the_services_credentials_and_may_hand_them_on_to_a_program_without_rights(
    home: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml(tmp_path / "credentials", "sqlite:////credential.db\n", "database_url")
    monkeypatch.setattr(sources, "SYSTEM_CREDENTIALS", tmp_path / "credentials")
    assert load(file=None, env=home, flags={}).database_url == "sqlite:////credential.db"
    assert credentials(home) == {"MAITRE_DATABASE_URL": "sqlite:////credential.db"}


# --- which file ------------------------------------------------------------------------------------------------------


def test_the_file_in_the_data_directory_comes_before_the_systems(home: dict[str, str], machine: Path) -> None:
    toml(machine / "etc", "port = 1")
    toml(machine / "data", "port = 2")
    assert load(file=None, env=home, flags={}).port == 1
    assert load(file=None, env=home, flags={"data_dir": str(machine / "data")}).port == 2


def test_maitre_config_names_the_file_unless_a_flag_does(home: dict[str, str], machine: Path) -> None:
    toml(machine / "etc", "port = 1")
    env = {**home, "MAITRE_CONFIG": str(toml(machine / "env", "port = 2"))}
    assert load(file=None, env=env, flags={}).port == 2
    assert load(file=toml(machine / "flag", "port = 3"), env=env, flags={}).port == 3


@pytest.mark.parametrize(
    ("env", "data_dir"),
    [
        ({"HOME": "/home/ana"}, "/home/ana/.local/share/maitre"),
        ({"HOME": "/home/ana", "XDG_DATA_HOME": "/home/ana/data"}, "/home/ana/data/maitre"),
    ],
)
def test_the_data_lies_in_the_home_of_an_ordinary_user(env: dict[str, str], data_dir: str) -> None:
    assert load(file=None, env=env, flags={}).data_dir == Path(data_dir)


def test_the_data_lies_in_the_services_directory_where_it_may_write(home: dict[str, str], machine: Path) -> None:
    (machine / "var/lib/maitre").mkdir(parents=True)
    assert load(file=None, env=home, flags={}).data_dir == machine / "var/lib/maitre"


# --- wrong values ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variable", "text", "expected"),
    [
        ("MAITRE_PORT", "eighty", "a whole number from 0 to 65535, not 'eighty'"),
        ("MAITRE_PORT", "65536", "a whole number from 0 to 65535, not '65536'"),
        ("MAITRE_TOOL_DEADLINE_MS", "", "a whole number from 100 to 10000, not ''"),
        ("MAITRE_LOG_LEVEL", "loud", "one of debug, info, warning, error, not 'loud'"),
        ("MAITRE_PUBLIC_URL", "http://a.b", "an https:// address without a slash at the end, not 'http://a.b'"),
        ("MAITRE_PUBLIC_URL", "https://a.b/", "an https:// address without a slash at the end, not 'https://a.b/'"),
        ("MAITRE_DATA_DIR", "", "a path, not ''"),
        ("MAITRE_DATABASE_URL", "mysql://h/b", "sqlite:///<path> or postgresql://<user>@<host>/<database>"),
    ],
)
def test_a_wrong_variable_is_refused_with_what_is_expected(variable: str, text: str, expected: str) -> None:
    name = variable.removeprefix("MAITRE_").lower()
    assert problems(env={variable: text}) == [f"{variable}: {name} must be {expected}"]


@pytest.mark.parametrize(
    ("variable", "hint"),
    [
        ("MAITRE_PROT", "; did you mean MAITRE_PORT?"),
        ("MAITRE_DATABASE_URI_FILE", "; did you mean MAITRE_DATABASE_URL_FILE?"),
        ("MAITRE_PORT_FILE", "; did you mean MAITRE_PORT?"),
        ("MAITRE_ZZZZZZ", ""),
    ],
)
def test_an_unknown_variable_is_refused_with_a_spelling_hint(variable: str, hint: str) -> None:
    assert problems(env={variable: "1"}) == [f"{variable} is no setting{hint}"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("port = true", "port must be a whole number from 0 to 65535, not True"),
        ("host = 5", "host must be an address, not 5"),
        (
            'retell_webhook_keys = [""]',
            "retell_webhook_keys must be a list of keys, separated by commas in the environment",
        ),
        ("prot = 80", "prot is no setting; did you mean port?"),
        ("[server]\nport = 80", "server is no setting"),
        ("port =", "is not valid TOML: Invalid value (at end of document)"),
    ],
)
def test_a_wrong_file_is_refused_with_its_path(tmp_path: Path, text: str, line: str) -> None:
    file = toml(tmp_path, text)
    assert problems(file=file) == [f"{file}: {line}"]


def test_a_named_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    missing = tmp_path / "missing.toml"
    assert problems(env={"MAITRE_CONFIG": str(missing)}) == [f"{missing}: cannot be read: No such file or directory"]


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "maitre.toml"
    file.write_bytes(b"\xff")
    assert problems(file=file)[0].startswith(f"{file}: is not valid TOML: ")


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    file = toml(tmp_path, 'prot = 1\nlog_level = "loud"')
    found = problems(file=file, env={"MAITRE_PORT": "x", "MAITRE_HSOT": "y"}, flags={"data_dir": ""})
    assert [line.split()[0] for line in found] == [f"{file}:", f"{file}:", "MAITRE_HSOT", "MAITRE_PORT:", "--data-dir:"]


def test_a_wrong_value_is_told_even_where_another_source_wins(tmp_path: Path) -> None:
    assert len(problems(file=toml(tmp_path, "port = -1"), env={"MAITRE_PORT": "80"})) == 1


# --- secrets ---------------------------------------------------------------------------------------------------------


def test_a_secret_is_read_from_the_file_that_a_variable_names(home: dict[str, str], tmp_path: Path) -> None:
    file = toml(tmp_path, "key_new\nkey_old\n", "keys")
    found = resolve(file=None, env={**home, "MAITRE_RETELL_WEBHOOK_KEYS_FILE": str(file)}, flags={})
    assert found.settings.retell_webhook_keys == ("key_new", "key_old")
    assert found.sources["retell_webhook_keys"] == "MAITRE_RETELL_WEBHOOK_KEYS_FILE"


def test_a_secrets_file_loses_only_its_line_end(home: dict[str, str], tmp_path: Path) -> None:
    file = toml(tmp_path, "sqlite:////srv/a b .db \n", "url")
    settings = load(file=None, env={**home, "MAITRE_DATABASE_URL_FILE": str(file)}, flags={})
    assert settings.database_url == "sqlite:////srv/a b .db "


def test_a_secrets_file_that_is_missing_is_refused() -> None:
    (line,) = problems(env={"MAITRE_DATABASE_URL_FILE": "/nowhere/url"})
    assert line.startswith("MAITRE_DATABASE_URL_FILE: cannot be read: ")
    assert "/nowhere/url" in line


def test_a_secret_given_twice_in_the_environment_is_refused() -> None:
    assert problems(env={"MAITRE_DATABASE_URL": "", "MAITRE_DATABASE_URL_FILE": "/run/url"}) == [
        "MAITRE_DATABASE_URL_FILE: MAITRE_DATABASE_URL is set too; keep one of them"
    ]


@pytest.mark.parametrize(
    ("secret", "shown"),
    [("", "••••"), ("elevenchars", "••••"), ("twelve_chars", "••••hars")],
)
def test_a_mask_shows_the_end_of_long_secrets_only(secret: str, shown: str) -> None:
    assert mask(secret) == shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("", ""),
        ("sqlite:////srv/maitre.db", "sqlite:////srv/maitre.db"),
        ("postgresql://ana@h:5432/book", "postgresql://ana@h:5432/book"),
        ("postgresql://h:5432/book", "postgresql://h:5432/book"),
        ("postgresql://ana:hunter2@h/book?sslmode=require", "postgresql://ana:••••@h/book?sslmode=require"),
        ("postgresql://h/book?user=ana&password=hunter2&a=b", "postgresql://h/book?user=ana&password=••••&a=b"),
    ],
)
def test_of_a_database_url_only_the_password_is_masked(url: str, shown: str) -> None:
    assert mask_password(url) == shown


@given(user=st.text("abc/", max_size=5), password=SECRET_TEXT, host=st.sampled_from(["h", "h:5432", "[::1]"]))
def test_no_password_shows_however_badly_it_is_quoted(user: str, password: str, host: str) -> None:
    assert password not in mask_password(f"postgresql://{user}:{password}@{host}/book")
    assert quote(password) not in mask_password(f"postgresql://{host}/book?password={quote(password)}")


@given(password=SECRET_TEXT, key=st.text("ghjkqxyz", min_size=12, max_size=40))
def test_settings_can_be_printed_without_giving_a_secret_away(password: str, key: str) -> None:
    settings = Settings(database_url=f"postgresql://u:{password}@h/book", retell_webhook_keys=(key,))
    for text in (repr(settings), str(settings), pretty_repr(settings)):
        assert password not in text
        assert key not in text


def test_a_wrong_secret_is_not_in_the_message(tmp_path: Path) -> None:
    file = toml(tmp_path, f'retell_webhook_keys = {{ current = "{KEY}" }}\ndatabase_url = ["{KEY}"]')
    assert not any(KEY in line for line in problems(file=file))


# --- the database's address ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_url", "url"),
    [
        ("", "sqlite:////srv/maitre/maitre.db"),
        ("sqlite:///book.db", "sqlite:///book.db"),
        ("postgresql://h/book", "postgresql://h/book"),
        ("postgres://h/book", "postgresql://h/book"),
    ],
)
def test_the_database_has_one_spelling(given_url: str, url: str) -> None:
    assert Settings(data_dir=Path("/srv/maitre"), database_url=given_url).resolved_database_url == url


# --- writing the file ------------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1)
GIVEN: dict[str, st.SearchStrategy[object]] = {
    "data_dir": st.just(Path("/srv/maitre")),
    "host": TEXT,
    "port": st.integers(0, 65535),
    "retell_webhook_keys": st.lists(TEXT, max_size=3).map(tuple),
    "log_level": st.sampled_from(["debug", "error"]),
}


@given(st.fixed_dictionaries({}, optional=GIVEN))
def test_a_written_file_reads_back_as_what_was_given(values: dict[str, object]) -> None:
    document = tomllib.loads(render_toml(values))
    assert {
        setting.name: setting.parse(document[setting.name]) for setting in SETTINGS if setting.name in document
    } == (values)


def test_a_written_file_holds_every_setting_with_its_meaning_and_default() -> None:
    text = render_toml({"port": 9000})
    assert all(f"# {setting.meaning}\n" in text for setting in SETTINGS)
    assert "\nport = 9000\n" in text
    assert '\n# host = "127.0.0.1"\n' in text


def test_a_written_files_commented_lines_are_right_once_uncommented(home: dict[str, str], tmp_path: Path) -> None:
    names = {setting.name for setting in SETTINGS}
    lines = render_toml({}).splitlines()
    settings_only = [line.removeprefix("# ") for line in lines if line.removeprefix("# ").split(" = ")[0] in names]
    file = toml(tmp_path, "\n".join(settings_only))
    assert load(file=file, env=home, flags={}) == Settings()


@pytest.mark.parametrize("setting", ["trusted_proxies", "platform_addresses", "notify_networks"])
@pytest.mark.parametrize("wrong", ["retell.example.com", "10.0.0.0/8/8", "http://10.0.0.1", "10.0.0.1 10.0.0.2", "*"])
def test_an_address_is_an_address_or_a_network(setting: str, wrong: str) -> None:
    (told,) = problems(env={f"MAITRE_{setting.upper()}": f"127.0.0.1, {wrong}"})
    assert "must be a list of addresses or networks" in told


@pytest.mark.parametrize("wrong", ["*", "https://*.example.com", "panel.example.com", "https://panel.example.com/", ""])
def test_an_origin_is_told_in_full(wrong: str) -> None:
    with pytest.raises(ValueError, match="must be a list of origins"):
        sources.BY_NAME["cors_origins"].parse([wrong])


def test_an_address_that_only_looks_like_one_stops_the_start() -> None:
    with pytest.raises(ConfigError, match=r"platform_addresses: .* does not appear"):
        assert Settings(platform_addresses=("1.2.3.4.5",)).platform_networks


@pytest.mark.parametrize("right", ["https://api.retellai.com", "http://127.0.0.1:8801", "http://localhost:8801/retell"])
def test_the_platforms_api_is_reached_encrypted_or_on_this_machine(right: str) -> None:
    assert sources.BY_NAME["retell_api_url"].parse(right) == right


@pytest.mark.parametrize("wrong", ["http://api.retellai.com", "http://127.0.0.1.example.com", "https://x/", "x", ""])
def test_the_key_of_the_platforms_api_goes_nowhere_in_the_clear(wrong: str) -> None:
    with pytest.raises(ValueError, match="must be an https:// address"):
        sources.BY_NAME["retell_api_url"].parse(wrong)


def test_where_alerts_go_is_shown_by_its_kind_alone() -> None:
    settings = Settings(alert_channels=("tgram://123:s3cret/42",), alert_escalation_channels=("mailtos://a:b@c.de",))
    assert "alert_channels=['tgram://••••']" in repr(settings)
    assert "alert_escalation_channels=['mailtos://••••']" in repr(settings)


@pytest.mark.parametrize("wrong", ["not an address", "://x", "tgram://two words"])
def test_a_channel_is_an_address_and_a_wrong_one_is_not_repeated(wrong: str) -> None:
    (told,) = problems(env={"MAITRE_ALERT_CHANNELS": wrong})
    assert "must be a list of addresses such as tgram://" in told
    assert wrong not in told


@pytest.mark.parametrize(("text", "minutes"), [("", (0, 0)), ("23:00-08:00", (1380, 480)), ("14:30-16:05", (870, 965))])
def test_quiet_hours_are_two_times(text: str, minutes: tuple[int, int]) -> None:
    assert Settings(alert_quiet_hours=text).alert_quiet_minutes == minutes


@pytest.mark.parametrize("wrong", ["23-8", "23:00", "24:00-08:00", "23:00-08:60", "night"])
def test_what_is_no_two_times_is_refused(wrong: str) -> None:
    (told,) = problems(env={"MAITRE_ALERT_QUIET_HOURS": wrong})
    assert "must be two times such as 23:00-08:00" in told


def test_a_zone_that_is_none_stops_the_start() -> None:
    assert Settings(alert_timezone="Atlantic/Canary").alert_zone.key == "Atlantic/Canary"
    for wrong in ("Europe/Nowhere", "../etc/passwd"):
        with pytest.raises(ConfigError, match="is no time zone"):
            assert Settings(alert_timezone=wrong).alert_zone
