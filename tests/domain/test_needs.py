import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.needs import NEEDS, Need, Needs, heard_in, kitchen_notes, left_of, names, read, staff_notes
from appliance.domain.spoken.text import fold

needs = st.sampled_from(NEEDS)
languages = st.sampled_from(("es", "en"))
fragments = st.sampled_from(
    "trona tronas celíaco marisco frutos secos alergia sin no free nut allergy kiwi y o pero , . ? : 2 dos es".split()
    + [need.said(lang).name for need in NEEDS for lang in ("es", "en")]
)
texts = st.lists(fragments, max_size=10).map(" ".join) | st.text(max_size=30)


@pytest.mark.parametrize(
    ("words", "need"),
    [
        ("Soy celíaco", "coeliac"),
        ("mi hija es celíaca", "coeliac"),
        ("dos seliacos", "coeliac"),
        ("menú sin gluten", "coeliac"),
        ("[sin gluten]", "coeliac"),
        ("no puede tomar gluten", "coeliac"),
        ("intolerancia al gluten", "coeliac"),
        ("gluten-free", "coeliac"),
        ("celiac", "coeliac"),
        ("somos vegetarianos", "vegetarian"),
        ("bejetariana", "vegetarian"),
        ("no come carne", "vegetarian"),
        ("one veggie", "vegetarian"),
        ("¿tienen opciones veganas?", "vegan"),
        ("plant-based menu", "vegan"),
        ("intolerante a la lactosa", "lactose"),
        ("sin lactosa", "lactose"),
        ("lactose intolerant", "lactose"),
        ("dairy free", "lactose"),
        ("alérgico a los frutos secos", "nuts"),
        ("Alergia: nueces", "nuts"),
        ("¿Alergias? Cacahuetes", "nuts"),
        ("nada de frutos secos", "nuts"),
        ("nut_allergy", "nuts"),
        ("allergic to peanuts", "nuts"),
        ("she can't eat almonds", "nuts"),
        ("nuts", "nuts"),
        ("no nuts, please", "nuts"),
        ("nothing with nuts", "nuts"),
        ("doesn't tolerate lactose", "lactose"),
        ("alergia al marisco", "shellfish"),
        ("no puede comer gambas", "shellfish"),
        ("Mariscos", "shellfish"),
        ("allergic to prawns", "shellfish"),
    ],
)
def test_a_diet_or_an_allergy_is_heard(words: str, need: str) -> None:
    assert heard_in(words) == (need,)


@pytest.mark.parametrize(
    ("words", "need"),
    [
        ("mi padre va en silla de ruedas", "wheelchair"),
        ("una mesa accesible", "wheelchair"),
        ("one guest uses a wheel chair", "wheelchair"),
        ("movilidad reducida", "reduced_mobility"),
        ("mi madre va con muletas", "reduced_mobility"),
        ("sin escaleras, por favor", "reduced_mobility"),
        ("no puede subir escaleras", "reduced_mobility"),
        ("he can't climb stairs", "reduced_mobility"),
        ("mobility issues", "reduced_mobility"),
        ("mi abuelo no oye bien", "hearing"),
        ("uno es sordo", "hearing"),
        ("hard of hearing", "hearing"),
        ("hearing", "hearing"),
        ("una persona invidente con perro guía", "visual"),
        ("visually impaired", "visual"),
        ("visual", "visual"),
        ("una trona", "high_chair"),
        ("silla alta para el bebé", "high_chair"),
        ("silla para bebé", "high_chair"),
        ("high_chair", "high_chair"),
        ("a highchair for the baby", "high_chair"),
        ("un alzador", "booster_seat"),
        ("booster", "booster_seat"),
    ],
)
def test_what_a_guest_needs_at_the_table_is_heard(words: str, need: str) -> None:
    assert heard_in(words) == (need,)


