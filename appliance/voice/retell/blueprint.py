"""How a restaurant's agent should be at Retell: its LLM with the tools, the agent itself, its telephone numbers."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from appliance.domain.phrases import language, phrase
from appliance.domain.restaurant import RestaurantCard, TransferWhen
from appliance.voice.declarations import BY_NAME, TOOLS, Argument, Declaration
from appliance.voice.retell.prompt import general_prompt

Json = dict[str, Any]

LABEL = "restaurant_id"
"""The dynamic variable by which an LLM, which has no name, is known again."""

_SLASH = " · "
_LANGUAGES = {"es": ["es-ES", "en-GB"], "en": ["en-GB", "es-ES"]}
_EVENTS = (
    "call_started",
    "call_ended",
    "call_analyzed",
    "transfer_started",
    "transfer_bridged",
    "transfer_cancelled",
    "transfer_ended",
)
_MODEL: Json = {"type": "cascading", "primary": {"model": "gpt-4.1", "tier": "standard"}, "temperature": 0}
_LONGEST_CALL_MS = 15 * 60_000
_LONGEST_SILENCE_MS = 30_000
_TOOL_TIMEOUT_MS = 5_000
_MOST_RETENTION_DAYS = 730
_UNKNOWN_GUEST: Mapping[str, str] = {
    "caller_phone": "",
    "customer_name": "",
    "customer_class": "new",
    "customer_visits": "0",
    "customer_needs": "",
    "customer_favourite_area": "",
    "is_returning": "false",
    "upcoming_reservation": "",
    "waitlist_offer": "",
    "local_datetime": "",
}
_WISHED = ("date", "time", "party_size", "name", "phone", "area", "notes", "needs")
"""What the analysis of a call is to tell of a booking that was wanted."""
_ANALYSIS: Mapping[str, tuple[str, str]] = {
    "summary": ("Dos frases, en español, sin datos de pago.", "Two sentences, in English, without payment details."),
    "wished": ("Solo si el cliente quería una mesa.", "Only if the guest wanted a table."),
    "outcome": ("Qué ha salido de la llamada.", "What came of the call."),
    "callback": ("¿Ha pedido que lo llamen?", "Did they ask to be called back?"),
    "complaint": ("¿Se ha quejado de algo?", "Did they complain about anything?"),
    "hang_up": ("Cuelga. Solo después de end_call.", "Hangs up. Only after end_call."),
    "transfer": (
        "Pasa la llamada al equipo. Solo después del código «transfer» de transfer_call.",
        "Passes the call to the team. Only after the code “transfer” of transfer_call.",
    ),
}
_OUTCOMES = ("reserved", "modified", "cancelled", "waitlisted", "message", "transferred", "information", "nothing")


class Blueprint(Struct, frozen=True, kw_only=True):
    """How it should be. `first` and `first_llm` are for a new agent only: voice and model are for people to choose."""

    name: str
    llm: Json
    agent: Json
    first_llm: Json
    first: Json


def blueprint(card: RestaurantCard, *, schedule: str, public_url: str, voice_id: str) -> Blueprint:
    """`schedule` are the opening hours in words."""
    return Blueprint(
        name=f"{card.name}{_SLASH}{card.id}",
        llm=_llm(card, schedule, public_url),
        agent=_agent(card, public_url),
        first_llm={"model_config": _MODEL},
        first={"voice_id": voice_id},
    )


def is_of(agent_name: str, restaurant_id: str) -> bool:
    """Whether an agent of that name is the restaurant's, whatever the restaurant was called then."""
    return agent_name.endswith(f"{_SLASH}{restaurant_id}")


def number(card: RestaurantCard, number_: str, agent_id: str, *, public_url: str) -> Json:
    """How one of the restaurant's numbers should be bound."""
    bound: Json = {
        "inbound_agents": [{"agent_id": agent_id, "agent_version": "latest_published", "weight": 1}],
        "inbound_webhook_url": f"{public_url}/webhooks/retell/inbound",
    }
    always = card.transfer_when is TransferWhen.ALWAYS and card.transfer_number not in ("", number_)
    return bound | ({"fallback_number": card.transfer_number} if always else {})


