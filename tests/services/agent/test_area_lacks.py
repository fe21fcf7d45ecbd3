"""Why the wished area will not do: it has room, but no table that suits; or one that does is taken."""

from typing import Any

import pytest

from appliance.domain.restaurant import RestaurantCard, Table
from appliance.store.engine import Database
from support.desk import OTHER, Desk, gaviota, wish
from support.fake_clock import FakeClock

TERRACE, ROOM = "rest_gaviota_terraza", "rest_gaviota_salon"
AT = "El sábado 28 de noviembre a las nueve de la noche"
ENGLISH_AT = "On Saturday, November 28, at nine in the evening"


def _house(**terrace: Any) -> RestaurantCard:
    """Accessible inside, on the terrace one table of four as told."""
    usual = {"id": "t1", "name": "T1", "area_id": TERRACE, "capacity": 4}
    inside = tuple(Table(id=f"s{n}", name=f"S{n}", area_id=ROOM, capacity=6, accessible=True) for n in (1, 2))
    return gaviota(tables=(Table(**usual | terrace), *inside), combinations=())


async def _desk(database: Database, clock: FakeClock, **terrace: Any) -> Desk:
    desk = Desk(database, clock)
    await desk.open(_house(**terrace))
    return desk


@pytest.mark.parametrize(
    ("said", "lacking", "english"),
    [
        (
            {"party_size": 4, "needs": "silla de ruedas"},
            "no tengo mesa adaptada para cuatro personas",
            "I have no accessible table for four people",
        ),
        ({"party_size": 6}, "no tengo mesa para seis personas", "I have no table for six people"),
        ({"party_size": 1}, "no tengo mesa para una persona", "I have no table for one person"),
    ],
)
async def test_an_area_without_such_a_table_is_not_called_full(
    database: Database, clock: FakeClock, said: dict[str, Any], lacking: str, english: str
) -> None:
    desk = await _desk(database, clock, min_party=2)
    answer = await desk.check(wish(area="terraza", **said))
    assert (answer.code, answer.area) == ("available_elsewhere", "Salón")
    assert answer.say == f"{AT} {lacking} en la zona de Terraza, pero sí en la de Salón. ¿Le parece bien?"
    answer = await desk.book(wish(area="terraza", **said))
    assert answer.say == f"{AT} {lacking} en la zona de Terraza, pero sí en la de Salón. ¿La reservo ahí?"
    told = await desk.check(wish(area="terraza", language="en", **said))
    assert told.say == f"{ENGLISH_AT} {english} in the Terraza area, but I do in Salón. Would that suit you?"


@pytest.mark.parametrize(("needs", "table"), [(None, "mesa"), ("silla de ruedas", "mesa adaptada")])
async def test_of_a_table_that_is_taken_none_is_left(
    database: Database, clock: FakeClock, needs: str | None, table: str
) -> None:
    desk = await _desk(database, clock, accessible=True)
    await desk.book(wish(area="terraza", party_size=4), caller=OTHER, call="call_2")
    answer = await desk.check(wish(area="terraza", party_size=4, needs=needs))
    assert answer.say.startswith(f"{AT} no me queda {table} para cuatro personas en la zona de Terraza, pero sí ")


async def test_a_house_full_for_a_wheelchair_says_that_it_is_for_that(database: Database, clock: FakeClock) -> None:
    desk = await _desk(database, clock)
    for name in ("Ana", "Bea"):
        await desk.book(wish(area="salón", party_size=6, name=name), caller=OTHER, call=name)
    answer = await desk.check(wish(party_size=4, needs="silla de ruedas"))
    assert answer.code == "full"
    assert answer.say.startswith(
        "Lo siento, el sábado 28 de noviembre a las nueve de la noche no nos queda mesa adaptada "
    )
