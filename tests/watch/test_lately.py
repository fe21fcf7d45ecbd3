from appliance.watch.lately import Lately

MINUTE_US = 60_000_000


def test_what_was_counted_before_the_first_look_is_new() -> None:
    assert Lately(60).added(3, MINUTE_US * 1000) == 3


def test_what_was_added_is_new_as_long_as_the_window_and_no_longer() -> None:
    lately = Lately(900)
    found = [lately.added(2 if minute < 5 else 6, minute * MINUTE_US) for minute in range(1, 24)]
    assert found == [2] * 4 + [6] * 11 + [4] * 4 + [0] * 4


def test_a_count_that_never_grew_has_nothing_new() -> None:
    lately = Lately(60)
    assert {lately.added(0, second * 1_000_000) for second in range(5_000)} == {0}


def test_it_remembers_no_more_than_it_has_room_for() -> None:
    lately = Lately(3600)
    for second in range(10_000):
        lately.added(second, second * 1_000_000)
    assert len(lately._looks) == 1_000
