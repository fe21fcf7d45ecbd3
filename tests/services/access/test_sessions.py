import asyncio
from contextlib import suppress

import pytest

from appliance.contract import NewToken, UserEdit
from appliance.domain.access import AT_THE_MACHINE, Role
from appliance.errors import Invalid, TooManyRequests, Unauthenticated
from appliance.guard.passwords import Passwords
from appliance.services.access.keys import ACCESS_S
from appliance.services.access.sessions import REFRESHES
from appliance.services.access.tries import BY_ACCOUNT, BY_BOTH, Visitor
from appliance.services.audit import COMMAND_LINE, acting
from appliance.store import audit
from appliance.store.engine import Database
from support.fake_clock import FakeClock
from support.people import ANA, HOME, PASSWORD, Porch, porch

NEW = "cuatro gatos pardos"
DAY_MS = 86_400_000


@pytest.fixture
async def door(database: Database, clock: FakeClock) -> Porch:
    opened = porch(database, clock)
    await opened.add(ANA, Role.OPERATOR)
    return opened


async def test_the_right_password_signs_in(door: Porch) -> None:
    signed_in = await door.log_in("  Ana@MAITRE.example ")
    assert (await door.sessions.principal(signed_in.access_token)).email == ANA
    assert signed_in.expires_in == ACCESS_S


@pytest.mark.parametrize(("email", "password"), [(ANA, "another password"), ("nobody@maitre.example", PASSWORD)])
async def test_what_is_wrong_is_not_told_apart(door: Porch, email: str, password: str) -> None:
    with pytest.raises(Unauthenticated, match=r"^The e-mail or the password is wrong\.$"):
        await door.log_in(email, password)


async def test_an_access_token_is_good_for_a_quarter_of_an_hour(door: Porch) -> None:
    token = (await door.log_in(ANA)).access_token
    door.clock.advance(ACCESS_S * 1000)
    assert await door.sessions.principal(token)  # clocks may differ a little
    door.clock.advance(60_000)
    with pytest.raises(Unauthenticated):
        await door.sessions.principal(token)


async def test_a_refresh_token_gives_the_next_pair_and_works_once(door: Porch) -> None:
    first = await door.log_in(ANA)
    second = await door.sessions.refresh(first.refresh_token, HOME)
    assert second.refresh_token != first.refresh_token
    assert await door.sessions.principal(second.access_token)


async def test_a_refresh_token_that_comes_again_ends_the_whole_family(door: Porch) -> None:
    first = await door.log_in(ANA)
    second = await door.sessions.refresh(first.refresh_token, HOME)
    with pytest.raises(Unauthenticated):
        await door.sessions.refresh(first.refresh_token, HOME)
    with pytest.raises(Unauthenticated):
        await door.sessions.refresh(second.refresh_token, HOME)
    with pytest.raises(Unauthenticated):
        await door.sessions.principal(second.access_token)


async def test_of_two_who_refresh_at_once_one_at_most_gets_the_next_pair(door: Porch) -> None:
    first = await door.log_in(ANA)
    both = await asyncio.gather(
        *[door.sessions.refresh(first.refresh_token, HOME) for _ in range(2)], return_exceptions=True
    )
    assert sum(isinstance(one, Unauthenticated) for one in both) >= 1


async def test_another_session_is_not_touched_by_the_theft_of_one(door: Porch) -> None:
    stolen, other = await door.log_in(ANA), await door.log_in(ANA)
    await door.sessions.refresh(stolen.refresh_token, HOME)
    with pytest.raises(Unauthenticated):
        await door.sessions.refresh(stolen.refresh_token, HOME)
    assert await door.sessions.principal(other.access_token)


async def test_who_signs_out_is_out_at_once(door: Porch) -> None:
    signed_in = await door.log_in(ANA)
    await door.sessions.log_out(await door.sessions.principal(signed_in.access_token))
    with pytest.raises(Unauthenticated):
        await door.sessions.principal(signed_in.access_token)
    with pytest.raises(Unauthenticated):
        await door.sessions.refresh(signed_in.refresh_token, HOME)


