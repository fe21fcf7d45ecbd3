"""What the agent's arguments mean: either language's name for a field, everyday words for its value.

The agent's model fills them in, so any may be missing, null, badly typed or a placeholder nobody replaced. What was
not understood, or said in two ways that contradict each other, becomes a question; nothing is guessed.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, tzinfo
from functools import cached_property, lru_cache, partial, reduce
from itertools import chain
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from appliance.domain import needs
from appliance.domain.areas import area_wished, areas_named, areas_refused
from appliance.domain.needs import Needs
from appliance.domain.nights import NIGHT_ENDS
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.second_table import is_second_table
from appliance.domain.spoken.moments import Moment, narrowed, read_day, read_time, spans_of_part
from appliance.domain.spoken.names import read_name, same_person
from appliance.domain.spoken.numbers import read_babies, read_party
from appliance.domain.spoken.outcome import MISSING, UNCLEAR, Unclear, known, one_of
from appliance.domain.spoken.phones import read_phone, region_of
from appliance.domain.spoken.small_hours import of_either_night, of_this_night, spans_of_nights
from appliance.domain.spoken.spans import Span
from appliance.domain.spoken.text import fold, heard, says_nothing, tidied
from appliance.domain.spots import is_spot
from appliance.services.loose_hours import settled
from appliance.voice.declarations import ARGUMENTS

_NAMES: Mapping[str, tuple[str, ...]] = {one.name: one.names for one in ARGUMENTS if not one.becomes}
_FIELDS: Mapping[str, tuple[str, ...]] = {
    name: tuple(field for field, names in _NAMES.items() if name in names)
    for name in dict.fromkeys(chain.from_iterable(_NAMES.values()))
}
"""The fields that each name may be of: notes are a message, too."""
_FREE = frozenset({"notes", "needs", "message", "reason"})
_TEXT_CHARS = 500
_REMEMBERED_CHARS = 64
_DATE, _CLOCK = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d\d?[:.h]\d\d(?::\d\d)? ?h?")
_MAX_NEEDS = 10
WHICH_DAY = "ambiguous_date"
"""The code of the question that lies in `Heard.days`."""


class Ask(Struct, frozen=True, kw_only=True, dict=True):
    """One use of a tool, with all that is known about who asks; `from_number` as the platform told it.

    `act_by_us`, by the clock's stopwatch, is when it is too late to begin a deed: nobody would hear of it.
    """

    card: RestaurantCard
    lang: str
    arguments: Mapping[str, Any]
    call_id: str
    tool_call_id: str
    from_number: str
    now_ms: int
    today: date
    act_by_us: int

    @cached_property
    def caller(self) -> str:
        """The number on the line as E.164; empty when withheld."""
        return caller_number(self.from_number, self.card)

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
        wanted = needs.read(self._texts("needs")[:_MAX_NEEDS])
        noted = needs.read(self._texts("notes") + self._texts("party_size"))
        told = wanted.also(replace(noted, other=()))
        return told if "high_chair" in told.dropped else told.also(needs.of_babies(self._babies()))

    @cached_property
    def area(self) -> str | Unclear:
        """The area wished for, by its id, or as it was said when there is none such; MISSING when any will do."""
        return _agreed(
            area_wished(self.card, words) or (MISSING if is_spot(words) else fold(words))
            for words in self._texts("area")
        )

    @property
    def spots(self) -> list[str]:
        """Where in the house they would like to sit, in their words, when that is more than an area."""
        return [words for words in self._texts("area") if is_spot(words) and fold(words) not in _names(self.card)]

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
        """Whether it is said to be one more table than they have."""
        return any(map(is_second_table, self._texts("notes")))

    @property
    def area_id(self) -> str:
        """The area wished for, if the restaurant has it."""
        return self.area if isinstance(self.area, str) and self.area in self.card.areas_by_id else ""

    @property
    def refused_areas(self) -> frozenset[str]:
        """The areas in which they will not sit, though any other will do."""
        if self.area != MISSING:
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

    def dates(self) -> list[Moment]:
        return [_read(read_day, value, self) for value in self.said("date")]

    def times(self) -> list[Moment]:
        return [_read(read_time, value, self) for value in self.said("time")]

    def party(self) -> int | Unclear:
        return _agreed(map(read_party, self.said("party_size")))

    def name(self) -> str | Unclear:
        return _agreed(map(read_name, self.said("name")), _fuller_name)

    def phone(self) -> str | Unclear:
        """The number to reach the guest under: the one they gave, else the one they call from."""
        region = region_of(self.card.phone)
        readings = (read_phone(value, region=region) for value in self.said("phone"))
        given = _agreed(MISSING if _is_of_the_house(reading, self.card) else reading for reading in readings)
        if isinstance(given, Unclear) and given.why == "missing" and self.caller:
            return self.caller
        return given

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


class Heard(Struct, frozen=True, kw_only=True):
    """The date, times and party as far as they were understood.

    `questions` are the codes of what to ask, in order: an hour that was left open comes last, as what is free then
    may answer it. `days` are the dates to choose from when two can be meant, `told` the one of them that was said with
    the other's weekday. `part` is the part of the day that was said, as in `Moment`, and `within` where no hour was
    told beside it, what all the parts share; `spans` are the times to choose
    from that were said instead of one, `parties` the sizes, or the one that the party is about.
    """

    day: date | None
    days: tuple[date, ...] = ()
    told: date | None = None
    minutes: tuple[int, ...]
    part: tuple[int, int] | None = None
    within: tuple[int, int] | None = None
    party: int | None
    parties: tuple[int, ...] = ()
    spans: tuple[Span, ...] = ()
    questions: tuple[str, ...]

    @property
    def question(self) -> str:
        """The code of what to ask next, if anything."""
        return next(iter(self.questions), "")

    @property
    def unclear(self) -> tuple[str, ...]:
        """The codes of what was said of day, hour and party, but not understood."""
        return tuple(code for code in self.questions if not code.startswith("missing") and code != "unclear_area")


def hear(ask: Ask) -> Heard:
    said = _settled(ask, [*ask.dates(), *ask.times()])
    day = _agreed((moment.day for moment in said), _shared_days)
    times = _agreed((moment.times for moment in said), _shared_times)
    minutes = reduce(narrowed, (moment.part for moment in said), times)
    spans = reduce(spans_of_part, (moment.part for moment in said), _spans(said))
    if day == ask.today and (spans or _may_be_small(minutes)):
        minutes, spans = _of_which_night(ask, minutes, spans, tonight=any(moment.tonight for moment in said))
    minutes = _one_of(spans, minutes)
    party = ask.party()
    readings = {"date": day, "time": minutes, "party_size": party}
    questions = [f"{value.why}_{field}" for field, value in readings.items() if isinstance(value, Unclear)]
    questions.sort(key=lambda code: bool(spans) and code == "unclear_time")
    if ask.area == UNCLEAR:
        questions.append("unclear_area")
    return Heard(
        day=day if isinstance(day, date) else None,
        days=day.days if isinstance(day, Unclear) else (),
        told=day.told if isinstance(day, Unclear) else None,
        minutes=minutes if isinstance(minutes, tuple) else (),
        part=next((moment.part for moment in said if moment.part), None),
        within=_within(said),
        party=party if isinstance(party, int) else None,
        parties=party.counts if isinstance(party, Unclear) else (),
        spans=() if isinstance(minutes, tuple) else spans,
        questions=tuple(questions),
    )


def _settled(ask: Ask, said: list[Moment]) -> list[Moment]:
    """With the hours that a clock or the day's services tell."""
    if all(moment.loose is None for moment in said):
        return said
    day = known(_agreed((moment.day for moment in said), _shared_days))
    part = next((moment.part for moment in said if moment.part), None)
    settle = partial(settled, card=ask.card, day=day, part=part, now_ms=ask.now_ms)
    return [settle(moment, moment.loose) if moment.loose else moment for moment in said]


