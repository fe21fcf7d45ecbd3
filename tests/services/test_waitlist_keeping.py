"""Any number of guests who book, wait, cancel and let offers pass, in any order and through two processes."""

import asyncio
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from appliance.domain.waitlist import Entry, EntryState, fitting
from appliance.errors import Conflict
from appliance.services import daybooks
from appliance.store.engine import Database
from support.desk import HOLD_S, Desk, gaviota
from support.fake_clock import START_MS, FakeClock
from support.sound_book import assert_sound
from support.staff_desk import StaffDesk

GUESTS = ("Ana", "Bruno", "Carla", "Dani", "Elena")
WAITLIST_MINUTES = 30
DAY_MS = 86_400_000

_guest = st.integers(0, len(GUESTS) - 1)
_wanted = st.fixed_dictionaries(
    {
        "date": st.sampled_from(["el sábado", "el sábado", "el domingo"]),
        "time": st.sampled_from(["20:00", "21:00", "21:00", "21:30", "22:30"]),
        "party_size": st.sampled_from([2, 2, 3, 4, 8]),
        "area": st.sampled_from(["", "", "terraza", "salón"]),
    }
)
_step = st.one_of(
    *[st.tuples(st.just("create_reservation"), _guest, _wanted)] * 3,
    *[st.tuples(st.just("join_waitlist"), _guest, _wanted)] * 4,
    *[st.tuples(st.just("cancel_reservation"), _guest, st.just({}))] * 3,
    st.tuples(st.just("modify_reservation"), _guest, st.sampled_from([{"new_time": "22:00"}, {"new_party_size": 2}])),
    st.tuples(st.sampled_from(["cancel", "confirm"]), st.integers(0, 9), st.none()),
    st.tuples(st.sampled_from(["lapse", "lapse", "look again", "leave"]), st.integers(0, 9), st.none()),
)
_minutes_passed = st.sampled_from([0, 0, 10, 31])
_round = st.tuples(_minutes_passed, st.lists(_step, min_size=1, max_size=3))
_rounds = st.lists(_round, min_size=4, max_size=14)


class _House:
    """A restaurant of its own for each example, behind two desks."""

    def __init__(self, desks: tuple[Desk, Desk], restaurant: str) -> None:
        self._desks = desks
        self.restaurant = restaurant
        self.database = desks[0].database
        self.card = desks[0].restaurants.one(restaurant)

    async def fill(self) -> None:
        """A full Saturday evening, and two who would have liked to come."""
        parties = ((2, "terraza"), (4, "salón"), (4, "salón"), (2, ""), (4, "salón"))
        for who, (size, area) in enumerate(parties):
            evening = {"date": "el sábado", "time": "21:00", "party_size": size, "area": area}
            await self.do(0, "create_reservation" if who < 3 else "join_waitlist", who, evening)

    async def do(self, number: int, deed: str, who: int, said: dict[str, Any] | None) -> None:
        desk = self._desks[number % 2]
        if said is None:
            await self._as_time_goes_by(desk, deed, who)
            return
        call = desk.clock.new_id("call")
        about = {"restaurant": self.restaurant, "call": call, "caller": f"+3460000000{who}"}
        answer = await desk.use(deed, said | {"name": GUESTS[who]}, **about)
        assert answer.code != "temporarily_unavailable"

    async def _as_time_goes_by(self, desk: Desk, deed: str, which: int) -> None:
        if deed == "lapse":
            await desk.waitlist.lapse(desk.directory)
        elif deed == "look again":
            await desk.waitlist.look_again(desk.directory)
        elif deed == "leave":
            for entry in (await desk.queue(self.restaurant))[which : which + 1]:
                await desk.waitlist.leave(self.card, entry.id)
        else:
            await self._staff(desk, deed, which)

    async def _staff(self, desk: Desk, deed: str, which: int) -> None:
        for one in (await desk.everything(self.restaurant))[which : which + 1]:
            with suppress(Conflict):  # it may be in no state for that
                await StaffDesk(desk, self.restaurant).act(deed, one)

    async def assert_kept(self) -> None:
        """The book is sound, and every offer holds a table for somebody whom it was made."""
        held = await assert_sound(self.database, self.restaurant)
        offers = {one.id: one for one in held if one.is_offer}
        offered = {entry.reservation_id: entry for entry in await self._entries(EntryState.OFFERED)}
        assert offered.keys() == offers.keys()
        for id_, offer in offers.items():
            assert (offer.phone, offer.party_size) == (offered[id_].phone, offered[id_].party_size)
            assert offered[id_].area_id in ("", offer.area_id)
            assert offer.pending_until
            assert offer.pending_until <= offer.starts_at - self.card.min_notice_minutes * 60_000
            assert offer.pending_until - offer.updated_at <= WAITLIST_MINUTES * 60_000
        booked = {one.id for one in held if not one.is_offer}
        assert all(entry.reservation_id not in booked for entry in offered.values())

    async def assert_nobody_waits_needlessly(self) -> None:
        """Once every offer and every hold has had its time, and that was noticed."""
        desk = self._desks[0]
        desk.clock.advance(max(WAITLIST_MINUTES * 60, HOLD_S) * 1000)
        for one in self._desks:
            await one.waitlist.lapse(one.directory)
            await one.waitlist.look_again(one.directory)
        assert not [one for one in await desk.everything(self.restaurant) if one.is_lapsed(desk.clock.now_ms())]
        async with self.database.read() as tx:
            for entry in await self._entries(EntryState.WAITING):
                book = await daybooks.read(tx, self.card, entry.date)
                assert not any(fitting(book, wish, now_ms=desk.clock.now_ms()) for wish in entry.wishes())

    async def _entries(self, state: EntryState) -> list[Entry]:
        return [entry for entry in await self._desks[0].queue(self.restaurant) if entry.state is state]


@given(rounds=_rounds)
@settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking would take minutes, each try books anew
    suppress_health_check=list(HealthCheck),
)
async def test_what_is_offered_is_kept_and_nobody_waits_needlessly(
    database: Database, clock: FakeClock, rounds: list[list[Any]]
) -> None:
    clock.advance((START_MS - clock.now_ms()) % DAY_MS)  # each example begins at eleven in the morning
    desks = Desk(database, clock), Desk(database, clock)
    restaurant = clock.new_id("rest")
    await desks[0].open(gaviota(restaurant, waitlist_minutes=WAITLIST_MINUTES))
    await desks[1].directory.refresh()
    house = _House(desks, restaurant)
    await house.fill()
    for minutes, steps in rounds:
        clock.advance(minutes * 60_000)
        await asyncio.gather(*(house.do(number, *step) for number, step in enumerate(steps)))
        await house.assert_kept()
    await house.assert_nobody_waits_needlessly()
    await house.assert_kept()
