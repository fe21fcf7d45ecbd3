"""Signing in where a second factor is on: a code beside the password, each good once."""

import asyncio

import pytest

from appliance.contract import UserEdit
from appliance.domain.access import AT_THE_MACHINE
from appliance.errors import SecondFactorNeeded, TooManyRequests, Unauthenticated
from appliance.services.access.sessions import SignedIn
from appliance.services.access.tries import BY_BOTH, CODES
from appliance.store.engine import Database
from support.authenticator import STEP_MS, App, turned_on
from support.fake_clock import FakeClock
from support.people import ANA, EVA, HOME, PASSWORD, Porch, porch

NEW = "cuatro gatos pardos"
NO_CODE = "000000000"


@pytest.fixture
async def app(door: Porch) -> App:
    """Ana's, whose second factor is on; its code is one that was not used yet."""
    app = await turned_on(door, await door.signed_in(ANA))
    door.clock.advance(2 * STEP_MS)
    return app


async def test_the_password_alone_is_not_enough(door: Porch, app: App) -> None:
    with pytest.raises(SecondFactorNeeded, match="The password is right; send a code"):
        await door.log_in(ANA)


async def test_with_a_code_it_is(door: Porch, app: App) -> None:
    signed_in = await door.log_in(ANA, code=app.code())
    assert (await door.sessions.principal(signed_in.access_token)).email == ANA


async def test_nobody_else_is_asked(door: Porch, app: App) -> None:
    assert await door.log_in(EVA)
    assert await door.log_in(EVA, code="123456")


@pytest.mark.parametrize("code", ["", "123456", "right", "recovery"])
async def test_with_a_wrong_password_no_code_makes_a_difference(door: Porch, app: App, code: str) -> None:
    shown = {"right": app.code(), "recovery": app.recovery_codes[0]}.get(code, code)
    with pytest.raises(Unauthenticated, match=r"^The e-mail or the password is wrong\.$") as told:
        await door.log_in(ANA, "not the password", code=shown)
    assert type(told.value) is Unauthenticated
    if code:
        assert await door.log_in(ANA, code=app.code()), "and the code is not used up"


@pytest.mark.parametrize("code", ["12345", "abcdef", NO_CODE, "ａｂｃｄｅｆ", "aaaaaa-aaaaaa-aaaaaa-aaaaaa", "\0"])
async def test_a_code_that_is_none_is_refused(door: Porch, app: App, code: str) -> None:
    with pytest.raises(SecondFactorNeeded, match="That code is wrong, or was used already"):
        await door.log_in(ANA, code=code)


@pytest.mark.parametrize("steps", [-1, 1])
async def test_a_clock_may_differ_by_a_step(door: Porch, app: App, steps: int) -> None:
    assert await door.log_in(ANA, code=app.code(steps=steps))


@pytest.mark.parametrize("steps", [-2, 2])
async def test_a_clock_may_not_differ_by_more(door: Porch, app: App, steps: int) -> None:
    with pytest.raises(SecondFactorNeeded):
        await door.log_in(ANA, code=app.code(steps=steps))


async def test_a_code_is_good_once(door: Porch, app: App) -> None:
    code = app.code()
    assert await door.log_in(ANA, code=code)
    with pytest.raises(SecondFactorNeeded):
        await door.log_in(ANA, code=code)


async def test_no_code_from_before_the_last_one_is_good(door: Porch, app: App) -> None:
    before = app.code(steps=-1)
    assert await door.log_in(ANA, code=app.code())
    with pytest.raises(SecondFactorNeeded):
        await door.log_in(ANA, code=before)


async def test_the_code_that_turned_it_on_lets_nobody_in(door: Porch) -> None:
    app = await turned_on(door, await door.signed_in(ANA))
    with pytest.raises(SecondFactorNeeded):
        await door.log_in(ANA, code=app.code())


