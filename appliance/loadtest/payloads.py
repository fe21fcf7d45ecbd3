"""The bodies that the phone platform sends about a simulated call, with every field its documentation shows."""

import math
import random
from typing import Any

from appliance.loadtest.conversation import Ending, Outcome
from appliance.loadtest.scenarios import CallPlan
from appliance.loadtest.transcript import Transcript

AGENT_VERSION = 12

_CENTS_PER_SECOND = {
    "elevenlabs_tts": 0.025,
    "gpt_4_1": 0.075,
    "retell_voice_engine": 0.0917,
    "twilio_telephony": 0.025,
}
_USUAL_MS = {"e2e": (780, 1610), "llm": (410, 690), "tts": (180, 260), "asr": (90, 140)}
_STORAGE = "https://recordings.example"

_SUMMARIES = {
    "es": {
        Outcome.BOOKED: "{name} reservó mesa para {party} el {date} a las {time} en {restaurant}.",
        Outcome.CANCELLED: "{name} canceló su reserva del {date} a las {time} en {restaurant}.",
        Outcome.INFORMED: "{name} preguntó por el horario de {restaurant}.",
        Outcome.NO_TABLE: "{name} quería mesa en {restaurant} y no la hubo.",
        Outcome.NOT_FOUND: "{name} llamó por una reserva que no aparece en {restaurant}.",
        Outcome.WRONG_NUMBER: "Se equivocaron de número.",
        Outcome.HUNG_UP: "Colgaron sin decir nada.",
    },
    "en": {
        Outcome.BOOKED: "{name} booked a table for {party} on {date} at {time} at {restaurant}.",
        Outcome.CANCELLED: "{name} cancelled the booking of {date} at {time} at {restaurant}.",
        Outcome.INFORMED: "{name} asked when {restaurant} is open.",
        Outcome.NO_TABLE: "{name} wanted a table at {restaurant} and there was none.",
        Outcome.NOT_FOUND: "{name} called about a booking that {restaurant} cannot find.",
        Outcome.WRONG_NUMBER: "They dialled a wrong number.",
        Outcome.HUNG_UP: "They hung up without a word.",
    },
}
_SENTIMENTS = {
    Outcome.BOOKED: "Positive",
    Outcome.CANCELLED: "Neutral",
    Outcome.INFORMED: "Positive",
    Outcome.NO_TABLE: "Negative",
    Outcome.NOT_FOUND: "Negative",
    Outcome.WRONG_NUMBER: "Neutral",
    Outcome.HUNG_UP: "Unknown",
}
_HELPED = (Outcome.BOOKED, Outcome.CANCELLED, Outcome.INFORMED)
_REPORTED_AS = {Outcome.BOOKED: "reserved", Outcome.CANCELLED: "cancelled", Outcome.INFORMED: "info_only"}


