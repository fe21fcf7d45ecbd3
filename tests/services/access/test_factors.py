"""One's own second factor is turned on with the password and a code, and off again with both; an operator resets it."""

import asyncio

import pytest
from sqlalchemy import text

from appliance.contract import FactorState
from appliance.domain.access import AT_THE_MACHINE
from appliance.errors import Conflict, Invalid, NotFound, SecondFactorNeeded, TooManyRequests, Unauthenticated
from appliance.guard.tokens import digest
from appliance.services.access.tries import BY_BOTH
from appliance.services.audit import COMMAND_LINE, acting
from appliance.store import audit
from appliance.store.engine import Database
from support.authenticator import begun, turned_on
from support.fake_clock import FakeClock
from support.people import ANA, EVA, HOME, PASSWORD, Porch, porch

MINUTE_MS = 60_000
OFF = FactorState(enabled_at=None, recovery_codes_left=0)


async def test_it_is_off_until_it_is_confirmed(door: Porch) -> None:
    ana = await door.signed_in(ANA)
    app = await begun(door, ana)
    assert await door.factors.state(ana) == OFF
    assert await door.log_in(ANA)
    codes = (await door.factors.confirm(ana, app.code())).recovery_codes
    assert len(set(codes)) == 10
    on = FactorState(enabled_at=door.clock.now_ms(), recovery_codes_left=10)
    assert await door.factors.state(ana) == on


async def test_beginning_takes_the_password_again(door: Porch) -> None:
    with pytest.raises(Invalid, match="password: is wrong"):
        await door.factors.begin(await door.signed_in(ANA), "not the password", HOME)


async def test_the_password_is_not_guessed_here_either(door: Porch) -> None:
    ana = await door.signed_in(ANA)
    for _ in range(BY_BOTH[0].requests):
        with pytest.raises(Invalid):
            await door.factors.begin(ana, "not the password", HOME)
    with pytest.raises(TooManyRequests):
        await door.factors.begin(ana, PASSWORD, HOME)


async def test_who_begins_again_gets_another_secret_and_the_first_is_good_for_nothing(door: Porch) -> None:
    ana = await door.signed_in(ANA)
    first, second = await begun(door, ana), await begun(door, ana)
    assert first.secret != second.secret
    with pytest.raises(Invalid, match="code: is wrong"):
        await door.factors.confirm(ana, first.code())
    assert await door.factors.confirm(ana, second.code())


async def test_a_wrong_code_does_not_turn_it_on(door: Porch) -> None:
    ana = await door.signed_in(ANA)
    app = await begun(door, ana)
    with pytest.raises(Invalid, match="code: is wrong"):
        await door.factors.confirm(ana, app.code(steps=-2))
    assert await door.factors.state(ana) == OFF


async def test_a_secret_waits_a_quarter_of_an_hour_for_its_first_code(door: Porch) -> None:
    ana = await door.signed_in(ANA)
    app = await begun(door, ana)
    door.clock.advance(15 * MINUTE_MS + 1)
    with pytest.raises(Conflict, match="begin it first"):
        await door.factors.confirm(ana, app.code())


async def test_what_was_not_begun_is_not_confirmed(door: Porch) -> None:
    with pytest.raises(Conflict, match="begin it first"):
        await door.factors.confirm(await door.signed_in(ANA), "123456")


async def test_one_that_is_on_is_neither_begun_nor_confirmed_again(door: Porch) -> None:
    ana = await door.signed_in(ANA)
    app = await turned_on(door, ana)
    with pytest.raises(Conflict, match="on already"):
        await begun(door, ana)
    with pytest.raises(Conflict, match="begin it first"):
        await door.factors.confirm(ana, app.fresh_code())


async def test_of_two_who_confirm_at_once_one_gets_recovery_codes(door: Porch) -> None:
    ana = await door.signed_in(ANA)
    app = await begun(door, ana)
    told = await asyncio.gather(*[door.factors.confirm(ana, app.code()) for _ in range(4)], return_exceptions=True)
    assert sum(not isinstance(one, Conflict) for one in told) == 1
    assert (await door.factors.state(ana)).recovery_codes_left == 10


async def test_turning_it_on_ends_every_other_session(door: Porch) -> None:
    here, there = await door.signed_in(ANA), await door.log_in(ANA)
    await turned_on(door, here)
    assert (await door.sessions.of(here, limit=10, offset=0)).total == 1
    with pytest.raises(Unauthenticated):
        await door.sessions.principal(there.access_token)


