import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.areas import any_area, area_named
from appliance.domain.restaurant import Area, Plan, RestaurantCard


def house(*areas: Area) -> RestaurantCard:
    return RestaurantCard(id="rest_x", name="X", plan=Plan.BASIC, timezone="Europe/Madrid", areas=areas)


AREAS = (
    Area(id="room", name="Salón Principal", synonyms=("dentro", "interior", "comedor")),
    Area(id="terrace", name="Terraza", synonyms=("fuera", "al aire libre", "¡!")),
    Area(id="private", name="Comedor privado", synonyms=("reservado",)),
    Area(id="bar", name="Barra", synonyms=("A",)),
    Area(id="one", name="Sala 1"),
    Area(id="two", name="Sala 2", synonyms=("terraza",)),
)


@pytest.mark.parametrize(
    ("words", "area_id"),
    [
        ("Terraza", "terrace"),
        ("TERRAZA", "terrace"),
        ("en la terraza, por favor", "terrace"),
        ("¿fuera?", "terrace"),
        ("al aire  libre", "terrace"),
        ("Salon principal", "room"),
        ("salón", "room"),
        ("el salón", "room"),
        ("en el interior", "room"),
        ("el comedor", "room"),
        ("en el comedor privado", "private"),
        ("privado", "private"),
        ("sala 2", "two"),
        ("la sala", ""),
        ("a", "bar"),
    ],
)
def test_an_area_is_known_by_its_name_or_synonym_in_any_case_and_accent(words: str, area_id: str) -> None:
    assert area_named(house(*AREAS), words) == area_id


@pytest.mark.parametrize(
    "words", ["", " ", "?", "balcón", "a la ventana", "barrabás", "afuerados", "la", "1", "de", "x" * 5000]
)
def test_words_that_name_no_area_are_none(words: str) -> None:
    assert area_named(house(*AREAS), words) == ""


@given(words=st.text(max_size=40))
def test_a_house_without_areas_knows_none(words: str) -> None:
    assert area_named(house(), words) == ""


@given(before=st.text("xyz ", max_size=6), after=st.text("xyz ,.", max_size=6), area=st.sampled_from(AREAS[:4]))
def test_an_area_s_name_is_heard_within_other_words(before: str, after: str, area: Area) -> None:
    assert area_named(house(*AREAS), f"{before} {area.name.upper()} {after}") == area.id


@pytest.mark.parametrize(
    "words",
    [
        "cualquiera",
        "Me da igual.",
        "da igual",
        "indiferente",
        "la que sea",
        "donde sea",
        "any",
        "Anywhere",
        "no preference",
        "whatever",
        "me da igual, donde sea",
        "I don't mind",
        "sin preferencia",
        "me da igual, gracias",
        "pues donde sea, por favor",
        "en cualquier sitio",
        "en cualquier lado",
        "cualquiera me vale",
        "me vale cualquiera",
        "cualquiera de las dos",
        "las dos nos van bien",
        "donde haya sitio",
        "donde tengáis hueco",
        "donde quede una mesa libre",
        "donde usted quiera",
        "donde ustedes prefieran",
        "donde mejor les venga",
        "donde me digas",
        "donde podáis ponernos",
        "lo que haya",
        "la que tengan libre",
        "lo que usted diga",
        "como quieras",
        "either area is fine",
        "either one works for us",
        "either is fine with me",
        "both are fine",
        "any of them",
        "anywhere is fine",
        "anywhere you like",
        "any table you have",
        "wherever there is room",
        "wherever you can fit us in",
        "where there's space",
        "whatever you have",
        "whatever's available",
        "whichever is free",
        "it's all the same to me",
    ],
)
def test_an_area_that_does_not_matter_is_any(words: str) -> None:
    assert any_area(words)


@pytest.mark.parametrize(
    "words",
    [
        "",
        ",",
        "por favor",
        "terraza",
        "cualquiera de la terraza",
        "me da igual, pero fuera",
        "donde pueda fumar",
        "donde haya sombra",
        "donde haya sitio para el carrito",
        "la que quede más lejos de la puerta",
        "wherever there is shade",
        "wherever you have a view",
        "whatever is quiet",
        "las dos",
        "both",
    ],
)
def test_an_area_that_is_named_matters(words: str) -> None:
    assert not any_area(words)
