"""The days that callers call by name, from Nochevieja to Easter Monday, and on which date of a year they fall."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache, partial

from appliance.domain.spoken.calendar import nth_weekday

Feast = Callable[[int], date]

# Folded, and number words as digits, as the readers get them. A day of a mother or a worker is always said with "día".
_FIXED: Mapping[tuple[int, int], str] = {
    (1, 1): "ano nuevo,new year s day,new years day,new year day",
    (1, 6): "reyes,reyes magos,epifania,epiphany,3 kings,3 kings day",
    (2, 14): "san valentin,enamorados,valentine,valentines,valentine s,valentines day,valentine s day,valentine day",
    (3, 17): "san patricio,st patrick s day,saint patrick s day",
    (3, 19): "san jose,dia del padre",
    (4, 23): "sant jordi,san jorge",
    (5, 1): "dia del trabajador,dia del trabajo,dia de los trabajadores",
    (5, 15): "san isidro",
    (6, 24): "san juan",
    (7, 7): "san fermin",
    (8, 15): "asuncion,virgen de agosto",
    (10, 12): "pilar,virgen del pilar,hispanidad",
    (10, 31): "halloween",
    (11, 1): "todos los santos,all saints day,all saints",
    (12, 6): "constitucion",
    (12, 8): "inmaculada,inmaculada concepcion,purisima",
    (12, 24): "nochebuena,noche buena,christmas eve,xmas eve",
    (12, 25): "navidad,christmas,christmas day,xmas,xmas day",
    (12, 26): "san esteban,boxing day,st stephen s day",
    (12, 28): "santos inocentes,inocentes",
    (12, 31): "nochevieja,noche vieja,fin de ano,san silvestre,new year s eve,new years eve,new year eve",
}
# In days from Easter Sunday.
_MOVABLE: Mapping[int, str] = {
    -7: "domingo de ramos,palm sunday",
    -6: "lunes santo",
    -5: "martes santo",
    -4: "miercoles santo",
    -3: "jueves santo,maundy thursday,holy thursday",
    -2: "viernes santo,good friday",
    -1: "sabado santo,holy saturday,easter saturday",
    0: "domingo de pascua,domingo de resurreccion,domingo de gloria,easter sunday,easter day",
    1: "lunes de pascua,easter monday",
}
EVES = frozenset({"reyes", "reyes magos", "san juan"})
"""Their night is the one before: "la noche de Reyes" is the fifth of January."""
TWO_NIGHTS = frozenset({"navidad", "ano nuevo", "todos los santos"})
"""Their night may be that of the eve or that of the day."""


@lru_cache(maxsize=64)
def easter(year: int) -> date:
    """Easter Sunday by the Gregorian computus, as Meeus, Jones and Butcher wrote it down."""
    century, of_century = divmod(year, 100)
    golden, leaps, skipped = year % 19, century // 4, century % 4
    moon = (19 * golden + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * skipped + 2 * (of_century // 4) - moon - of_century % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _fixed(month: int, day: int, year: int) -> date:
    return date(year, month, day)


def _movable(days: int, year: int) -> date:
    return easter(year) + timedelta(days=days)


def _mothers_day(year: int) -> date:
    """As Spain keeps it. English speakers have several, so of them it is asked."""
    return nth_weekday(year, 5, 6, 1)


def _by_name() -> Mapping[str, Feast]:
    fixed = {name: partial(_fixed, *on) for on, names in _FIXED.items() for name in names.split(",")}
    movable = {name: partial(_movable, days) for days, names in _MOVABLE.items() for name in names.split(",")}
    return fixed | movable | {"dia de la madre": _mothers_day}


FEASTS_BY_NAME = _by_name()