@pytest.mark.parametrize("by", ["code", "recovery code"])
async def test_password_and_code_turn_it_off(door: Porch, by: str) -> None:
    ana = await door.signed_in(ANA)
    app = await turned_on(door, ana)
    code = app.fresh_code() if by == "code" else app.recovery_codes[3]
    await door.factors.remove(ana, password=PASSWORD, code=code, visitor=HOME)
    assert await door.factors.state(ana) == OFF
    assert await door.log_in(ANA)


async def test_neither_alone_turns_it_off(door: Porch) -> None:
    ana = await door.signed_in(ANA)
    app = await turned_on(door, ana)
    used = app.code()
    with pytest.raises(Invalid, match="password: is wrong"):
        await door.factors.remove(ana, password="not the password", code=app.recovery_codes[0], visitor=HOME)
    for code in (used, "000000000"):
        with pytest.raises(Invalid, match="code: is wrong, or was used already"):
            await door.factors.remove(ana, password=PASSWORD, code=code, visitor=HOME)
    assert (await door.factors.state(ana)).recovery_codes_left == 10


async def test_turning_it_off_ends_every_other_session(door: Porch) -> None:
    ana = await door.signed_in(ANA)
    app = await turned_on(door, ana)
    there = await door.log_in(ANA, code=app.fresh_code())
    await door.factors.remove(ana, password=PASSWORD, code=app.fresh_code(), visitor=HOME)
    with pytest.raises(Unauthenticated):
        await door.sessions.principal(there.access_token)


async def test_what_is_off_is_not_turned_off(door: Porch) -> None:
    with pytest.raises(Conflict, match="There is no second factor"):
        await door.factors.remove(await door.signed_in(ANA), password=PASSWORD, code="123456", visitor=HOME)


async def test_a_reset_lets_somebody_in_by_the_password_and_ends_their_sessions(door: Porch) -> None:
    eva = await door.signed_in(EVA)
    await turned_on(door, eva)
    await door.users.reset_factor(AT_THE_MACHINE, eva.user_id)
    assert (await door.sessions.of(eva, limit=10, offset=0)).total == 0
    assert await door.log_in(EVA)


async def test_an_operator_resets_another_s_and_never_their_own(door: Porch) -> None:
    ana, eva = await door.signed_in(ANA), await door.signed_in(EVA)
    await turned_on(door, ana)
    with pytest.raises(Conflict, match="turned off with a code"):
        await door.users.reset_factor(ana, ana.user_id)
    with pytest.raises(SecondFactorNeeded):
        await door.log_in(ANA)
    await door.users.reset_factor(eva, ana.user_id)
    assert await door.log_in(ANA)


async def test_what_is_not_there_is_not_reset(door: Porch) -> None:
    with pytest.raises(NotFound, match="There is no such user"):
        await door.users.reset_factor(AT_THE_MACHINE, "user_nobody")
    with pytest.raises(Conflict, match="There is no second factor"):
        await door.users.reset_factor(AT_THE_MACHINE, (await door.users.one(ANA)).id)


async def test_without_a_key_none_is_begun(database: Database, clock: FakeClock, door: Porch) -> None:
    ana = await door.signed_in(ANA)
    with pytest.raises(Conflict, match="its operator sets factor_key first"):
        await begun(porch(database, clock, factor_key=""), ana)


async def test_the_database_gives_neither_secret_nor_recovery_code_away(database: Database, door: Porch) -> None:
    app = await turned_on(door, await door.signed_in(ANA))
    async with database.read() as tx:
        sealed = bytes((await tx.execute(text("SELECT sealed FROM factors"))).scalar_one())
        hashes = (await tx.execute(text("SELECT code_sha256 FROM recovery_codes"))).scalars().all()
    assert app.secret.encode() not in sealed
    assert set(hashes) == {digest(code.replace("-", "")) for code in app.recovery_codes}


async def test_all_of_it_is_written_down_without_a_secret(database: Database, door: Porch) -> None:
    ana, eva = await door.signed_in(ANA), await door.signed_in(EVA)
    with acting(COMMAND_LINE):
        app = await turned_on(door, ana)
        await door.factors.remove(ana, password=PASSWORD, code=app.recovery_codes[0], visitor=HOME)
        await turned_on(door, eva)
        await door.users.reset_factor(ana, eva.user_id)
    async with database.read() as tx:
        rows, _ = await audit.page(tx, restaurant_id=None, limit=10, offset=0)
    told = [(row.action.removeprefix("user.factor_"), row.subject) for row in reversed(rows)]
    own = [(what, ana.user_id) for what in ("begun", "added", "removed")]
    assert told == [*own, *((what, eva.user_id) for what in ("begun", "added", "reset"))]
    assert all(row.before == row.after == {} for row in rows)
