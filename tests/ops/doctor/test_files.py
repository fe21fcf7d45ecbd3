import os
from pathlib import Path

import pytest

from appliance.ops.doctor import files
from support.examined import found, repaired, subject


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return folder


async def test_a_folder_for_its_owner_only_is_well(data: Path) -> None:
    seen = await found(files.look, subject(data))
    assert {check.outcome for check in seen.values()} == {"ok"}


async def test_a_folder_that_is_not_there_is_made_for_its_owner_only(tmp_path: Path) -> None:
    whom = subject(tmp_path / "a/b")
    assert (await found(files.look, whom))["data directory"].outcome == "fail"
    assert await repaired(files.look, whom) == [f"make {tmp_path}/a/b for its owner only"]
    assert mode_of(tmp_path / "a/b") == 0o700
    assert (await found(files.look, whom))["data directory"].outcome == "ok"


@pytest.mark.parametrize(("mode", "outcome"), [(0o755, "fail"), (0o750, "warn")])
async def test_a_folder_open_to_others_is_closed(data: Path, mode: int, outcome: str) -> None:
    data.chmod(mode)
    whom = subject(data)
    check = (await found(files.look, whom))["data directory"]
    assert (check.outcome, check.fixable, check.advice) == (outcome, True, f"chmod 0700 {data}")
    await repaired(files.look, whom)
    assert mode_of(data) == 0o700


@pytest.mark.parametrize(
    ("text", "outcome"), [('retell_api_key = "key_0123456789ab"\n', "fail"), ("port = 81\n", "ok")]
)
async def test_a_file_that_all_can_read_must_hold_no_secret(data: Path, text: str, outcome: str) -> None:
    file = data / "maitre.toml"
    file.write_text(text)
    file.chmod(0o644)
    whom = subject(data, file=file)
    assert (await found(files.look, whom))["settings file"].outcome == outcome
    await repaired(files.look, whom)
    assert mode_of(file) == (0o640 if outcome == "fail" else 0o644)


async def test_a_file_that_a_setting_is_read_from_must_be_its_owners_alone(data: Path, tmp_path: Path) -> None:
    secret = tmp_path / "retell"
    secret.write_text("key_0123456789abcdef")
    secret.chmod(0o644)
    whom = subject(data, retell_api_key_file=secret)
    assert (await found(files.look, whom))["files with secrets"].outcome == "fail"
    await repaired(files.look, whom)
    assert mode_of(secret) == 0o600


async def test_a_link_put_in_the_place_of_a_secret_is_not_followed(data: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("x")
    victim.chmod(0o644)
    (data / "factor.key").symlink_to(victim)
    with pytest.raises(Exception, match=r"factor\.key"):
        await repaired(files.look, subject(data))
    assert mode_of(victim) == 0o644


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a file somebody else's")
async def test_what_a_command_of_roots_left_behind_is_given_back(data: Path) -> None:
    os.chown(data, 12345, 12345)
    (data / "maitre.db-wal").touch()
    whom = subject(data)
    check = (await found(files.look, whom))["owner of the data"]
    assert (check.outcome, "maitre.db-wal" in check.found) == ("fail", True)
    await repaired(files.look, whom)
    assert (data / "maitre.db-wal").stat().st_uid == 12345
    assert (await found(files.look, whom))["owner of the data"].outcome == "ok"
