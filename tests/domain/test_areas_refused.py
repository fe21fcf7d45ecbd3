"""What is wished for when an area is refused, or two are named."""

import pytest

from appliance.domain.areas import area_named, area_wished, areas_refused
from appliance.domain.restaurant import Area, Plan, RestaurantCard
from appliance.domain.spoken.outcome import MISSING, UNCLEAR

TERRACE = Area(id="terrace", name="Terraza", synonyms=("fuera", "terrace", "outside", "al aire libre"))
ROOM = Area(id="room", name="Salón Principal", synonyms=("dentro", "interior", "inside", "indoors"))
BAR = Area(id="bar", name="Barra", synonyms=("bar",))
SMOKELESS = Area(id="smokeless", name="Sala de no fumadores", synonyms=("la del fondo",))


def house(*areas: Area) -> RestaurantCard:
    return RestaurantCard(id="rest_x", name="X", plan=Plan.BASIC, timezone="Europe/Madrid", areas=areas)


TWO, THREE = house(TERRACE, ROOM), house(TERRACE, ROOM, BAR)

REFUSED = [
    "cualquiera menos la terraza",
    "cualquiera, menos en la terraza",
    "menos en la terraza, donde sea",
    "no en la terraza",
    "en la terraza no",
    "la terraza no, por favor",
    "terraza no, gracias",
    "terraza no",
    "fuera no",
    "fuera no, que hace frío",
    "la terraza no me gusta",
    "no me gusta la terraza",
    "no quiero terraza",
    "no queremos estar fuera, hace frío",
    "que no sea en la terraza",
    "que no sea fuera, si puede ser",
    "me da igual mientras no sea fuera",
    "me da igual, pero no fuera",
    "donde sea excepto fuera",
    "todo menos terraza",
    "cualquier zona salvo la terraza",
    "cualquier sitio que no sea la terraza",
    "prefiero que no sea en la terraza",
    "preferiblemente no en la terraza",
    "sin terraza",
    "ni terraza ni al aire libre",
    "no, en la terraza no",
    "anywhere but the terrace",
    "anywhere except outside",
    "anywhere other than the terrace, please",
    "any table but not outside",
    "not outside",
    "not on the terrace, please",
    "please not outside",
    "we don't want to sit outside",
    "I'd rather not be outside",
    "I don't mind as long as it's not outside",
    "no terrace please",
    "anything but outside",
    "the terrace doesn't work for us",
    "no preference, just not the terrace",
    "nada de terraza",
    "no fuera si puede ser",
    "avoid the terrace if possible",
    "nowhere near the terrace",
    "fuera ni hablar",
    "la terraza es imposible",
    "mejor no fuera",
]


@pytest.mark.parametrize("words", REFUSED)
def test_a_refusal_leaves_the_one_other_area(words: str) -> None:
    assert area_wished(TWO, words) == "room"


@pytest.mark.parametrize("words", REFUSED)
def test_a_refusal_that_leaves_several_areas_takes_any_of_these(words: str) -> None:
    assert area_wished(THREE, words) == MISSING
    assert areas_refused(THREE.areas, words) == {"terrace"}
    assert areas_refused(TWO.areas, words) == frozenset()


