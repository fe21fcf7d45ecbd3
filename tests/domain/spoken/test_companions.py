"""What comes beside a party: a pet is none of it, and who sits in a chair may be one of it or one more."""

import pytest

from appliance.domain.spoken.companions import pets_in
from appliance.domain.spoken.numbers import read_party
from appliance.domain.spoken.outcome import UNCLEAR, Unclear


@pytest.mark.parametrize(
    ("words", "people"),
    [
        ("cuatro y un perro", 4),
        ("somos tres y mi perro", 3),
        ("somos tres y llevamos un perrito", 3),
        ("mi perro y yo", 1),
        ("mi mujer, el perro y yo", 2),
        ("dos adultos, un perro y un niño", 3),
        ("dos personas y un perro guía", 2),
        ("two and a dog", 2),
        ("there are two of us and we're bringing a dog", 2),
        ("me and my dog", 1),
    ],
)
def test_a_pet_takes_no_place(words: str, people: int) -> None:
    assert read_party(words) == people


@pytest.mark.parametrize(
    "words", ["un perro", "dos perros", "dos y un perrito caliente", "two and a hot dog", "three including the dog"]
)
def test_a_pet_alone_or_counted_in_and_a_sausage_make_no_party(words: str) -> None:
    assert read_party(words) == UNCLEAR


@pytest.mark.parametrize(
    ("words", "people"),
    [
        ("dos con silla de ruedas", 2),
        ("cuatro con una silla de ruedas", 4),
        ("cuatro, con silla de ruedas", 4),
        ("once con silla de ruedas y un perro", 11),
        ("mi madre en silla de ruedas y yo", 2),
        ("four with a wheelchair", 4),
        ("three, one in a wheelchair", 3),
        ("two adults, one in a wheelchair, and a dog", 2),
    ],
)
def test_what_a_party_comes_with_is_no_one_more(words: str, people: int) -> None:
    assert read_party(words) == people


@pytest.mark.parametrize(
    "words", ["uno con silla de ruedas", "una persona con silla de ruedas", "uno en silla de ruedas"]
)
def test_one_with_a_wheelchair_may_be_one_of_more(words: str) -> None:
    assert read_party(words) == UNCLEAR


@pytest.mark.parametrize(
    ("words", "counts"),
    [
        ("dos y una silla de ruedas", (2, 3)),
        ("cuatro y uno en silla de ruedas", (4, 5)),
        ("cuatro con uno en silla de ruedas", (4, 5)),
        ("four and a wheelchair", (4, 5)),
        ("four plus two in wheelchairs", (4, 6)),
        ("cuatro y una trona", (4, 5)),
        ("dos con una trona", (2, 3)),
        ("four seats and a high chair", (4, 5)),
    ],
)
def test_who_sits_in_a_chair_may_be_one_of_the_party_or_one_more(words: str, counts: tuple[int, ...]) -> None:
    assert read_party(words) == Unclear("unclear", counts=counts)


@pytest.mark.parametrize(
    "words",
    ["dos adultos y un bebé con trona", "dos adultos y un bebé, y una trona", "two adults and a baby in a high chair"],
)
def test_the_high_chair_of_a_baby_that_was_counted_is_no_one_more(words: str) -> None:
    assert read_party(words) == 3


@pytest.mark.parametrize(
    ("words", "pets"),
    [
        ("cuatro y un perro", ["un perro"]),
        ("somos tres y mi perro", ["mi perro"]),
        ("dos con perro", ["perro"]),
        ("two and our two dogs", ["our two dogs"]),
        ("dos y un perrito caliente", []),
        ("cuatro, sin perro", []),
        ("cuatro", []),
    ],
)
def test_a_pet_is_known_by_what_it_is_called(words: str, pets: list[str]) -> None:
    assert pets_in(words) == pets
