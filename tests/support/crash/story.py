"""A made-up call: the events and tool calls that the phone platform sends about it, and what they should come to.

What a call should look like is worked out here from what was written into its events, not by the server's own merge.
"""

import random
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec

from appliance.domain.calls import Authority
from appliance.loadtest.restaurants import DemoRestaurant
from support.crash.wire import Answer

EVENTS = "/webhooks/retell"
TOOLS = "/tools/retell"
BOOK, CANCEL = "create_reservation", "cancel_reservation"
UNDECIDED = "temporarily_unavailable"
"""The deadline passed: what was asked for may be done a moment later."""

_NAMES = ("Ana Ruiz", "Íñigo Peña", "Lucía Gil", "Marc Vidal", "Nora Sáez", "Pau Roig", "Zoë Cruz", "Bea Ortiz")
_TIMES = ("13:00", "13:30", "14:00", "20:30", "21:00", "21:30")
_START_MS = 1_790_000_000_000
_TURNS = tuple({"role": ("agent", "user")[n % 2], "content": f"Turno {n}."} for n in range(6))


class Request:
    """One body, sent once or more; `answers` are those that came, `unanswered` counts the tries whose did not."""

    def __init__(self, path: str, body: bytes, about: str) -> None:
        self.path = path
        self.body = body
        self.about = about
        self.answers: list[Answer] = []
        self.unanswered = 0

    @property
    def acknowledged(self) -> bool:
        return any(200 <= answer.status < 300 for answer in self.answers)

    def deeds(self) -> list[dict[str, Any]]:
        """The answers that said that it was done."""
        told = [msgspec.json.decode(answer.body) for answer in self.answers if answer.status == 200]
        return [answer for answer in told if answer["ok"]]

    def may_be_done(self) -> bool:
        """Whether it is either done or nobody can tell."""
        told = [msgspec.json.decode(answer.body) for answer in self.answers if answer.status == 200]
        return self.unanswered > 0 or any(answer["ok"] or answer["code"] == UNDECIDED for answer in told)


class Call:
    """`events` are requests in no order; `tools` come one after the other."""

    def __init__(self, rng: random.Random, place: DemoRestaurant, *, number: int, days: Sequence[date]) -> None:
        self.id = f"call_{rng.getrandbits(80):020x}_{number}"
        self.place = place
        self.phone = f"+346{10_000_000 + number}"
        self.wish = {"date": rng.choice(days).isoformat(), "time": rng.choice(_TIMES), "party_size": rng.randint(1, 8)}
        self.name = rng.choice(_NAMES)
        self._facts = self._story(rng)
        self.events = list(self._events(rng))
        self.booking = self._tool(BOOK, self.wish | {"name": self.name, "phone": self.phone})
        self.cancelling = self._tool(CANCEL, {"date": self.wish["date"], "time": self.wish["time"]})
        cancelling = [self.cancelling] * rng.choice((0, 0, 1, 2))
        self.tools = [self.booking] * rng.choice((1, 1, 2)) + cancelling if rng.random() < 0.7 else []

    def expected(self, stored: Iterable[bytes]) -> dict[str, Any]:
        """What is known of the call from these of its bodies: the later an event is written, the better it knows."""
        known: dict[str, Any] = dict.fromkeys(self._facts[Authority.ANALYZED]) | {"transcript": []}
        said = {msgspec.json.decode(body)["event"] for body in stored}
        for authority, facts in sorted(self._facts.items()):
            if _EVENT[authority] in said:
                known |= facts
        return known

    def _story(self, rng: random.Random) -> dict[Authority, dict[str, Any]]:
        """What each event makes known, in the words of our API."""
        started_at, lasted = _START_MS + rng.randrange(10**9), rng.randrange(1_000, 300_000)
        started = {
            "phase": "ongoing",
            "direction": "inbound",
            "from_number": self.phone,
            "to_number": self.place.number,
            "started_at": started_at,
        }
        ended = started | {
            "phase": "ended",
            "ended_at": started_at + lasted,
            "duration_ms": lasted,
            "ended_because": rng.choice(("user_hangup", "agent_hangup")),
            "transcript": [turn | {"at_s": None} for turn in _TURNS[: rng.randint(1, 4)]],
            "cost_cents": float(rng.randint(1, 90)),
        }
        analyzed = ended | {
            "transcript": [turn | {"at_s": None} for turn in _TURNS],
            "summary": f"{self.name} llamó por {rng.randrange(10**6)}.",
            "sentiment": rng.choice(("Positive", "Neutral", "Negative")),
            "successful": rng.random() < 0.5,
        }
        return {Authority.STARTED: started, Authority.ENDED: ended, Authority.ANALYZED: analyzed}

    def _events(self, rng: random.Random) -> Iterable[Request]:
        for authority, facts in self._facts.items():
            name = _EVENT[authority]
            body = msgspec.json.encode({"event": name, "call": self._as_sent(facts)})
            yield (event := Request(EVENTS, body, name))
            if rng.random() < 0.4:
                yield event  # the very same delivery once more
            if rng.random() < 0.2:  # the same said in other bytes: stored apart, to no other effect
                yield Request(EVENTS, msgspec.json.format(body), name)

    def _as_sent(self, facts: dict[str, Any]) -> dict[str, Any]:
        sent = {theirs: facts[ours] for theirs, ours in _FIELDS.items() if ours in facts}
        sent |= {"call_id": self.id, "agent_id": self.place.agent_id, "call_type": "phone_call"}
        if "transcript" in facts:
            spoken = [{"role": turn["role"], "content": turn["content"]} for turn in facts["transcript"]]
            sent |= {"transcript_object": spoken, "call_cost": {"combined_cost": facts["cost_cents"]}}
        if "summary" in facts:
            sent["call_analysis"] = {theirs: facts[ours] for theirs, ours in _ANALYSIS.items()}
        return sent

    def _tool(self, name: str, args: dict[str, Any]) -> Request:
        invocation = {"role": "tool_call_invocation", "tool_call_id": f"{name}_{self.id}", "name": name}
        call = self._as_sent(self._facts[Authority.STARTED]) | {"transcript_with_tool_calls": [invocation]}
        return Request(TOOLS, msgspec.json.encode({"name": name, "args": args, "call": call}), name)


_EVENT = {Authority.STARTED: "call_started", Authority.ENDED: "call_ended", Authority.ANALYZED: "call_analyzed"}
_FIELDS = {
    "call_status": "phase",
    "direction": "direction",
    "from_number": "from_number",
    "to_number": "to_number",
    "start_timestamp": "started_at",
    "end_timestamp": "ended_at",
    "duration_ms": "duration_ms",
    "disconnection_reason": "ended_because",
}
_ANALYSIS = {"call_summary": "summary", "user_sentiment": "sentiment", "call_successful": "successful"}
