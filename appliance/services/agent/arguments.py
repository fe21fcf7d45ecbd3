"""What the agent's arguments mean: either language's name for a field, everyday words for its value.

The agent's model fills them in, so any may be missing, null, badly typed or a placeholder nobody replaced. What was
not understood, or said in two ways that contradict each other, becomes a question; nothing is guessed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache, reduce
from itertools import chain
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from appliance.domain import needs
from appliance.domain.areas import area_wished, areas_named, areas_refused
from appliance.domain.needs import Needs
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.second_table import is_clearly_second, is_second_table
from appliance.domain.spoken.names import read_name, same_person
from appliance.domain.spoken.numbers import read_babies, read_party
from appliance.domain.spoken.outcome import MISSING, UNCLEAR, Unclear
from appliance.domain.spoken.phones import read_phone, region_of
from appliance.domain.spoken.text import fold, heard, says_nothing, tidied
from appliance.domain.spots import is_spot, is_spot_in
from appliance.voice.declarations import ARGUMENTS

_NAMES: Mapping[str, tuple[str, ...]] = {one.name: one.names for one in ARGUMENTS if not one.becomes}
_FIELDS: Mapping[str, tuple[str, ...]] = {
    name: tuple(field for field, names in _NAMES.items() if name in names)
    for name in dict.fromkeys(chain.from_iterable(_NAMES.values()))
}
"""The fields that each name may be of: notes are a message, too."""
_FREE = frozenset({"notes", "needs", "message", "reason"})
NOTES = _NAMES["notes"]
"""What notes may stand under."""
_TEXT_CHARS = 500
_MAX_NEEDS = 10


class Ask(Struct, frozen=True, kw_only=True, dict=True):
    """One use of a tool, with all that is known about who asks; `caller` is the number on the line, as `caller_number`.

    `act_by_us`, by the clock's stopwatch, is when it is too late to begin a deed: nobody would hear of it.
    """

    card: RestaurantCard
    lang: str
    arguments: Mapping[str, Any]
    call_id: str
    tool_call_id: str
    caller: str
    now_ms: int
    today: date
    act_by_us: int

    def said(self, field: str) -> Sequence[object]:
        """What stands under the field's names, mostly under one of them only."""
        return self._by_field.get(field, ())

    @cached_property
    def _by_field(self) -> Mapping[str, list[object]]:
        found: dict[str, list[object]] = {}
        for name, value in self.arguments.items():
            for field in _FIELDS.get(name, ()) if value is not None else ():
                found.setdefault(field, []).append(value)
        return found

    def anywhere(self) -> "Ask":
        """As if no area had been wished for; the spot that was is still noted."""
        rest = {k: value for k, value in self.arguments.items() if k not in _NAMES["area"] + _NAMES["notes"]}
        return replace(self, arguments=rest | {"notes": self.notes})

    def text(self, field: str) -> str:
        """Free text, cleaned; empty when nothing usable was said."""
        return "; ".join(self._texts(field))[:_TEXT_CHARS]

    def needs(self) -> Needs:
        """What the guest needs, also when told in the notes or with the party.

        Its babies want a high chair each, unless it is said that they need none.
        """
        wished, notes, party = self._texts("needs"), self._texts("notes"), self._texts("party_size")
        if not (wished or notes or party):
            return needs.NO_NEEDS
        wanted, noted = needs.read(wished[:_MAX_NEEDS]), needs.read(notes)
        told = wanted.also(replace(noted, other=()))
        told = told.also(needs.of_party(party, elsewhere=wished + notes))
        return told if "high_chair" in told.dropped else told.also(needs.of_babies(self._babies()))

    @property
    def area(self) -> str | Unclear:
        """The area wished for, by its id, or as it was said when there is none such; MISSING when any will do."""
        return self._area if "area" in self._by_field else MISSING

    @cached_property
    def _area(self) -> str | Unclear:
        return agreed(
            area_wished(self.card, words) or (MISSING if is_spot(words) else fold(words))
            for words in self._texts("area")
        )

    @property
    def spots(self) -> list[str]:
        """Where in the house they would like to sit, in their words, when that is more than an area."""
        said = self._texts("area")
        names = _names(self.card) if said else ()
        return [words for words in said if fold(words) not in names and is_spot_in(self.card, words)]

    @property
    def notes(self) -> str:
        """What the staff should read, with the spot that was wished for."""
        return "; ".join(dict.fromkeys([*self._texts("notes"), *self.spots]))[:_TEXT_CHARS]

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the notes say beyond the needs that were heard in them."""
        noted = needs.read(self._texts("notes")).other
        return tuple(text for text in noted if not is_second_table(text))

    @property
    def second_table(self) -> bool:
        """Whether it is said to be one more table than they have, as far as "another table" says so."""
        return any(map(is_second_table, self._texts("notes")))

    @property
    def clearly_second(self) -> bool:
        """Whether that is said so that nothing else can be meant."""
        return any(map(is_clearly_second, self._texts("notes")))

    @property
    def area_id(self) -> str:
        """The area wished for, if the restaurant has it."""
        area = self.area
        return area if isinstance(area, str) and area in self.card.areas_by_id else ""

    @property
    def refused_areas(self) -> frozenset[str]:
        """The areas in which they will not sit, though any other will do."""
        if "area" not in self._by_field or self.area != MISSING:
            return frozenset()
        return frozenset().union(*(areas_refused(self.card.areas, words) for words in self._texts("area")))

    @property
    def any_area(self) -> bool:
        """Whether it was said that any area will do."""
        return self.area == MISSING and len(self._texts("area")) > len(self.spots)

    @property
    def areas_named(self) -> tuple[str, ...]:
        """The names of the areas that were spoken of."""
        return areas_named(self.card, " ".join(self._texts("area")))

    @property
    def unknown_area(self) -> bool:
        """Whether an area was wished for that the restaurant does not have."""
        return isinstance(self.area, str) and not self.area_id

    def party(self) -> int | Unclear:
        return agreed(map(read_party, self.said("party_size")))

    def name(self) -> str | Unclear:
        return agreed(map(read_name, self.said("name")), _fuller_name)

    def phone(self) -> str | Unclear:
        """The number to reach the guest under: the one they gave, else the one they call from."""
        return self.caller if self.caller and not self.gives_number else self._given_phone

    @property
    def gives_number(self) -> bool:
        """Whether a number is said, understood or not."""
        return not (isinstance(self._given_phone, Unclear) and self._given_phone.why == "missing")

    @cached_property
    def _given_phone(self) -> str | Unclear:
        region = region_of(self.card.phone)
        readings = (read_phone(value, region=region) for value in self.said("phone"))
        return agreed(MISSING if _is_of_the_house(reading, self.card.phone) else reading for reading in readings)

    def _babies(self) -> int:
        return max(map(read_babies, self.said("party_size")), default=0)

    def _texts(self, field: str) -> list[str]:
        """Each different thing that was said of a field, cleaned."""
        said = self.said(field)
        if not said:
            return []
        values = [item for value in said for item in (value if isinstance(value, list) else [value])]
        texts = (_clean(value) for value in values if isinstance(value, str) and not _is_nothing(field, value))
        return [text for text in dict.fromkeys(texts) if text]


_Value = TypeVar("_Value")


def same(one: _Value, other: _Value) -> _Value | Unclear:
    return one if one == other else UNCLEAR


def _fuller_name(one: str | Unclear, other: str | Unclear) -> str | Unclear:
    if isinstance(one, Unclear) or isinstance(other, Unclear) or not same_person(one, other):
        return same(one, other)
    return max(one, other, key=len)


def agreed(
    readings: Iterable[_Value | Unclear],
    both: Callable[[_Value | Unclear, _Value | Unclear], _Value | Unclear] = same,
) -> _Value | Unclear:
    """The one value that everything said amounts to; what says nothing is left aside."""
    told = [reading for reading in readings if reading != MISSING]
    return reduce(both, told) if told else MISSING


def _names(card: RestaurantCard) -> frozenset[str]:
    return frozenset(fold(name) for area in card.areas for name in (area.name, *area.synonyms))


def _is_nothing(field: str, words: str) -> bool:
    """Nothing said, also where the agent put a word for it."""
    # Square brackets may be how a guest's allergy was noted down; in a name of something they are a placeholder.
    return says_nothing(words) or (field not in _FREE and heard(words) == MISSING)


def _clean(words: str) -> str:
    return tidied(words)[:_TEXT_CHARS]


def caller_number(number: str, card: RestaurantCard) -> str:
    """The number on the line as E.164; empty when withheld, not a telephone number, or the house's, which forwards."""
    return _caller_number(number, card.phone)


@lru_cache(maxsize=4096)
def _caller_number(number: str, house: str) -> str:
    """Asked with every use of a tool, a few times a call."""
    caller = read_phone(number, region=region_of(house))
    return "" if isinstance(caller, Unclear) or _is_of_the_house(caller, house) else caller


def _is_of_the_house(phone: str | Unclear, house: str) -> bool:
    """Whether it is the restaurant's own number, under which no guest can be reached."""
    return isinstance(phone, str) and phone == _house_number(house)


@lru_cache(maxsize=4096)
def _house_number(house: str) -> str | Unclear:
    return read_phone(house, region=region_of(house))


def language_of(arguments: Mapping[str, Any], card_language: str) -> str:
    """The language to answer in: what the agent says the call is held in, else the restaurant's."""
    said = next((arguments[name] for name in _NAMES["language"] if isinstance(arguments.get(name), str)), "")
    spoken = said.strip().casefold()
    if spoken.startswith(("en", "ing")):
        return "en"
    return "es" if spoken.startswith(("es", "spa", "cast")) else card_language
