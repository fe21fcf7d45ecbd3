import pytest

from appliance.domain.spoken.numbers import read_party
from appliance.domain.spoken.numerals import in_digits, spelled
from appliance.domain.spoken.outcome import IMPOSSIBLE, MISSING, UNCLEAR
from appliance.domain.spoken.say import party_words


@pytest.mark.parametrize(
    ("words", "people"),
    [
        (4, 4),
        (4.0, 4),
        (500, 500),
        ("4", 4),
        ("4.0", 4),
        ("cuatro", 4),
        ("CUATRO", 4),
        ("cuatro personas", 4),
        ("somos cuatro", 4),
        ("seremos 4, por favor", 4),
        ("para 4", 4),
        ("una mesa para dos", 2),
        ("mesa de seis", 6),
        ("un grupo de doce", 12),
        ("una persona", 1),
        ("solo yo", 1),
        ("una pareja", 2),
        ("treinta y una personas", 31),
        ("dos adultos y un niño", 3),
        ("2 adultos, 2 niños y un bebé", 5),
        ("cuatro personas y un bebé", 5),
        ("a table for two", 2),
        ("six people", 6),
        ("party of 5", 5),
        ("there will be six of us", 6),
        ("two adults and a child", 3),
    ],
)
def test_a_party_in_everyday_words_is_understood(words: object, people: int) -> None:
    assert read_party(words) == people


@pytest.mark.parametrize(
    "words",
    ["seis o siete", "4-5", "unas cuatro", "al menos cuatro", "muchos", "4 personas, 2 adultos", 2.5, True, [4], "x"],
)
def test_a_party_that_is_not_certain_is_unclear(words: object) -> None:
    assert read_party(words) == UNCLEAR


@pytest.mark.parametrize("words", [0, "0", "cero", -2, "-2", 0.0, 123_456])
def test_a_party_of_nobody_or_of_a_city_is_impossible(words: object) -> None:
    assert read_party(words) == IMPOSSIBLE


@pytest.mark.parametrize("words", [None, "", "null", "{{personas}}", [], {}])
def test_nothing_said_is_a_missing_party(words: object) -> None:
    assert read_party(words) == MISSING


@pytest.mark.parametrize("lang", ["es", "en"])
def test_every_party_we_say_is_understood(lang: str) -> None:
    for people in range(1, 200):
        assert read_party(party_words(people, lang)) == people


@pytest.mark.parametrize("lang", ["es", "en"])
def test_every_number_we_spell_reads_as_its_digits(lang: str) -> None:
    for number in range(100):
        plain = spelled(number, lang).translate(str.maketrans("áéíóú", "aeiou"))
        assert in_digits(plain) == str(number)


def test_number_words_are_found_only_as_whole_words() -> None:
    assert in_digits("tresillo, treinta y cinco y done") == "tresillo, 35 y done"