@pytest.mark.parametrize(
    ("words", "need"),
    [
        ("es el cumple de Ana", "birthday"),
        ("celebramos un cumpleaños", "birthday"),
        ("It's my wife's birthday!", "birthday"),
        ("nuestro aniversario de boda", "anniversary"),
        ("wedding anniversary", "anniversary"),
        ("es una comida de trabajo", "business"),
        ("business lunch", "business"),
        ("business", "business"),
    ],
)
def test_an_occasion_is_heard(words: str, need: str) -> None:
    assert heard_in(words) == (need,)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("trona y cumpleaños, uno es celíaco", ("coeliac", "high_chair", "birthday")),
        ("no es vegano, es celíaco", ("coeliac",)),
        ("no es celíaco pero necesita trona", ("high_chair",)),
        ("sin alergias y con una trona", ("high_chair",)),
        ("No somos vegetarianos. Sí celíacos.", ("coeliac",)),
        ("Trona no, silla de ruedas sí", ("wheelchair",)),
        ("¿Alergias? No. ¿Trona? Sí", ("high_chair",)),
        ("sin gluten ni lactosa", ("coeliac", "lactose")),
        ("sin gluten sin lactosa", ("coeliac", "lactose")),
        ("no come marisco ni frutos secos", ("nuts", "shellfish")),
        ("peanut, shellfish allergies", ("nuts", "shellfish")),
        ("no allergies, two vegetarians", ("vegetarian",)),
        ("not only vegetarian, vegan and gluten free", ("coeliac", "vegetarian", "vegan")),
    ],
)
def test_several_needs_are_heard_in_the_order_of_the_catalogue(words: str, expected: tuple[str, ...]) -> None:
    assert heard_in(words) == expected


@pytest.mark.parametrize(
    "words",
    [
        "no es celíaco",
        "no necesito trona",
        "no va a hacer falta una trona",
        "no creo que necesite trona",
        "ni celíacos ni vegetarianos",
        "no hay celíacos o veganos",
        "nadie va en silla de ruedas",
        "ninguno de mis hijos es celíaco",
        "sin alergias",
        "sin alergias ni intolerancias",
        "no es alérgico a los frutos secos",
        "no necesitamos menú sin gluten",
        "no hay problema con el gluten",
        "alergias: ninguna",
        "trona: no",
        "¿Trona? No",
        "la trona ya no hace falta",
        "0 tronas",
        "not vegetarian",
        "non-vegan",
        "no allergies",
        "no nut allergy",
        "without nut or shellfish allergies",
        "we don't need a high chair",
        "nobody is vegan",
        "high chair no longer needed",
        "the high chair is not needed",
    ],
)
def test_a_need_that_is_denied_is_not_heard(words: str) -> None:
    assert heard_in(words) == ()


@pytest.mark.parametrize(
    ("words", "need"),
    [
        ("no queremos terraza porque mi madre va en silla de ruedas", "wheelchair"),
        ("No sé si es celíaca", "coeliac"),
        ("no, es celíaco", "coeliac"),
        ("es celíaco, ¿no?", "coeliac"),
        ("que no falte la trona", "high_chair"),
        ("no olvidar la trona", "high_chair"),
        ("sin falta una trona", "high_chair"),
        ("mesa de no fumadores con trona", "high_chair"),
        ("no venimos sin trona", "high_chair"),
        ("don't forget the high chair", "high_chair"),
        ("not sure if she is coeliac", "coeliac"),
    ],
)
def test_a_no_about_something_else_does_not_deny_a_need(words: str, need: str) -> None:
    assert heard_in(words) == (need,)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "Vega Núñez",
        "calle Ciegarreal",
        "patronato",
        "una silla",
        "carrito de bebé",
        "sillita de paseo",
        "alérgico al kiwi",
        "queremos la mariscada y algo de marisco",
        "el postre lleva nueces",
        "nutmeg",
        "alergia a la nuez moscada",
        "allergic to milk",
        "mesa con buenas vistas",
        "cita a ciegas",
        "a blind date",
        "looking forward to hearing from you",
        "no carne de cerdo",
        "business class",
        "sin picante",
    ],
)
def test_what_only_sounds_like_a_need_is_not_heard(words: str) -> None:
    assert heard_in(words) == ()


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("una trona", 1),
        ("trona", 1),
        ("dos tronas", 2),
        ("necesitamos 3 tronas", 3),
        ("2x trona", 2),
        ("tronas: 2", 2),
        ("trona x2", 2),
        ("un par de tronas", 2),
        ("mesa para 4 con trona", 1),
        ("somos 4, trona", 1),
        ("trona para un niño de 2 años", 1),
        ("2 high chairs", 2),
        ("two baby chairs", 2),
        ("a couple of high chairs", 2),
        ("cincuenta tronas", 10),
        ("no necesitamos dos tronas", 0),
        ("un alzador", 0),
    ],
)
def test_high_chairs_are_counted(words: str, count: int) -> None:
    assert read([words]).high_chairs == count


