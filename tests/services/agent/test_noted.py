"""Notes that contradict what stands beside them are asked about, once, and not written down in silence."""

from typing import Any

import pytest

from support.desk import OTHER, Desk, wish


@pytest.mark.parametrize(
    ("notes", "lang", "code", "words"),
    [
        ("mejor para 4 personas", "es", "unclear_party_size", "¿Para dos o cuatro personas el sábado 28"),
        ("cumpleaños. Seremos cuatro", "es", "unclear_party_size", "¿Para dos o cuatro personas"),
        ("we'll be four", "en", "unclear_party_size", "For two or four people on Saturday"),
        ("mejor a las diez", "es", "ambiguous_time", "a las nueve o las diez de la noche. ¿Cuál prefiere?"),
        ("better at ten", "en", "ambiguous_time", "at nine in the evening or ten at night. Which time"),
        ("mejor el domingo", "es", "ambiguous_date", "¿Sería el sábado 28 o el domingo 29 de noviembre,"),
    ],
)
async def test_what_the_notes_contradict_is_asked(desk: Desk, notes: str, lang: str, code: str, words: str) -> None:
    for tool in ("create_reservation", "join_waitlist"):
        answer = await desk.use(tool, wish(notes=notes, language=lang), call=tool)
        assert (answer.ok, answer.code) == (False, code)
        assert words in answer.say
    assert await desk.everything() == []


@pytest.mark.parametrize(
    "notes",
    [
        "somos dos",
        "a las nueve",
        "el sábado",
        "vienen dos niños",
        "uno llega a las diez",
        "dos celíacos",
        "menú para 4",
    ],
)
async def test_notes_that_say_the_same_or_something_else_are_no_question(desk: Desk, notes: str) -> None:
    assert (await desk.book(wish(notes=notes))).code == "booked"


@pytest.mark.parametrize(
    ("notes", "lang"),
    [
        ("somos dos", "es"),
        ("a las nueve", "es"),
        ("el sábado", "es"),
        ("cena a las nueve, dos personas", "es"),
        ("para el sábado a las nueve de la noche", "es"),
        ("reserva para dos personas el sábado 28 de noviembre a las 21:00", "es"),
        ("a nombre de Lucía Fernández", "es"),
        ("table for two on Saturday at nine", "en"),
        ("Saturday, 9 pm, two people", "en"),
    ],
)
async def test_what_the_notes_say_once_more_is_neither_read_back_nor_kept(desk: Desk, notes: str, lang: str) -> None:
    plain = await desk.book(wish(language=lang), call="before", caller=OTHER)
    answer = await desk.book(wish(notes=f"{notes}; es su cumpleaños", language=lang))
    assert answer.code == "booked"
    assert [one.notes for one in await desk.everything() if one.phone != OTHER] == ["es su cumpleaños"]
    again = await desk.book(
        wish(date="2026-12-05", notes=notes.replace("28 de noviembre", "5 de diciembre"), language=lang)
    )
    assert (
        again.say.split("!")[0]
        .split(". See")[0]
        .endswith(plain.say.split("!")[0].split(". See")[0].rpartition("Lucía")[2])
    )


@pytest.mark.parametrize(
    "notes",
    [
        "vienen dos niños",
        "dos celíacos",
        "a las nueve porque viene su madre",
        "uno llega a las nueve",
        "el sábado es su cumpleaños",
        "a nombre de Marta",
        "dos tronas",
        "mesa para dos tranquila",
        "dos de nosotros llegan a las nueve",
    ],
)
async def test_what_the_notes_say_besides_is_kept(desk: Desk, notes: str) -> None:
    assert (await desk.book(wish(notes=notes))).code == "booked"
    assert [one.notes for one in await desk.everything()] == [notes]


async def test_a_weekday_alone_is_that_of_the_day_beside_it(desk: Desk) -> None:
    answer = await desk.book(wish(date="2026-12-05", notes="para el sábado a las nueve"))
    assert (answer.code, answer.date) == ("booked", "2026-12-05")
    asked = await desk.book(wish(date="2026-12-12", notes="este sábado"), call="call_2")
    assert asked.code == "ambiguous_date"


async def test_once_it_was_asked_what_stands_in_the_fields_holds(desk: Desk) -> None:
    said = wish(notes="mejor a las diez; es su cumpleaños")
    assert (await desk.book(said, invocation="tool_1")).code == "ambiguous_time"
    assert (await desk.book(said, invocation="tool_1")).code == "ambiguous_time"
    assert (await desk.book(said, invocation="tool_2")).time == "21:00"
    (one,) = await desk.everything()
    assert one.notes == "es su cumpleaños"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"notes": "seremos cuatro", "new_area": "salón"}, "unclear_party_size"),
        ({"notes": "mejor a las diez"}, "ambiguous_time"),
        ({"notes": "mejor el domingo"}, "ambiguous_date"),
    ],
)
async def test_a_change_whose_notes_say_otherwise_than_the_booking_is_asked_about(
    desk: Desk, said: dict[str, Any], code: str
) -> None:
    await desk.book(wish())
    before = await desk.everything()
    answer = await desk.modify(said)
    assert (answer.ok, answer.code) == (False, code)
    assert await desk.everything() == before


async def test_a_place_in_the_waiting_list_is_asked_about_too(desk: Desk) -> None:
    await desk.book(wish(party_size=8), caller=OTHER, call="before")
    await desk.wait(wish(party_size=8))
    assert (await desk.modify({"notes": "seremos siete"})).code == "unclear_party_size"


# --- a spot within an area ---

WINDOW = wish(area="junto a la ventana de la terraza")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"new_area": "salón"}, "el sitio que había pedido ya no queda anotado."),
        ({"new_area": "salón", "new_time": "21:30"}, "el sitio que había pedido ya no queda anotado."),
        ({"new_area": "salón", "language": "en"}, "the spot you had asked for is noted no more."),
        ({"new_party_size": 4, "new_area": "da igual"}, "el sitio que había pedido ya no queda anotado."),
    ],
)
async def test_a_spot_of_the_area_that_is_left_is_noted_no_more_and_that_is_said(
    desk: Desk, said: dict[str, Any], words: str
) -> None:
    await desk.book(WINDOW | {"notes": "es su cumpleaños"})
    answer = await desk.modify(said, invocation="tool_2")
    assert (answer.code, answer.area) == ("modified", "Salón")
    assert answer.say.endswith(words)
    assert await desk.modify(said, invocation="tool_2") == answer
    assert [one.notes for one in await desk.everything()] == ["es su cumpleaños"]


@pytest.mark.parametrize(
    ("first", "said"),
    [(WINDOW, {"new_time": "21:30"}), (wish(area="una mesa tranquila"), {"new_area": "salón"})],
)
async def test_a_spot_that_may_be_there_too_stays(desk: Desk, first: dict[str, Any], said: dict[str, Any]) -> None:
    await desk.book(first)
    answer = await desk.modify(said)
    assert (answer.code, "ya no queda" in answer.say) == ("modified", False)
    assert [one.notes for one in await desk.everything()] == [first["area"]]
