import pytest

from appliance.domain.spots import is_spot


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
