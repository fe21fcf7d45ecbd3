import pytest
from argon2.exceptions import VerifyMismatchError

from appliance.errors import Invalid
from appliance.guard.passwords import Passwords, check
from appliance.ops.people import new_password

PASSWORD = "tres tristes tigres"
LUCIA = ("lucia.fernandez@example.com", "Lucía Fernández", "rest_la_marea")


@pytest.mark.parametrize(
    "password",
    [
        "tres tristes tigres",
        "tr3s-tr1st3s",
        "correct horse battery staple",
        "ni un día más sin café",
        "908172635443",
        "海鮮海老蟹帆立貝烏賊蛸鮪",
        "🦑🦐🐟🦀🐙🦞🍤🍣🐠🐡🦈🐳",
        "x7" + "q" * 10 + " Kp!w" * 30,
        "Kp!w tres tristes tigres comen trigo en un trigal, " + "y el trigal es de quien lo siega",
    ],
)
def test_any_characters_make_a_password_and_none_is_asked_for(password: str) -> None:
    check(password, *LUCIA)


LONG = "Kp!w7xQz2mB_" + " tres tristes tigres" * 10


@pytest.mark.parametrize("length", [12, 64, 200])
def test_a_password_may_be_long(length: int) -> None:
    check(LONG[:length], *LUCIA)


@pytest.mark.parametrize("length", [0, 11, 201])
def test_a_password_that_is_too_short_or_too_long_is_refused(length: int) -> None:
    with pytest.raises(Invalid, match="must have 12 to 200 characters"):
        check(LONG[:length], *LUCIA)


@pytest.mark.parametrize(
    "password",
    [
        "123456789012",
        "1q2w3e4r5t6y",
        "password1234",
        "Password2026!",
        "passwordpassword",
        "!!qwertyuiop!!",
        "i love you 2026",
        "dragon dragon dragon",
        "contraseña123",
        "abcdefghijklmnop",
        "098765432109",
        "abcabcabcabc",
        "aaaaaaaaaaaaaaaa",
    ],
)
def test_a_common_password_is_refused_with_whatever_stands_around_it(password: str) -> None:
    with pytest.raises(Invalid, match="too easy to guess"):
        check(password, *LUCIA)


@pytest.mark.parametrize(
    "password",
    [
        "lucia.fernandez@example.com",
        "luciafernandez1",
        "Lucía Fernández 77",
        "la marea 2026",
        "La-Marea-La-Marea",
        "maitremaitre",
        "restaurante 2026",
        "reservas2026!",
        "operator12345",
    ],
)
def test_what_everybody_knows_of_whose_it_is_makes_no_password(password: str) -> None:
    with pytest.raises(Invalid, match="too easy to guess"):
        check(password, *LUCIA)


def test_the_words_of_another_restaurant_are_just_words() -> None:
    check("la marea 2026 y el faro", *LUCIA)
    check("el faro azul 2026", *LUCIA)


def test_a_password_of_ours_is_one_that_nobody_guesses() -> None:
    made = {new_password() for _ in range(100)}
    assert len(made) == 100
    for password in made:
        check(password, *LUCIA)


async def test_a_password_is_the_one_that_was_kept_and_no_other() -> None:
    passwords = Passwords()
    kept = await passwords.hashed(PASSWORD)
    assert await passwords.matches(PASSWORD, kept)
    assert not await passwords.matches(PASSWORD[::-1], kept)
    assert not passwords.is_outdated(kept)


async def test_a_guess_costs_19_mib_and_two_passes_over_it() -> None:
    assert (await Passwords().hashed(PASSWORD)).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


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
