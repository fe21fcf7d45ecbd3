"""What the staff write down, read into what the rules take: areas and tables by name, a telephone number, needs."""

from collections.abc import Mapping, Sequence

from msgspec import UnsetType
from msgspec.structs import replace

from appliance.domain import needs
from appliance.domain.areas import area_named
from appliance.domain.availability import Refusal
from appliance.domain.needs import Needs
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.spoken.outcome import Unclear
from appliance.domain.spoken.phones import read_phone, region_of
from appliance.domain.spoken.text import fold, tidied
from appliance.errors import Conflict, Invalid

_WHY: Mapping[str, str] = {
    "past_date": "That day has passed; with force it is written down all the same, up to a year later.",
    "past_time": "That time has passed; with force it is written down all the same.",
    "too_far_ahead": "That is more than ten years away.",
    "closed_day": "The restaurant is closed that day; with force it is booked all the same.",
    "outside_hours": "The restaurant is not open then; with force it is booked all the same.",
    "time_not_offered": "No guests start at that time; name the tables to book it all the same.",
    "no_such_time": "The clocks go forward then: that time does not exist.",
    "party_too_large": "No table seats so many; name the tables that shall be joined.",
    "area_full": "That area has no table free then; another one has.",
    "full": "No table is free for such a party then.",
    "not_accessible": "No table that a wheelchair can reach seats so many; name the tables to book it all the same.",
    "table_taken": "Another party has a table of these then.",
    "out_of_service": "A table of these is out of service then.",
}


def refused(refusal: Refusal) -> Conflict:
    """The rules' no, with what is possible instead."""
    slots = [(start.day.isoformat(), start.time) for start in refusal.alternatives]
    return Conflict(_WHY.get(refusal.code, "That cannot be booked."), alternatives=slots)


def table_ids(card: RestaurantCard, names: Sequence[str] | UnsetType) -> tuple[str, ...]:
    """The tables of those names. Raises Invalid for one that there is not."""
    if isinstance(names, UnsetType):
        return ()
    by_name = {fold(table.name): table.id for table in card.tables}
    if unknown := tuple(name for name in names if fold(name) not in by_name):
        raise Invalid("tables: there is no table {names}", names=unknown)
    return tuple(dict.fromkeys(by_name[fold(name)] for name in names))


def area_id(card: RestaurantCard, words: str) -> str:
    """The area of that name, or none for no words. Raises Invalid for one that there is not."""
    found = area_named(card, words)
    if words.strip() and not found:
        raise Invalid("area: there is no area {words}", words=words)
    return found


def name(words: str) -> str:
    """Whose booking it is. Raises Invalid for no name."""
    plain = tidied(words)
    if not plain:
        raise Invalid("name: say whose booking it is")
    return plain


def phone(card: RestaurantCard, words: str) -> str:
    """The number as E.164, empty for none. Raises Invalid for what is no telephone number."""
    read = read_phone(words, region=region_of(card.phone))
    if not isinstance(read, Unclear):
        return read
    if words.strip() and read.why != "missing":
        raise Invalid("phone: {words} is not a telephone number", words=words)
    return ""


def wants(said: Sequence[str], notes: str, high_chairs: int | UnsetType) -> Needs:
    """What a party needs, also when it stands among the notes; the high chairs as they were counted."""
    both = needs.read(said).also(replace(needs.read([notes]), other=()))
    return both if isinstance(high_chairs, UnsetType) else replace(both, high_chairs=high_chairs)