async def test_a_new_password_ends_every_other_session(door: Porch) -> None:
    here, there = await door.log_in(ANA), await door.log_in(ANA)
    principal = await door.sessions.principal(here.access_token)
    await door.sessions.change_password(principal, old=PASSWORD, new=NEW, visitor=HOME)
    assert await door.sessions.principal(here.access_token)
    with pytest.raises(Unauthenticated):
        await door.sessions.principal(there.access_token)
    with pytest.raises(Unauthenticated):
        await door.log_in(ANA)
    assert await door.log_in(ANA, NEW)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("not the old one", NEW, "old_password: is wrong"),
        (PASSWORD, "short", "password: must have 12 to 200 characters"),
        (PASSWORD, "aaaaaaaaaaaaaaaa", "password: is too easy to guess"),
        (PASSWORD, ANA, "password: is too easy to guess"),
        (PASSWORD, PASSWORD, "password: is the one you have already"),
    ],
)
async def test_a_password_that_will_not_do_is_told_of(door: Porch, old: str, new: str, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        await door.sessions.change_password(await door.signed_in(ANA), old=old, new=new, visitor=HOME)


async def test_a_session_ends_when_it_is_not_refreshed_for_two_weeks(door: Porch) -> None:
    signed_in = await door.log_in(ANA)
    door.clock.advance(14 * DAY_MS)
    with pytest.raises(Unauthenticated):
        await door.sessions.refresh(signed_in.refresh_token, HOME)


async def test_a_session_ends_after_ninety_days_however_often_it_was_refreshed(door: Porch) -> None:
    signed_in = await door.log_in(ANA)
    for _ in range(8):
        door.clock.advance(11 * DAY_MS)
        signed_in = await door.sessions.refresh(signed_in.refresh_token, HOME)
    door.clock.advance(2 * DAY_MS)
    with pytest.raises(Unauthenticated):
        await door.sessions.refresh(signed_in.refresh_token, HOME)


async def fail(door: Porch, times: int, *, address: str = HOME.address, email: str = ANA) -> None:
    for _ in range(times):
        with pytest.raises(Unauthenticated):
            await door.log_in(email, "not the password", address=address)


async def test_after_five_wrong_passwords_even_the_right_one_waits(door: Porch) -> None:
    await fail(door, 5)
    with pytest.raises(TooManyRequests) as told:
        await door.log_in(ANA)
    assert 0 < told.value.retry_after_s <= 2 * BY_BOTH[0].window_s
    door.clock.advance(2 * BY_BOTH[0].window_s * 1000)
    assert await door.log_in(ANA)


async def test_each_five_more_the_wait_grows(door: Porch) -> None:
    await fail(door, 5)
    door.clock.advance(2 * BY_BOTH[0].window_s * 1000)
    await fail(door, 5)
    door.clock.advance(2 * BY_BOTH[0].window_s * 1000)
    with pytest.raises(TooManyRequests):
        await door.log_in(ANA)


async def test_many_guesses_at_once_count_as_many(door: Porch) -> None:
    guesses = [door.log_in(ANA, f"guess number {n:03}") for n in range(30)]
    told = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(isinstance(one, Unauthenticated) for one in told) == BY_BOTH[0].requests


async def test_a_stranger_who_guesses_does_not_lock_the_owner_out(door: Porch) -> None:
    await fail(door, 5, address="198.51.100.1")
    assert await door.log_in(ANA)


async def siege(door: Porch) -> None:
    """Wrong passwords from everywhere, until no more are borne."""
    for number in range(BY_ACCOUNT.requests):
        with suppress(Unauthenticated, TooManyRequests):
            await door.log_in(ANA, "not the password", address=f"198.51.100.{number}")


async def test_where_somebody_signed_in_before_no_stranger_keeps_them_out(door: Porch) -> None:
    await door.log_in(ANA, address="2001:db8:1:2::1")
    await siege(door)
    assert await door.log_in(ANA, address="2001:db8:1:2::ffff")
    with pytest.raises(TooManyRequests):
        await door.log_in(ANA, address="203.0.113.99")


async def test_who_is_signed_in_changes_their_password_whoever_guesses_it_meanwhile(door: Porch) -> None:
    principal = await door.signed_in(ANA)
    await siege(door)
    await door.sessions.change_password(principal, old=PASSWORD, new=NEW, visitor=HOME)
    assert await door.log_in(ANA, NEW)


async def test_where_somebody_signed_in_before_no_more_is_guessed_than_elsewhere(door: Porch) -> None:
    await door.log_in(ANA)
    await siege(door)
    await fail(door, 5)
    with pytest.raises(TooManyRequests):
        await door.log_in(ANA)


async def test_where_another_signed_in_nobody_is_known(door: Porch) -> None:
    await door.add("eva@maitre.example", Role.OPERATOR)
    await door.log_in("eva@maitre.example")
    await siege(door)
    with pytest.raises(TooManyRequests):
        await door.log_in(ANA)


async def test_a_closed_account_does_not_sign_in(door: Porch, database: Database) -> None:
    operator = await door.signed_in(ANA)
    eva = await door.add("eva@maitre.example", Role.OPERATOR)
    await door.users.remove(operator, "", eva)
    with pytest.raises(Unauthenticated):
        await door.log_in("eva@maitre.example")


async def test_tokens_of_the_old_key_stay_good_when_a_new_one_signs(door: Porch) -> None:
    old = (await door.log_in(ANA)).access_token
    await door.keys.rotate()
    new = (await door.log_in(ANA)).access_token
    assert await door.sessions.principal(old)
    assert await door.sessions.principal(new)


async def test_a_key_that_was_rotated_away_is_forgotten_with_the_last_token_it_signed(door: Porch) -> None:
    await door.log_in(ANA)
    first = await door.keys.rotate()
    door.clock.advance((ACCESS_S + 61) * 1000)
    await door.keys.rotate()
    door.clock.advance((ACCESS_S + 61) * 1000)
    await door.log_in(ANA)
    assert first not in door.keys._valid()


async def test_another_node_s_new_key_is_found(door: Porch, database: Database) -> None:
    other = porch(database, door.clock)
    await door.log_in(ANA)
    door.clock.advance(5_000)
    await other.keys.rotate()
    signed_in = await other.log_in(ANA)
    assert await door.sessions.principal(signed_in.access_token)


async def test_sessions_that_are_over_are_forgotten_in_the_end(door: Porch) -> None:
    signed_in = await door.log_in(ANA)
    door.clock.advance(60 * DAY_MS)
    await door.sessions.sweep()
    with pytest.raises(Unauthenticated):
        await door.sessions.refresh(signed_in.refresh_token, HOME)


async def test_a_password_that_is_reset_while_it_is_looked_at_signs_nobody_in(
    door: Porch, monkeypatch: pytest.MonkeyPatch
) -> None:
    eva = await door.add("eva@maitre.example", Role.OPERATOR)
    matches = Passwords.matches

    async def slowly(passwords: Passwords, password: str, password_hash: str) -> bool:
        found = await matches(passwords, password, password_hash)
        monkeypatch.setattr(Passwords, "matches", matches)
        await door.users.edit(AT_THE_MACHINE, "", eva, UserEdit(password=NEW))
        return found

    monkeypatch.setattr(Passwords, "matches", slowly)
    with pytest.raises(Unauthenticated):
        await door.log_in("eva@maitre.example")
    assert await door.log_in("eva@maitre.example", NEW)


async def test_a_reset_is_not_undone_by_a_change_that_had_begun(door: Porch, monkeypatch: pytest.MonkeyPatch) -> None:
    eva = await door.add("eva@maitre.example", Role.OPERATOR)
    principal = await door.signed_in("eva@maitre.example")
    hashed = Passwords.hashed

    async def slowly(passwords: Passwords, password: str) -> str:
        monkeypatch.setattr(Passwords, "hashed", hashed)
        await door.users.edit(AT_THE_MACHINE, "", eva, UserEdit(password=NEW))
        return await hashed(passwords, password)

    monkeypatch.setattr(Passwords, "hashed", slowly)
    with pytest.raises(Invalid, match="old_password: is wrong"):
        await door.sessions.change_password(principal, old=PASSWORD, new="cinco lobitos tiene", visitor=HOME)
    assert await door.log_in("eva@maitre.example", NEW)


async def test_a_reset_takes_the_user_s_tokens_along(door: Porch) -> None:
    eva = await door.add("eva@maitre.example", Role.OPERATOR)
    made = await door.tokens.make(await door.signed_in("eva@maitre.example"), NewToken(name="till"))
    await door.users.edit(AT_THE_MACHINE, "", eva, UserEdit(password=NEW))
    with pytest.raises(Unauthenticated):
        await door.tokens.principal(made.token)


async def test_the_tokens_that_a_reset_takes_along_are_noted_once_and_where_there_are_any(door: Porch) -> None:
    eva = await door.add("eva@maitre.example", Role.OPERATOR)
    signed_in = await door.signed_in("eva@maitre.example")
    made = [(await door.tokens.make(signed_in, NewToken(name=name))).row.id for name in ("till", "sheet")]
    with acting(COMMAND_LINE):
        for password in (NEW, PASSWORD):
            await door.users.edit(AT_THE_MACHINE, "", eva, UserEdit(password=password))
    async with door.users._database.read() as tx:
        noted, _ = await audit.page(tx, restaurant_id="", limit=10, offset=0)
    removed = [(one.subject, one.before, one.after) for one in noted if one.action == "user.tokens_removed"]
    assert removed == [(eva, {"tokens": sorted(made)}, {})]


async def test_the_addresses_of_one_customer_are_one(door: Porch) -> None:
    for number in range(5):
        await fail(door, 1, address=f"2001:db8:1:2::{number}")
    with pytest.raises(TooManyRequests):
        await door.log_in(ANA, address="2001:db8:1:2::ffff")


async def test_what_one_quota_refuses_uses_up_no_other(door: Porch) -> None:
    for number in range(100):
        await fail(door, 1, address=f"198.51.100.{number}")
    for _ in range(20):
        with pytest.raises(TooManyRequests):
            await door.log_in(ANA)
    door.clock.advance(2 * 3_600_000)
    assert await door.log_in(ANA)


async def test_nonsense_for_a_refresh_token_needs_no_turn_to_write(door: Porch, database: Database) -> None:
    async with database.write():
        with pytest.raises(Unauthenticated):
            await door.sessions.refresh("nonsense", HOME)


async def test_an_address_refreshes_so_often_and_no_other_suffers_for_it(door: Porch) -> None:
    signed_in = await door.log_in(ANA)
    for _ in range(REFRESHES.requests):
        with pytest.raises(Unauthenticated):
            await door.sessions.refresh("nonsense", Visitor(address="198.51.100.1", agent="tests"))
    with pytest.raises(TooManyRequests) as told:
        await door.sessions.refresh(signed_in.refresh_token, Visitor(address="198.51.100.1", agent="tests"))
    assert told.value.retry_after_s > 0
    assert await door.sessions.refresh(signed_in.refresh_token, HOME)
