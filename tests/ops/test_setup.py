import os
import stat
from pathlib import Path

import pytest

from appliance.config import Settings, load
from appliance.errors import StartError
from appliance.ops.setup import SetupReport, set_up
from appliance.services.access.api_tokens import ApiTokens
from appliance.store.engine import Database
from support.fake_clock import FakeClock

SECRET = "key_very_secret"


def _settings(folder: Path, **changes: object) -> Settings:
    return Settings(**{"data_dir": folder / "data", "retell_webhook_keys": (SECRET,), "port": 9123} | changes)  # type: ignore[arg-type]


async def _set_up(folder: Path, *, asked: dict[str, object] | None = None, **changes: object) -> SetupReport:
    file = folder / "data" / "maitre.toml"
    return await set_up(_settings(folder, **changes), file=file, asked=asked or {}, email="ana@maitre.example")


async def test_the_first_run_makes_everything_and_gives_out_a_token_that_works(tmp_path: Path) -> None:
    report = await _set_up(tmp_path)
    assert (report.config_written, report.admin_email) == (True, "ana@maitre.example")
    assert report.webhook_url.endswith(":9123/webhooks/retell")
    assert report.inbound_url == f"{report.webhook_url}/inbound"
    database = Database(_settings(tmp_path).resolved_database_url)
    assert (await ApiTokens(database, FakeClock()).principal(report.admin_token)).email == "ana@maitre.example"
    await database.close()


async def test_nobody_else_can_read_what_it_writes(tmp_path: Path) -> None:
    await _set_up(tmp_path)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data").iterdir()}
    assert modes["maitre.toml"] == 0o600
    assert {mode & 0o077 for mode in modes.values()} <= {0}
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


async def test_the_file_keeps_the_key_and_the_report_does_not(tmp_path: Path) -> None:
    report = await _set_up(tmp_path)
    assert SECRET in (tmp_path / "data" / "maitre.toml").read_text()
    assert SECRET not in repr(report)
    assert report.webhook_key_set


async def test_run_again_it_keeps_what_is_there_and_shows_no_token(tmp_path: Path) -> None:
    await _set_up(tmp_path)
    file = tmp_path / "data" / "maitre.toml"
    before = file.read_text()
    report = await _set_up(tmp_path, port=9999)
    assert (report.config_written, report.admin_token) == (False, "")
    assert file.read_text() == before


async def test_of_several_admins_one_must_be_named_for_a_new_token(tmp_path: Path) -> None:
    await _set_up(tmp_path)
    database = Database(_settings(tmp_path).resolved_database_url)
    await ApiTokens(database, FakeClock()).operator(email="eva@maitre.example", name="Eva")
    await database.close()
    file = tmp_path / "data" / "maitre.toml"
    with pytest.raises(StartError, match="Say with --email who gets the new token"):
        await set_up(_settings(tmp_path), file=file, asked={}, email="", new_token=True)
    told = await set_up(_settings(tmp_path), file=file, asked={}, email="eva@maitre.example", new_token=True)
    assert told.admin_email == "eva@maitre.example"


async def test_a_key_given_later_is_added_to_the_file(tmp_path: Path) -> None:
    await _set_up(tmp_path, retell_webhook_keys=())
    file = tmp_path / "data" / "maitre.toml"
    await _set_up(tmp_path, asked={"retell_webhook_keys": [SECRET]})
    assert SECRET in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(StartError, match="retell_webhook_keys already"):
        await _set_up(tmp_path, asked={"retell_webhook_keys": ["key_other"]})


async def test_a_place_where_nothing_can_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file is in the way")
    with pytest.raises(StartError, match="data"):
        await _set_up(tmp_path)


async def test_settings_elsewhere_than_the_data_say_where_those_are(tmp_path: Path) -> None:
    file = tmp_path / "etc" / "maitre.toml"
    file.parent.mkdir()
    await set_up(_settings(tmp_path), file=file, asked={}, email="")
    found = load(file=file, env={"HOME": str(tmp_path)}, flags={})
    assert (found.data_dir, found.retell_webhook_keys) == (tmp_path / "data", (SECRET,))


@pytest.mark.skipif(os.geteuid() != 0, reason="NOT CHECKED HERE: only root makes files for others")
async def test_what_root_makes_in_the_services_folder_is_the_services(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    os.chown(tmp_path / "data", 4711, 4712)
    await _set_up(tmp_path)
    owners = {(path.stat().st_uid, path.stat().st_gid) for path in (tmp_path / "data").iterdir()}
    assert owners == {(4711, 4712)}