def _may_be_small(minutes: tuple[int, ...] | Unclear) -> bool:
    """Whether an hour of a night after its midnight may be among them."""
    return isinstance(minutes, tuple) and (minutes[0] < NIGHT_ENDS or minutes[-1] >= 1440)


def _of_which_night(
    ask: Ask, minutes: tuple[int, ...] | Unclear, spans: tuple[Span, ...], *, tonight: bool
) -> tuple[tuple[int, ...] | Unclear, tuple[Span, ...]]:
    """The hours of today, the small ones of the night that is on and of the one to come as far as both can be meant.

    A date and a clock in figures say themselves which: so is written what was offered.
    """
    at = ask.card.wall(ask.now_ms)[1]
    if isinstance(minutes, tuple):
        either = _all_are(_CLOCK, ask.said("time")) and not _all_are(_DATE, ask.said("date"))
        minutes = of_this_night(minutes, at=at) if tonight else of_either_night(minutes, at=at, either=either)
    return minutes, spans_of_nights(spans, at=at, tonight=tonight)


def _all_are(shape: re.Pattern[str], said: Sequence[object]) -> bool:
    return bool(said) and all(isinstance(words, str) and shape.fullmatch(words.strip()) for words in said)


def _spans(said: Iterable[Moment]) -> tuple[Span, ...]:
    return next((moment.spans for moment in said if moment.spans), ())


