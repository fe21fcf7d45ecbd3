"""The words that days, hours and parties are told with, by which chatter around an answer is told from it.

Each kind says, too, whether what a caller corrects himself to can stand in for what he took back: "el 5 de enero, ay
no, el 6" leaves the month behind, which is then asked.
"""

import re

from appliance.domain.spoken.calendar import MONTHS_BY_NAME, WEEKDAYS_BY_NAME
from appliance.domain.spoken.clauses import Kind, is_number, words_of
from appliance.domain.spoken.feasts import FEASTS_BY_NAME
from appliance.domain.spoken.framing import answer
from appliance.domain.spoken.numerals import in_digits
from appliance.domain.spoken.people import is_person

_CALENDAR = frozenset(WEEKDAYS_BY_NAME) | frozenset(MONTHS_BY_NAME)
_PARTICLES = frozenset("de del la los s all dia day".split())
# A day of a mother or a worker is always said with "día", which counts by itself.
_FEASTS = (
    frozenset(word for name in FEASTS_BY_NAME if not name.startswith("dia ") for word in name.split()) - _PARTICLES
)
_NEAR = frozenset(
    "hoy today tonight tomorrow manana pasadomanana yesterday ayer anoche anteayer antier ahora now".split()
)
_PARTS = frozenset(
    "noche tarde madrugada mediodia medianoche night morning afternoon evening noon lunchtime midday midnight".split()
)
_UNITS = frozenset(
    "dia dias day days semana semanas week weeks mes meses month months ano anos year years finde weekend weekends "
    "puente puentes fortnight fortnights quincena vispera festivo festivos holiday holidays vacaciones principios "
    "mediados finales santa".split()
)
_CLOCK = frozenset(
    "hora horas hour hours minuto minutos minute minutes min h hs hrs am pm media medio half cuarto cuartito quarter "
    "pico poco algo punto clock rato abrir abris abre abren abierto abierta open opens opening cerrar cerrais cierre "
    "cierra cierran close closes closing turno shift cenar cena comer comida desayunar desayuno almorzar almuerzo "
    "breakfast lunch dinner supper".split()
)
_DAY_WORDS = _CALENDAR | _FEASTS | _NEAR | _PARTS | _UNITS
_HOUR_WORDS = _DAY_WORDS | _CLOCK
_COMING = frozenset(
    "y e and con with plus contando incluyendo incluido incluida incluidos counting including vienen vendra vendran "
    "venga vengan venimos coming come comes join joins joining trae traen traigo traemos bring brings bringing falta "
    "faltan sumar suma apunta apuntan solo sola alone familia family grupo group docena docenas dozen dozens ellos "
    "ellas carrito carritos cochecito trona tronas sillita chair chairs pram buggy stroller pushchair".split()
)

# What a day is told with to the month, and what a day taken back may have said beside it.
_NAMED = (
    frozenset(MONTHS_BY_NAME)
    | frozenset(name for name in FEASTS_BY_NAME if " " not in name)
    | (_NEAR - {"manana", "ahora", "now"})
)
_FRAMING = (
    frozenset(MONTHS_BY_NAME)
    | (_FEASTS - frozenset(WEEKDAYS_BY_NAME) - _PARTS)
    | (_UNITS - {"dia", "day"})
    | frozenset("viene entra proximo proxima siguiente next following".split())
)
_YEARS = frozenset("ano anos year mil".split())
_FIGURES = re.compile(r"\d[/.-]\d")
_OF_DAY = _PARTS | {"manana", "tonight"}
_HALF_DAY = re.compile(r"(?<![a-z])[ap]\.? ?m\b")
_MINUTES = re.compile(r"1[3-9]|[2-5]\d")


def _bears_on_day(word: str) -> bool:
    return word in _DAY_WORDS or is_number(word)


def _bears_on_hour(word: str) -> bool:
    return word in _HOUR_WORDS or is_number(word)


def _bears_on_party(word: str) -> bool:
    return word in _COMING or word in _HOUR_WORDS or is_person(word) or is_number(word)


def _day_replaces(taken_back: str, instead: str) -> bool:
    """Whether a day says all that the one before it said: a year, a month or a week, a number."""
    before, after = set(words_of(taken_back)), set(words_of(instead))
    if _is_of_year(before) and not _is_of_year(after):
        return False
    if not after.isdisjoint(_NAMED) or _FIGURES.search(instead):
        return True
    if not before.isdisjoint(_FRAMING) or _FIGURES.search(taken_back):
        return False
    return not any(map(is_number, before)) or any(map(is_number, after))


def _is_of_year(words: set[str]) -> bool:
    return not words.isdisjoint(_YEARS) or any(word.isdigit() and len(word) == 4 for word in words)


def _hour_replaces(taken_back: str, instead: str) -> bool:
    """Whether an hour keeps its part of the day, and is not minutes of the one before it: "at eight, no, fifteen"."""
    keeps = _has_part(instead) or not _has_part(taken_back)
    return keeps and not _MINUTES.fullmatch(in_digits(answer(instead)))


def _has_part(text: str) -> bool:
    return not _OF_DAY.isdisjoint(words_of(text)) or _HALF_DAY.search(text) is not None


def _party_replaces(taken_back: str, _instead: str) -> bool:
    """Whether only a number was taken back: of "dos adultos y un niño, digo, tres" nobody knows who the three are."""
    before = words_of(taken_back)
    return sum(map(is_number, before)) == 1 and not any(map(is_person, before))


DAYS = Kind(bears=_bears_on_day, replaces=_day_replaces)
HOURS = Kind(bears=_bears_on_hour, replaces=_hour_replaces)
PARTIES = Kind(bears=_bears_on_party, replaces=_party_replaces, bare=True, least=2)
