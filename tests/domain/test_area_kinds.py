"""Areas by what everybody calls them, in either language, though the house has other names for them."""

import pytest

from appliance.domain.area_kinds import is_always_told
from appliance.domain.areas import area_wished
from appliance.domain.restaurant import Area, Plan, RestaurantCard
from appliance.domain.spoken.outcome import UNCLEAR


def house(*names: str) -> RestaurantCard:
    """Each area has its name as id; synonyms follow a colon."""
    areas = []
    for said in names:
        name, _, synonyms = said.partition(": ")
        areas.append(Area(id=name, name=name, synonyms=tuple(filter(None, synonyms.split(", ")))))
    return RestaurantCard(id="rest_x", name="X", plan=Plan.BASIC, timezone="Europe/Madrid", areas=tuple(areas))


SPANISH = house("Terraza", "Salón Principal", "Barra", "Comedor Privado")
ENGLISH = house("Garden", "Dining Room", "Bar", "Private Room")


@pytest.mark.parametrize(
    ("words", "area_id"),
    [
        ("outside", "Terraza"),
        ("outdoors, please", "Terraza"),
        ("on the terrace", "Terraza"),
        ("the patio", "Terraza"),
        ("fuera", "Terraza"),
        ("en el exterior", "Terraza"),
        ("al aire libre", "Terraza"),
        ("inside", "Salón Principal"),
        ("indoors", "Salón Principal"),
        ("the dining room", "Salón Principal"),
        ("dentro", "Salón Principal"),
        ("the bar", "Barra"),
        ("at the counter", "Barra"),
        ("the private room", "Comedor Privado"),
        ("el reservado", "Comedor Privado"),
        ("not outside, inside", "Salón Principal"),
        ("outside if possible, otherwise inside", "Terraza"),
        ("inside, near the terrace", UNCLEAR),
    ],
)
def test_a_spanish_house_is_understood_in_either_language(words: str, area_id: object) -> None:
    assert area_wished(SPANISH, words) == area_id


@pytest.mark.parametrize(
    ("words", "area_id"),
    [
        ("en el jardín", "Garden"),
        ("fuera", "Garden"),
        ("dentro", "Dining Room"),
        ("en el salón", "Dining Room"),
        ("el comedor", "Dining Room"),
        ("en la barra", "Bar"),
        ("un reservado", "Private Room"),
        ("fuera no, dentro", "Dining Room"),
    ],
)
def test_an_english_house_is_understood_in_either_language(words: str, area_id: str) -> None:
    assert area_wished(ENGLISH, words) == area_id


@pytest.mark.parametrize(
    ("areas", "words", "area_id"),
    [
        (("Exterior", "Interior"), "la terraza", "Exterior"),
        (("Exterior", "Interior"), "inside", "Interior"),
        (("Terraza", "Exterior"), "the terrace", "Terraza"),
        (("Terraza", "Patio"), "the patio", "Patio"),
        (("Azotea", "Patio"), "the rooftop", "Azotea"),
        (("La Pérgola: terraza", "Salón"), "outside", "La Pérgola"),
        (("Terraza exterior", "Salón interior"), "outdoors", "Terraza exterior"),
        (("Salón: reservado", "Barra"), "inside", "Salón"),
        (("Salón Principal", "Sala 1", "Terraza"), "el salón", "Salón Principal"),
        # the house's own words go first
        (("Terraza", "Salón: fuera"), "fuera", "Salón"),
    ],
)
def test_the_kind_of_an_area_is_told_by_its_name_else_by_its_synonyms(
    areas: tuple[str, ...], words: str, area_id: str
) -> None:
    assert area_wished(house(*areas), words) == area_id


@pytest.mark.parametrize(
    ("name", "told"),
    [
        *(("Terraza", True), ("Azotea", True), ("Garden", True), ("La Pérgola: terraza", True), ("Patio: fuera", True)),
        *(
            ("Salón", False),
            ("Barra", True),
            ("Bar counter", True),
            ("Comedor Privado", False),
            ("Sala 1", False),
            ("Las Encinas", False),
        ),
        ("Salón del jardín", False),
    ],
)
def test_guests_are_told_of_an_area_in_the_open_air_or_at_the_bar_as_its_names_say(name: str, *, told: bool) -> None:
    assert is_always_told(house(name).areas[0]) is told


@pytest.mark.parametrize(
    ("areas", "words"),
    [
        (("Terraza", "Jardín", "Salón"), "outside"),
        (("Salón A", "Salón B", "Terraza"), "inside"),
        (("Salón", "Comedor Privado"), "el comedor"),
        (("Terraza", "Bar terrace"), "the terrace"),
    ],
)
def test_where_two_areas_would_fit_the_guest_is_asked(areas: tuple[str, ...], words: str) -> None:
    assert area_wished(house(*areas), words) == UNCLEAR


@pytest.mark.parametrize(
    ("areas", "words"),
    [
        (("Terraza", "Salón"), "garden"),
        (("Terraza", "Salón"), "the bar"),
        (("Terraza", "Salón"), "la azotea"),
        (("Terraza", "Barra"), "inside"),
        (("Salón del jardín", "Sala 1"), "outside"),
        (("Terraza", "Salón"), "libre"),
        (("Uno", "Dos"), "outside"),
    ],
)
def test_no_area_is_taken_for_one_of_another_kind(areas: tuple[str, ...], words: str) -> None:
    assert area_wished(house(*areas), words) == ""


WINDOWS = house("Salón", "Ventanal: junto a la ventana", "Barra")


@pytest.mark.parametrize(
    "words",
    [
        "al lado de la ventana",
        "cerca de la ventana si puede ser",
        "una mesa con ventana",
        "by the window",
        "a window table",
        "near the window but not at the bar",
    ],
)
def test_who_would_sit_at_the_window_means_the_area_that_is_there(words: str) -> None:
    assert area_wished(WINDOWS, words) == "Ventanal"


@pytest.mark.parametrize(("words", "area_id"), [("by the window", "Sala Ventanal"), ("dentro", "Sala Ventanal")])
def test_a_room_at_the_window_is_both(words: str, area_id: str) -> None:
    assert area_wished(house("Terraza", "Sala Ventanal"), words) == area_id


def test_a_part_of_an_area_s_longer_name_before_a_condition_is_no_area() -> None:
    assert area_wished(house("Salón", "Rincón: junto al ficus"), "cerca del ficus si puede ser") == ""
