from pathlib import Path

from appliance.config import Settings
from appliance.ops import sheets
from appliance.store.engine import Database
from support.desk import Desk, one_table
from support.fake_clock import FakeClock


async def test_a_running_server_offers_nothing_that_an_import_beside_it_has_taken(
    database: Database, database_url: str, clock: FakeClock, tmp_path: Path
) -> None:
    desk = Desk(database, clock)
    await desk.open(one_table())
    asked = {"date": "2026-11-28", "time": "21:00", "party_size": 4}
    assert (await desk.check(asked, restaurant="rest_one")).available is True
    file = tmp_path / "Reservas.csv"
    file.write_text("Fecha;Hora;Personas;Mesa\n2026-11-28;21:00;4;T1\n")
    settings = Settings(data_dir=tmp_path, database_url=database_url)
    (report,) = await sheets.take_over(settings, "rest_one", [file], dry_run=False)
    assert (report.imported, report.problems) == (1, [])
    await desk.directory.refresh()
    assert (await desk.check(asked, restaurant="rest_one", call="call_2")).available is False
