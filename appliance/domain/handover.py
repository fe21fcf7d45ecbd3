"""Passing a caller on to a person: whether there is one, why they are wanted, and whether somebody answered."""

import re
from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from appliance.domain.opening import attended_at
from appliance.domain.restaurant import RestaurantCard, TransferWhen
from appliance.domain.spoken.numbers import read_party
from appliance.domain.spoken.text import fold


class TransferReason(StrEnum):
    COMPLAINT = "complaint"
    PRIVATE_EVENT = "private_event"
    ACCESSIBILITY = "accessibility"
    LARGE_PARTY = "large_party"
    ASKED_FOR_PERSON = "asked_for_person"
    OTHER = "other"


class TransferOutcome(StrEnum):
    """What is known of a transfer, in order of how sure it is: of two tidings the later in this list holds.

    `passed_on`: the agent left the line to the colleague, and nobody has said whether they answered.
    """

    REQUESTED = "requested"
    PASSED_ON = "passed_on"
    UNANSWERED = "unanswered"
    ANSWERED = "answered"


class TransferTold(Struct, frozen=True, kw_only=True):
    """What an event says of a transfer. `attempt` counts those of the call from one; 0: the event does not say."""

    outcome: TransferOutcome
    attempt: int = 0
    number: str = ""


EARLY_MINUTES = 30
"""How long before a service somebody is there to take a call over."""

_SURENESS = {outcome: rank for rank, outcome in enumerate(TransferOutcome)}

# The first that fits: a complaint about a wedding is a complaint.
_REASONS: Mapping[TransferReason, re.Pattern[str]] = {
    TransferReason.COMPLAINT: re.compile(
        r"\b(?:quej|reclam|complain|denunci|reembolso|refund|devuelv\w+ el dinero|devol\w+ (?:d?el|mi) dinero|"
        r"me cobraron|overcharged|food poisoning|intoxica|mal (?:servicio|trato)|bad service|enfadad|indignad|angry)"
    ),
    TransferReason.PRIVATE_EVENT: re.compile(
        r"\b(?:evento|events?\b|boda|comunion|bautizo|despedida de solter|banquete|(?:comida|cena) de empresa|"
        r"wedding|christening|banquet|company (?:dinner|lunch|party)|private (?:dining|party|room)|reservado privado)"
    ),
    TransferReason.ACCESSIBILITY: re.compile(
        r"\b(?:silla de ruedas|wheelchair|accesib|accessib|not accessible|movilidad reducida|minusvali|discapacidad|"
        r"disab|reduced mobility)"
    ),
    TransferReason.LARGE_PARTY: re.compile(
        r"\b(?:grupos?|groups?|large party|party too large|big party|mucha gente|muchas personas|muchos comensales|"
        r"many people|too many)\b"
    ),
    TransferReason.ASKED_FOR_PERSON: re.compile(
        r"\b(?:personas? (?:real|humana|de verdad)|(?:una|alguna) persona|asked for person|alguien|encargad|gerente|"
        r"responsable|companer|humano|someone|somebody|a person|real person|human|manager|owner|dueno|duena|jef[ea]|"
        r"colleague|agente|operador|staff|robot|maquina|machine)"
    ),
}
_HEADS = re.compile(r"(\d+|\w+) (?:personas|people|comensales|guests|pax)\b|\b(?:somos|seremos|party of|we are) (\w+)")
_CALL_BACK = re.compile(
    r"\b(?:(?:que|por favor) (?:me|nos|le|les) (?:llam|devuelv)|llam(?:eme|enme|enos|adme|arme|arle|arnos)|"
    r"(?:devolver|devuelv\w+)(?: \w+)? (?:la )?llamada|call(?:ing)? (?:me|us|her|him|them)? ?back|callback|"
    r"return (?:my|the|his|her) call|(?:call|ring|phone) (?:me|us)\b)"
)


def somebody_answers(card: RestaurantCard, now_ms: int) -> bool:
    """Whether there is a person to pass a caller on to now: else none may be offered.

    A number must be there. When it is to be used only while the restaurant is open, that is from half an hour before
    a service opens until it closes.
    """
    if not card.transfer_number:
        return False
    return card.transfer_when is TransferWhen.ALWAYS or attended_at(card, now_ms, early_minutes=EARLY_MINUTES)


def reason_of(words: str, *, max_party: int) -> TransferReason:
    """Which of the few reasons the words amount to."""
    text = fold(words).replace("_", " ")
    for reason, pattern in _REASONS.items():
        if reason is TransferReason.ASKED_FOR_PERSON and _is_many(text, max_party):
            return TransferReason.LARGE_PARTY
        if pattern.search(text):
            return reason
    return TransferReason.OTHER


def wants_call(words: str) -> bool:
    """Whether a message asks to be called."""
    return bool(_CALL_BACK.search(fold(words)))


def surer(one: TransferOutcome, other: TransferOutcome) -> TransferOutcome:
    """What is known by both: the order in which they were told does not matter, nor how often."""
    return max(one, other, key=_SURENESS.__getitem__)


def as_shown(outcome: TransferOutcome, *, ended: bool) -> TransferOutcome:
    """What somebody should believe: a call that was passed on was answered unless told otherwise.

    And a request that nothing came of is unanswered once the call is over.
    """
    if outcome is TransferOutcome.PASSED_ON:
        return TransferOutcome.ANSWERED
    return TransferOutcome.UNANSWERED if ended and outcome is TransferOutcome.REQUESTED else outcome


def _is_many(text: str, max_party: int) -> bool:
    """Whether a party is spoken of that the agent does not book."""
    heads = _HEADS.search(text)
    party = read_party(heads[1] or heads[2]) if heads else None
    return isinstance(party, int) and party > max_party
