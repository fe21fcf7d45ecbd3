"""One more table, another in place of the first, or neither: what the notes say of it."""

import pytest

from appliance.domain.second_table import is_clearly_second, is_second_table

CLEAR = [
    "es otra mesa aparte",
    "una segunda mesa",
    "dos mesas separadas",
    "Quieren una mesa más",
    "No quiere cambiar la suya y quiere una mesa adicional",
    "a second table, please",
    "two separate tables",
    "one more table for the children",
    "both days",
    "another table, not instead of mine",
]
OPEN = [
    "otra mesa",
    "es otra mesa",
    "otra mesa para los niños",
    "para pasado mañana otra mesa",
    "no, es otra mesa",
    "no la misma sino otra mesa",
    "another table",
]
NEITHER = [
    "no otra mesa",
    "no es otra mesa",
    "no quiere otra mesa, que le cambien la suya",
    "prefiere otra mesa más tranquila",
    "otra mesa más tranquila",
    "quiere cambiar a otra mesa",
    "otra mesa en vez de la suya",
    "not a second table",
    "doesn't want another table",
    "would rather have a different table",
    "another table instead",
    "mesa tranquila",
    "",
]


@pytest.mark.parametrize("words", CLEAR)
def test_who_says_that_it_is_one_more_wants_one_more(words: str) -> None:
    assert (is_second_table(words), is_clearly_second(words)) == (True, True)


@pytest.mark.parametrize("words", OPEN)
def test_another_table_may_be_one_in_place_of_theirs(words: str) -> None:
    assert (is_second_table(words), is_clearly_second(words)) == (True, False)


@pytest.mark.parametrize("words", NEITHER)
def test_who_denies_it_or_wants_one_instead_wants_no_second(words: str) -> None:
    assert (is_second_table(words), is_clearly_second(words)) == (False, False)
