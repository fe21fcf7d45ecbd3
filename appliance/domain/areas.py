"""Which area of the house a caller means."""

import re

from appliance.domain.restaurant import RestaurantCard
from appliance.domain.spoken.text import fold


def area_named(card: RestaurantCard, words: str) -> str:
    """The id of the area a caller means by `words`; empty when there is none, or when it could be several.

    The longest name said counts ("el comedor privado" is not "el comedor"), else the one area that the words are a
    part of ("el salón" for the Salón Principal).
    """
    wanted = _words(words) if words else ""
    if not wanted:
        return ""
    names = _area_names(card)
    if wanted in names:
        return names[wanted]
    said = [name for name in names if len(name) >= _TELLING and f" {name} " in f" {wanted} "]
    if said:
        return names[max(said, key=len)]
    telling = " ".join(word for word in wanted.split() if len(word) >= _TELLING)
    partly = {area_id for name, area_id in names.items() if telling and f" {telling} " in f" {name} "}
    return partly.pop() if len(partly) == 1 else ""


_TELLING = 3
"""Shorter words ("la", "A") name an area only when nothing else is said."""


_ANY_AREA = frozenset(
    "cualquiera,cualquier zona,cualquier sitio,cualquier mesa,cualquier lado,me da igual,nos da igual,da igual,"
    "es igual,no importa,me es indiferente,indiferente,la que sea,lo que sea,donde sea,donde quiera,donde quieran,"
    "donde haya sitio,sin preferencia,sin preferencias,no tengo preferencia,ninguna preferencia,any,any area,any table,"
    "anything,anywhere,anywhere is fine,either,whatever,whichever,wherever,no preference,no preferences,doesn t matter,"
    "it doesn t matter,don t mind,i don t mind,don t care,i don t care".split(",")
)


def any_area(words: str) -> bool:
    """Whether the words say that the area does not matter ("me da igual, donde sea")."""
    said = [" ".join(re.findall(r"\w+", part)) for part in re.split(r"[,.;/]|\b(?:y|o|and|or)\b", fold(words))]
    return any(said) and all(part in _ANY_AREA for part in said if part)


def _area_names(card: RestaurantCard) -> dict[str, str]:
    """What areas are called → id. A name goes before another area's synonym."""
    called = [(area.name, area.id) for area in card.areas]
    called += [(synonym, area.id) for area in card.areas for synonym in area.synonyms]
    return {name: area_id for words, area_id in reversed(called) if (name := _words(words))}


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))
