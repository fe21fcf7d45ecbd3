import pytest

from appliance.domain.restaurant import Area, Plan, RestaurantCard
from appliance.domain.spots import is_spot, is_spot_in


@pytest.mark.parametrize(
    "words",
    [
        *(
            "un sitio tranquilo",
            "junto a la ventana",
            "lejos de la puerta",
            "terraza junto a la barandilla",
            "en un rincón",
            "sin ruido",
            "con vistas",
        ),
        *(
            "a quiet table",
            "by the window",
            "terrace next to the railing",
            "away from the door",
            "in a corner",
            "not near the kitchen",
        ),
    ],
)
def test_a_spot_that_is_no_area_is_known_for_one(words: str) -> None:
    assert is_spot(words)


@pytest.mark.parametrize("words", ["azotea", "la planta de arriba", "the rooftop", "zona vip", "me da igual", ""])
def test_what_may_be_an_area_is_no_spot(words: str) -> None:
    assert not is_spot(words)


@pytest.mark.parametrize(
    ("words", "more"),
    [
        ("junto a la ventana", False),
        ("by the window, please", False),
        ("una mesa tranquila junto a la ventana", True),
        ("lejos de la ventana", True),
    ],
)
def test_where_an_area_is_at_the_windows_they_are_no_spot_that_nobody_can_promise(words: str, *, more: bool) -> None:
    areas = tuple(Area(id=name, name=name) for name in ("Salón", "Ventanal", "Terraza"))
    card = RestaurantCard(id="rest_x", name="X", plan=Plan.BASIC, timezone="Europe/Madrid", areas=areas)
    assert is_spot_in(card, words) is more
