from typing import Any

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from appliance.domain.restaurant import Shift
from appliance.domain.waitlist import EntryState
from appliance.store.engine import Database
from support.desk import CALLER, HOLD_S, OTHER, Desk, gaviota, one_table, wish
from support.fake_clock import FakeClock

HOME = "rest_one"


@pytest.fixture
async def desk(database: Database, clock: FakeClock) -> Desk:
    """A restaurant with a single table, which is taken on Saturday at nine; it is told what happens."""
    desk = Desk(database, clock)
    await desk.open(one_table(notify_url="https://book.example.com/hook"))
    await desk.book(wish(name="Bruno"), call="before", caller=OTHER, restaurant=HOME)
    return desk


async def _wait(desk: Desk, *, call: str = "call_1", caller: str = CALLER, **changes: Any) -> Any:
    return await desk.wait(wish(**changes), call=call, caller=caller, restaurant=HOME)


async def test_who_finds_no_table_is_written_down_and_hears_that_it_is_no_booking(desk: Desk) -> None:
    answer = await desk.use("apuntar_lista_espera", wish(needs="celíaca", notes="ventana"), restaurant=HOME)
    assert (answer.ok, answer.code, answer.reservation) == (True, "waitlisted", UNSET)
    assert answer.say == (
        "Le apunto en la lista de espera: el sábado 28 de noviembre a las nueve de la noche, dos personas, "
        "y queda anotado lo del gluten y lo demás que me ha dicho. "
        "Todavía no es una reserva; si queda una mesa libre, procuraremos avisarle."
    )
    (entry,) = await desk.queue(HOME)
    assert (entry.date.isoformat(), entry.minutes, entry.party_size) == ("2026-11-28", (1260,), 2)
    assert (entry.name, entry.phone, entry.state) == ("Lucía Fernández", CALLER, EntryState.WAITING)
    assert (entry.needs, entry.notes, entry.call_id) == (("coeliac",), "ventana", "call_1")
    assert entry.customer_id
    assert (await desk.topics())[-1] == "waitlist.joined"


async def test_it_is_said_in_english_too(desk: Desk) -> None:
    answer = await _wait(desk, language="en")
    assert answer.say.startswith("You are on the waiting list: on Saturday, November 28, at nine in the evening")
    assert "It isn't a booking yet" in answer.say


async def test_who_need_not_wait_is_offered_the_table(desk: Desk) -> None:
    answer = await _wait(desk, time="14:00")
    assert (answer.ok, answer.code, answer.available) == (False, "available", True)
    assert answer.say == (
        "No hace falta esperar: el sábado 28 de noviembre a las dos de la tarde tenemos mesa para dos personas. "
        "¿La reservo?"
    )
    assert await desk.queue(HOME) == []
    # It is kept for them while they make up their mind.
    assert (await desk.check(wish(time="14:00"), call="other", caller=OTHER, restaurant=HOME)).code == "full"
    assert (await desk.book(wish(time="14:00"), restaurant=HOME)).code == "booked"


async def test_who_insists_on_a_full_area_may_wait_for_it(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    await desk.open(gaviota())
    await desk.book(wish(area="terraza"), caller=OTHER, call="before")
    answer = await desk.wait(wish(area="fuera"))
    assert (answer.code, answer.area) == ("waitlisted", "Terraza")
    assert answer.say.startswith("Le apunto en la lista de espera para la zona de Terraza:")
    (entry,) = await desk.queue()
    assert entry.area_id == "rest_gaviota_terraza"


@pytest.mark.parametrize("needs", [{"party_size": 8}, {"needs": "silla de ruedas"}])
async def test_nobody_waits_for_an_area_that_never_has_such_a_table(
    database: Database, clock: FakeClock, needs: dict[str, Any]
) -> None:
    desk = Desk(database, clock)
    t1, *room = gaviota().tables
    await desk.open(gaviota(tables=(t1, *(replace(table, accessible=True) for table in room))))
    wished = wish(area="terraza", **needs)
    other = await desk.wait(wished)
    assert (other.ok, other.code, other.area) == (False, "area_full", "Salón")
    assert await desk.queue() == []
    desk.clock.advance(HOLD_S * 1000)
    await desk.book(wish(party_size=8, name="Bruno"), caller=OTHER, call="before")
    answer = await desk.wait(wished)
    assert (answer.code, answer.area) == ("waitlisted", "")
    (entry,) = await desk.queue()
    assert entry.area_id == ""


async def test_an_area_that_is_not_there_is_not_waited_for(desk: Desk) -> None:
    answer = await _wait(desk, area="azotea")
    assert answer.say.startswith("No tenemos esa zona, pero le apunto")
    assert [entry.area_id for entry in await desk.queue(HOME)] == [""]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"date": None}, "missing_date"),
        ({"time": "más tarde"}, "unclear_time"),
        ({"party_size": None}, "missing_party_size"),
        ({"name": "{{name}}"}, "missing_name"),
        ({"date": "martes 1 de diciembre"}, "closed_day"),
        ({"party_size": 12}, "party_too_large"),
        ({"time": "18:00"}, "outside_hours"),
        ({"time": "21:05"}, "time_not_offered"),
        ({"date": "2026-11-20"}, "past_date"),
        ({"needs": "silla de ruedas"}, "not_accessible"),
    ],
)
async def test_nobody_waits_for_what_cannot_be_had(desk: Desk, changes: dict[str, Any], code: str) -> None:
    answer = await _wait(desk, **changes)
    assert (answer.ok, answer.code) == (False, code)
    assert await desk.queue(HOME) == []


