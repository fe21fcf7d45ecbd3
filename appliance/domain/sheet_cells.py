"""The cells of a restaurant's spreadsheet as people fill them in, read into values; None for what is not clear."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from appliance.domain.reservation import ReservationStatus
from appliance.domain.spoken.text import fold

_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})[/.-](?P<month>\d{1,2})[/.-](?P<day>\d{1,2})(?:[T ]00:00(?::00)?)?")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.,h](\d{2})(?::\d{2})?)? ?(?:h(?:rs?|s)?\.?)?(?: ?([ap])\.? ?m\.?)?")
_COUNT = re.compile(r"(\d{1,4})(?:[.,]0+)?(?: ?(?:p|pax|pers|personas?|people|guests?|comensales))?")
_LIST = re.compile(r"[,;/+&\n]|\b(?:y|e|and)\b")
LAST_HOUR = 29
"""Of a night, as it is written that goes on counting after midnight."""
_YEARS = range(1970, 2200)
_MOMENT = re.compile(r"(.+?)[T ]+(\d.*)")


class TableState(StrEnum):
    IN_SERVICE = "in_service"
    OUT_OF_SERVICE = "out_of_service"


_STATUS_WORDS: Mapping[ReservationStatus, str] = {
    ReservationStatus.PENDING: "pendiente,pending,por confirmar,sin confirmar,en espera",
    ReservationStatus.CONFIRMED: "confirmada,confirmado,reservada,reservado,confirmed,reserved,booked",
    ReservationStatus.SEATED: "ocupada,ocupado,sentada,sentado,en mesa,seated,occupied",
    ReservationStatus.COMPLETED: "completada,completado,finalizada,finalizado,terminada,terminado,completed,done",
    ReservationStatus.CANCELLED: "cancelada,cancelado,anulada,anulado,cancelled,canceled",
    ReservationStatus.NO_SHOW: "no show,noshow,no presentada,no presentado,no se presento,no vino,no vinieron",
}
_STATUSES = {word: status for status, words in _STATUS_WORDS.items() for word in words.split(",")}
_TABLE_WORDS: Mapping[TableState, str] = {
    # Whether a free table is taken just now is told by the book, and a sheet tells it of a day long over.
    TableState.IN_SERVICE: (
        "libre,ocupada,ocupado,reservada,reservado,ocupado todo dia,ocupada todo el dia,activa,activo,disponible,"
        "available,occupied,reserved,active,free"
    ),
    TableState.OUT_OF_SERVICE: "mantenimiento,fuera de servicio,inactiva,inactivo,maintenance,out of service,inactive",
}
_TABLE_STATES = {word: state for state, words in _TABLE_WORDS.items() for word in words.split(",")}
_WEEKDAY_WORDS = (
    "lunes,lun,l,monday,mon",
    "martes,mar,m,tuesday,tue",
    "miercoles,mie,x,wednesday,wed",
    "jueves,jue,j,thursday,thu",
    "viernes,vie,v,friday,fri",
    "sabado,sabados,sab,s,saturday,sat",
    "domingo,domingos,dom,d,sunday,sun",
)
_WEEKDAYS = {word: number for number, words in enumerate(_WEEKDAY_WORDS) for word in words.split(",")}
_EVERY_DAY = frozenset({"todos", "todos los dias", "cada dia", "diario", "every day", "daily"})


def words_of(text: str) -> str:
    """The cell's words as they compare: "No-Show" and "no_show" are the same."""
    return " ".join(re.findall(r"[^\W_]+", fold(text)))


def read_day(text: str) -> date | None:
    """2026-10-15, 15/10/2026, 15-10-26, 15.10.2026: the day goes before the month. A day without a year is none."""
    said = _YEAR_FIRST.fullmatch(text.strip()) or _DAY_FIRST.fullmatch(text.strip())
    if said is None:
        return None
    year = int(said["year"])
    try:
        return date(year if year > 99 else 2000 + year, int(said["month"]), int(said["day"]))
    except ValueError:
        return None


def read_minute(text: str) -> int | None:
    """8:00, 20:00, 13.30, 21h30, 21 h, 9:30 PM as minutes after midnight; 24:30 is that of the night's end."""
    said = _CLOCK.fullmatch(text.strip().lower())
    if said is None:
        return None
    hour, minute = int(said[1]), int(said[2] or 0)
    if said[3]:
        hour = hour % 12 + (12 if said[3] == "p" else 0) if 1 <= hour <= 12 else LAST_HOUR + 1
    return hour * 60 + minute if hour <= LAST_HOUR and minute < 60 else None


def read_moment(text: str, zone: ZoneInfo) -> int | None:
    """A day with its time as Unix ms; of the restaurant's clock, unless it says which."""
    moment = _iso(text.strip()) or _day_and_time(text.strip())
    if moment is None or moment.year not in _YEARS:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp()) * 1000


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _day_and_time(text: str) -> datetime | None:
    said = _MOMENT.fullmatch(text)
    day, minute = (read_day(said[1]), read_minute(said[2])) if said else (read_day(text), 0)
    if day is None or minute is None or minute >= 1440:
        return None
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60)  # noqa: DTZ001 — its zone comes next


def read_count(text: str) -> int | None:
    """4, "4.0", "4 personas"."""
    said = _COUNT.fullmatch(text.strip().lower())
    return int(said[1]) if said else None


def read_status(text: str) -> ReservationStatus | None:
    """The state of a reservation, in any of the ways in which sheets have called it."""
    return _STATUSES.get(words_of(text))


def read_table_state(text: str) -> TableState | None:
    return _TABLE_STATES.get(words_of(text))


def read_weekdays(text: str) -> tuple[int, ...] | None:
    """Weekdays, Monday = 0, in order: "lunes", "lunes a viernes", "sábado y domingo", "L-V"."""
    if words_of(text) in _EVERY_DAY:
        return tuple(range(7))
    found = [_span(part) for part in _LIST.split(fold(text)) if part.strip()]
    if not found or None in found:
        return None
    return tuple(sorted({day for days in found for day in days or ()}))


def _span(text: str) -> list[int] | None:
    ends = [_WEEKDAYS.get(words_of(word)) for word in re.split(r"-|–|\b(?:a|to)\b", text)]
    first, last = ends[0], ends[-1]
    if first is None or last is None or len(ends) > 2:
        return None
    return [(first + n) % 7 for n in range((last - first) % 7 + 1)]


def read_names(text: str) -> list[str]:
    """A list in one cell: "Comida, Cena"."""
    return [name for part in _LIST.split(text) if (name := part.strip())]
