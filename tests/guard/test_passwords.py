import time

import pytest

from appliance.errors import Invalid
from appliance.guard.passwords import Passwords, check
from appliance.ops.people import new_password

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


def test_no_password_takes_long_to_look_at() -> None:
    check("tres tristes tigres")  # reads the list
    began = time.perf_counter()
    check("4@8({[<369!1|70$5+%2" * 10, *LUCIA)
    assert time.perf_counter() - began < 0.5


def test_a_password_of_ours_is_one_that_nobody_guesses() -> None:
    made = {new_password() for _ in range(100)}
    assert len(made) == 100
    for password in made:
        check(password, *LUCIA)


async def test_no_account_takes_as_long_to_refuse_as_a_wrong_password() -> None:
    passwords = Passwords()
    known = await passwords.hashed("tres tristes tigres")
    wrong, none = [min([await took(passwords, kept) for _ in range(3)]) for kept in (known, "")]
    assert wrong / 3 < none < wrong * 3, "a hash takes some twenty milliseconds, and leaving it out none"


async def took(passwords: Passwords, kept: str) -> float:
    began = time.perf_counter()
    assert await passwords.matches("not the password", kept) is False
    return time.perf_counter() - began
