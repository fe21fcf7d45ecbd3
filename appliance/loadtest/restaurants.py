"""Made-up restaurants to show and to test with: a few floors, hours and names, combined."""

import hashlib
import re
import unicodedata
from datetime import date as Date  # noqa: N812 — a closure's field is called `date`
from itertools import product

from msgspec import Struct

from appliance.domain.restaurant import Area, Closure, Combination, Plan, RestaurantCard, Shift, Table


class DemoRestaurant(Struct, frozen=True, kw_only=True):
    """A made-up restaurant with the voice agent and the number (E.164) that lead to it."""

    card: RestaurantCard
    agent_id: str
    number: str


class _Room(Struct, frozen=True):
    """An area and its tables by seats; `4+4` are two tables that can be joined."""

    name: str
    seats: str
    shifts: tuple[str, ...] = ()


class _Service(Struct, frozen=True, kw_only=True):
    """A shift as a template: `opens` to `last_seating` to `closes`, on the `days` served (L M X J V S D)."""

    name: str
    hours: tuple[str, str, str]
    turn: int = 120
    step: int = 30
    starts: tuple[str, ...] = ()
    days: str = "LMXJVSD"


_SYNONYMS = {
    "Terraza": ("fuera", "exterior", "al aire libre"),
    "Salón": ("dentro", "interior", "comedor"),
    "Barra": ("en la barra", "taburetes"),
    "Jardín": ("patio", "bajo los árboles"),
    "Ventanal": ("junto a la ventana", "con vistas"),
    "Comedor privado": ("privado", "reservado", "sala privada"),
}

_FLOORS = (
    (_Room("Terraza", "2 2 4+4", ("Cena",)), _Room("Salón", "2 2 2 4 4+4 6"), _Room("Comedor privado", "8")),
    (_Room("Barra", "2 2 2"), _Room("Salón", "2 4+4 6")),
    (
        _Room("Jardín", "2 2 4 4 4 6"),
        _Room("Salón", "2 2 2 4 4 4+4 6"),
        _Room("Barra", "2 2"),
        _Room("Ventanal", "2 4"),
    ),
    (_Room("Salón", "2 2 3 4+4"),),
    (_Room("Terraza", "2 2 4 6"), _Room("Ventanal", "2 2 4", ("Cena",)), _Room("Comedor privado", "6+6")),
)

_HOURS = (
    (
        _Service(name="Comida", hours=("13:00", "15:30", "17:30"), step=15, days="MXJVSD"),
        _Service(name="Cena", hours=("20:00", "22:45", "24:45"), step=15, days="MXJVSD"),
    ),
    (
        _Service(name="Comida", hours=("13:00", "15:00", "17:00"), starts=("13:00", "15:00"), days="LXJVSD"),
        _Service(name="Cena", hours=("20:00", "22:00", "24:00"), starts=("20:00", "22:00"), days="LXJVSD"),
    ),
    (
        _Service(name="Comida", hours=("13:00", "15:30", "17:00"), turn=90),
        _Service(name="Cena", hours=("20:30", "23:00", "25:00")),
    ),
    (
        _Service(name="Comida", hours=("13:30", "16:00", "18:30"), turn=150, days="MXJVSD"),
        _Service(name="Cena", hours=("21:00", "22:30", "25:00"), turn=150, days="JVS"),
    ),
    (
        _Service(name="Comida", hours=("12:30", "15:45", "17:30"), turn=105, step=15, days="LXJVSD"),
        _Service(name="Cena", hours=("19:30", "22:30", "24:15"), turn=105, step=15, days="LXJVSD"),
    ),
    (_Service(name="Cena", hours=("20:30", "24:30", "26:00"), turn=90, days="MXJVSD"),),
)

_CHRISTMAS = tuple(
    closure
    for year in range(2026, 2036)
    for closure in (
        Closure(date=Date(year, 12, 24), shift="Cena", reason="Nochebuena"),
        Closure(date=Date(year, 12, 25), reason="Navidad"),
    )
)

