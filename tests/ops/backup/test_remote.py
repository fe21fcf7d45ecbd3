"""A copy elsewhere: sent encrypted, listed, fetched, let go of; and what happens when the store does not do it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.errors import BackupError, ConfigError
from appliance.ops.backup.finding import listing
from appliance.store.engine import Database
from support.backups import Keeper, age_key, fill, sums
from support.fake_s3 import BUCKET, KEY_ID, REGION, SECRET, FakeS3

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
def s3() -> Iterator[FakeS3]:
    with FakeS3().running() as fake:
        yield fake


@pytest.fixture
def key(tmp_path: Path) -> tuple[str, Path]:
    return age_key(tmp_path)


def remote(s3: FakeS3, key: tuple[str, Path], **changes: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "backup_recipients": (key[0],),
        "backup_s3_bucket": BUCKET,
        "backup_s3_url": s3.url,
        "backup_s3_region": REGION,
        "backup_s3_prefix": "casa/ñandú",
        "backup_s3_key_id": KEY_ID,
        "backup_s3_secret": SECRET,
    }
    return usual | changes


@pytest.fixture
async def far(database: Database, database_url: str, tmp_path: Path, s3: FakeS3, key: tuple[str, Path]) -> Keeper:
    await fill(database, 600)
    await database.close()
    return Keeper(database_url, tmp_path / "data", **remote(s3, key))


async def test_a_backup_is_sent_with_its_note_and_listed_in_both_places(far: Keeper, s3: FakeS3) -> None:
    made = await far.create()
    assert made.remote == f"s3://{BUCKET}/casa/ñandú"
    assert sorted(s3.objects) == [f"casa/ñandú/{made.entry.name}.json", f"casa/ñandú/{made.entry.name}.tar.zst.age"]
    found = await listing(far.settings)
    assert [(one.entry, one.here, one.remote) for one in found.backups] == [(made.entry, True, True)]


async def test_a_machine_that_lost_everything_gets_it_back(
    far: Keeper, s3: FakeS3, key: tuple[str, Path], tmp_path: Path
) -> None:
    before = await sums(far.url)
    made = await far.create()
    url = f"sqlite:///{tmp_path}/new/maitre.db"
    new = Keeper(url, tmp_path / "new", **remote(s3, key))
    found = await listing(new.settings)
    assert [(one.here, one.remote) for one in found.backups] == [(False, True)]
    await new.restore(made.entry.name, identity=key[1])
    assert await sums(url) == before
    assert new.files() == []


async def test_what_the_store_gives_back_damaged_is_not_put_back(
    far: Keeper, s3: FakeS3, key: tuple[str, Path], tmp_path: Path
) -> None:
    made = await far.create()
    name = f"casa/ñandú/{made.entry.file}"
    s3.objects[name] = s3.objects[name][:-1] + b"x"
    new = Keeper(f"sqlite:///{tmp_path}/new/maitre.db", tmp_path / "new", **remote(s3, key))
    with pytest.raises(BackupError, match="is damaged"):
        await new.restore(made.entry.name, identity=key[1])


async def test_a_large_backup_goes_in_pieces(far: Keeper, s3: FakeS3, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.ops.backup.remote._CHUNK_BYTES", 16_384)
    made = await far.create()
    sent = s3.objects[f"casa/ñandú/{made.entry.file}"]
    assert (made.remote_error, sent) == ("", (far.folder / made.entry.file).read_bytes())
    assert s3.most_at_once_bytes <= 16_384 < len(sent)


async def test_what_fails_for_a_moment_is_tried_again(far: Keeper, s3: FakeS3) -> None:
    s3.refuse_next = 2
    made = await far.create()
    assert made.remote_error == ""
    assert len(s3.objects) == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [({"backup_s3_secret": "wrong"}, "SignatureDoesNotMatch"), ({"backup_s3_bucket": "another"}, "NoSuchBucket")],
)
async def test_a_store_that_refuses_leaves_the_backup_that_is_here(
    far: Keeper, s3: FakeS3, key: tuple[str, Path], change: dict[str, str], told: str
) -> None:
    keeper = Keeper(far.url, far.data_dir, **remote(s3, key, **change))
    made = await keeper.create()
    assert made.remote == ""
    assert made.remote_error.startswith(f"s3://{keeper.settings.backup_s3_bucket}/")
    assert (keeper.folder / made.entry.file).exists()
    found = await listing(keeper.settings)
    assert [(one.here, one.remote) for one in found.backups] == [(True, False)]
    assert found.remote_error


async def test_a_store_that_hangs_is_given_up(far: Keeper, s3: FakeS3, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.ops.backup.remote._TRANSFER_S", 0.5)
    s3.hangs = True
    made = await far.create()
    assert made.remote_error.endswith("gave no answer within 0.5 s.")


async def test_the_store_keeps_as_many_as_the_folder(far: Keeper, s3: FakeS3, key: tuple[str, Path]) -> None:
    keeper = Keeper(far.url, far.data_dir, **remote(s3, key, backup_daily=2, backup_weekly=0))
    names = [(await keeper.create()).entry.name for _ in range(4)]
    found = await listing(keeper.settings)
    assert [one.entry.name for one in found.backups] == names[:1:-1]
    assert all(one.here and one.remote for one in found.backups)
    assert len(s3.objects) == 4


async def test_nothing_leaves_the_machine_unencrypted(far: Keeper, s3: FakeS3, key: tuple[str, Path]) -> None:
    keeper = Keeper(far.url, far.data_dir, **remote(s3, key, backup_recipients=()))
    with pytest.raises(ConfigError, match="set backup_recipients"):
        await keeper.create()
    for missing in ("backup_s3_key_id", "backup_s3_secret"):  # or the client would look for keys elsewhere
        keeper = Keeper(far.url, far.data_dir, **remote(s3, key, **{missing: ""}))
        with pytest.raises(ConfigError, match=missing):
            await keeper.create()
    assert s3.asked.total() == 0
