"""What the agent's arguments mean: either language's name for a field, everyday words for its value.

The agent's model fills them in, so any may be missing, null, badly typed or a placeholder nobody replaced. What was
not understood becomes a question; nothing is guessed.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from appliance.domain.restaurant import RestaurantCard
from appliance.domain.spoken.dates import read_date
from appliance.domain.spoken.names import read_name
from appliance.domain.spoken.numbers import read_party
from appliance.domain.spoken.outcome import Unclear
from appliance.domain.spoken.phones import read_phone, region_of
from appliance.domain.spoken.times import read_times

_NAMES: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "fecha"),
    "time": ("time", "hora"),
    "party_size": ("party_size", "personas"),
    "name": ("name", "cliente"),
    "phone": ("phone", "telefono"),
    "area": ("area", "zona"),
    "notes": ("notes", "notas"),
    "needs": ("needs", "necesidades"),
    "language": ("language", "idioma"),
    "reservation_id": ("reservation_id", "reserva_id"),
}
_TEXT_CHARS = 500
_MAX_NEEDS = 10


class Ask(Struct, frozen=True, kw_only=True):
    """One use of a tool, with all that is known about who asks; `from_number` as the platform told it."""

    card: RestaurantCard
    lang: str
    arguments: Mapping[str, Any]
    call_id: str
    tool_call_id: str
    from_number: str
    now_ms: int

    @property
    def today(self) -> date:
        return self.card.local(self.now_ms).date()

    @property
    def caller(self) -> str:
        """The number on the line as E.164; empty when withheld."""
        return caller_number(self.from_number, self.card)

    def said(self, field: str) -> object:
        """What stands under the first of the field's names that says anything."""
        values = (self.arguments.get(name) for name in _NAMES[field])
        return next((value for value in values if value not in (None, "", [], {})), None)

    def text(self, field: str) -> str:
        """Free text, cleaned; empty when nothing usable was said."""
        value = self.said(field)
        words = value if isinstance(value, str) and "{{" not in value else ""
        return " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())[:_TEXT_CHARS]

    def needs(self) -> tuple[str, ...]:
        value = self.said("needs")
        if isinstance(value, list):
            words = [item.strip()[:_TEXT_CHARS] for item in value if isinstance(item, str)]
            return tuple(word for word in words if word and word.isprintable())[:_MAX_NEEDS]
        alone = self.text("needs")
        return (alone,) if alone else ()

    def name(self) -> str | Unclear:
        return read_name(self.said("name"))

    def phone(self) -> str | Unclear:
        """The number to reach the guest under: the one they gave, else the one they call from."""
        given = read_phone(self.said("phone"), region=region_of(self.card.phone))
        if isinstance(given, Unclear) and given.why == "missing" and self.caller:
            return self.caller
        return given


class Heard(Struct, frozen=True, kw_only=True):
    """The date, times and party as far as they were understood.

    `question` is the code of what to ask next, if any; `unclear` the same of what was said, but not understood.
    """

    day: date | None
    minutes: tuple[int, ...]
    party: int | None
    question: str
    unclear: str


def hear(ask: Ask) -> Heard:
    day = read_date(ask.said("date"), today=ask.today)
    party = read_party(ask.said("party_size"))
    minutes = read_times(ask.said("time"))
    readings = {"date": day, "party_size": party, "time": minutes}
    questions = [f"{value.why}_{field}" for field, value in readings.items() if isinstance(value, Unclear)]
    return Heard(
        day=day if isinstance(day, date) else None,
        minutes=minutes if isinstance(minutes, tuple) else (),
        party=party if isinstance(party, int) else None,
        question=next(iter(questions), ""),
        unclear=next((code for code in questions if not code.startswith("missing")), ""),
    )


def caller_number(number: str, card: RestaurantCard) -> str:
    """The number on the line as E.164; empty when withheld or not a telephone number."""
    read = read_phone(number, region=region_of(card.phone))
    return "" if isinstance(read, Unclear) else read


def language_of(arguments: Mapping[str, Any], card_language: str) -> str:
    """The language to answer in: what the agent says the call is held in, else the restaurant's."""
    said = next((arguments[name] for name in _NAMES["language"] if isinstance(arguments.get(name), str)), "")
    spoken = said.strip().casefold()
    if spoken.startswith(("en", "ing")):
        return "en"
    return "es" if spoken.startswith(("es", "spa", "cast")) else card_language
