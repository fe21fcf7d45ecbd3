"""Days at a restaurant's tables as a console may find them: going well, gone wrong, and with nothing in them."""

from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from appliance.contract import BookRow, DayBookView, RestaurantDetail, ServiceView
from appliance.loadtest.restaurants import demo_restaurants
from appliance.services.views import restaurant_detail

_MINUTE_MS = 60_000
_NOW = 13 * 60


def house(id_: str = "rest_00", **more: Any) -> RestaurantDetail:
    """La Marea, whose private room cannot be used these days."""
    detail = restaurant_detail(demo_restaurants(1)[0].card, now_ms=0)
    *tables, room = detail.tables
    room = replace(room, out_from="2026-11-20", out_until="2026-11-30")
    return replace(detail, id=id_, **({"tables": [*tables, room]} | more))


def guest(number: int, now: int, clock: str, minutes: int, **more: Any) -> BookRow:
    """By the clock of a day on which it is one o'clock now, as it is in Madrid on the platforms."""
    hours, rest = clock.split(":")
    starts_at = now + (int(hours) * 60 + int(rest) - _NOW) * _MINUTE_MS
    usual: dict[str, Any] = {
        "id": f"res_{number:02}",
        "date": _day(now),
        "time": clock,
        "party_size": 2 + number % 3,
        "status": "confirmed",
        "name": ("Lucía Ferrer", "Marta Gil", "Pau Soler", "Iker Aguirre", "Rosa Núñez")[number % 5],
        "phone": f"+3461122{number:04}",
        "area": "Terraza",
        "tables": [f"T{number % 4 + 1}"],
        "starts_at": starts_at,
        "ends_at": starts_at + minutes * _MINUTE_MS,
        "notes": "",
        "needs": [],
        "kitchen_notes": [],
        "staff_notes": [],
        "source": "phone",
        "call_id": f"call_{number:04}",
        "created_at": now - 86_400_000,
        "shift": "Comida",
    }
    return BookRow(**(usual | more))


def day(date: str, guests: list[BookRow], **more: Any) -> DayBookView:
    services = [("Comida", "12:00", "15:30", "17:00"), ("Cena", "20:00", "22:45", "00:45")]
    usual: dict[str, Any] = {
        "date": date,
        "status": "open",
        "reason": "",
        "services": [
            ServiceView(shift=shift, opens=opens, last_seating=last, closes=closes, reservations=0, covers=0)
            for shift, opens, last, closes in services
        ],
        "reservations": guests,
        "covers": sum(one.party_size for one in guests if one.status not in ("cancelled", "no_show")),
        "totals": {},
    }
    return DayBookView(**(usual | more))


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat()


def _around(today: DayBookView, now: int) -> list[DayBookView]:
    """With the day before, on which it was closed, and the day after, on which nobody comes yet."""
    before, after = (_day(now + days * 86_400_000) for days in (-1, 1))
    return [day(before, [], status="closed", reason="Obras", services=[]), today, day(after, [])]


def busy(now: int) -> list[DayBookView]:
    nuts = {"needs": ["nuts"], "kitchen_notes": ["alergia a los frutos secos"]}
    nuts["staff_notes"] = ["alergia a los frutos secos", "trona"]
    guests = [
        guest(1, now, "11:45", 60, status="completed"),
        guest(4, now, "12:15", 105, status="seated", notes="Cumpleaños, tarta a las dos", **nuts),
        guest(2, now, "12:30", 90, status="seated", seated_at=now - 25 * _MINUTE_MS),
        guest(3, now, "13:30", 90, tables=["S7", "S8"], area="Salón", party_size=6),
        guest(5, now, "13:45", 90),
        guest(6, now, "14:00", 90, status="cancelled"),
        guest(7, now, "15:00", 90, status="pending"),
        guest(8, now, "20:30", 105, shift="Cena"),
        guest(9, now, "21:00", 120, tables=["S11"], area="Salón", party_size=5, shift="Cena"),
        guest(11, now, "23:00", 105, shift="Cena"),
    ]
    return _around(day(_day(now), guests), now)


def bad(now: int) -> list[DayBookView]:
    """Two sit for longer than they should where others wait, and one has a table that is no longer there."""
    guests = [
        guest(1, now, "11:00", 90, status="seated", name="Ñ" * 40),
        guest(5, now, "12:45", 90),
        guest(2, now, "11:15", 90, status="seated"),
        guest(3, now, "12:00", 90, status="no_show"),
        guest(4, now, "13:15", 90, tables=[], area=""),
    ]
    return _around(day(_day(now), guests, status="special", reason="Fiesta del barrio"), now)
