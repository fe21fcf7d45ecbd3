"""One's own sessions are seen and ended; somebody's, or everybody's, by who sits at the machine."""

import pytest
from msgspec.structs import replace

from appliance.contract import Page, SessionRow
from appliance.domain.access import Principal
from appliance.errors import NotFound, Unauthenticated
from appliance.services.access.sessions import SignedIn
from appliance.services.audit import COMMAND_LINE, acting
from appliance.store import audit
from appliance.store.engine import Database
from support.people import ANA, EVA, HOME, Porch

MINUTE_MS, DAY_MS = 60_000, 86_400_000


async def who(door: Porch, signed_in: SignedIn) -> Principal:
    return await door.sessions.principal(signed_in.access_token)


async def seen(door: Porch, principal: Principal, *, limit: int = 100, offset: int = 0) -> Page[SessionRow]:
    return await door.sessions.of(principal, limit=limit, offset=offset)


async def is_out(door: Porch, signed_in: SignedIn) -> bool:
    """Whether neither of the two tokens opens anything."""
    with pytest.raises(Unauthenticated):
        await door.sessions.refresh(signed_in.refresh_token, HOME)
    try:
        await who(door, signed_in)
    except Unauthenticated:
        return True
    return False


async def test_a_session_tells_from_where_and_when_and_until_when(door: Porch) -> None:
    began = door.clock.now_ms()
    signed_in = await door.log_in(ANA, address="2001:db8::7")
    door.clock.advance(MINUTE_MS)
    ana = await who(door, await door.sessions.refresh(signed_in.refresh_token, HOME))
    [row] = (await seen(door, ana)).items
    assert row == SessionRow(
        id=ana.session_id,
        created_at=began,
        last_used_at=began + MINUTE_MS,
        expires_at=began + MINUTE_MS + 14 * DAY_MS,
        address="2001:db8::7",
        user_agent="tests",
        current=True,
    )


async def test_one_s_own_sessions_are_listed_and_nobody_else_s(door: Porch) -> None:
    ana, other = await door.signed_in(ANA), await door.signed_in(ANA)
    await door.log_in(EVA)
    listed = await seen(door, ana)
    assert {(row.id, row.current) for row in listed.items} == {(ana.session_id, True), (other.session_id, False)}
    assert (listed.total, listed.next) == (2, None)


async def test_what_was_used_last_is_listed_first_page_by_page(door: Porch) -> None:
    ids = []
    for _ in range(3):
        ana = await door.signed_in(ANA)
        ids.append(ana.session_id)
        door.clock.advance(MINUTE_MS)
    pages = [await seen(door, ana, limit=2, offset=offset) for offset in (0, 2)]
    assert [row.id for page in pages for row in page.items] == ids[::-1]
    assert [(page.total, page.next) for page in pages] == [(3, 2), (3, None)]


async def test_a_session_that_is_over_is_not_listed(door: Porch) -> None:
    await door.log_in(ANA)
    await door.sessions.log_out(await door.signed_in(ANA))
    door.clock.advance(14 * DAY_MS)
    ana = await door.signed_in(ANA)
    assert [row.id for row in (await seen(door, ana)).items] == [ana.session_id]


async def test_a_session_that_is_ended_is_out_at_once_and_no_other(door: Porch) -> None:
    here, lost, third = [await door.log_in(ANA) for _ in range(3)]
    await door.sessions.end(await who(door, here), (await who(door, lost)).session_id)
    assert await is_out(door, lost)
    assert await who(door, here)
    assert await who(door, third)


async def test_all_others_are_out_at_once_and_nobody_else(door: Porch) -> None:
    here, there, elsewhere, eva = [await door.log_in(email) for email in (ANA, ANA, ANA, EVA)]
    await door.sessions.end_others(await who(door, here))
    assert await is_out(door, there)
    assert await is_out(door, elsewhere)
    assert await who(door, here)
    assert await who(door, eva)


async def test_a_session_of_somebody_else_does_not_exist(door: Porch) -> None:
    ana, eva = await door.signed_in(ANA), await door.log_in(EVA)
    with pytest.raises(NotFound, match="There is no such session"):
        await door.sessions.end(ana, (await who(door, eva)).session_id)
    assert await who(door, eva)


async def test_a_session_that_is_over_is_not_ended_again(door: Porch) -> None:
    ana, other = await door.signed_in(ANA), await door.signed_in(ANA)
    await door.sessions.end(ana, other.session_id)
    with pytest.raises(NotFound):
        await door.sessions.end(ana, other.session_id)


async def test_for_a_machine_s_token_no_session_is_the_current_one(door: Porch) -> None:
    ana = await door.signed_in(ANA)
    machine = replace(ana, session_id="", token_id="token_1")
    assert [(row.id, row.current) for row in (await seen(door, machine)).items] == [(ana.session_id, False)]


async def test_the_admin_signs_one_user_out_everywhere(door: Porch) -> None:
    ana, also, eva = [await door.log_in(email) for email in (ANA, ANA, EVA)]
    assert await door.users.sign_out([await door.users.one(ANA)]) == 2
    assert await is_out(door, ana)
    assert await is_out(door, also)
    assert await who(door, eva)


async def test_the_admin_signs_everybody_out_who_may_sign_in_again(door: Porch) -> None:
    everyone = [await door.log_in(email) for email in (ANA, EVA)]
    assert await door.users.sign_out(await door.users.everybody()) == 2
    assert [await is_out(door, one) for one in everyone] == [True, True]
    assert await door.log_in(ANA)


async def test_signing_somebody_out_is_written_down_where_it_ended_something(door: Porch, database: Database) -> None:
    await door.log_in(EVA)
    with acting(COMMAND_LINE):
        await door.users.sign_out(await door.users.everybody())
    async with database.read() as tx:
        rows, _ = await audit.page(tx, restaurant_id=None, limit=10, offset=0)
    eva = (await door.users.one(EVA)).id
    assert [(row.action, row.subject, row.after) for row in rows] == [("user.sessions_ended", eva, {"sessions": 1})]