def test_high_chairs_said_twice_are_wanted_once() -> None:
    assert read(["dos tronas", "trona"]).high_chairs == 2


def test_what_the_catalogue_lacks_is_kept_in_the_guests_words() -> None:
    said = read(["Alérgico al kiwi", "una trona", "junto a la ventana", "Alérgico al kiwi"])
    assert said == Needs(ids=("high_chair",), other=("Alérgico al kiwi", "junto a la ventana"), high_chairs=1)
    assert said.as_stored() == ("high_chair", "Alérgico al kiwi", "junto a la ventana")


@pytest.mark.parametrize(
    ("words", "need"),
    [
        ("alérgico a los frutos secos y al kiwi", "nuts"),
        ("kiwi and nut allergy", "nuts"),
        ("alergia grave al marisco", "shellfish"),
        ("vegetariano pero come pescado", "vegetarian"),
        ("celíaco y sin picante", "coeliac"),
        ("no come cerdo y es celíaco", "coeliac"),
    ],
)
def test_what_tells_the_kitchen_more_than_a_need_is_kept_too(words: str, need: str) -> None:
    assert read([words]).as_stored() == (need, words)


@pytest.mark.parametrize(
    "words",
    ["mi hija es alérgica a los frutos secos", "alérgico al marisco y a los frutos secos", "no nuts", "sin gluten"],
)
def test_what_a_need_says_in_full_is_not_kept_again(words: str) -> None:
    assert read([words]).other == ()


@pytest.mark.parametrize(
    ("words", "need"),
    [
        ("al final no hace falta trona", "high_chair"),
        ("ya no necesitamos las tronas", "high_chair"),
        ("la trona ya no hace falta", "high_chair"),
        ("quiten la trona, por favor", "high_chair"),
        ("sin trona", "high_chair"),
        ("quítame la trona", "high_chair"),
        ("quítenos las tronas", "high_chair"),
        ("la trona ya no", "high_chair"),
        ("la trona, ya no", "high_chair"),
        ("la trona sobra", "high_chair"),
        ("take off the high chair", "high_chair"),
        ("the high chair not any more", "high_chair"),
        ("we don't need the high chair after all", "high_chair"),
        ("please cancel the high chair", "high_chair"),
        ("ya no viene la silla de ruedas", "wheelchair"),
        ("la silla de ruedas al final no viene", "wheelchair"),
        ("the wheelchair is not coming after all", "wheelchair"),
        ("nobody comes in a wheelchair any more", "wheelchair"),
        ("al final no es un cumpleaños", "birthday"),
    ],
)
def test_a_need_that_is_not_there_any_more_is_taken_back_and_nothing_else_is_kept(words: str, need: str) -> None:
    assert read([words]) == Needs(dropped=(need,))


@pytest.mark.parametrize("words", ["no quiten la trona", "no se olviden de la trona", "don't cancel the high chair"])
def test_what_must_not_be_taken_away_is_needed(words: str) -> None:
    assert (heard_in(words), read([words]).dropped) == (("high_chair",), ())


@pytest.mark.parametrize("words", ["no es celíaco", "sin alergia al marisco", "nobody is vegan"])
def test_what_the_kitchen_must_know_is_never_taken_back_by_a_no(words: str) -> None:
    assert read([words]).dropped == ()


@pytest.mark.parametrize("words", ["ya no hay celíaco", "nadie es celíaco", "there is no coeliac any more"])
def test_a_denial_of_what_the_kitchen_goes_by_is_heard_as_one_and_is_no_need(words: str) -> None:
    assert read([words]) == Needs(denied=("coeliac",))


@pytest.mark.parametrize(
    "words",
    [
        "quita la alergia al marisco",
        "elimine la alergia al marisco",
        "ya no soy alérgica al marisco",
        "no tiene alergia al marisco",
        "remove the shellfish allergy please",
        "take off the allergy to shellfish",
        "quita la alergia",
        "al final sin alergias",
        "alergias: ninguna",
        "no allergies",
    ],
)
def test_an_allergy_that_is_denied_is_no_need_and_denies_what_it_is_to(words: str) -> None:
    said = read([words])
    assert (said.ids, "shellfish" in said.denied) == ((), True)


