"""What is said beside the size of a party is noted, as if it had been said as a need."""

import pytest

from support.desk import Desk, wish


@pytest.mark.parametrize(
    ("party", "lang", "needs", "said"),
    [
        ("dos y un perro", "es", ("un perro",), "anotado lo del perro"),
        ("mi mujer, yo y mi perro", "es", ("mi perro",), "anotado lo del perro"),
        ("two and a dog", "en", ("a dog",), "the dog"),
        ("dos y un perro guía", "es", ("visual",), "anotado lo de la vista"),
    ],
)
async def test_a_pet_beside_the_party_is_noted_and_read_back(
    desk: Desk, party: str, lang: str, needs: tuple[str, ...], said: str
) -> None:
    answer = await desk.book(wish(party_size=party, language=lang))
    assert (answer.code, answer.party_size) == ("booked", 2)
    assert said in answer.say
    assert [one.needs for one in await desk.everything()] == [needs]


async def test_a_pet_that_is_told_twice_is_noted_once(desk: Desk) -> None:
    await desk.book(wish(party_size="dos y mi perro", needs="llevamos perro"))
    assert [one.needs for one in await desk.everything()] == [("llevamos perro",)]


async def test_a_wheelchair_beside_the_party_is_a_need(desk: Desk) -> None:
    answer = await desk.check(wish(party_size="tres con silla de ruedas"))
    assert (answer.party_size, "silla de ruedas" in answer.say or "adaptada" in answer.say) == (3, True)


async def test_whether_who_sits_in_a_chair_is_one_of_them_is_asked(desk: Desk) -> None:
    answer = await desk.book(wish(party_size="dos y una silla de ruedas"))
    assert (answer.code, answer.say) == (
        "unclear_party_size",
        "¿Para dos o tres personas el sábado 28 a las nueve de la noche?",
    )


async def test_an_allergy_beside_the_party_is_not_lost(desk: Desk) -> None:
    await desk.book(wish(party_size="dos, hay alergia al kiwi"))
    assert [one.needs for one in await desk.everything()] == [("dos, hay alergia al kiwi",)]
