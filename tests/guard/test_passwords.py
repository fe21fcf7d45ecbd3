import pytest
from argon2.exceptions import VerifyMismatchError

from appliance.guard.passwords import Passwords

PASSWORD = "tres tristes tigres"


async def test_a_password_is_the_one_that_was_kept_and_no_other() -> None:
    passwords = Passwords()
    kept = await passwords.hashed(PASSWORD)
    assert await passwords.matches(PASSWORD, kept)
    assert not await passwords.matches(PASSWORD[::-1], kept)
    assert not passwords.is_outdated(kept)


@pytest.mark.parametrize("kept", ["", "nonsense"])
async def test_where_none_was_kept_none_is_right(kept: str) -> None:
    assert not await Passwords().matches(PASSWORD, kept)


def test_nobody_s_password_takes_as_long_to_look_at_as_anybody_s() -> None:
    passwords = Passwords()
    assert not passwords.is_outdated(passwords._nobodys)  # the same parameters and lengths
    with pytest.raises(VerifyMismatchError):  # after all the work: one that cannot be read is refused at once
        passwords._hasher.verify(passwords._nobodys, PASSWORD)


def test_to_be_ready_for_passwords_hashes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("argon2._password_hasher.hash_secret")
    assert Passwords()
