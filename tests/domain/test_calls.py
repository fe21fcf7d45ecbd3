import random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.calls import PERSONAL, Authority, CallFacts, CallState, Turn, erased, facts_of, merge

Said = tuple[CallFacts, Authority]

words = st.text(max_size=8)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
turns = st.builds(Turn, role=st.sampled_from(("agent", "user")), content=words, at_s=st.none() | st.floats(0, 9))
facts = st.builds(
    CallFacts,
    phase=st.none() | st.sampled_from(("ongoing", "ended", "error")),
    agent_id=st.none() | words,
    started_at=st.none() | st.integers(0, 3),
    ended_at=st.none() | st.integers(-1, 1),
    transcript=st.none() | st.lists(turns, max_size=3),
    summary=st.none() | words,
    successful=st.none() | st.booleans(),
    cost_cents=st.none() | st.integers(0, 3) | st.floats(0, 3),
    analysis=st.none() | st.dictionaries(words, json_values, max_size=3),
)
events = st.lists(st.tuples(facts, st.sampled_from(Authority)), max_size=6)


def told(said: list[Said], state: CallState | None = None) -> CallState:
    known: CallState = state or {}
    for fact, authority in said:
        known = merge(known, fact, authority)
    return known


def stored(state: CallState) -> Any:
    return msgspec.json.decode(msgspec.json.encode(state))


@given(said=events, seed=st.integers(), twice=st.lists(st.integers(0, 5), max_size=6))
def test_any_order_and_any_repetition_of_events_ends_in_the_same_state(
    said: list[Said], seed: int, twice: list[int]
) -> None:
    again = [*said, *(said[n] for n in twice if n < len(said))]
    random.Random(seed).shuffle(again)
    assert told(again) == told(said)


@given(said=events)
def test_telling_everything_a_second_time_changes_nothing(said: list[Said]) -> None:
    once = told(said)
    assert told(said, once) == once


@given(said=events, cut=st.integers(0, 6))
def test_a_state_that_was_stored_as_json_in_between_ends_the_same(said: list[Said], cut: int) -> None:
    halfway = stored(told(said[:cut]))
    assert stored(told(said[cut:], halfway)) == stored(told(said))
    assert stored(told(said, halfway)) == stored(told(said))


@given(said=events)
def test_a_stored_state_reads_back_as_the_same_facts(said: list[Said]) -> None:
    state = told(said)
    assert facts_of(stored(state)) == facts_of(state)


@given(said=events)
def test_what_was_once_known_is_never_forgotten(said: list[Said]) -> None:
    state = told(said)
    assert told([(CallFacts(), Authority.ANALYZED)], state) == state
    for fact, _ in said:
        assert msgspec.to_builtins(fact).keys() <= state.keys()


STARTED = CallFacts(phase="ongoing", channel="phone", started_at=1000, from_number="+34611223344")
ENDED = CallFacts(phase="ended", started_at=1000, ended_at=9000, duration_ms=8000, ended_because="user_hangup")
ANALYZED = CallFacts(phase="ended", summary="Reservó mesa.", sentiment="Positive", successful=True, cost_cents=20.37)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 2, 0, 1)])
def test_a_call_is_whole_once_all_its_events_came_whatever_their_order(order: tuple[int, ...]) -> None:
    life = [(STARTED, Authority.STARTED), (ENDED, Authority.ENDED), (ANALYZED, Authority.ANALYZED)]
    whole = facts_of(told([life[n] for n in order]))
    assert (whole.phase, whole.from_number, whole.ended_because) == ("ended", "+34611223344", "user_hangup")
    assert (whole.summary, whole.cost_cents, whole.duration_ms) == ("Reservó mesa.", 20.37, 8000)


def test_a_call_may_end_before_it_starts() -> None:
    state = told([(ENDED, Authority.ENDED), (STARTED, Authority.STARTED)])
    assert facts_of(state).phase == "ended"


def test_a_later_event_knows_better_than_an_earlier_one() -> None:
    long = CallFacts(transcript=[Turn(role="agent", content="a longer guess at what was said")])
    short = CallFacts(transcript=[Turn(role="agent", content="Hola")])
    state = told([(short, Authority.ENDED), (long, Authority.ONGOING)])
    assert facts_of(state).transcript == short.transcript


def test_of_two_live_transcripts_the_longer_stays() -> None:
    first = CallFacts(transcript=[Turn(role="agent", content="Hola")])
    second = CallFacts(transcript=[Turn(role="agent", content="Hola"), Turn(role="user", content="Buenas")])
    for order in ([first, second], [second, first]):
        state = told([(fact, Authority.ONGOING) for fact in order])
        assert facts_of(state).transcript == second.transcript


def test_a_state_with_a_field_of_a_newer_version_is_still_read() -> None:
    assert facts_of({"mood": (4, "sunny"), "phase": (3, "ended")}) == CallFacts(phase="ended")


def test_merging_leaves_the_state_it_was_given_alone() -> None:
    before = told([(STARTED, Authority.STARTED)])
    copy = dict(before)
    merge(before, ENDED, Authority.ENDED)
    assert before == copy


@given(before=events, after=events)
def test_a_call_that_was_erased_learns_of_its_person_no_more(before: list[Said], after: list[Said]) -> None:
    forgotten = erased(told(before), now_ms=7)
    late = stored(told(after, stored(forgotten)))
    assert PERSONAL.isdisjoint(late)
    assert facts_of(late).erased_at == 7


@given(before=events, after=events)
def test_a_call_that_was_erased_still_learns_what_it_cost_and_how_it_ended(
    before: list[Said], after: list[Said]
) -> None:
    late = told(after, erased(told(before), now_ms=7))
    whole = told([*before, *after])
    assert {name: value for name, value in late.items() if name != "erased_at"} == {
        name: value for name, value in whole.items() if name not in PERSONAL
    }