def _llm(card: RestaurantCard, schedule: str, public_url: str) -> Json:
    lang = language(card.locale)
    return {
        "start_speaker": "agent",
        "begin_message": phrase("greeting", lang, restaurant=card.name),
        "general_prompt": general_prompt(card),
        "general_tools": [*(_custom(card, tool, public_url) for tool in TOOLS), *_own(lang)],
        "default_dynamic_variables": dict(_UNKNOWN_GUEST)
        | {
            LABEL: card.id,
            "restaurant_name": card.name,
            "restaurant_phone": card.phone,
            "restaurant_schedule": schedule,
            "language": lang,
            "transfer_to": card.transfer_number,
        },
    }


def _custom(card: RestaurantCard, tool: Declaration, public_url: str) -> Json:
    lang = language(card.locale)
    about: Json = {
        "type": "custom",
        "name": tool.name,
        "description": tool.en if lang == "en" else tool.es,
        "url": f"{public_url}/tools/retell/{tool.name}",
        "method": "POST",
        "args_at_root": False,
        "parameters": _schema(card, tool),
        "timeout_ms": _TOOL_TIMEOUT_MS,
        "max_retry": 1,  # done once, however often it is asked for
        "speak_during_execution": tool.slow,
        "speak_after_execution": True,
    }
    if tool.slow:
        about |= {
            "execution_message_type": "static_text",
            "execution_message_description": phrase("one_moment", lang),
        }
    if tool.name == "transfer_call":
        about["response_variables"] = {"transfer_to": "$.transfer_to"}
    return about


def _own(lang: str) -> Iterable[Json]:
    """Retell's own tools: only they hang up and pass a call on."""
    yield {"type": "end_call", "name": "hang_up", "description": _words("hang_up", lang)}
    yield {
        "type": "transfer_call",
        "name": "transfer_to_team",
        "description": _words("transfer", lang),
        "transfer_destination": {"type": "predefined", "number": "{{transfer_to}}"},
        "transfer_option": {"type": "cold_transfer"},
    }


def _schema(card: RestaurantCard, tool: Declaration) -> Json:
    """The tool's arguments as JSON Schema."""
    names = (*tool.needs, *tool.takes, "language")
    schema: Json = {"type": "object", "properties": {name: _property(card, BY_NAME[name]) for name in names}}
    return schema | ({"required": list(tool.needs)} if tool.needs else {})


def _property(card: RestaurantCard, argument: Argument) -> Json:
    words = argument.en if language(card.locale) == "en" else argument.es
    if "area" in (argument.name, argument.becomes) and card.areas:
        words = f"{words}: {', '.join(area.name for area in card.areas)}"
    about: Json = {"type": argument.type, "description": words}
    return about | ({"enum": list(argument.choices)} if argument.choices else {})


def _agent(card: RestaurantCard, public_url: str) -> Json:
    lang = language(card.locale)
    return {
        "agent_name": f"{card.name}{_SLASH}{card.id}",
        "language": _LANGUAGES[lang],
        "timezone": card.timezone,
        "webhook_url": f"{public_url}/webhooks/retell",
        "webhook_events": list(_EVENTS),
        "webhook_timeout_ms": 10_000,
        "max_call_duration_ms": _LONGEST_CALL_MS,
        "end_call_after_silence_ms": _LONGEST_SILENCE_MS,
        "interruption_sensitivity": 0.9,
        "boosted_keywords": [card.name, *(area.name for area in card.areas)],
        "opt_in_signed_url": True,
        "data_storage_retention_days": max(1, min(card.call_days, _MOST_RETENTION_DAYS)),
        "post_call_analysis_data": list(_analysis(lang)),
    }


def _analysis(lang: str) -> Iterable[Json]:
    """What is asked of the transcript after the call; of a booking by the names of the tools' arguments."""
    yield {"type": "system-presets", "name": "call_summary", "description": _words("summary", lang)}
    outcomes = {"choices": list(_OUTCOMES)}
    yield {"type": "enum", "name": "outcome", "description": _words("outcome", lang)} | outcomes
    for name in _WISHED:
        argument = BY_NAME[name]
        yield {
            "type": "number" if argument.type == "integer" else "string",
            "name": name,
            "description": argument.en if lang == "en" else argument.es,
            "conditional_prompt": _words("wished", lang),
        }
    yield {"type": "boolean", "name": "callback_requested", "description": _words("callback", lang)}
    yield {"type": "boolean", "name": "complaint", "description": _words("complaint", lang)}


def _words(what: str, lang: str) -> str:
    spanish, english = _ANALYSIS[what]
    return english if lang == "en" else spanish
