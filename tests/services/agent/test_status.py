from datetime import date
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from appliance.domain.restaurant import Closure, Outage, RestaurantStatus, Shift
from appliance.store.engine import Database
from support.desk import OTHER, Desk, gaviota, wish
from support.fake_clock import FakeClock

HOUR_MS = 3_600_000


async def status(desk: Desk, arguments: dict[str, Any] | None = None, **context: Any) -> Any:
    return await desk.use("estado_restaurante", arguments, **context)


async def test_before_lunch_it_is_closed_and_says_when_it_opens(desk: Desk) -> None:
    answer = await status(desk)
    assert (answer.ok, answer.code) == (True, "closed_now")
    assert answer.say == "Ahora mismo estamos cerrados. Hoy abrimos a la una de la tarde."
    assert msgspec.to_builtins(answer.status) == {
        "open": False,
        "until": None,
        "opens_next": {"date": "2026-11-25", "time": "13:00"},
        "next_table": {"date": "2026-11-25", "time": "13:00"},
        "tables": 3,
        "tables_free_now": None,
        "seats_free_now": None,
    }


async def test_during_lunch_it_is_open_until_it_closes(desk: Desk) -> None:
    desk.clock.advance(3 * HOUR_MS)
    answer = await status(desk)
    assert (answer.code, answer.say) == ("open", "Sí, estamos abiertos hasta las cinco y media de la tarde.")
    assert (answer.status.until, answer.status.tables_free_now, answer.status.seats_free_now) == ("17:30", 3, 10)
    english = await status(desk, {"language": "en"})
    assert english.say == "Yes, we are open until half past five in the afternoon."


async def test_who_sits_there_shows_in_numbers_only(desk: Desk) -> None:
    await desk.book(wish(date="hoy", time="14:00", party_size=4), caller=OTHER)
    desk.clock.advance(3 * HOUR_MS)
    answer = await status(desk)
    assert (answer.status.tables_free_now, answer.status.seats_free_now) == (2, 6)
    told = msgspec.json.encode(answer).decode()
    assert "Lucía" not in told
    assert OTHER not in told


async def test_with_how_many_they_are_it_says_when_there_is_a_table(desk: Desk) -> None:
    answer = await status(desk, {"personas": "cuatro"})
    assert (answer.party_size, answer.available) == (4, True)
    assert answer.say.endswith("Para cuatro personas tengo mesa hoy a la una de la tarde.")


async def test_a_table_kept_for_another_caller_is_not_told_of(desk: Desk) -> None:
    await desk.check(wish(date="hoy", time="13:00", party_size=8), call="call_2", caller=OTHER)
    answer = await status(desk, {"party_size": 8})
    assert answer.status.next_table.time == "15:00"


async def test_a_party_of_no_size_is_asked_about(desk: Desk) -> None:
    answer = await status(desk, {"party_size": "unos cuantos"})
    assert (answer.ok, answer.code) == (False, "unclear_party_size")


async def test_for_a_party_too_large_there_is_no_table_by_this_way(desk: Desk) -> None:
    answer = await status(desk, {"party_size": 40})
    assert (answer.code, answer.available) == ("closed_now", False)


async def test_on_the_day_off_it_is_closed_today(desk: Desk) -> None:
    desk.clock.advance(6 * 24 * HOUR_MS)
    answer = await status(desk, {"party_size": 2})
    assert (answer.code, answer.available) == ("closed_today", False)
    assert answer.say == (
        "Hoy estamos cerrados. Volvemos a abrir mañana, miércoles 2 de diciembre, a la una de la tarde."
    )


async def test_a_closure_closes_today(desk: Desk) -> None:
    card = gaviota("rest_shut", phone="+34910000009", closures=(Closure(date=date(2026, 11, 25)),))
    await desk.open(card)
    answer = await status(desk, {"language": "en"}, restaurant="rest_shut")
    assert answer.say == (
        "We are closed today. We open again tomorrow, Thursday, November 26, at one in the afternoon."
    )