async def test_who_withholds_the_number_is_asked_for_one(desk: Desk) -> None:
    assert (await _wait(desk, caller="")).code == "missing_phone"
    assert (await _wait(desk, caller="", phone="600 111 222")).code == "waitlisted"


async def test_of_two_full_hours_it_is_asked_which_is_meant(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    breakfast = Shift(weekday=5, name="Desayuno", opens=540, last_seating=540, closes=600)
    await desk.open(one_table(shifts=(*one_table().shifts, breakfast)))
    for number, time in enumerate(("09:00", "21:00")):
        await desk.book(wish(time=time, name="Bruno"), call=f"before_{number}", caller=OTHER, restaurant=HOME)
    asked = await _wait(desk, time="a las nueve")
    assert (asked.ok, asked.code) == (False, "ambiguous_time")
    assert asked.say == "¿Sería el sábado 28 a las nueve de la mañana o las nueve de la noche?"
    assert await desk.queue(HOME) == []
    assert (await _wait(desk, time="nueve de la noche")).code == "waitlisted"


@pytest.mark.parametrize("calls", [("call_1", "call_1"), ("call_1", "call_2"), ("", "")])
async def test_who_asks_again_waits_once(desk: Desk, calls: tuple[str, str]) -> None:
    answers = [await _wait(desk, call=call) for call in calls]
    assert [answer.code for answer in answers] == ["waitlisted"] * 2
    assert len(await desk.queue(HOME)) == 1
    assert (await desk.topics()).count("waitlist.joined") == 1


async def test_a_repetition_in_the_same_call_does_nothing(desk: Desk) -> None:
    await _wait(desk, time="nueve de la noche", name="lucía fernández")
    desk.clock.advance(1000)
    await _wait(desk)
    assert [use.replayed for use in desk.trace[-2:]] == [False, True]
    (entry,) = await desk.queue(HOME)
    assert entry.updated_at == entry.created_at


async def test_what_was_told_once_is_kept_when_more_is_told(desk: Desk) -> None:
    await _wait(desk, needs="celíaca", notes="ventana")
    desk.clock.advance(1000)
    await _wait(desk, call="call_2", needs="trona", notes="con mi madre")
    (entry,) = await desk.queue(HOME)
    assert (set(entry.needs), entry.high_chairs) == ({"coeliac", "high_chair"}, 1)
    assert entry.notes == "ventana; con mi madre"
    assert entry.updated_at - entry.created_at == 1000


@pytest.mark.parametrize("use", ["join_waitlist", "modify_reservation"])
@pytest.mark.parametrize("words", ["al final sin trona", "we no longer need the high chair"])
async def test_a_need_that_is_taken_back_is_waited_for_no_more(desk: Desk, use: str, words: str) -> None:
    await _wait(desk, needs=["celíaca", "dos tronas"])
    # In another call it was as it is to be; what was answered then must not stand in its way.
    await _wait(desk, call="call_2", notes="ventana")
    said = wish(needs=words) if use == "join_waitlist" else {"needs": words}
    answer = await desk.use(use, said, call="call_2", restaurant=HOME)
    (entry,) = await desk.queue(HOME)
    assert (answer.code, entry.needs, entry.high_chairs) == ("waitlisted", ("coeliac",), 0)
    assert "dos personas, sin trona." in answer.say


async def test_who_comes_in_no_wheelchair_any_more_waits_for_any_table(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    card = one_table()
    await desk.open(replace(card, tables=(replace(card.tables[0], accessible=True),)))
    await desk.book(wish(name="Bruno"), call="before", caller=OTHER, restaurant=HOME)
    said = await _wait(desk, needs="silla de ruedas")
    assert "dos personas, con sitio para la silla de ruedas." in said.say
    await _wait(desk, needs="ya no viene en silla de ruedas")
    (entry,) = await desk.queue(HOME)
    assert (entry.needs, entry.accessible) == ((), False)


async def test_who_books_in_the_call_in_which_they_waited_takes_the_table_for_good(desk: Desk) -> None:
    assert (await _wait(desk)).code == "waitlisted"
    await desk.cancel({}, call="before", caller=OTHER, restaurant=HOME)
    assert (await desk.book(wish(), restaurant=HOME)).code == "booked"
    desk.clock.advance(3 * 3_600_000)
    await desk.waitlist.lapse(desk.directory)
    assert [one.status.value for one in await desk.everything(HOME) if one.phone == CALLER] == ["confirmed"]
