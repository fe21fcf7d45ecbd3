from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.handover import TransferOutcome, as_shown, reason_of, surer, wants_call

outcomes = st.sampled_from(TransferOutcome)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Quiere poner una queja por la cena de ayer", "complaint"),
        ("wants a refund", "complaint"),
        ("queja sobre la boda del sábado", "complaint"),
        ("Es para una boda", "private_event"),
        ("private_event", "private_event"),
        ("company dinner in December", "private_event"),
        ("Viene alguien en silla de ruedas", "accessibility"),
        ("is the restaurant accessible?", "accessibility"),
        ("not_accessible", "accessibility"),
        ("party_too_large", "large_party"),
        ("son 15 personas", "large_party"),
        ("somos veinte", "large_party"),
        ("a table for twelve people", "large_party"),
        ("un grupo de amigos", "large_party"),
        ("El cliente quiere hablar con el encargado", "asked_for_person"),
        ("asked_for_person", "asked_for_person"),
        ("Quiero hablar con una persona, es por una alergia grave.", "asked_for_person"),
        ("May I speak to the manager?", "asked_for_person"),
        ("no quiero hablar con un robot", "asked_for_person"),
        ("somos cuatro y queremos hablar con alguien", "asked_for_person"),
        ("una factura", "other"),
        ("", "other"),
    ],
)
def test_why_a_caller_wants_a_person_is_one_of_a_few_reasons(words: str, reason: str) -> None:
    assert reason_of(words, max_party=8) == reason


@given(words=st.text(max_size=60))
def test_whatever_is_said_is_some_reason(words: str) -> None:
    assert reason_of(words, max_party=8)


@pytest.mark.parametrize(
    "words",
    [
        "Que me llamen mañana por la mañana",
        "pide que le llamen",
        "¿Pueden llamarme?",
        "Llámenme cuando puedan",
        "devolver la llamada",
        "please call me back",
        "a callback, please",
        "could you ring me tomorrow",
    ],
)
def test_a_message_that_asks_to_be_called_is_known(words: str) -> None:
    assert wants_call(words)


@pytest.mark.parametrize("words", ["Se me olvidó el paraguas", "I called yesterday", "llamé ayer y nadie contestó", ""])
def test_another_message_does_not_ask_to_be_called(words: str) -> None:
    assert not wants_call(words)


@given(told=st.lists(outcomes, min_size=1, max_size=6), again=st.lists(st.integers(0, 5), max_size=6))
def test_neither_order_nor_repetition_of_what_was_told_matters(told: list[TransferOutcome], again: list[int]) -> None:
    ends = set()
    for order in list(permutations(told))[:24]:
        known = TransferOutcome.REQUESTED
        for outcome in (*order, *(told[n] for n in again if n < len(told))):
            known = surer(known, outcome)
        ends.add(known)
    assert len(ends) == 1


def test_answered_beats_unanswered_beats_requested() -> None:
    requested, passed_on, unanswered, answered = TransferOutcome
    assert surer(answered, unanswered) is answered
    assert surer(requested, unanswered) is unanswered
    assert surer(passed_on, unanswered) is unanswered


@pytest.mark.parametrize(
    ("outcome", "ended", "shown"),
    [
        ("requested", False, "requested"),
        ("requested", True, "unanswered"),
        ("passed_on", True, "answered"),
        ("unanswered", True, "unanswered"),
        ("answered", False, "answered"),
    ],
)
def test_a_transfer_is_shown_as_what_is_to_be_believed(outcome: str, ended: bool, shown: str) -> None:  # noqa: FBT001
    assert as_shown(TransferOutcome(outcome), ended=ended) == shown
