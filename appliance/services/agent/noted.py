"""Notes that say another day, hour or party than the fields beside them: "mejor a las diez" beside nine is asked."""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from appliance.domain.spoken.moments import read_day, read_time
from appliance.domain.spoken.numbers import read_party
from appliance.domain.spoken.outcome import Unclear
from appliance.domain.spoken.spans import Span
from appliance.domain.spoken.text import fold
from appliance.services.agent.arguments import NOTES, Ask
from appliance.services.agent.hearing import WHICH_DAY, Heard
from appliance.services.agent.talk import Talk

_CLAUSE = re.compile(r"\s*[.,;!?\n]+\s*")
_BETTER = re.compile(r"(?:better|rather|best)(?: (?:if|make it))?\s+", re.IGNORECASE)
_HALF_DAY = 720


def beside(ask: Ask, heard: Heard, talk: Talk) -> tuple[Ask, Heard]:
    """Without the notes that contradict what was heard, which is left open, unless that was asked before.

    Only a clause that says nothing else does: "llegan dos a las diez" is a note.
    """
    others = [(clause, other) for clause in _clauses(ask) if (other := _contradicted(ask, heard, clause))]
    if not others:
        return ask, heard
    is_asked = talk.is_asked_first(ask, ("notes", *(fold(clause) for clause, _ in others)))
    contradicting = {clause for clause, _ in others}
    notes = "; ".join(clause for clause in _clauses(ask) if clause not in contradicting)
    rest = {name: value for name, value in ask.arguments.items() if name not in NOTES}
    return replace(ask, arguments=rest | ({"notes": notes} if notes else {})), others[0][1] if is_asked else heard


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
