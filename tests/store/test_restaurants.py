import asyncio
from datetime import date

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from appliance.domain.restaurant import Outage, RestaurantCard, SpecialDay, Turn
from appliance.errors import Conflict
from appliance.loadtest.restaurants import demo_restaurants
from appliance.store import reservations, restaurants
from appliance.store.engine import Database
from support.books import add_restaurant, booking, small_restaurant

DEMO = [demo.card for demo in demo_restaurants()]


def in_order(card: RestaurantCard) -> RestaurantCard:
    """The card with those parts sorted that have no order of their own."""
    return replace(
        card,
        combinations=tuple(sorted(card.combinations, key=lambda combination: combination.id)),
        shifts=tuple(sorted(card.shifts, key=lambda shift: (shift.weekday, shift.opens))),
        closures=tuple(sorted(card.closures, key=lambda closure: closure.date)),
    )


async def test_every_card_comes_back_as_it_was_written(database: Database) -> None:
    for card in [*DEMO, small_restaurant()]:
        await add_restaurant(database, card)
    async with database.read() as tx:
        found = {card.id: card for card in await restaurants.cards(tx)}
        assert await restaurants.card(tx, DEMO[3].id) == found[DEMO[3].id]
    assert found == {card.id: in_order(card) for card in [*DEMO, small_restaurant()]}


async def test_a_bare_restaurant_is_a_card_without_parts(database: Database) -> None:
    bare = small_restaurant(areas=(), tables=(), combinations=(), shifts=(), closures=())
    await add_restaurant(database, bare)
    async with database.read() as tx:
        assert await restaurants.card(tx, bare.id) == bare


async def test_an_unknown_restaurant_has_no_card(database: Database) -> None:
    async with database.read() as tx:
        assert await restaurants.card(tx, "rest_nobody") is None


async def test_agents_and_numbers_lead_to_their_restaurant(database: Database) -> None:
    for id_ in ("rest_a", "rest_b"):
        await add_restaurant(database, small_restaurant(id_))
    async with database.read() as tx:
        assert await restaurants.agents(tx) == {
            ("retell", "agent_rest_a"): "rest_a",
            ("retell", "agent_rest_b"): "rest_b",
        }
        assert await restaurants.numbers(tx) == {"+34rest_a": "rest_a", "+34rest_b": "rest_b"}


async def test_a_number_that_is_taken_leaves_nothing_of_the_second_restaurant(database: Database) -> None:
    await add_restaurant(database, small_restaurant())
    second = small_restaurant("rest_b")

    async def add_with_the_same_number() -> None:
        async with database.write() as tx:
            await restaurants.insert(
                tx,
                second,
                agents=[],
                numbers=["+34rest_a"],
                now_ms=1,
            )

    with pytest.raises(Conflict):
        await add_with_the_same_number()
    async with database.read() as tx:
        assert await restaurants.card(tx, "rest_b") is None
        assert (await tx.execute(text("SELECT count(*) FROM tables"))).scalar_one() == len(second.tables)


async def test_every_restaurant_added_is_a_new_revision_whatever_its_clock_says(database: Database) -> None:
    seen = []
    for n, now_ms in enumerate((2, 1, 2)):
        async with database.write() as tx:
            bare = small_restaurant(f"rest_{n}", areas=(), tables=(), combinations=(), shifts=(), closures=())
            await restaurants.insert(tx, bare, agents=[], numbers=[], now_ms=now_ms)
        async with database.read() as tx:
            seen.append(await restaurants.revision(tx))
    assert seen == [1, 2, 3]


async def test_a_restaurant_that_is_refused_is_no_revision(database: Database) -> None:
    await add_restaurant(database, small_restaurant())
    with pytest.raises(Conflict):
        await add_restaurant(database, small_restaurant())
    async with database.read() as tx:
        assert await restaurants.revision(tx) == 1


async def test_the_lock_lets_one_writer_of_a_book_in_at_a_time(database: Database) -> None:
    await add_restaurant(database, small_restaurant())
    inside = 0

    async def write() -> None:
        nonlocal inside
        async with database.write() as tx:
            await restaurants.lock(tx, database, "rest_a")
            inside += 1
            assert inside == 1
            await tx.execute(text("SELECT 1"))
            inside -= 1

    await asyncio.gather(*(write() for _ in range(8)))