def _within(said: Sequence[Moment]) -> tuple[int, int] | None:
    """The hours that the parts of the day share, where they are all that was said of the hour."""
    parts = [moment.part for moment in said if moment.part]
    if not parts or any(moment.spans or not (moment.alone or moment.times == MISSING) for moment in said):
        return None
    first, end = max(part[0] for part in parts), min(part[1] for part in parts)
    return (first, end) if first < end else None


def _one_of(spans: Iterable[Span], minutes: tuple[int, ...] | Unclear) -> tuple[int, ...] | Unclear:
    """The times that lie among those that were left open elsewhere; unclear when none were told."""
    open_to = tuple(spans)
    if not open_to:
        return minutes
    told = () if isinstance(minutes, Unclear) else minutes
    return tuple(minute for minute in told if any(one.holds(minute) for one in open_to)) or UNCLEAR


def _read(reader: Callable[..., Moment], words: object, ask: Ask) -> Moment:
    if isinstance(words, str) and len(words) <= _REMEMBERED_CHARS:
        return _read_before(reader, words, ask.today, ask.card.zone, ask.lang)
    return reader(words, today=ask.today, zone=ask.card.zone, lang=ask.lang)


@lru_cache(maxsize=4096)
def _read_before(reader: Callable[..., Moment], words: str, today: date, zone: tzinfo, lang: str) -> Moment:
    """Callers, and more so their agents, say the same few things."""
    return reader(words, today=today, zone=zone, lang=lang)


_Value = TypeVar("_Value")


def _same(one: _Value, other: _Value) -> _Value | Unclear:
    return one if one == other else UNCLEAR


def _shared_days(one: date | Unclear, other: date | Unclear) -> date | Unclear:
    """What both can mean: "el viernes que viene" and "el 4 de diciembre" are the fourth."""
    shared = set(_days(one)).intersection(_days(other))
    return one_of(shared) if shared else _same(one, other)


def _days(reading: date | Unclear) -> tuple[date, ...]:
    return reading.days if isinstance(reading, Unclear) else (reading,)


def _shared_times(one: tuple[int, ...] | Unclear, other: tuple[int, ...] | Unclear) -> tuple[int, ...] | Unclear:
    """What both can mean: "a las nueve" and "21:00" are 21:00."""
    if isinstance(one, Unclear) or isinstance(other, Unclear):
        return _same(one, other)
    return tuple(minute for minute in one if minute in other) or UNCLEAR


def _fuller_name(one: str | Unclear, other: str | Unclear) -> str | Unclear:
    if isinstance(one, Unclear) or isinstance(other, Unclear) or not same_person(one, other):
        return _same(one, other)
    return max(one, other, key=len)


def _agreed(
    readings: Iterable[_Value | Unclear],
    both: Callable[[_Value | Unclear, _Value | Unclear], _Value | Unclear] = _same,
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
    caller = _caller_number(number, region_of(card.phone))
    return "" if _is_of_the_house(caller, card) else caller


def _is_of_the_house(phone: str | Unclear, card: RestaurantCard) -> bool:
    """Whether it is the restaurant's own number, under which no guest can be reached."""
    return bool(card.phone) and phone == _caller_number(card.phone, region_of(card.phone))


@lru_cache(maxsize=4096)
def _caller_number(number: str, region: str) -> str:
    """Asked with every use of a tool, a few times a call."""
    read = read_phone(number, region=region)
    return "" if isinstance(read, Unclear) else read


def language_of(arguments: Mapping[str, Any], card_language: str) -> str:
    """The language to answer in: what the agent says the call is held in, else the restaurant's."""
    said = next((arguments[name] for name in _NAMES["language"] if isinstance(arguments.get(name), str)), "")
    spoken = said.strip().casefold()
    if spoken.startswith(("en", "ing")):
        return "en"
    return "es" if spoken.startswith(("es", "spa", "cast")) else card_language
