"""A small restaurant in a database, and what belongs in its book and its inbox."""

from datetime import date
from typing import Any

from appliance.domain.hours import Start
from appliance.domain.reservation import Reservation, ReservationStatus
from appliance.domain.restaurant import QUARTER_MS, Area, Closure, Combination, Plan, RestaurantCard, Shift, Table
from appliance.domain.seating import DayBook
from appliance.domain.waitlist import Entry, EntryState
from appliance.store import restaurants
from appliance.store.engine import Database
from appliance.store.inbox import NewEvent
from support.fake_clock import START_MS

NOON = START_MS // QUARTER_MS * QUARTER_MS


def small_restaurant(id_: str = "rest_a", **changes: Any) -> RestaurantCard:
    """Two tables that can be joined, dinner on Fridays, closed at Christmas."""
    tables = tuple(
        Table(id=f"{id_}_t{n}", name=f"T{n}", area_id=f"{id_}_sala", capacity=4, shifts=("Cena",)) for n in (1, 2)
    )
    card: dict[str, Any] = {
        "id": id_,
        "name": f"Casa {id_}",
        "plan": Plan.PREMIUM,
        "timezone": "Europe/Madrid",
        "phone": "+34910000001",
        "areas": (Area(id=f"{id_}_sala", name="Sala", synonyms=("dentro", "comedor")),),
        "tables": tables,
        "combinations": (Combination(id=f"{id_}_c", table_ids=tuple(table.id for table in tables), capacity=8),),
        "shifts": (Shift(weekday=4, name="Cena", opens=1200, last_seating=1380, closes=1500, starts=(1200, 1320)),),
        "closures": (
            Closure(date=date(2026, 12, 25), reason="Navidad"),
            Closure(date=date(2026, 12, 26), shift="Cena"),
        ),
    }
    return RestaurantCard(**card | changes)


async def add_restaurant(database: Database, card: RestaurantCard) -> None:
    async with database.write() as tx:
        await restaurants.insert(
            tx,
            card,
            agents=[("retell", f"agent_{card.id}")],
            numbers=[f"+34{card.id}"],
            now_ms=START_MS,
        )


def booking(id_: str = "res_1", **changes: Any) -> Reservation:
    """Four guests for two hours at the first table of the small restaurant, confirmed."""
    row: dict[str, Any] = {
        "id": id_,
        "restaurant_id": "rest_a",
        "date": "2026-11-25",
        "time": "11:00",
        "starts_at": NOON,
        "ends_at": NOON + 8 * QUARTER_MS,
        "free_at": changes.get("ends_at", NOON + 8 * QUARTER_MS),
        "party_size": 4,
        "status": ReservationStatus.CONFIRMED,
        "name": "Ana",
        "phone": "+34600000001",
        "shift": "Cena",
        "table_ids": ("rest_a_t1",),
        "needs": ("trona",),
    }
    return Reservation(**row | changes)


def start_in(book: DayBook, minute: int) -> Start:
    """The start at a minute that is one."""
    found = book.start_at(minute)
    assert found
    return found


def event(id_: str, **changes: Any) -> NewEvent:
    """An event of a call of the small restaurant, as it arrives."""
    row: dict[str, Any] = {
        "id": id_,
        "idempotency_key": f"key of {id_}",
        "provider": "retell",
        "event": "call_ended",
        "call_id": "call_1",
        "restaurant_id": "rest_a",
        "headers": "{}",
        "body": b'{"a": 1}\n\x00\xff',
        "received_at": START_MS,
    }
    return NewEvent(**row | changes)


def waiting(id_: str = "wait_1", **changes: Any) -> Entry:
    """Two who would like a table of the small restaurant at nine."""
    row: dict[str, Any] = {
        "id": id_,
        "restaurant_id": "rest_a",
        "customer_id": "",
        "date": date(2026, 11, 25),
        "minutes": (1260,),
        "party_size": 2,
        "area_id": "",
        "accessible": False,
        "high_chairs": 0,
        "name": "Ana",
        "phone": "+34600000001",
        "state": EntryState.WAITING,
        "reservation_id": "",
        "call_id": "",
        "created_at": START_MS,
        "updated_at": START_MS,
    }
    return Entry(**row | changes)