@pytest.mark.parametrize("backend", ["postgres"])
async def test_the_lock_of_one_book_does_not_stop_another(database: Database) -> None:
    for id_ in ("rest_a", "rest_b"):
        await add_restaurant(database, small_restaurant(id_))
    async with database.write() as one, database.write() as other:
        await restaurants.lock(one, database, "rest_a")
        await restaurants.lock(other, database, "rest_b")


async def test_a_restaurant_written_anew_keeps_its_tables_and_the_bookings_at_them(database: Database) -> None:
    old = small_restaurant()
    await add_restaurant(database, old)
    first, second = old.tables
    async with database.write() as tx:
        await reservations.insert(tx, booking())
    new = replace(
        old,
        name="Casa nueva",
        buffer_minutes=15,
        high_chairs=2,
        tables=(
            replace(first, name=second.name, accessible=True),
            replace(second, name=first.name, outage=Outage(first=date(2026, 12, 1), last=date(2026, 12, 3))),
            replace(first, id="rest_a_t3", name="T3", capacity=6),
        ),
        combinations=(),
        shifts=tuple(replace(shift, turns=(Turn(party=2, minutes=90),), max_covers=12) for shift in old.shifts),
        closures=(),
        special_days=(SpecialDay(date=date(2026, 12, 31), shifts=(replace(old.shifts[0], weekday=3),)),),
    )
    async with database.write() as tx:
        await restaurants.save(tx, new, now_ms=2)
    async with database.read() as tx:
        assert await restaurants.card(tx, "rest_a") == new
        assert len(await reservations.claims(tx, "rest_a", booking().quarters)) == 8
        assert await restaurants.revision(tx) == 2


async def test_a_table_that_bookings_name_cannot_be_removed(database: Database) -> None:
    old = small_restaurant()
    await add_restaurant(database, old)
    async with database.write() as tx:
        await reservations.insert(tx, booking())

    async def remove() -> None:
        async with database.write() as tx:
            await restaurants.save(tx, replace(old, tables=old.tables[1:], combinations=()), now_ms=2)

    with pytest.raises(Conflict, match="T1"):
        await remove()
    async with database.read() as tx:
        assert await restaurants.card(tx, "rest_a") == old


async def test_a_table_nobody_ever_booked_can_be_removed_and_its_area_too(database: Database) -> None:
    old = small_restaurant()
    await add_restaurant(database, old)
    bare = replace(old, areas=(), tables=(), combinations=())
    async with database.write() as tx:
        await restaurants.save(tx, bare, now_ms=2)
    async with database.read() as tx:
        assert await restaurants.card(tx, "rest_a") == bare


async def test_an_area_may_be_replaced_under_tables_that_are_booked(database: Database) -> None:
    old = small_restaurant()
    await add_restaurant(database, old)
    async with database.write() as tx:
        await reservations.insert(tx, booking())
    moved = tuple(replace(table, area_id="rest_a_patio") for table in old.tables)
    new = replace(old, areas=(replace(old.areas[0], id="rest_a_patio"),), tables=moved)
    async with database.write() as tx:
        await restaurants.save(tx, new, now_ms=2)
    async with database.read() as tx:
        assert await restaurants.card(tx, "rest_a") == in_order(new)
        assert len(await reservations.claims(tx, "rest_a", booking().quarters)) == 8
        assert (await reservations.one(tx, "res_1")) == booking()


async def test_each_state_of_a_restaurant_has_a_revision_that_none_had_before(database: Database) -> None:
    card, seen = small_restaurant(), []
    for _ in range(2):
        await add_restaurant(database, card)
        async with database.write() as tx:
            seen.append(await restaurants.revision_of(tx, card.id))
            await restaurants.save(tx, replace(card, name="Otra"), now_ms=2)
            seen.append(await restaurants.revision_of(tx, card.id))
            assert await restaurants.revisions(tx) == {card.id: seen[-1]}
            await restaurants.delete(tx, card.id)
    assert len(set(seen)) == 4
    assert seen == sorted(seen)


async def test_what_was_agreed_comes_back_as_it_was_written(database: Database) -> None:
    agreed = small_restaurant(plan_until=date(2026, 12, 31), api_requests=700, enforce_webhooks=True)
    await add_restaurant(database, agreed)
    async with database.read() as tx:
        assert await restaurants.card(tx, agreed.id) == agreed
