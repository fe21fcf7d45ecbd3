from hypothesis import given
from hypothesis import strategies as st

from appliance.watch.timings import SHOWN_S, Timing

SECONDS = st.floats(min_value=0, max_value=19, allow_nan=False)


def timing(durations: list[float]) -> Timing:
    noted = Timing()
    for seconds in durations:
        noted.note(seconds)
    return noted


@given(st.lists(SECONDS, min_size=1), st.sampled_from([0.5, 0.95, 0.99, 1.0]))
def test_a_percentile_is_within_a_quarter_of_one_that_was_measured(durations: list[float], share: float) -> None:
    rank = max(1, -(-round(share * len(durations) * 1000) // 1000))
    exact = sorted(durations)[rank - 1]
    found = timing(durations).percentile_s(share)
    assert abs(found - exact) <= max(exact * 0.25, 0.000_5)


@given(st.lists(SECONDS))
def test_a_bucket_counts_what_took_as_long_as_its_bound_or_less(durations: list[float]) -> None:
    found = dict(timing(durations).buckets())
    expected = {str(bound): sum(one <= bound for one in durations) for bound in SHOWN_S} | {"+Inf": len(durations)}
    assert found == expected


@given(st.lists(SECONDS), st.lists(SECONDS))
def test_what_came_between_two_looks_is_their_difference(before: list[float], after: list[float]) -> None:
    noted = timing(before)
    then = noted.copy()
    for seconds in after:
        noted.note(seconds)
    assert (noted - then).buckets() == timing(after).buckets()
    assert (then + (noted - then)).buckets() == noted.buckets()


def test_what_took_longer_than_the_last_bound_is_told_as_that_bound() -> None:
    assert 10 < timing([3_600.0]).percentile_s(0.5) < 20


def test_nothing_took_no_time() -> None:
    assert (Timing().percentile_s(0.99), Timing().count) == (0.0, 0)


@given(st.lists(SECONDS), st.lists(SECONDS))
def test_what_was_gained_since_a_look_makes_it_what_is_known_now(before: list[float], after: list[float]) -> None:
    noted = timing(before)
    then = noted.copy()
    for seconds in after:
        noted.note(seconds)
    gained = noted.gained(then)
    then.gain(gained)
    assert then.buckets() == noted.buckets()
    assert len(gained) <= 2 * len(after)
