import asyncio
from pathlib import Path

from appliance.store.engine import Database
from support.databases import held_by_another, migrated
from support.desk import Desk, gaviota, wish
from support.fake_clock import FakeClock
from support.throwaway_postgres import throwaway_postgres

SORRY = "Lo siento, ahora mismo no puedo consultar la agenda. ¿Puede volver a llamar en unos minutos?"


async def test_while_the_book_is_locked_the_caller_hears_so_and_then_is_booked(
    database_url: str, clock: FakeClock
) -> None:
    database = Database(database_url, wait_s=0.1)
    desk = Desk(database, clock)
    await desk.open(gaviota())
    async with held_by_another(database_url):
        refused = await desk.book(wish())
        assert (await desk.check(wish())).code == "available"
    assert (refused.ok, refused.code, refused.say) == (False, "temporarily_unavailable", SORRY)
    assert (await desk.book(wish())).code == "booked"
    await database.close()


async def test_a_table_is_not_booked_behind_the_back_of_a_caller_who_heard_no(
    database_url: str, clock: FakeClock
) -> None:
    database = Database(database_url, wait_s=5)
    desk = Desk(database, clock, deadline_s=60)
    await desk.open(gaviota())
    async with held_by_another(database_url):
        asking = asyncio.create_task(desk.book(wish()))
        while not desk.tools._at_work:  # noqa: ASYNC110 — of the tools one can only look
            await asyncio.sleep(0)
        clock.advance(60_000)
    assert (await asking).code == "temporarily_unavailable"
    assert await desk.everything() == []
    assert (await desk.book(wish())).code == "booked"
    await database.close()


async def _assert_apologies(desk: Desk) -> None:
    answers = [
        await desk.use("take_message", {"message": "que me llamen"}),  # which is why the sentence offers to take none
        await desk.check(wish(date="2026-11-29")),
        await desk.book(wish()),
        await desk.find(),
        await desk.cancel(),
    ]
    assert {(answer.ok, answer.code, answer.say) for answer in answers} == {(False, "temporarily_unavailable", SORRY)}
    assert (await desk.use("get_hours")).ok


def _rename(folder: Path, old: str, new: str) -> None:
    """A database, with its log."""
    for file in folder.glob(f"{old}*"):
        file.rename(folder / file.name.replace(old, new))


async def test_without_its_file_sqlite_apologises_and_recovers(tmp_path: Path, clock: FakeClock) -> None:
    database = Database(await migrated(f"sqlite:///{tmp_path / 'maitre.db'}"), wait_s=0.2)
    desk = Desk(database, clock)
    await desk.open(gaviota())
    _rename(tmp_path, "maitre.db", "away.db")
    await _assert_apologies(desk)
    _rename(tmp_path, "away.db", "maitre.db")
    assert (await desk.book(wish())).code == "booked"
    await database.close()


async def test_without_its_server_postgres_apologises_and_recovers(clock: FakeClock) -> None:
    with throwaway_postgres() as server:
        database = Database(await migrated(server.url))
        desk = Desk(database, clock)
        await desk.open(gaviota())
        server.stop()
        await _assert_apologies(desk)
        server.start()
        assert (await desk.book(wish())).code == "booked"
        await database.close()