async def at_once(door: Porch, code: str, people: int) -> int:
    """How many get in who send the same code at the same time, each from elsewhere."""
    tries = [door.log_in(ANA, code=code, address=f"198.51.100.{number}") for number in range(people)]
    told = await asyncio.gather(*tries, return_exceptions=True)
    assert all(isinstance(one, SignedIn | SecondFactorNeeded) for one in told), told
    return sum(isinstance(one, SignedIn) for one in told)


async def test_of_many_who_send_one_code_at_once_one_gets_in(door: Porch, app: App) -> None:
    assert await at_once(door, app.code(), 8) == 1


async def test_of_many_who_send_one_recovery_code_at_once_one_gets_in(door: Porch, app: App) -> None:
    assert await at_once(door, app.recovery_codes[0], 8) == 1


async def test_a_recovery_code_serves_in_place_of_a_code_once(door: Porch, app: App) -> None:
    first, second, *_ = app.recovery_codes
    assert await door.log_in(ANA, code=first.upper().replace("-", " "))
    with pytest.raises(SecondFactorNeeded):
        await door.log_in(ANA, code=first)
    signed_in = await door.log_in(ANA, code=second)
    principal = await door.sessions.principal(signed_in.access_token)
    assert (await door.factors.state(principal)).recovery_codes_left == 8


async def test_one_s_recovery_code_is_no_one_else_s(door: Porch, app: App) -> None:
    await turned_on(door, await door.signed_in(EVA))
    with pytest.raises(SecondFactorNeeded):
        await door.log_in(EVA, code=app.recovery_codes[0])


async def test_wrong_codes_are_counted_like_wrong_passwords(door: Porch, app: App) -> None:
    for _ in range(BY_BOTH[0].requests):
        with pytest.raises(SecondFactorNeeded):
            await door.log_in(ANA, code=NO_CODE)
    with pytest.raises(TooManyRequests):
        await door.log_in(ANA, code=app.code())


async def test_who_gets_in_has_all_tries_again(door: Porch, app: App) -> None:
    for _ in range(2):
        for _ in range(BY_BOTH[0].requests - 1):
            with pytest.raises(SecondFactorNeeded):
                await door.log_in(ANA)
        assert await door.log_in(ANA, code=app.fresh_code())


async def test_who_knows_the_password_does_not_guess_codes_from_everywhere(door: Porch, app: App) -> None:
    wrong = "000000" if app.code() != "000000" else "000001"
    for number in range(CODES.requests):
        with pytest.raises(SecondFactorNeeded):
            await door.log_in(ANA, code=wrong, address=f"198.51.100.{number}")
    with pytest.raises(TooManyRequests):
        await door.log_in(ANA, code=app.code(), address="203.0.113.99")
    assert await door.log_in(ANA, code=app.recovery_codes[0], address="203.0.113.99"), "which nobody can guess"


async def test_a_new_password_keeps_it(door: Porch, app: App) -> None:
    signed_in = await door.log_in(ANA, code=app.code())
    principal = await door.sessions.principal(signed_in.access_token)
    await door.sessions.change_password(principal, old=PASSWORD, new=NEW, visitor=HOME)
    with pytest.raises(SecondFactorNeeded):
        await door.log_in(ANA, NEW)
    assert await door.log_in(ANA, NEW, code=app.fresh_code())


async def test_a_new_password_by_somebody_else_keeps_it_too(door: Porch, app: App) -> None:
    ana = await door.users.one(ANA)
    await door.users.edit(AT_THE_MACHINE, "", ana.id, UserEdit(password=NEW))
    with pytest.raises(SecondFactorNeeded):
        await door.log_in(ANA, NEW)


async def test_a_refresh_asks_for_no_code(door: Porch, app: App) -> None:
    signed_in = await door.log_in(ANA, code=app.code())
    assert await door.sessions.refresh(signed_in.refresh_token, HOME)


async def test_a_database_without_its_key_lets_nobody_in_by_a_code(
    database: Database, clock: FakeClock, app: App
) -> None:
    elsewhere = porch(database, clock, factor_key="")
    with pytest.raises(SecondFactorNeeded):
        await elsewhere.log_in(ANA, code=app.code())
    assert await elsewhere.log_in(ANA, code=app.recovery_codes[0])
