import base64
import stat
from pathlib import Path

import pytest

from appliance.errors import Conflict
from appliance.guard.sealing import Sealer

KEY = base64.b64encode(b"k" * 32).decode()
OTHER = base64.b64encode(b"o" * 32).decode()


def test_what_is_sealed_opens_with_its_key_and_no_other() -> None:
    sealed = Sealer(KEY).seal("a secret", of="user_ana")
    assert b"a secret" not in sealed
    assert Sealer(KEY).open(sealed, of="user_ana") == "a secret"
    assert Sealer(OTHER).open(sealed, of="user_ana") is None


def test_what_is_one_s_does_not_open_as_another_s() -> None:
    sealed = Sealer(KEY).seal("a secret", of="user_ana")
    assert Sealer(KEY).open(sealed, of="user_eva") is None


def test_what_somebody_altered_does_not_open() -> None:
    sealed = Sealer(KEY).seal("a secret", of="user_ana")
    altered = [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(len(sealed))]
    assert {Sealer(KEY).open(one, of="user_ana") for one in altered} == {None}


def test_the_same_is_sealed_in_another_way_each_time() -> None:
    assert len({Sealer(KEY).seal("a secret", of="user_ana") for _ in range(10)}) == 10


def test_a_key_is_made_when_first_needed_kept_and_nobody_else_s_to_read(tmp_path: Path) -> None:
    file = tmp_path / "factor.key"
    sealed = Sealer(file=file).seal("a secret", of="user_ana")
    assert Sealer(file=file).open(sealed, of="user_ana") == "a secret"
    assert len(base64.b64decode(file.read_text())) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_where_the_directory_is_missing_it_is_made_too(tmp_path: Path) -> None:
    file = tmp_path / "data" / "factor.key"
    sealed = Sealer(file=file).seal("a secret", of="user_ana")
    assert Sealer(file=file).open(sealed, of="user_ana") == "a secret"
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_key_that_is_there_is_not_replaced(tmp_path: Path) -> None:
    file = tmp_path / "factor.key"
    Sealer(file=file).seal("a secret", of="user_ana")
    kept = file.read_text()
    Sealer(file=file).seal("another", of="user_eva")
    assert file.read_text() == kept


def test_looking_makes_no_key(tmp_path: Path) -> None:
    sealed = Sealer(KEY).seal("a secret", of="user_ana")
    assert Sealer(file=tmp_path / "factor.key").open(sealed, of="user_ana") is None
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_is_given_is_the_one_that_counts(tmp_path: Path) -> None:
    file = tmp_path / "factor.key"
    sealed = Sealer(KEY, file=file).seal("a secret", of="user_ana")
    assert not file.exists()
    assert Sealer(KEY).open(sealed, of="user_ana") == "a secret"


def test_without_a_key_nothing_is_sealed_and_nothing_opens() -> None:
    with pytest.raises(Conflict, match="its operator sets factor_key first"):
        Sealer().seal("a secret", of="user_ana")
    assert Sealer().open(Sealer(KEY).seal("a secret", of="user_ana"), of="user_ana") is None