_NAMES = (
    *("La Marea", "El Limonero", "Casa Remedios", "La Buena Brasa", "El Rincón de Tomasa", "Taberna del Farol"),
    *("La Sal y la Luna", "Los Tres Gatos", "El Pescador Dormido", "La Higuera", "Azafrán y Romero", "Casa Benita"),
    *("El Patio de Inés", "La Cuchara de Palo", "Mesón del Alba", "El Drago", "La Chimenea", "Marisquería Punta Brava"),
    *("The Lemon Tree", "La Tortuga Coja", "Asador Don Celedonio", "El Velero", "La Alacena", "Sidrería El Lagar"),
    *("Los Girasoles", "La Perdiz Roja", "El Faro Viejo", "Miramundo", "La Parra de Julián", "Bar Canela"),
    *("La Caleta Azul", "El Jilguero"),
)
_TOWNS = ("Cádiz", "Gijón", "Altea", "Nerja", "Jaca", "Zafra", "Olite", "Cuenca", "Ronda", "Luarca", "Calella")
_CANARIAN = frozenset({"El Drago", "La Caleta Azul"})
_ENGLISH = frozenset({"The Lemon Tree"})
_PLANS = tuple(Plan)

_AGENT_OF_LA_MAREA = "agent_7c1f0e5a9b3d4826a1e0f4c2d8"
_FIRST_NUMBER = 34_910_123_456

MOST_RESTAURANTS = len(_NAMES) * (1 + len(_TOWNS))


def demo_restaurants(count: int = 32) -> tuple[DemoRestaurant, ...]:
    """The first `count` made-up restaurants, at most `MOST_RESTAURANTS`; always the same ones.

    The first is La Marea (`rest_la_marea`, `+34910123456`).
    """
    return tuple(_restaurant(index) for index in range(min(count, MOST_RESTAURANTS)))


def _restaurant(index: int) -> DemoRestaurant:
    base = _NAMES[index % len(_NAMES)]
    branch = index // len(_NAMES)
    name = f"{base} de {_TOWNS[branch - 1]}" if branch else base
    number = f"+{_FIRST_NUMBER + index}"
    return DemoRestaurant(card=_card(index, base=base, name=name, phone=number), agent_id=_agent(name), number=number)


def _card(index: int, *, base: str, name: str, phone: str) -> RestaurantCard:
    slug = _slug(name)
    areas, tables, combinations = _floor(_FLOORS[index % len(_FLOORS)], slug)
    return RestaurantCard(
        id=f"rest_{slug}",
        name=name,
        plan=_PLANS[index % len(_PLANS)],
        timezone="Atlantic/Canary" if base in _CANARIAN else "Europe/Madrid",
        locale="en" if base in _ENGLISH else "es",
        phone=phone,
        areas=areas,
        tables=tables,
        combinations=combinations,
        shifts=_shifts(_HOURS[index % len(_HOURS)]),
        closures=_CHRISTMAS if index % 4 else (),
    )


def _floor(rooms: tuple[_Room, ...], slug: str) -> tuple[tuple[Area, ...], tuple[Table, ...], tuple[Combination, ...]]:
    areas: list[Area] = []
    tables: list[Table] = []
    combinations: list[Combination] = []
    for room in rooms:
        area = Area(id=f"area_{slug}_{_slug(room.name)}", name=room.name, synonyms=_SYNONYMS[room.name])
        areas.append(area)
        for group in room.seats.split():
            joined = [
                _table(slug, len(tables) + place, int(seats), area=area, shifts=room.shifts)
                for place, seats in enumerate(group.split("+"), start=1)
            ]
            tables += joined
            if len(joined) > 1:
                combinations.append(_join(slug, joined))
    return tuple(areas), tuple(tables), tuple(combinations)


def _table(slug: str, place: int, seats: int, *, area: Area, shifts: tuple[str, ...]) -> Table:
    return Table(
        id=f"table_{slug}_{place}",
        name=f"{area.name[0]}{place}",
        area_id=area.id,
        capacity=seats,
        min_party=3 if seats >= 6 else 1,
        shifts=shifts,
    )


def _join(slug: str, tables: list[Table]) -> Combination:
    return Combination(
        id=f"combination_{slug}_{tables[0].name}",
        table_ids=tuple(table.id for table in tables),
        capacity=sum(table.capacity for table in tables),
    )


def _shifts(services: tuple[_Service, ...]) -> tuple[Shift, ...]:
    return tuple(
        _shift(service, weekday)
        for weekday, service in product(range(7), services)
        if "LMXJVSD"[weekday] in service.days
    )


def _shift(service: _Service, weekday: int) -> Shift:
    opens, last_seating, closes = map(_minute, service.hours)
    return Shift(
        weekday=weekday,
        name=service.name,
        opens=opens,
        last_seating=last_seating,
        closes=closes,
        turn_minutes=service.turn,
        step_minutes=service.step,
        starts=tuple(map(_minute, service.starts)),
    )


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def _agent(name: str) -> str:
    if name == _NAMES[0]:
        return _AGENT_OF_LA_MAREA
    return f"agent_{hashlib.blake2b(name.encode(), digest_size=13).hexdigest()}"