async def test_after_midnight_the_night_is_still_open(desk: Desk) -> None:
    desk.clock.advance(13 * HOUR_MS + HOUR_MS // 2)  # 00:30
    answer = await status(desk)
    assert (answer.code, answer.status.open, answer.status.until) == ("kitchen_closed", True, "00:45")


@pytest.mark.parametrize(
    ("hours", "lang", "say"),
    [
        (
            5,
            "es",
            (
                "Estamos abiertos hasta las cinco y media de la tarde, pero la cocina ya no admite más mesas. "
                "Hoy volvemos a dar mesa a las ocho de la noche."
            ),
        ),
        (
            5,
            "en",
            (
                "We are open until half past five in the afternoon, but the kitchen is taking no more tables. "
                "Today we seat guests again at eight in the evening."
            ),
        ),
        (
            12,
            "es",
            (
                "Estamos abiertos hasta la una menos cuarto de la noche, pero la cocina ya no admite más mesas. "
                "Volvemos a dar mesa mañana, jueves 26 de noviembre, a la una de la tarde."
            ),
        ),
        (
            12,
            "en",
            (
                "We are open until a quarter to one in the morning, but the kitchen is taking no more tables. "
                "We seat guests again tomorrow, Thursday, November 26, at one in the afternoon."
            ),
        ),
    ],
)
async def test_after_the_last_seating_it_is_said_that_nobody_is_seated_any_more(
    desk: Desk, hours: int, lang: str, say: str
) -> None:
    desk.clock.advance(hours * HOUR_MS)
    answer = await status(desk, {"language": lang})
    assert (answer.ok, answer.code, answer.status.open, answer.say) == (True, "kitchen_closed", True, say)


async def test_until_the_last_seating_it_is_plainly_open(desk: Desk) -> None:
    desk.clock.advance(4 * HOUR_MS + HOUR_MS // 2)  # 15:30
    assert (await status(desk)).code == "open"


async def test_after_the_last_seating_no_table_is_denied_a_second_time(desk: Desk) -> None:
    desk.clock.advance(12 * HOUR_MS)
    answer = await status(desk, {"party_size": 2})
    assert (answer.available, "Para dos personas" in answer.say) == (False, False)


async def test_a_service_that_goes_on_after_the_last_one_is_still_seating(desk: Desk) -> None:
    bar = Shift(weekday=2, name="Barra", opens=600, last_seating=1380, closes=1440)
    await desk.open(gaviota("rest_bar", phone="+34910000009", shifts=(*gaviota().shifts, bar)))
    desk.clock.advance(5 * HOUR_MS)
    assert (await status(desk, restaurant="rest_bar")).code == "open"


@pytest.mark.parametrize("hours", [0, 3])
async def test_a_paused_restaurant_says_so(desk: Desk, hours: int) -> None:
    await desk.open(gaviota("rest_paused", phone="+34910000009", status=RestaurantStatus.PAUSED))
    desk.clock.advance(hours * HOUR_MS)
    answer = await status(desk, {"party_size": 2}, restaurant="rest_paused")
    assert (answer.ok, answer.code, answer.available) == (True, "paused", False)
    assert answer.say.endswith(
        "Ahora mismo no tomamos reservas por teléfono. ¿Quiere que tome nota y se lo paso al equipo?"
    )
    assert answer.status.open == bool(hours)


async def test_a_restaurant_without_hours_is_closed_and_promises_nothing(desk: Desk) -> None:
    await desk.open(gaviota("rest_bare", phone="+34910000009", shifts=()))
    answer = await status(desk, restaurant="rest_bare")
    assert (answer.code, answer.say) == ("closed_today", "Hoy estamos cerrados.")


async def test_after_midnight_the_tables_counted_are_those_of_the_evening(desk: Desk) -> None:
    late = tuple(Shift(weekday=day, name="Noche", opens=1320, last_seating=1530, closes=1620) for day in range(7))
    t1, s1, s2 = gaviota("rest_late").tables
    t1, s1 = (
        replace(table, outage=Outage(first=date(2026, 11, day), last=date(2026, 11, day)))
        for table, day in ((t1, 26), (s1, 25))
    )
    await desk.open(gaviota("rest_late", shifts=late, phone="+34910000006", tables=(t1, s1, s2)))
    desk.clock.advance(14 * HOUR_MS)
    answer = await status(desk, restaurant="rest_late")
    assert answer.status.open
    assert (answer.status.tables, answer.status.seats_free_now) == (2, 6)


@pytest.mark.parametrize("party", [9, 13])
async def test_a_party_that_no_table_takes_is_handed_over_as_when_a_table_is_asked_for(
    database: Database, clock: FakeClock, party: int
) -> None:
    desk = Desk(database, clock)
    await desk.open(gaviota(event_party=13))
    asked = await desk.check(wish(party_size=party))
    answer = await status(desk, {"party_size": party})
    assert asked.code in {"party_too_large", "private_event"}
    assert (answer.code, answer.available) == ("closed_now", False)
    assert answer.say == f"Ahora mismo estamos cerrados. Hoy abrimos a la una de la tarde. {asked.say}"
