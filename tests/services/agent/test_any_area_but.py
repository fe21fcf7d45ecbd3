"""Any area but one: either of the others will do, and that one never is offered."""

import pytest

from appliance.domain.restaurant import Area, RestaurantCard, Table
from appliance.store.engine import Database
from support.desk import OTHER, Desk, gaviota, wish
from support.fake_clock import FakeClock

SAID = ["cualquiera menos la terraza", "anywhere but the terrace", "donde sea, menos en la terraza"]


def _house() -> RestaurantCard:
    areas = tuple(Area(id=f"a_{name}", name=name) for name in ("Terraza", "Salón", "Barra"))
    tables = tuple(Table(id=f"t_{area.name}", name=area.name, area_id=area.id, capacity=2) for area in areas)
    return gaviota(areas=areas, tables=tables, combinations=())


@pytest.fixture
async def three(database: Database, clock: FakeClock) -> Desk:
    desk = Desk(database, clock)
    await desk.open(_house())
    return desk


@pytest.mark.parametrize("said", SAID)
async def test_either_of_the_others_will_do(three: Desk, said: str) -> None:
    areas = set()
    for name in ("Ana", "Bea"):
        answer = await three.book(wish(area=said, name=name), call=name, caller=OTHER)
        assert answer.code == "booked", answer
        areas.add(answer.reservation.area)
    assert areas == {"Salón", "Barra"}
    last = await three.check(wish(area=said), call="c")
    assert (last.code, last.available) == ("full", False)
    assert (await three.check(wish(), call="d")).area == "Terraza"


async def test_who_sits_there_is_moved_to_another(three: Desk) -> None:
    booked = await three.book(wish(area="terraza"))
    moved = await three.modify({"new_area": SAID[0]}, call="call_2")
    assert (booked.reservation.area, moved.code) == ("Terraza", "modified")
    assert moved.reservation.area in {"Salón", "Barra"}
    assert (await three.modify({"new_time": "21:30"}, call="call_3")).code == "modified"


async def test_of_two_the_other_one_is_meant(desk: Desk) -> None:
    answer = await desk.check(wish(area=SAID[0]))
    assert (answer.code, answer.area) == ("available", "Salón")
