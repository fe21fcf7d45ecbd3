import time
from datetime import date

import pytest

from appliance.domain.spoken.dates import read_date
from appliance.domain.spoken.numbers import read_party
from appliance.domain.spoken.outcome import UNCLEAR
from appliance.domain.spoken.phones import read_phone
from appliance.domain.spoken.text import MAX_LENGTH, heard
from appliance.domain.spoken.times import read_times

TODAY = date(2026, 11, 25)
SATURDAY = date(2026, 11, 28)


@pytest.mark.parametrize("mark", ["?", "!", ";", "…", "...", " — "])
def test_the_marks_that_end_a_clause_are_heard_as_a_comma(mark: str) -> None:
    assert heard(f"el sábado{mark} a las nueve") == "el sabado, a las nueve"


@pytest.mark.parametrize("words", ["el viernes, santo", "el sábado, no puedo", "el sábado, o"])
def test_a_clause_that_may_bear_on_the_answer_is_not_left_out(words: str) -> None:
    assert read_date(words, today=TODAY) == UNCLEAR


def test_of_two_corrections_the_last_one_counts() -> None:
    assert read_date("el jueves, ay no, el viernes, digo, el sábado", today=TODAY) == SATURDAY


def test_a_no_between_two_commas_takes_back_what_stands_before_it() -> None:
    assert read_date("el viernes, no, el sábado", today=TODAY) == SATURDAY
    assert read_times("nine, no, ten") == (600, 1320)


def test_who_begs_pardon_for_something_else_takes_nothing_back() -> None:
    assert read_date("el sábado, perdona, a las nueve", today=TODAY) == SATURDAY
    assert read_times("a las nueve, perdona, que hay mucho ruido") == (540, 1260)


def test_a_correction_that_leaves_the_month_or_the_part_of_the_day_behind_asks() -> None:
    assert read_date("el 5 de enero, ay no, el 6", today=TODAY) == UNCLEAR
    assert read_times("a las nueve de la mañana, no perdón, a las diez") == UNCLEAR


def test_what_is_refused_and_wished_at_once_asks() -> None:
    assert read_date("el sábado no, el sábado", today=TODAY) == UNCLEAR
    assert read_party("cuatro no, cuatro") == UNCLEAR


@pytest.mark.parametrize(
    "words",
    [
        "no el viernes",
        "el viernes no",
        "el viernes si no, el sábado",
    ],
)
def test_a_no_that_may_belong_to_either_day_asks(words: str) -> None:
    assert read_date(words, today=TODAY) == UNCLEAR


def test_a_number_alone_after_a_no_is_no_hour() -> None:
    assert read_times("no, nueve") == UNCLEAR
    assert read_party("no, nueve") == 9


def test_a_number_alone_is_no_hour_and_no_day_once_chatter_was_left_out() -> None:
    assert read_times("nueve, que es mi boda") == read_date("nueve, que es mi boda", today=TODAY) == UNCLEAR
    assert read_party("nueve, que es mi boda") == 9


def test_a_single_word_within_a_telephone_number_may_be_a_digit_misheard() -> None:
    assert read_phone("612 345 678, zinco", region="ES") == UNCLEAR


@pytest.mark.parametrize(
    "chatter",
    [
        "a, ",
        "no, ",
        "ay ",
        "oh no, ",
        "si no ",
        "if a ",
        "viernes, ",
        "y ",
        "digo, ",
        ", que ",
        "ay no perdona ",
        "no, no ",
        " no, el sabado",
        ", no, el viernes",
        "no, sorry, ",
        "sorry no, ",
        "perdón, el viernes no, ",
        "en vez de ",
    ],
)
def test_no_row_of_clauses_takes_long_to_read(chatter: str) -> None:
    words = ("el sabado, " + chatter * MAX_LENGTH)[:MAX_LENGTH]
    before = time.perf_counter()
    read_date(words, today=TODAY)
    read_times(words)
    read_party(words)
    assert time.perf_counter() - before < 0.5
