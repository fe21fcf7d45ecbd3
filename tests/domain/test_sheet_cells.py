from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.reservation import ReservationStatus
from appliance.domain.sheet_cells import (
    TableState,
    read_count,
    read_day,
    read_minute,
    read_moment,
    read_names,
    read_status,
    read_table_state,
    read_weekdays,
)

MADRID = ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize(
    "text", ["2026-10-15", "15/10/2026", "15-10-26", "15.10.2026", "15/10/26", " 2026/10/15 ", "2026-10-15T00:00:00"]
)
def test_a_date_is_read_in_all_the_ways_it_is_written(text: str) -> None:
    assert read_day(text) == date(2026, 10, 15)


@pytest.mark.parametrize("text", ["", "hoy", "15/10", "10/15/2026", "31/02/2026", "46310", "2026-10-15T22:00:00.000Z"])
def test_what_may_be_another_date_is_none(text: str) -> None:
    assert read_day(text) is None


@pytest.mark.parametrize(
    ("text", "minute"),
    [
        ("8:00", 480),
        ("20:00", 1200),
        ("13.30", 810),
        ("13,30", 810),
        ("21h30", 1290),
        ("21 h", 1260),
        ("21:00h", 1260),
        ("21:00:00", 1260),
        ("9:30 PM", 1290),
        ("12:15 a.m.", 15),
        ("00:30", 30),
        ("24:30", 1470),
    ],
)
def test_an_hour_is_read_in_all_the_ways_it_is_written(text: str, minute: int) -> None:
    assert read_minute(text) == minute


@pytest.mark.parametrize("text", ["", "25:61", "las nueve", "30:00", "13:00 PM", "-1:00", "21:00-23:00", "0.875"])
def test_what_is_no_hour_is_none(text: str) -> None:
    assert read_minute(text) is None


@given(day=st.dates(date(2000, 1, 1), date(2099, 12, 31)), minute=st.integers(0, 1439))
def test_what_programs_write_is_read_as_it_was(day: date, minute: int) -> None:
    assert read_day(day.isoformat()) == day
    assert read_day(f"{day:%d/%m/%Y}") == day
    assert read_minute(f"{minute // 60:02}:{minute % 60:02}") == minute


def test_a_moment_is_of_the_restaurant_s_clock_unless_it_says_which() -> None:
    at_ms = int(datetime(2026, 11, 25, 10, 5, 7, tzinfo=UTC).timestamp()) * 1000
    assert read_moment("2026-11-25T11:05:07+01:00", MADRID) == at_ms
    assert read_moment("2026-11-25 11:05:07", MADRID) == at_ms
    assert read_moment("25/11/2026 11:05", MADRID) == at_ms - 7000
    assert [read_moment(text, MADRID) for text in ("", "ayer", "0001-01-01", "25/11/2026 99:99")] == [None] * 4


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (ReservationStatus.PENDING, ["pendiente", "Pending"]),
        (ReservationStatus.CONFIRMED, ["confirmada", "Confirmada ", "reservada", "confirmed", "CONFIRMADO"]),
        (ReservationStatus.SEATED, ["ocupada", "seated"]),
        (ReservationStatus.COMPLETED, ["completada", "completed"]),
        (ReservationStatus.CANCELLED, ["cancelada", "cancelled", "canceled"]),
        (ReservationStatus.NO_SHOW, ["no_show", "No-Show", "no se presentó"]),
    ],
)
def test_every_dialect_of_the_states_is_understood(status: ReservationStatus, words: list[str]) -> None:
    assert {read_status(word) for word in words} == {status}
    assert read_status(status.value) is status


def test_a_state_that_nobody_uses_is_none() -> None:
    assert read_status("quizás") is None
    assert read_table_state("quizás") is None


def test_a_table_is_out_of_service_only_for_maintenance() -> None:
    assert {read_table_state(word) for word in ("libre", "Ocupada", "reservada", "ocupado_todo_dia", "available")} == {
        TableState.IN_SERVICE
    }
    assert {read_table_state(word) for word in ("mantenimiento", "maintenance")} == {TableState.OUT_OF_SERVICE}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Lunes", (0,)),
        ("miércoles", (2,)),
        ("lunes a viernes", (0, 1, 2, 3, 4)),
        ("L-V", (0, 1, 2, 3, 4)),
        ("sábado y domingo", (5, 6)),
        ("viernes, sabado", (4, 5)),
        ("domingo a martes", (0, 1, 6)),
        ("Monday to Friday", (0, 1, 2, 3, 4)),
        ("todos los días", (0, 1, 2, 3, 4, 5, 6)),
    ],
)
def test_weekdays_are_read_alone_in_lists_and_in_spans(text: str, days: tuple[int, ...]) -> None:
    assert read_weekdays(text) == days


@pytest.mark.parametrize("text", ["", "festivos", "lunes a", "lunes a festivos", "lunes a martes a jueves"])
def test_what_is_no_weekday_is_none(text: str) -> None:
    assert read_weekdays(text) is None


def test_lists_and_numbers_come_in_many_shapes() -> None:
    assert (
        read_names("Comida, Cena") == read_names("Comida y Cena") == read_names(" Comida;Cena;") == ["Comida", "Cena"]
    )
    assert [read_count(text) for text in ("4", "4.0", " 4 personas", "4 pax")] == [4] * 4
    assert [read_count(text) for text in ("", "cuatro", "4.5", "-4", "4-6")] == [None] * 5
