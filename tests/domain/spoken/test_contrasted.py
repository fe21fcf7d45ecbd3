"""Two answers with a "no" between them that may belong to either: both are named in the question."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from appliance.domain.spoken.dates import read_date
from appliance.domain.spoken.moments import read_day, read_time
from appliance.domain.spoken.numbers import read_party
from appliance.domain.spoken.outcome import UNCLEAR, Unclear
from appliance.domain.spoken.spans import Span

TODAY, MADRID = date(2026, 11, 25), ZoneInfo("Europe/Madrid")
FRIDAY, SATURDAY = date(2026, 11, 27), date(2026, 11, 28)


@pytest.mark.parametrize(
    "words",
    [
        "el viernes no el sábado",
        "el viernes mejor el sábado",
        "friday no saturday",
        "friday, no saturday",
        "viernes, no sábado",
        "not friday saturday",
        "not on friday on saturday",
        "no el viernes el sábado",
        "no viernes sábado",
    ],
)
def test_of_two_days_it_is_asked_which(words: str) -> None:
    either = Unclear("ambiguous", (FRIDAY, SATURDAY))
    assert read_date(words, today=TODAY) == read_day(words, today=TODAY, zone=MADRID).day == either


def test_an_hour_beside_two_days_stays_understood() -> None:
    moment = read_day("el viernes no el sábado a las nueve", today=TODAY, zone=MADRID)
    assert (moment.day, moment.times) == (Unclear("ambiguous", (FRIDAY, SATURDAY)), (540, 1260))


@pytest.mark.parametrize(
    "words",
    [
        "a las nueve no a las diez",
        "a las nueve mejor a las diez",
        "a las nueve, mejor a las diez",
        "nine no ten",
        "nine not ten",
        "not nine ten",
        "not at nine at ten",
        "no a las nueve a las diez",
    ],
)
def test_of_two_hours_it_is_asked_which(words: str) -> None:
    moment = read_time(words, today=TODAY, zone=MADRID)
    assert moment.spans == tuple(Span(minute, minute) for minute in (540, 600, 1260, 1320))


@pytest.mark.parametrize(
    "words",
    [
        "el viernes, no el sábado",
        "on Friday, not Saturday",
        "Friday, not on Saturday, please",
        "para el viernes, no para el sábado",
        "quería mesa el viernes, no el sábado, por favor",
        "el viernes, no el sábado, no el domingo",
    ],
)
def test_a_day_before_a_comma_is_wanted_and_what_is_refused_after_it_is_not(words: str) -> None:
    assert read_date(words, today=TODAY) == read_day(words, today=TODAY, zone=MADRID).day == FRIDAY


@pytest.mark.parametrize("words", ["el viernes a las nueve, no el sábado", "el viernes, no el sábado, a las nueve"])
def test_the_hour_beside_the_day_that_is_wanted_is_kept(words: str) -> None:
    moment = read_day(words, today=TODAY, zone=MADRID)
    assert (moment.day, moment.times) == (FRIDAY, (540, 1260))


def test_an_hour_that_only_the_refused_day_has_is_not_dropped() -> None:
    moment = read_day("el viernes, no el sábado a las nueve", today=TODAY, zone=MADRID)
    assert (moment.day, moment.times) == (Unclear("ambiguous", (FRIDAY, SATURDAY)), (540, 1260))


@pytest.mark.parametrize(
    "words",
    ["a las nueve, no a las diez", "at nine, not at ten", "at nine, not ten", "a las nueve, no a las diez, por favor"],
)
def test_an_hour_before_a_comma_is_wanted_and_what_is_refused_after_it_is_not(words: str) -> None:
    moment = read_time(words, today=TODAY, zone=MADRID)
    assert (moment.times, moment.spans) == ((540, 1260), ())


@pytest.mark.parametrize(
    "words", ["el viernes, no el viernes", "el viernes, no este", "el viernes, no el sábado, el lunes"]
)
def test_what_refuses_the_day_that_is_wanted_or_leaves_two_is_asked_about(words: str) -> None:
    assert isinstance(read_date(words, today=TODAY), Unclear)


@pytest.mark.parametrize(
    "words", ["el viernes, no el sábado mejor", "el viernes, no el sábado sí", "friday, not saturday actually"]
)
def test_a_word_that_may_turn_it_round_leaves_the_day_to_be_asked(words: str) -> None:
    assert isinstance(read_date(words, today=TODAY), Unclear)


@pytest.mark.parametrize("words", ["a las nueve, no a las diez mejor", "at nine, not at ten actually"])
def test_a_word_that_may_turn_it_round_leaves_the_hour_to_be_asked(words: str) -> None:
    assert isinstance(read_time(words, today=TODAY, zone=MADRID).times, Unclear)


def test_what_is_taken_back_for_certain_is_not_asked_about() -> None:
    assert read_date("el viernes no perdona el sábado", today=TODAY) == SATURDAY
    assert read_date("no el viernes sino el sábado", today=TODAY) == SATURDAY
    assert read_date("mejor el sábado", today=TODAY) == SATURDAY
    assert read_time("a las nueve no perdona a las diez", today=TODAY, zone=MADRID).times == (600, 1320)


@pytest.mark.parametrize(
    "words",
    [
        "el viernes no",
        "no el viernes",
        "no viernes viernes",
        "not friday saturday sunday",
        "el viernes no el tren",
        "el viernes no el viernes",
    ],
)
def test_a_day_alone_is_no_choice(words: str) -> None:
    assert read_date(words, today=TODAY) == UNCLEAR


@pytest.mark.parametrize(
    "words", ["not nine thirty", "not nine fifteen", "no nueve y media", "not nine", "no nueve nueve"]
)
def test_an_hour_alone_is_no_choice(words: str) -> None:
    moment = read_time(words, today=TODAY, zone=MADRID)
    assert (moment.times, moment.spans) == (UNCLEAR, ())


@pytest.mark.parametrize(
    ("words", "counts"),
    [("cuatro, no cinco", (4, 5)), ("four, no five", (4, 5)), ("somos cinco, no somos cuatro", (4, 5))],
)
def test_a_bare_no_between_two_parties_may_take_back_the_first(words: str, counts: tuple[int, ...]) -> None:
    assert read_party(words) == Unclear("unclear", counts=counts)


def test_what_english_says_with_not_is_refused() -> None:
    assert read_party("four, not five") == 4


def test_of_this_day_and_the_one_after_without_a_comma_it_is_asked_which() -> None:
    either = Unclear("ambiguous", (FRIDAY, date(2026, 12, 4)))
    assert read_date("este viernes no el otro", today=TODAY) == either
    assert read_date("este viernes no, el otro", today=TODAY) == date(2026, 12, 4)