@pytest.mark.parametrize(
    ("words", "denied"),
    [
        ("no es alérgico al marisco, es alérgico al huevo", ("shellfish",)),
        ("no es alérgica al marisco pero sí al huevo", ("shellfish",)),
        ("alérgica al marisco", ()),
        ("no solo es alérgica al marisco", ()),
    ],
)
def test_nothing_else_is_denied_with_an_allergy(words: str, denied: tuple[str, ...]) -> None:
    assert read([words]).denied == denied


@pytest.mark.parametrize(
    "words", ["sin alergias, sin marisco", "no allergies. no shellfish", "sin alergias, nada de marisco"]
)
def test_what_is_not_eaten_is_heard_beside_a_denied_allergy(words: str) -> None:
    assert heard_in(words) == ("shellfish",)


@pytest.mark.parametrize(
    "words",
    [
        *("no tiene alergias salvo al marisco", "ninguna alergia, excepto marisco", "sin alergias menos el marisco"),
        *("no es alérgico al huevo pero sí al marisco", "no allergies except shellfish", "no allergies but shellfish"),
    ],
)
def test_the_exception_to_no_allergy_is_an_allergy(words: str) -> None:
    assert heard_in(words) == ("shellfish",)


@pytest.mark.parametrize("words", ["borra la trona", "elimina la trona", "delete the high chair"])
def test_what_is_struck_out_is_taken_back(words: str) -> None:
    assert read([words]) == Needs(dropped=("high_chair",))


def test_a_denial_that_says_more_is_kept_in_the_guests_words() -> None:
    words = "no soy celíaco pero mi hijo sí"
    assert read([words]).other == (words,)


@pytest.mark.parametrize(
    "words",
    [
        "solo una trona",
        "al final solo una trona",
        "con una trona basta",
        "una trona en vez de dos",
        "una trona nada más",
        "just one high chair",
        "only one high chair",
        "one high chair will do",
    ],
)
def test_one_high_chair_and_no_more_is_heard(words: str) -> None:
    assert read([words]) == Needs(ids=("high_chair",), high_chairs=1, chairs_enough=True)


def test_what_is_needed_in_one_text_is_not_taken_back_by_another() -> None:
    assert read(["una trona", "no hace falta trona"]) == Needs(ids=("high_chair",), high_chairs=1)
    both = read(["no hace falta trona"]).also(read(["una trona"]))
    assert both == Needs(ids=("high_chair",), high_chairs=1)


def test_only_a_wheelchair_asks_for_an_accessible_table() -> None:
    assert read(["silla de ruedas"]).accessible
    assert not read(["movilidad reducida", "muletas", "trona"]).accessible


@given(need=needs, lang=languages)
def test_the_name_of_every_need_is_heard_as_that_need_alone(need: Need, lang: str) -> None:
    assert heard_in(need.said(lang).name) == (need.id,)
    assert heard_in(need.id) == (need.id,)


@given(need=needs, lang=languages)
def test_the_name_of_every_need_denied_is_not_heard(need: Need, lang: str) -> None:
    denials = {"es": ("no {}", "sin {}", "no hay {}", "no necesitamos {}"), "en": ("no {}", "not {}", "without any {}")}
    for denial in denials[lang]:
        assert heard_in(denial.format(need.said(lang).name)) == ()


@given(first=needs, second=needs, lang=languages)
def test_two_needs_in_one_sentence_are_both_heard(first: Need, second: Need, lang: str) -> None:
    joint = {"es": "y", "en": "and"}[lang]
    text = f"{first.said(lang).name} {joint} {second.said(lang).name}"
    assert set(heard_in(text)) == {first.id, second.id}


@given(texts=st.lists(texts, max_size=5))
def test_no_text_is_lost(texts: list[str]) -> None:
    said = read(texts)
    assert all(
        text in said.other
        or set(heard_in(text)) & set(said.ids)
        or set(read([text]).dropped) & {*said.ids, *said.dropped}
        or set(read([text]).denied) & {*said.ids, *said.denied}
        for text in texts
    )
    assert len(set(said.other)) == len(said.other)
    assert (said.high_chairs > 0) is ("high_chair" in said.ids)


@given(text=texts)
def test_capitals_and_accents_make_no_difference(text: str) -> None:
    assert heard_in(fold(text).upper()) == heard_in(fold(text))


