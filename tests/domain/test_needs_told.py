import pytest

from appliance.domain.needs import NEEDS
from appliance.domain.needs_told import read_back


@pytest.mark.parametrize(
    ("needs", "chairs", "es", "en"),
    [
        ((), 0, "", ""),
        (("high_chair",), 1, ", con una trona", ", with one high chair"),
        (("high_chair",), 2, ", con dos tronas", ", with two high chairs"),
        (("high_chair",), 0, "", ""),
        (
            ("shellfish", "high_chair"),
            1,
            ", con una trona y anotado lo del marisco",
            ", with one high chair, and I've noted the shellfish allergy",
        ),
        (("shellfish",), 0, ", y queda anotado lo del marisco", ", and I've noted the shellfish allergy"),
        (
            ("wheelchair", "booster_seat"),
            0,
            ", con sitio para la silla de ruedas y un alzador",
            ", with room for the wheelchair and a booster seat",
        ),
        (
            ("high_chair", "alergia al kiwi y trona"),
            1,
            ", con una trona y anotado lo de la alergia al kiwi",
            ", with one high chair, and I've noted the allergy",
        ),
        (
            ("high_chair", "mi padre es diabético"),
            1,
            ", con una trona y anotado lo de la diabetes",
            ", with one high chair, and I've noted the diabetes",
        ),
        (("nadie es diabético",), 0, ", y queda anotado lo que me ha dicho", ", and I've noted what you told me"),
        (("con velas",), 0, ", y queda anotado lo que me ha dicho", ", and I've noted what you told me"),
        (("alérgico al kiwi",), 0, ", y queda anotado lo de la alergia al kiwi", ", and I've noted the allergy"),
        (
            ("I have an allergy to kiwi, really",),
            0,
            ", y queda anotado lo de la alergia",
            ", and I've noted the allergy to kiwi",
        ),
        (
            ("nuts", "alergia a los frutos secos y al melocotón"),
            0,
            ", y queda anotado lo de la alergia a los frutos secos y al melocotón",
            ", and I've noted the allergy and the nut allergy",
        ),
        (("kiwi allergy",), 0, ", y queda anotado lo de la alergia", ", and I've noted the allergy to kiwi"),
        (
            ("nuts", "con velas"),
            0,
            ", y queda anotado lo de los frutos secos y lo demás que me ha dicho",
            ", and I've noted the nut allergy and the rest of what you told me",
        ),
        (
            ("llevamos un perro", "high_chair"),
            1,
            ", con una trona y anotado lo del perro, sin poder garantizarlo",
            ", with one high chair, and I've noted the dog, though I can't promise it may come in",
        ),
        (("perritos calientes",), 0, ", y queda anotado lo que me ha dicho", ", and I've noted what you told me"),
        (("no llevamos perro",), 0, ", y queda anotado lo que me ha dicho", ", and I've noted what you told me"),
        (
            ("coeliac", "vegan", "lactose", "nuts"),
            0,
            ", y queda anotado lo del gluten, lo de la comida vegana, lo de la lactosa y lo demás que me ha dicho",
            ", and I've noted the gluten, the vegan food, the lactose intolerance and the rest of what you told me",
        ),
    ],
)
def test_what_a_party_needs_is_read_back_in_few_words(needs: tuple[str, ...], chairs: int, es: str, en: str) -> None:
    assert (read_back(needs, chairs, "es"), read_back(needs, chairs, "en")) == (es, en)


@pytest.mark.parametrize(
    ("needs", "dropped", "es", "en"),
    [
        ((), ("high_chair",), ", sin trona", ", without a high chair"),
        ((), ("wheelchair", "high_chair"), ", sin silla de ruedas ni trona", ", without a wheelchair or a high chair"),
        (
            ("nuts",),
            ("high_chair",),
            ", sin trona y anotado lo de los frutos secos",
            ", without a high chair, and I've noted the nut allergy",
        ),
        ((), ("birthday",), "", ""),
    ],
)
def test_what_was_taken_back_is_read_back_as_gone(
    needs: tuple[str, ...], dropped: tuple[str, ...], es: str, en: str
) -> None:
    said = [read_back(needs, 0, lang, dropped=dropped) for lang in ("es", "en")]
    assert said == [es, en]


@pytest.mark.parametrize("lang", ["es", "en"])
def test_each_need_of_the_catalogue_is_read_back(lang: str) -> None:
    for need in NEEDS:
        assert read_back((need.id,), 1 if need.id == "high_chair" else 0, lang), need.id
