"""Notes that say the day, the hour or the party once more, which the fields beside them have.

Of another one, "mejor a las diez" beside nine, it is asked. The same one is no note: it would be read back as if it
were more, and would be wrong once the booking is moved.
"""

import re
from collections.abc import Collection, Sequence
from datetime import date

from msgspec.structs import replace

from appliance.domain.spoken.moments import read_day, read_time
from appliance.domain.spoken.numbers import read_party
from appliance.domain.spoken.outcome import MISSING, Unclear
from appliance.domain.spoken.spans import Span
from appliance.domain.spoken.text import fold
from appliance.services.agent.arguments import NOTES, Ask
from appliance.services.agent.hearing import WHICH_DAY, Heard
from appliance.services.agent.talk import Talk

_CLAUSE = re.compile(r"\s*[.,;!?\n]+\s*")
_BETTER = re.compile(r"(?:better|rather|best)(?: (?:if|make it))?\s+", re.IGNORECASE)
_HALF_DAY = 720
# Where one thing that was said may end and another begin: "reserva para dos | el sábado | a las nueve".
_SEAM = re.compile(
    r" (?=(?:el|la|para|a|on|at|for|this|este|esta|hoy|manana|mañana|tonight|tomorrow|de|in|en)\b)", re.IGNORECASE
)
_MOST_WORDS = 14
_ONLY_A_PARTY = re.compile(
    r"(?:(?:somos|seremos|vamos a ser|para|reserva|mesa|cena|comida|una|la|por|we are|we re|we ll be|it s|for|table|"
    r"dinner|lunch|booking|reservation|of|a|the) )*\w+(?: (?:personas?|comensales|pax|people|guests|of us))?"
)
_REASON = re.compile(r"\b(?:si|if|porque|because|que|that|y no|and not)\b(?! viene\b)")
_ONLY_A_NAME = re.compile(
    r"(?:(?:la )?reserva )?a nombre de (.+)|(?:(?:booking |reservation )?under )?(?:the )?name (.+)", re.IGNORECASE
)
_WHICH_WEEK = re.compile(
    r"\d|\b(?:este|esta|this|next|proxim\w+|viene|siguiente|pasado|manana|hoy|tomorrow|today|tonight)\b"
)


def beside(ask: Ask, heard: Heard, talk: Talk) -> tuple[Ask, Heard]:
    """Without the notes that repeat what was heard, or contradict it: that is left open, unless it was asked before.

    Only a clause that says nothing else does: "llegan dos a las diez" is a note.
    """
    agreeing = [clause for clause in _clauses(ask) if _agrees(ask, heard, clause)]
    others = [
        (clause, other)
        for clause in _clauses(ask)
        if clause not in agreeing and (other := _contradicted(ask, heard, clause))
    ]
    if not (others or agreeing):
        return ask, heard
    is_asked = bool(others) and talk.is_asked_first(ask, ("notes", *(fold(clause) for clause, _ in others)))
    return _without(ask, {*agreeing, *(clause for clause, _ in others)}), others[0][1] if is_asked else heard


def _without(ask: Ask, clauses: Collection[str]) -> Ask:
    notes = "; ".join(clause for clause in _clauses(ask) if clause not in clauses)
    rest = {name: value for name, value in ask.arguments.items() if name not in NOTES}
    return replace(ask, arguments=rest | ({"notes": notes} if notes else {}))


def _agrees(ask: Ask, heard: Heard, clause: str) -> bool:
    """Whether a clause says no more than what the fields have, in one piece or a few."""
    pieces = _SEAM.split(clause)
    if len(clause.split()) > _MOST_WORDS or _REASON.search(fold(clause)):
        return False
    if _is_same_name(ask, clause):
        return True
    while pieces:
        taken = next((end for end in range(len(pieces), 0, -1) if _is_same(ask, heard, " ".join(pieces[:end]))), 0)
        if not taken:
            return False
        pieces = pieces[taken:]
    return True


def _is_same(ask: Ask, heard: Heard, words: str) -> bool:
    """Whether the words are the day, the hour, both, or the party; "dos niños" is more than a party of two."""
    party = read_party(words)
    if not isinstance(party, Unclear):
        return party == heard.party and _ONLY_A_PARTY.fullmatch(fold(words)) is not None
    said = read_time(words, today=ask.today, zone=ask.card.zone, lang=ask.lang)
    if isinstance(said.times, Unclear):
        said = read_day(words, today=ask.today, zone=ask.card.zone, lang=ask.lang)
    if said.spans or said.loose or (said.day == MISSING and said.times == MISSING):
        return False
    is_then = said.times == MISSING or (isinstance(said.times, tuple) and not set(said.times).isdisjoint(heard.minutes))
    return is_then and (said.day == MISSING or (isinstance(said.day, date) and _is_that_day(heard, said.day, words)))


def _is_that_day(heard: Heard, day: date, words: str) -> bool:
    """A weekday alone may be that of any week."""
    if heard.day is None or day == heard.day:
        return day == heard.day
    return day.weekday() == heard.day.weekday() and not _WHICH_WEEK.search(fold(words))


def _is_same_name(ask: Ask, clause: str) -> bool:
    said, name = _ONLY_A_NAME.fullmatch(clause), ask.name()
    return said is not None and not isinstance(name, Unclear) and fold(said[1] or said[2]) == fold(name)


def _clauses(ask: Ask) -> Sequence[str]:
    return [clause for clause in _CLAUSE.split(ask.text("notes")) if clause and not clause.isdigit()]


def _contradicted(ask: Ask, heard: Heard, clause: str) -> Heard | None:
    clause = _BETTER.sub("", clause, count=1)
    return _other_party(heard, clause) or _other_hour(ask, heard, clause) or _other_day(ask, heard, clause)


def _other_party(heard: Heard, clause: str) -> Heard | None:
    party = read_party(clause)
    if heard.party is None or isinstance(party, Unclear) or party == heard.party:
        return None
    sizes = (min(party, heard.party), max(party, heard.party))
    return replace(heard, party=None, parties=sizes, questions=(*heard.questions, "unclear_party_size"))


def _other_hour(ask: Ask, heard: Heard, clause: str) -> Heard | None:
    times = read_time(clause, today=ask.today, zone=ask.card.zone, lang=ask.lang).times
    if not heard.minutes or isinstance(times, Unclear) or not set(times).isdisjoint(heard.minutes):
        return None
    others = [time for time in times if any(abs(time - minute) < _HALF_DAY for minute in heard.minutes)]
    spans = tuple(Span(minute, minute) for minute in sorted({*heard.minutes, *(others or times)}))
    return replace(heard, minutes=(), spans=spans, questions=(*heard.questions, "unclear_time"))


def _other_day(ask: Ask, heard: Heard, clause: str) -> Heard | None:
    day = read_day(clause, today=ask.today, zone=ask.card.zone, lang=ask.lang).day
    if heard.day is None or isinstance(day, Unclear) or day == heard.day:
        return None
    days = (min(day, heard.day), max(day, heard.day))
    return replace(heard, day=None, days=days, questions=(WHICH_DAY, *heard.questions))
