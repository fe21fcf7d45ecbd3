from datetime import UTC, date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.spoken.dates import read_date
from appliance.domain.spoken.moments import read_day, read_time
from appliance.domain.spoken.names import read_name
from appliance.domain.spoken.numbers import read_party
from appliance.domain.spoken.outcome import MISSING, UNCLEAR
from appliance.domain.spoken.phones import read_phone
from appliance.domain.spoken.text import MAX_LENGTH, fold, heard, says_nothing
from appliance.domain.spoken.times import read_times

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
# Words that nearly make sense reach further into the readers than random letters do.
NEARLY = st.lists(
    st.sampled_from(
        "el la las de del y o a the at en in menos media mañana viernes next que viene octubre may 15 31 99 0 00 "
        "nueve noche pm : / - . + , semana días weeks mediodía past to half".split()
    ),
    max_size=8,
).map(" ".join)


@given(st.one_of(JSON, NEARLY))
def test_no_reader_ever_raises_whatever_it_is_given(words: object) -> None:
    read_date(words, today=date(2026, 11, 25))
    read_times(words)
    read_day(words, today=date(2026, 11, 25), zone=UTC)
    read_time(words, today=date(2026, 11, 25), zone=UTC)
    read_party(words)
    read_name(words)
    read_phone(words, region="ES")


@given(st.text())
def test_folding_twice_is_folding_once(words: str) -> None:
    assert fold(fold(words)) == fold(words)


def test_accents_capitals_and_marks_do_not_matter() -> None:
    assert fold("¿El SÁBADO, por  favor?") == "el sabado, por favor"


def test_courtesy_is_not_part_of_the_answer() -> None:
    assert heard("Pues, el sábado, por favor.") == "el sabado"


@pytest.mark.parametrize(
    "words", ["{{x}}", "el {{dia}}", "<date>", "{date}", "[hora]", "${time}", "n/a", "not_provided"]
)
def test_a_placeholder_is_nothing_said(words: str) -> None:
    assert heard(words) == MISSING


def test_more_words_than_an_answer_takes_are_not_read() -> None:
    assert heard("a" * MAX_LENGTH) != UNCLEAR
    assert heard("a" * (MAX_LENGTH + 1)) == UNCLEAR


@pytest.mark.parametrize(
    "words",
    ["null", "N/A", "None", "unknown", "{{notas}}", "-", "  ", "no", "No, gracias", "ninguna", "Nada.", "not_provided"],
)
def test_free_text_can_say_nothing(words: str) -> None:
    assert says_nothing(words)


@pytest.mark.parametrize("words", ["no picante", "ninguna nuez", "[sin gluten]", "alergia a <todo>", "nada de sal"])
def test_free_text_that_says_something_is_not_taken_for_nothing(words: str) -> None:
    assert not says_nothing(words)
