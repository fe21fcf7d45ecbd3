import pytest

from appliance.domain.spoken.numbers import read_party
from appliance.domain.spoken.numerals import in_digits, spelled
from appliance.domain.spoken.outcome import IMPOSSIBLE, MISSING, UNCLEAR, Unclear
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
    [
        "entre seis y ocho",
        "al menos cuatro",
        "muchos",
        "4 personas, 2 adultos",
        2.5,
        True,
        [4],
        "x",
        "dos o tres niños",
    ],
)
def test_a_party_that_is_not_certain_is_unclear(words: object) -> None:
    assert read_party(words) == UNCLEAR


@pytest.mark.parametrize(
    ("words", "counts"),
    [
        ("seis o siete", (6, 7)),
        ("somos seis o siete personas", (6, 7)),
        ("siete u ocho", (7, 8)),
        ("seven or eight of us", (7, 8)),
        ("4-5", (4, 5)),
        ("entre cuatro y cinco", (4, 5)),
        ("cuatro, quizás cinco", (4, 5)),
        ("four maybe five", (4, 5)),
        ("cinco o cuatro", (4, 5)),
        # What was taken back, or may have been.
        ("cuatro no cinco", (4, 5)),
        ("cuatro mejor cinco", (4, 5)),
        ("four not five", (4, 5)),
        ("not four five", (4, 5)),
        ("no cuatro cinco", (4, 5)),
    ],
)
def test_of_two_parties_it_is_known_which_are_meant(words: str, counts: tuple[int, ...]) -> None:
    assert read_party(words) == Unclear("unclear", counts=counts)


@pytest.mark.parametrize(
    ("words", "about"),
    [
        ("unos diez", 10),
        ("seremos unas diez personas", 10),
        ("más o menos seis", 6),
        ("alrededor de diez", 10),
        ("diez aproximadamente", 10),
        ("cuatro o así", 4),
        ("about ten", 10),
        ("around six people", 6),
        ("five or so", 5),
    ],
)
def test_about_so_many_is_no_party_yet_and_yet_known(words: str, about: int) -> None:
    assert read_party(words) == Unclear("unclear", counts=(about,))


@pytest.mark.parametrize(
    "words",
    [
        "casi diez",
        "almost ten",
        "cuatro o más",
        "dos más",
        "unos amigos",
        "unos cuantos",
        "cuatro no",
        "no cuatro",
        "cuatro o cuatro",
        "cuatro no niños",
        "seis o sesenta mil",
    ],
)
def test_what_bounds_a_party_names_none(words: str) -> None:
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


def test_what_is_added_up_leaves_nothing_open() -> None:
    assert (read_party("dos más dos"), read_party("2+1"), read_party("two plus one")) == (4, 3, 3)
    assert read_party("dos y dos") == UNCLEAR
