"""Which area of the house a caller means."""

import re
from collections.abc import Mapping
from functools import lru_cache

from appliance.domain.area_kinds import everyday_names
from appliance.domain.restaurant import Area, RestaurantCard
from appliance.domain.spoken.choosing import Choice, Leaning, any_will_do
from appliance.domain.spoken.clauses import Kind, understood
from appliance.domain.spoken.framing import bare
from appliance.domain.spoken.outcome import MISSING, UNCLEAR, Unclear
from appliance.domain.spoken.text import fold


def area_named(card: RestaurantCard, words: str) -> str:
    """The id of the area a caller means by `words`; empty when there is none, or when it could be several."""
    meant = area_wished(card, words)
    return "" if isinstance(meant, Unclear) else meant


def area_wished(card: RestaurantCard, words: str) -> str | Unclear:
    """The id of the area that is wished for, empty when none of the house is spoken of.

    Of an area that is refused the other one is meant. When it could be several, UNCLEAR; MISSING when any will do, or
    any but those of `areas_refused`.
    """
    if not words:  # as most callers have it
        return ""
    house = _house(card.areas)
    if len(named := house.names.get(_words(words), frozenset())) == 1:
        return next(iter(named))
    if any_area(words):
        return MISSING
    text = house.marked(fold(_BREAK.sub(", ", words)))
    return understood(text, house.wished, Kind(bears=house.named, replaces=lambda _before, _after: True))


def areas_named(card: RestaurantCard, words: str) -> tuple[str, ...]:
    """The names of the areas that are in the words, for better or worse, or that these fit."""
    house = _house(card.areas)
    ids = house.named(house.marked(fold(words)))
    return tuple(area.name for area in card.areas if area.id in ids)


@lru_cache(maxsize=1_024)
def areas_refused(areas: tuple[Area, ...], words: str) -> frozenset[str]:
    """The ids of the areas that are refused by who takes any other: "cualquiera menos la terraza"."""
    house = _house(areas)
    return house.refused(house.marked(fold(_BREAK.sub(", ", words))))


class _House:
    """The areas by what they are called: by their own names, and by everyday words, which may fit several."""

    def __init__(self, own: dict[str, str], everyday: Mapping[str, frozenset[str]]) -> None:
        self._own = own
        self.names = {words: self._fitting(words, ids) for words, ids in everyday.items()}
        self.names |= {name: frozenset({area_id}) for name, area_id in own.items()}
        telling = sorted((name for name in self.names if len(name) >= _TELLING), key=len, reverse=True)
        anyone = "|".join(name.replace(" ", r"\W+") for name in telling)
        self._name = re.compile(rf"\b(?:{anyone})\b")
        self._telling = telling

    def marked(self, text: str) -> str:
        """The text with each name as one word, the longest first: "el comedor privado" is not "el comedor"."""
        return self._name.sub(lambda said: _words(said[0]).replace(" ", "_"), text) if self._telling else text

    def named(self, piece: str) -> frozenset[str]:
        """The areas whose names are in a piece of such a text, else those of whose names the words are a part."""
        said = (self.names[name] for word in piece.split() if (name := word.replace("_", " ")) in self._telling)
        rest = " ".join(word for word in _words(bare(piece)).split() if len(word) >= _TELLING)
        return frozenset().union(*said) or self._in_part(rest)

    def _fitting(self, words: str, ids: frozenset[str]) -> frozenset[str]:
        """Of the areas of a kind, those that have the words in their own names; areas of another kind may have them."""
        in_part = self._in_part(words)
        return ids & in_part or ids | in_part

    def _in_part(self, words: str) -> frozenset[str]:
        """The areas of whose own names the words are a part."""
        return frozenset(id_ for name, id_ in self._own.items() if words and f" {words} " in f" {name} ")

    def wished(self, text: str) -> str | Unclear:
        choice = Choice(text, self.named)
        liked, refused = choice.of(Leaning.PREFERRED) or choice.of(Leaning.WANTED), choice.of(Leaning.REFUSED)
        unsure = choice.of(Leaning.OPEN)
        if choice.any and not refused and len(liked | unsure) > 1:
            return MISSING
        if self._is_any_but(choice):
            return MISSING
        meant = liked or (set(self._own.values()) if refused else set())
        if len(meant - refused) == 1 and not unsure and not liked & refused:
            return (meant - refused).pop()
        return UNCLEAR if meant or unsure or choice.of(Leaning.ASIDE) else ""

    def refused(self, text: str) -> frozenset[str]:
        choice = Choice(text, self.named)
        return frozenset(choice.of(Leaning.REFUSED)) if self._is_any_but(choice) else frozenset()

    def _is_any_but(self, choice: Choice) -> bool:
        """Whether several are left of all by who only refuses some."""
        refused = choice.of(Leaning.REFUSED)
        others = choice.of(*(leaning for leaning in Leaning if leaning is not Leaning.REFUSED))
        return bool(refused) and not others and len(set(self._own.values()) - refused) > 1


_BREAK = re.compile(r"[?!;…]|\bsí\b", re.IGNORECASE)
"""What ends a clause, and what `fold` would make an "if" of."""

_AN_AREA = re.compile(r"\b(?:(?:la|el|en que|que|the|which|what) )?(?:zona|sitio|lugar|area|spot|place|where)\b")
"""No area in particular."""

_TELLING = 3
"""Shorter words ("la", "A") name an area only when nothing else is said."""


def any_area(words: str) -> bool:
    """Whether the words say that the area does not matter ("me da igual, donde sea", "no me importa la zona")."""
    return any_will_do(fold(words), _AN_AREA)


@lru_cache(maxsize=1_024)
def _house(areas: tuple[Area, ...]) -> _House:
    """A name goes before another area's synonym, and either before what everybody calls such an area."""
    called = [(area.name, area.id) for area in areas]
    called += [(synonym, area.id) for area in areas for synonym in area.synonyms]
    own = {name: area_id for words, area_id in reversed(called) if (name := _words(words))}
    return _House(own, everyday_names(areas))


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))
