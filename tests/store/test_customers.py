import asyncio

from appliance.store import customers, reservations
from appliance.store.engine import Database
from support.books import NOON, add_restaurant, booking, small_restaurant

PHONE = "+34600000001"


async def remember(
    database: Database, id_: str, name: str, restaurant_id: str = "rest_a", *, by_owner: bool = True
) -> str:
    guest = {"id_": id_, "restaurant_id": restaurant_id, "phone": PHONE, "name": name}
    async with database.write() as tx:
        return await customers.remember(tx, **guest, by_owner=by_owner, now_ms=NOON)


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
        assert await customers.known(tx, "rest_a", PHONE) == customers.Guest(id="cust_1", name="Ana María", bookings=0)
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


async def test_bookings_of_a_guest_are_counted(database: Database) -> None:
    await add_restaurant(database, small_restaurant())
    guest = await remember(database, "cust_1", "Ana")
    async with database.write() as tx:
        await reservations.insert(tx, booking(customer_id=guest))
    async with database.read() as tx:
        known = await customers.known(tx, "rest_a", PHONE)
    assert known is not None
    assert known.bookings == 1
