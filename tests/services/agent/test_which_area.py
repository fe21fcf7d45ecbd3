"""Words that fit two areas of the house: the question names them."""

import pytest

from appliance.domain.restaurant import Area
from appliance.store.engine import Database
from support.desk import Desk, gaviota, wish
from support.fake_clock import FakeClock

AREAS = (
    Area(id="rest_gaviota_terraza", name="Terraza"),
    Area(id="rest_gaviota_salon", name="Salón"),
    Area(id="rest_gaviota_bodega", name="Bodega", synonyms=("comedor",)),
)


@pytest.mark.parametrize(
    ("said", "say"),
    [
        ({"area": "dentro"}, "¿Prefiere Salón o Bodega?"),
        ({"area": "en la terraza o en la bodega"}, "¿Prefiere Terraza o Bodega?"),
        ({"area": "inside", "language": "en"}, "Would you prefer Salón or Bodega?"),
    ],
)
async def test_the_question_names_the_areas_that_may_be_meant(
    database: Database, clock: FakeClock, said: dict[str, str], say: str
) -> None:
    desk = Desk(database, clock)
    await desk.open(gaviota(areas=AREAS))
    answer = await desk.book(wish(**said))
    assert (answer.ok, answer.code, answer.say) == (False, "unclear_area", say)
    assert (answer.date, answer.time, answer.party_size) == ("2026-11-28", "21:00", 2)
    assert await desk.everything() == []
