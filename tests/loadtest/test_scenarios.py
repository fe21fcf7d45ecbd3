import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.areas import area_named
from appliance.domain.hours import closed_whole_day, shifts_on, starts_on
from appliance.domain.seating import largest_party
from appliance.domain.spoken.dates import read_date
from appliance.domain.spoken.names import read_name
from appliance.domain.spoken.numbers import read_party
from appliance.domain.spoken.phones import read_phone
from appliance.domain.spoken.times import read_times
from appliance.loadtest.guests import ANONYMOUS, Guest, any_guest
from appliance.loadtest.restaurants import demo_restaurants
from appliance.loadtest.scenarios import CallPlan, Line, Scenario, plan_call

LINES = [Line(card=demo.card, agent_id=demo.agent_id, number=demo.number) for demo in demo_restaurants()]
lines = st.sampled_from(LINES)
seeds = st.integers(0, 1 << 32)
instants = st.integers(*(int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * 1000 for year in (2026, 2030)))


def plan(line: Line, seed: int, now_ms: int, scenario: Scenario | None = None) -> CallPlan:
    return plan_call(line, random.Random(seed), now_ms=now_ms, scenario=scenario)


@given(line=lines, seed=seeds, now_ms=instants)
def test_a_plain_wish_is_for_a_time_that_is_offered_and_a_party_that_fits(line: Line, seed: int, now_ms: int) -> None:
    wish = plan(line, seed, now_ms, Scenario.BOOK).wish
    assert wish is not None
    start = next(start for start in starts_on(line.card, wish.day) if start.minute == wish.minute)
    assert start.starts_at > now_ms
    assert 1 <= wish.party <= largest_party(line.card)
    assert any(seating.min_party <= wish.party <= seating.capacity for seating in line.card.seatings)


@given(line=lines, seed=seeds, now_ms=instants)
def test_a_wished_area_is_one_of_the_house(line: Line, seed: int, now_ms: int) -> None:
    wish = plan(line, seed, now_ms, Scenario.BOOK).wish
    assert wish is not None
    assert not wish.area or area_named(line.card, wish.area)


@given(line=lines, seed=seeds, now_ms=instants)
def test_the_wish_for_an_alternative_is_for_a_time_not_offered(line: Line, seed: int, now_ms: int) -> None:
    wish = plan(line, seed, now_ms, Scenario.ALTERNATIVE).wish
    assert wish is not None
    assert all(start.minute != wish.minute for start in starts_on(line.card, wish.day))


@given(line=lines, seed=seeds, now_ms=instants)
def test_the_wish_for_a_closed_day_is_for_a_closed_day_or_became_a_booking(line: Line, seed: int, now_ms: int) -> None:
    planned = plan(line, seed, now_ms, Scenario.CLOSED_DAY)
    assert planned.wish is not None
    assert planned.second_wish is not None
    closed = closed_whole_day(line.card, planned.wish.day) or not shifts_on(line.card, planned.wish.day)
    assert closed == (planned.scenario is Scenario.CLOSED_DAY)


@given(line=lines, seed=seeds, now_ms=instants)
def test_the_same_chance_makes_the_same_call(line: Line, seed: int, now_ms: int) -> None:
    assert plan(line, seed, now_ms) == plan(line, seed, now_ms)


def test_a_returning_guest_calls_to_cancel() -> None:
    guest = Guest(name="Lucía Fernández", phone="+34600012345")
    planned = plan_call(LINES[0], random.Random(1), now_ms=1_795_800_000_000, returning=guest)
    assert (planned.scenario, planned.guest, planned.has_booking) == (Scenario.CANCEL, guest, True)


@pytest.mark.parametrize("scenario", [Scenario.HOURS, Scenario.WRONG_NUMBER, Scenario.HANG_UP])
def test_who_wants_no_table_has_no_wish(scenario: Scenario) -> None:
    assert plan(LINES[0], 7, 1_795_800_000_000, scenario).wish is None


def test_a_house_that_serves_nothing_is_asked_for_its_hours() -> None:
    line = Line(card=LINES[0].card.__replace__(shifts=()), agent_id="a", number="+34910000000")
    assert plan(line, 3, 1_795_800_000_000, Scenario.BOOK).scenario is Scenario.HOURS


@given(seed=seeds)
def test_a_name_always_has_the_same_number(seed: int) -> None:
    guests: dict[str, str] = {}
    rng = random.Random(seed)
    for _ in range(50):
        guest = any_guest(rng)
        assert guests.setdefault(guest.name, guest.phone) == guest.phone


def test_some_guests_speak_english_and_some_withhold_their_number() -> None:
    rng = random.Random(4)
    guests = [any_guest(rng) for _ in range(200)]
    assert {guest.language for guest in guests} == {"es", "en"}
    assert {guest.from_number == ANONYMOUS for guest in guests} == {True, False}


@given(line=lines, seed=seeds, now_ms=instants, scenario=st.sampled_from([Scenario.BOOK, Scenario.ALTERNATIVE]))
def test_the_server_can_understand_every_wish(line: Line, seed: int, now_ms: int, scenario: Scenario) -> None:
    wish = plan(line, seed, now_ms, scenario).wish
    assert wish is not None
    assert read_date(wish.words["date"], today=line.card.local(now_ms).date()) == wish.day
    assert read_party(wish.words["party_size"]) == wish.party
    times = read_times(wish.words["time"])
    assert isinstance(times, tuple)
    assert wish.minute in times


@given(seed=seeds)
def test_the_server_can_read_every_guests_name_and_number(seed: int) -> None:
    guest = any_guest(random.Random(seed))
    assert read_name(guest.name) == guest.name
    assert read_phone(guest.phone, region="ES") == guest.phone