@given(stored=st.lists(needs.map(lambda need: need.id) | st.text(max_size=5), max_size=6), lang=languages)
def test_staff_are_told_each_need_once_and_the_catalogues_first(stored: list[str], lang: str) -> None:
    known = [need.said(lang) for need in NEEDS if need.id in stored]
    others = [one for one in dict.fromkeys(stored) if one not in {need.id for need in NEEDS}]
    assert staff_notes(stored, lang) == [*(said.note for said in known), *others]
    assert names(stored, lang) == [*(said.name for said in known), *others]


def test_the_kitchen_is_told_of_diets_and_of_what_the_catalogue_lacks() -> None:
    told = kitchen_notes(("high_chair", "birthday", "coeliac", "alérgico al kiwi"), "es")
    assert [note.split(":")[0] for note in told] == ["Celíaco", "alérgico al kiwi"]


def test_every_need_has_its_name_and_note_in_both_languages() -> None:
    for need in NEEDS:
        assert all(said.name for said in (need.es, need.en))
        assert need.es.note != need.en.note
        assert all(
            said.note.endswith(".") and len(said.note) <= 100 and said.note.isprintable() for said in (need.es, need.en)
        )


@pytest.mark.parametrize(
    "words",
    [
        "dos sillas de ruedas",
        "two wheelchairs",
        "wheelchair x2",
        "mis padres, los dos en silla de ruedas",
        "al final solo una silla de ruedas",
    ],
)
def test_of_more_than_one_wheelchair_the_words_are_kept_for_the_staff(words: str) -> None:
    assert read([words]) == Needs(ids=("wheelchair",), other=(words,))


@pytest.mark.parametrize(
    "words", ["silla de ruedas", "cuatro, uno en silla de ruedas", "somos cuatro con una silla de ruedas"]
)
def test_of_one_wheelchair_all_is_said_by_its_name(words: str) -> None:
    assert read([words]) == Needs(ids=("wheelchair",))


@pytest.mark.parametrize(
    ("stored", "left"),
    [
        (("wheelchair", "dos sillas de ruedas"), ()),
        (("wheelchair", "silla de ruedas y alergia al kiwi"), ("silla de ruedas y alergia al kiwi",)),
        (("coeliac", "con velas"), ("coeliac", "con velas")),
    ],
)
def test_what_is_taken_back_takes_along_the_words_that_told_nothing_else(
    stored: tuple[str, ...], left: tuple[str, ...]
) -> None:
    assert left_of(stored, ("wheelchair",)) == left


@pytest.mark.parametrize(
    ("words", "ids", "other"),
    [
        ("trona y mi padre es diabético", ("high_chair",), ("mi padre es diabético",)),
        ("a high chair, and my father is diabetic", ("high_chair",), ("my father is diabetic",)),
        ("Una trona, por favor; llegamos tarde.", ("high_chair",), ("llegamos tarde",)),
        ("dos adultos y un niño con trona", ("high_chair",), ()),
        ("una trona, que el niño es muy pequeño", ("high_chair",), ()),
        ("mi padre y mi madre van en silla de ruedas", ("wheelchair",), ()),
        ("es el cumpleaños de mi madre y queremos tarta", ("birthday",), ("queremos tarta",)),
    ],
)
def test_what_is_told_beside_a_need_is_kept_as_it_was_said(
    words: str, ids: tuple[str, ...], other: tuple[str, ...]
) -> None:
    heard = read([words])
    assert (heard.ids, heard.other) == (ids, other)


@pytest.mark.parametrize(
    ("stored", "dropped", "left"),
    [
        (("wheelchair", "dos en silla de ruedas y mi padre es diabético"), ("wheelchair",), ("mi padre es diabético",)),
        (
            ("wheelchair", "two in wheelchairs and my father has a pacemaker"),
            ("wheelchair",),
            ("my father has a pacemaker",),
        ),
        (("wheelchair", "dos en silla de ruedas"), ("wheelchair",), ()),
        (("wheelchair", "two in wheelchairs"), ("wheelchair",), ()),
        (("nuts", "alergia al kiwi y trona"), ("high_chair",), ("nuts", "alergia al kiwi y trona")),
    ],
)
def test_of_words_that_told_what_is_taken_back_what_they_say_besides_is_left(
    stored: tuple[str, ...], dropped: tuple[str, ...], left: tuple[str, ...]
) -> None:
    assert left_of(stored, dropped) == left