@pytest.mark.parametrize(
    ("words", "area_id"),
    [
        # one for another
        ("dentro, no fuera", "room"),
        ("dentro y no fuera", "room"),
        ("no fuera, dentro", "room"),
        ("no fuera sino dentro", "room"),
        ("fuera no, mejor dentro", "room"),
        ("fuera no, dentro", "room"),
        ("dentro sí, fuera no", "room"),
        ("dentro sí y fuera no", "room"),
        ("fuera mejor que dentro", "terrace"),
        ("mejor fuera que dentro", "terrace"),
        ("me gusta más fuera que dentro", "terrace"),
        ("antes en la barra que en la terraza", "bar"),
        ("dentro, que fuera hace frío", "room"),
        ("dentro, porque en la terraza hace frío", "room"),
        ("la barra en vez de la terraza", "bar"),
        ("inside, not outside", "room"),
        ("inside not outside", "room"),
        ("inside rather than outside", "room"),
        ("not outside, inside instead", "room"),
        ("outside instead of inside", "terrace"),
        ("the bar, not the terrace", "bar"),
        ("inside yes, outside no", "room"),
        # one and, if it cannot be, another
        ("preferiblemente en la terraza, si no dentro", "terrace"),
        ("en la terraza, y si no hay sitio, dentro", "terrace"),
        ("terraza, sino dentro", "terrace"),
        ("en la terraza, si no, en la barra", "terrace"),
        ("terraza si puede ser, dentro también nos vale", "terrace"),
        ("preferimos fuera, pero dentro también vale", "terrace"),
        ("si no hay sitio fuera, dentro", "terrace"),
        ("dentro si no hay sitio en la terraza", "terrace"),
        ("the terrace if possible, otherwise inside", "terrace"),
        ("preferably outside, if not the bar", "terrace"),
        ("ideally the terrace but inside is fine too", "terrace"),
        ("if there's no room outside, inside", "terrace"),
        ("fuera o dentro, mejor dentro", "room"),
        ("primero fuera, y luego dentro", "terrace"),
        ("if not outside then inside", "terrace"),
        # taken back
        ("en la terraza, ay no, mejor dentro", "room"),
        ("la terraza, no, perdón, dentro", "room"),
        ("the terrace, no wait, inside", "room"),
        # no refusal for all their "no", "menos" and "but"
        ("no, en la terraza", "terrace"),
        ("sí, en la terraza", "terrace"),
        ("más o menos en la terraza", "terrace"),
        ("al menos en la terraza", "terrace"),
        ("¿por qué no en la terraza?", "terrace"),
        ("why not the terrace?", "terrace"),
        ("no me importa fuera", "terrace"),
        ("I don't mind outside", "terrace"),
        ("fuera, si no es molestia", "terrace"),
        ("si no os importa, en la terraza", "terrace"),
        ("nothing but the terrace", "terrace"),
        ("me da igual, pero fuera", "terrace"),
        ("I don't mind but outside would be nice", "terrace"),
        ("cualquiera de la terraza", "terrace"),
        ("fuera, donde haya sitio", "terrace"),
        ("donde haya sitio fuera", "terrace"),
        ("la que tengan libre en la terraza", "terrace"),
        ("whatever you have outside", "terrace"),
        ("outside, wherever there's room", "terrace"),
        ("terraza de no fumadores", "terrace"),
        ("terraza donde no haya humo", "terrace"),
        ("la terraza si no hace frío", "terrace"),
        ("outside if it's not raining", "terrace"),
        ("outside as long as it isn't raining", "terrace"),
        ("inside, not too close to the door", "room"),
        ("a table inside not near the door", "room"),
        ("dentro sin ruido", "room"),
        ("dentro no muy cerca de la puerta", "room"),
        ("la barra no está mal", "bar"),
        ("me gustaría que fuera en la barra", "bar"),
        ("si fuera posible en la barra", "bar"),
        ("la terraza que está al lado de la barra", "terrace"),
        # what remains of three
        ("ni en la terraza ni en la barra", "room"),
        ("no fuera ni en la barra", "room"),
        ("todo menos la terraza y la barra", "room"),
        ("not the terrace or the bar", "room"),
        ("anywhere but the bar or outside", "room"),
        ("no en la barra, tampoco fuera", "room"),
    ],
)
def test_an_area_that_is_wished_for_is_told_from_the_others_that_are_named(words: str, area_id: str) -> None:
    assert area_wished(THREE, words) == area_id


@pytest.mark.parametrize(
    "words",
    [
        "dentro o fuera",
        "inside and outside",
        "fuera no dentro",
        "dentro no fuera",
        "no quiero dentro quiero fuera",
        "con la terraza no contamos",
        "terraza y barra no",
        "ni dentro ni fuera ni en la barra",
        "la terraza, ¿no?",
        "outside, no thanks",
        "todo menos terraza, barra",
        "de dentro a la terraza",
        "prefiero fuera a dentro",
        "inside if outside is full",
        "fuera no, fuera",
        "no hace falta que sea en la terraza",
        "no sé si fuera o dentro",
    ],
)
def test_words_that_can_be_for_or_against_an_area_are_asked_about(words: str) -> None:
    assert area_wished(THREE, words) == UNCLEAR
    assert area_named(THREE, words) == ""


@pytest.mark.parametrize(
    "words",
    [
        "me da igual dentro o fuera",
        "dentro o fuera, me da igual",
        "inside or outside, I don't mind",
        "it doesn't matter if inside or outside",
        "either inside or outside",
        "dentro o fuera, donde haya sitio",
        "inside or outside, whatever you have",
    ],
)
def test_areas_that_are_named_only_to_say_that_any_will_do_are_no_wish(words: str) -> None:
    assert area_wished(TWO, words) == MISSING


@pytest.mark.parametrize("words", ["en la sala de no fumadores", "la sala de no fumadores, por favor", "la del fondo"])
def test_a_no_in_an_area_s_name_refuses_nothing(words: str) -> None:
    assert area_wished(house(SMOKELESS, TERRACE), words) == "smokeless"


@pytest.mark.parametrize("words", ["menos el salón", "no en el salón", "el salón no", "no en la principal"])
def test_an_area_is_refused_by_a_part_of_its_name_too(words: str) -> None:
    assert area_wished(house(ROOM, BAR), words) == "bar"


@pytest.mark.parametrize("words", ["no en la azotea", "sin sol", "que no dé el sol", "no fumadores"])
def test_a_refusal_of_what_is_no_area_is_no_wish_for_one(words: str) -> None:
    assert area_wished(THREE, words) == ""


def test_the_only_area_that_there_is_cannot_be_refused() -> None:
    assert area_wished(house(ROOM), "dentro no") == UNCLEAR
