from hypothesis import given
from hypothesis import strategies as st

from appliance.work.backoff import BASE_MS, CAP_MS, delay_ms


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_a_wait_is_a_part_of_a_ceiling_that_doubles_up_to_a_cap(attempt: int, chance: float) -> None:
    ceiling = min(CAP_MS, BASE_MS * 2 ** (attempt - 1))
    assert 0 <= delay_ms(attempt, chance=chance) <= ceiling
    assert delay_ms(attempt, chance=0.5) == ceiling // 2
