import asyncio
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.domain.reservation import CAME, ReservationStatus
from appliance.store import customers, reservations, schema
from appliance.store.customers import Habits
from appliance.store.engine import Database
from support.books import NOON, add_restaurant, booking, small_restaurant

PHONE = "+34600000001"
HOUR, DAY = 3_600_000, 86_400_000


async def remember(
    database: Database, id_: str, name: str, restaurant_id: str = "rest_a", *, by_owner: bool = True
) -> str:
    guest = {"id_": id_, "restaurant_id": restaurant_id, "phone": PHONE, "name": name}
    async with database.write() as tx:
        return (await customers.remember(tx, **guest, by_owner=by_owner, now_ms=NOON)).id


async def name_of_the_guest(database: Database) -> str:
    async with database.read() as tx:
        known = await customers.known(tx, "rest_a", PHONE)
    assert known is not None
    return known.name


async def test_a_guest_is_known_by_phone_and_the_last_name_given_stays(database: Database) -> None:
    await add_restaurant(database, small_restaurant())
    assert await remember(database, "cust_1", "Ana") == "cust_1"
    assert await remember(database, "cust_2", "Ana María") == "cust_1"
    async with database.read() as tx:
        assert await customers.known(tx, "rest_a", PHONE) == customers.Guest(
            id="cust_1", phone=PHONE, name="Ana María", vip=False, needs=(), notes="", created_at=NOON
        )
        assert await customers.known(tx, "rest_a", "+34600000002") is None


async def test_a_guest_is_not_renamed_by_whoever_books_under_their_number(database: Database) -> None:
    await add_restaurant(database, small_restaurant())
    assert await remember(database, "cust_1", "Su secretaria", by_owner=False) == "cust_1"
    assert await name_of_the_guest(database) == "Su secretaria"
    await remember(database, "cust_2", "Ana")
    assert await remember(database, "cust_3", "Su secretaria", by_owner=False) == "cust_1"
    assert await name_of_the_guest(database) == "Ana"


async def test_guests_of_one_restaurant_are_strangers_to_another(database: Database) -> None:
    for id_ in ("rest_a", "rest_b"):
        await add_restaurant(database, small_restaurant(id_))
    await remember(database, "cust_1", "Ana")
    async with database.read() as tx:
        assert await customers.known(tx, "rest_b", PHONE) is None
    assert await remember(database, "cust_2", "Ana", "rest_b") == "cust_2"


async def test_a_guest_remembered_twice_at_once_is_one_guest(database: Database) -> None:
    await add_restaurant(database, small_restaurant())
    ids = await asyncio.gather(*(remember(database, f"cust_{n}", "Ana") for n in range(8)))
    assert len(set(ids)) == 1


async def _book(database: Database, guest: str, *states: ReservationStatus, **changes: Any) -> None:
    async with database.write() as tx:
        for n, status in enumerate(states):
            start = changes.get("starts_at", NOON) + n * DAY
            stay = {"starts_at": start, "ends_at": start + 2 * HOUR, "free_at": start + 2 * HOUR}
            id_ = f"res_{start}_{status}"
            await reservations.insert(tx, booking(id_, customer_id=guest, status=status, **changes | stay))


async def _guest(database: Database) -> customers.Guest:
    async with database.read() as tx:
        known = await customers.known(tx, "rest_a", PHONE)
    assert known is not None
    return known


async def test_what_a_guest_did_is_counted_from_their_bookings(database: Database) -> None:
    await add_restaurant(database, small_restaurant())
    guest = await remember(database, "cust_1", "Ana")
    await _book(database, guest, *ReservationStatus)
    known = await _guest(database)
    assert (known.bookings, known.visits, known.no_shows, known.cancellations) == (6, 2, 1, 1)
    assert known.last_visit_at == NOON + list(ReservationStatus).index(ReservationStatus.COMPLETED) * DAY


@given(states=st.lists(st.sampled_from(ReservationStatus), max_size=12))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_counts_are_those_of_the_book_whatever_is_in_it(
    database: Database, states: list[ReservationStatus]
) -> None:
    async with database.write() as tx:
        await tx.execute(schema.restaurants.delete())
    await add_restaurant(database, small_restaurant())
    await _book(database, await remember(database, "cust_1", "Ana"), *states)
    known = await _guest(database)
    assert known.bookings == len(states)
    assert known.visits == sum(status in CAME for status in states)
    assert known.no_shows == states.count(ReservationStatus.NO_SHOW)
    assert known.cancellations == states.count(ReservationStatus.CANCELLED)


async def test_guests_are_found_by_a_part_of_their_name_or_number(database: Database) -> None:
    await add_restaurant(database, small_restaurant())
    await add_restaurant(database, small_restaurant("rest_b"))
    people = {"+34600000001": "José Núñez", "+34600000002": "ana lópez", "+34711000003": "100% Ángel_"}
    for n, (phone, name) in enumerate(people.items()):
        for home in ("rest_a", "rest_b"):
            about = {"restaurant_id": home, "phone": phone, "name": name}
            async with database.write() as tx:
                await customers.remember(tx, id_=f"{home}_{n}", **about, by_owner=True, now_ms=NOON)
    sought = {
        "nuñ": ["José Núñez"],
        "NUNEZ": ["José Núñez"],
        "LOPEZ": ["ana lópez"],
        "a_l": [],
        "_": ["100% Ángel_"],
        "%": [],
        "0%": ["100% Ángel_"],
    }
    async with database.read() as tx:
        for name, found in sought.items():
            guests, total = await customers.page(tx, "rest_a", name=name, limit=10, offset=0)
            assert ([guest.name for guest in guests], total) == (found, len(found)), name
        guests, total = await customers.page(tx, "rest_a", phone="6000000", limit=1, offset=1)
        assert ([guest.name for guest in guests], total) == (["José Núñez"], 2)
        guests, _ = await customers.page(tx, "rest_a", limit=10, offset=0)
        assert [guest.name for guest in guests] == ["100% Ángel_", "ana lópez", "José Núñez"]


async def test_a_guest_s_habits_are_what_their_visits_had_most_often(database: Database) -> None:
    await add_restaurant(database, small_restaurant())
    guest = await remember(database, "cust_1", "Ana")
    completed = ReservationStatus.COMPLETED

    async def habits() -> Habits:
        async with database.read() as tx:
            return await customers.habits(tx, guest)

    assert await habits() == Habits()
    await _book(database, guest, ReservationStatus.CANCELLED, area_id="wished")
    assert await habits() == Habits()
    first = {"area_id": "first", "time": "14:00", "party_size": 2}
    await _book(database, guest, completed, completed, **first, starts_at=NOON + 10 * DAY)
    assert await habits() == Habits(**first)
    await _book(database, guest, completed, area_id="", time="21:00", party_size=5, starts_at=NOON + 15 * DAY)
    assert await habits() == Habits(**first)
    later = {"area_id": "later", "time": "21:00", "party_size": 4}
    await _book(database, guest, completed, completed, **later, starts_at=NOON + 20 * DAY)
    assert await habits() == Habits(**later)
