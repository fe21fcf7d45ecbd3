import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appliance.domain.spoken.outcome import MISSING, UNCLEAR, Unclear
from appliance.domain.spoken.phones import read_phone


@pytest.mark.parametrize(
    "words",
    [
        "+34 600 123 456",
        "+34600123456",
        "600123456",
        600123456,
        600123456.0,
        "600 12 34 56",
        "600-123-456",
        "600.123.456",
        "(600) 123 456",
        "34600123456",
        "0034 600 123 456",
        "mi teléfono es el 600 123 456",
        "seis cero cero uno dos tres cuatro cinco seis",
        "seis doble cero, doce, treinta y cuatro, cincuenta y seis",
        "más treinta y cuatro seis cero cero uno dos tres cuatro cinco seis",
        "six oh oh one two three four five six",
    ],
)
def test_one_spanish_number_said_in_many_ways_is_one_number(words: object) -> None:
    assert read_phone(words, region="ES") == "+34600123456"


def test_a_foreign_number_keeps_its_country() -> None:
    assert read_phone("+1 415 555 2671", region="ES") == "+14155552671"


def test_a_local_number_belongs_to_the_region_of_the_restaurant() -> None:
    assert read_phone("020 7946 0018", region="gb") == "+442079460018"


@pytest.mark.parametrize(
    "words",
    [
        None,
        "",
        "null",
        "anonymous",
        "Anonymous",
        "unknown",
        "no_disponible",
        "no disponible",
        "caller_phone_number",
        "from_number",
        "{{call.from_number}}",
        "{{user_number}}",
        "número oculto",
        "phone",
        "+266696687",
        "+",
        [],
    ],
)
def test_a_withheld_number_is_a_missing_number(words: object) -> None:
    assert read_phone(words, region="ES") == MISSING


@pytest.mark.parametrize(
    "words",
    [
        "123",
        "600 12 34",
        "600123456 o 600123457",
        "sip:ana",
        "no me acuerdo",
        True,
        1.5,
        ["600123456"],
        "+99",
        "600123456x",
    ],
)
def test_what_is_no_telephone_number_is_unclear(words: object) -> None:
    assert read_phone(words, region="ES") == UNCLEAR


def test_a_region_that_does_not_exist_makes_a_local_number_unclear() -> None:
    assert read_phone("600123456", region="XX") == UNCLEAR


@example(words="+310000000", region="ES")
@given(
    words=st.one_of(
        st.from_regex(r"\+?[0-9 ]{6,16}", fullmatch=True), st.text(alphabet="+0123456789 -()", max_size=20)
    ),
    region=st.sampled_from(["ES", "GB", "US", "MX"]),
)
def test_a_number_once_read_reads_as_itself(words: str, region: str) -> None:
    number = read_phone(words, region=region)
    if not isinstance(number, Unclear):
        assert read_phone(number, region=region) == number
        assert phonenumbers.is_possible_number(phonenumbers.parse(number))