class CallRecord:
    """What the platform knows of one call while it lasts and after; `started_at` and `ended_at` are Unix ms."""

    def __init__(self, plan: CallPlan, rng: random.Random, *, started_at: int) -> None:
        self.plan = plan
        self.call_id = f"call_{rng.getrandbits(108):027x}"
        self.started_at = started_at
        self.transcript = Transcript(rng)
        self.metadata: dict[str, Any] = {}
        self.variables: dict[str, str] = {}
        self._rng = rng
        self._sid = f"CA{rng.getrandbits(128):032x}"
        self._latencies: dict[str, list[int]] = {part: [] for part in _USUAL_MS}

    def say(self, role: str, words: str) -> None:
        self.transcript.say(role, words)
        if role == "agent":
            for part, usual in _USUAL_MS.items():
                self._latencies[part].append(self._rng.randint(*usual))

    def inbound(self) -> dict[str, Any]:
        line = self.plan.line
        call = {
            "call_id": self.call_id,
            "agent_id": line.agent_id,
            "agent_version": AGENT_VERSION,
            "from_number": self.plan.guest.from_number,
            "to_number": line.number,
        }
        return {"event": "call_inbound", "event_timestamp": self.started_at - 2300, "call_inbound": call}

    def started(self) -> dict[str, Any]:
        return {"event": "call_started", "call": self._basics("ongoing")}

    def tool(self, name: str, args: dict[str, Any]) -> dict[str, Any]:
        """Its last invocation in the transcript must be this one, with its id."""
        call = self._basics("ongoing") | self._spoken() | {"latency": self._latency(("e2e",))}
        return {"name": name, "args": args, "call": call}

    def ended(self, ending: Ending, *, ended_at: int) -> dict[str, Any]:
        return {"event": "call_ended", "call": self._whole(ending, ended_at)}

    def analyzed(self, ending: Ending, *, ended_at: int) -> dict[str, Any]:
        call = self._whole(ending, ended_at) | {"call_analysis": self._analysis(ending)}
        return {"event": "call_analyzed", "call": call}

    def _basics(self, status: str) -> dict[str, Any]:
        line = self.plan.line
        call: dict[str, Any] = {
            "call_id": self.call_id,
            "call_type": "phone_call",
            "agent_id": line.agent_id,
            "agent_version": AGENT_VERSION,
            "agent_name": f"{line.card.name} – Recepción",
            "agent_tag": "prod",
            "call_status": status,
            "from_number": self.plan.guest.from_number,
            "to_number": line.number,
            "direction": "inbound",
            "telephony_identifier": {"twilio_call_sid": self._sid},
            "data_storage_setting": "everything",
            "opt_in_signed_url": True,
        }
        if self.metadata:  # the platform leaves out what it was not given
            call["metadata"] = self.metadata
        if self.variables:
            call["retell_llm_dynamic_variables"] = self.variables
        return call | {"start_timestamp": self.started_at}

    def _spoken(self) -> dict[str, Any]:
        return {
            "transcript": self.transcript.text(),
            "transcript_object": self.transcript.turns,
            "transcript_with_tool_calls": self.transcript.items,
        }

    def _whole(self, ending: Ending, ended_at: int) -> dict[str, Any]:
        files = f"{_STORAGE}/{self.call_id}"
        agent_hangs_up = ending.outcome in _HELPED
        return (
            self._basics("ended")
            | {"end_timestamp": ended_at, "duration_ms": ended_at - self.started_at}
            | self._spoken()
            | {
                "recording_url": f"{files}/recording.wav",
                "recording_multi_channel_url": f"{files}/recording_multichannel.wav",
                "public_log_url": f"{files}/public.log",
                "disconnection_reason": "agent_hangup" if agent_hangs_up else "user_hangup",
                "latency": self._latency(tuple(_USUAL_MS)),
                "llm_token_usage": self._tokens(),
                "call_cost": _cost((ended_at - self.started_at) // 1000),
                "collected_dynamic_variables": {"reservation_id": ending.booking.id} if ending.booking else {},
            }
        )

    def _latency(self, parts: tuple[str, ...]) -> dict[str, Any]:
        return {part: _percentiles(self._latencies[part]) for part in parts if self._latencies[part]}

    def _tokens(self) -> dict[str, Any]:
        values = [2800 + 140 * turn for turn, _ in enumerate(self._latencies["llm"])]
        return {"values": values, "average": sum(values) / len(values) if values else 0, "num_requests": len(values)}

    def _analysis(self, ending: Ending) -> dict[str, Any]:
        guest, booking = self.plan.guest, ending.booking
        facts = {"name": guest.name, "restaurant": self.plan.line.card.name}
        custom: dict[str, Any] = {"outcome": _REPORTED_AS.get(ending.outcome, "other"), "callback_requested": False}
        if booking:
            facts |= {"party": str(booking.party_size), "date": booking.date, "time": booking.time}
            custom |= {
                "reservation_date": booking.date,
                "reservation_time": booking.time,
                "party_size": booking.party_size,
            }
        return {
            "call_summary": _SUMMARIES[guest.language][ending.outcome].format(**facts),
            "in_voicemail": False,
            "user_sentiment": _SENTIMENTS[ending.outcome],
            "call_successful": ending.outcome in _HELPED,
            "custom_analysis_data": custom,
        }


def _percentiles(values: list[int]) -> dict[str, Any]:
    ranked = sorted(values)

    def at(share: float) -> int:
        return ranked[math.ceil(share * len(ranked)) - 1]

    points = {f"p{percent}": at(percent / 100) for percent in (50, 90, 95, 99)}
    return points | {"max": ranked[-1], "min": ranked[0], "num": len(values), "values": values}


def _cost(seconds: int) -> dict[str, Any]:
    products = [
        {"product": product, "unit_price": price, "cost": round(price * seconds, 4)}
        for product, price in _CENTS_PER_SECOND.items()
    ]
    return {
        "product_costs": products,
        "combined_cost": round(sum(product["cost"] for product in products), 4),  # type: ignore[misc]
        "total_duration_seconds": seconds,
        "total_duration_unit_price": round(sum(_CENTS_PER_SECOND.values()), 4),
    }
