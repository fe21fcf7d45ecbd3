from datetime import date

import pytest
from msgspec.structs import replace

from appliance.contract import ImportReport
from appliance.domain.reservation import ReservationStatus, Source
from appliance.errors import Invalid, NotFound
from appliance.services.sheets.columns import Tab, tab_named
from appliance.store import customers
from appliance.web.languages import in_english
from support.desk import OTHER, Desk, gaviota
from support.sheets import ANA, booked, complaint, importer, take
from support.sound_book import assert_sound


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (ANA.replace("2026-11-28", "2026-12-25"), "closed"),
        (ANA.replace("21:00", "18:30"), "outside_hours"),
        (ANA, ""),
        (ANA.replace("2026-11-28;21:00", "2026-11-21;18:30"), ""),
        (ANA.replace("2026-11-28", "2026-12-25").replace("Confirmada", "cancelada"), ""),
    ],
)
async def test_a_booking_to_come_that_the_house_cannot_keep_is_told_of(desk: Desk, row: str, why: str) -> None:
    for dry_run in (True, False):
        report = await take(desk, row, dry_run=dry_run)
        assert (report.imported, [one.why for one in report.affected]) == (1, [why] if why else [])


async def test_a_row_becomes_a_booking_at_its_table(desk: Desk) -> None:
    one = await booked(desk, ANA)
    assert (one.date, one.time, one.party_size, one.name, one.phone) == (
        "2026-11-28",
        "21:00",
        4,
        "Ana Ruiz",
        "+34600111222",
    )
    assert (one.status, one.source, one.shift) == (ReservationStatus.CONFIRMED, Source.IMPORT, "Cena")
    assert (one.table_ids, one.area_id) == (("rest_gaviota_s1",), "rest_gaviota_salon")
    assert one.ends_at - one.starts_at == 120 * 60_000
    assert one.created_at < desk.clock.now_ms()


@pytest.mark.parametrize(("tables", "area"), [("S1+S2", "rest_gaviota_salon"), ("T1+S1", "")])
async def test_a_booking_at_several_tables_is_in_the_area_where_all_of_them_are(
    desk: Desk, tables: str, area: str
) -> None:
    assert (await booked(desk, ANA.replace("Salón;S1", f";{tables}"))).area_id == area


async def test_what_was_taken_over_is_no_longer_offered(desk: Desk) -> None:
    await take(desk, ANA, ANA.replace("R1", "R2").replace("S1", "S2"), ANA.replace("R1", "R3").replace("S1", "T1"))
    asked = {"date": "2026-11-28", "time": "21:00", "party_size": 4}
    assert (await desk.check(asked, caller=OTHER)).available is False


async def test_an_import_can_be_repeated(desk: Desk) -> None:
    rows = (ANA, ANA.replace("R1", "").replace("21:00;", "14:00;"))
    first, again = await take(desk, *rows), await take(desk, *rows)
    assert [(one.imported, one.skipped, one.problems) for one in (first, again)] == [(2, 0, []), (0, 2, [])]


async def test_a_row_that_stands_there_twice_is_one_booking(desk: Desk) -> None:
    report = await take(desk, ANA, ANA, "", ANA.replace("R1", ""), ANA.replace("R1", "").replace("S1", "S2"))
    assert (report.imported, report.skipped) == (2, 1)
    assert [(one.row, one.what) for one in report.problems] == [(5, "Mesa: another party has S1 then")]


async def test_two_restaurants_may_count_their_rows_alike(desk: Desk) -> None:
    await desk.open(gaviota("rest_otra", phone="+34910000002"))
    for restaurant in ("rest_gaviota", "rest_otra"):
        assert (await take(desk, ANA, restaurant=restaurant)).imported == 1


async def test_of_two_parties_on_one_table_the_second_is_reported_with_its_row(desk: Desk) -> None:
    """20:00 and 20:30 at one table both passed once (only equal hours were compared); 22:00 after 20:00 is fine."""
    rows = [ANA.replace("21:00", hour).replace("R1", hour) for hour in ("20:00", "20:30", "22:00")]
    report = await take(desk, *rows)
    assert (report.imported, [one.row for one in report.problems]) == (2, [3])
    assert [one.time for one in await desk.everything()] == ["20:00", "22:00"]
    await assert_sound(desk.database, "rest_gaviota")


async def test_a_table_that_a_caller_has_stays_the_caller_s(desk: Desk) -> None:
    await desk.book({"date": "2026-11-28", "time": "21:00", "party_size": 4, "name": "Luis Gil"})
    (theirs,) = await desk.everything()
    table = desk.restaurants.one("rest_gaviota").tables_by_id[theirs.table_ids[0]].name
    report = await take(desk, ANA.replace("S1", table))
    assert [one.what for one in report.problems] == [f"Mesa: another party has {table} then"]
    assert await desk.everything() == [theirs]


async def test_a_state_that_frees_the_table_takes_none(desk: Desk) -> None:
    rows = [ANA.replace("R1", state).replace("Confirmada", state) for state in ("cancelada", "completada", "no_show")]
    assert (await take(desk, *rows, ANA)).imported == 4


async def test_a_dry_run_says_the_same_and_does_nothing(desk: Desk) -> None:
    rows = (ANA, ANA, ANA.replace("R1", "R2"), "R3;mañana;21:00;;X;;2;;;;;")
    dry = await take(desk, *rows, dry_run=True)
    assert await desk.everything() == []
    wet = await take(desk, *rows)
    assert (dry.dry_run, wet.dry_run) == (True, False)
    assert (
        (dry.imported, dry.skipped, dry.problems) == (wet.imported, wet.skipped, wet.problems) == (1, 1, wet.problems)
    )
    assert [one.row for one in wet.problems] == [4, 5]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("2026-11-28", "15/10", "Fecha: '15/10' is no date"),
        ("2026-11-28", "28/11/1026", "Fecha"),
        ("21:00", "a las nueve", "Hora: 'a las nueve' is no time"),
        ("2026-11-28;21:00", "2026-03-29;02:30", "Hora: the clocks go forward"),
        (";4;", ";;", "Personas: '' is no number of guests"),
        (";4;", ";0;", "Personas"),
        ("Salón", "Azotea", "Zona: there is no area Azotea"),
        ("S1", "M9", "Mesa: there is no table M9"),
        ("S1", "S1, M9", "Mesa: there is no table M9"),
        ("Confirmada", "quizás", "Estado: 'quizás' is not known"),
        ("600111222", "12", "Teléfono: '12' is no telephone number"),
    ],
)
async def test_what_is_not_clear_is_reported_and_not_guessed(desk: Desk, old: str, new: str, what: str) -> None:
    assert (await complaint(desk, ANA.replace(old, new))).startswith(what)


async def test_columns_come_in_any_order_under_any_spelling_beside_others(desk: Desk) -> None:
    head = "Comentarios,PAX,HORA,fecha,Color,Nombre,TELEFONO,mesas"
    one = await booked(desk, '"sin gluten, por favor",4.0,21.00,28/11/26,rojo,José,+34 600 11 12 22,s1', head=head)
    assert (one.name, one.phone, one.party_size, one.time) == ("José", "+34600111222", 4, "21:00")
    assert (one.notes, one.needs) == ("sin gluten, por favor", ("coeliac",))
    assert one.table_ids == ("rest_gaviota_s1",)


async def test_the_columns_that_matter_must_be_there(desk: Desk) -> None:
    with pytest.raises(Invalid, match="there is no column Hora, Personas"):
        await take(desk, "R1;2026-11-28", head="ID;Fecha")
    with pytest.raises(Invalid, match="empty"):
        await importer(desk).take_over(desk.restaurants.one("rest_gaviota"), Tab.RESERVATIONS, b"", in_english)


async def test_joined_tables_are_taken_all(desk: Desk) -> None:
    one = await booked(desk, ANA.replace("S1", "S1 + S2").replace(";4;", ";8;"))
    assert one.table_ids == ("rest_gaviota_s1", "rest_gaviota_s2")


async def test_who_is_expected_without_a_table_gets_one_after_those_who_name_theirs(desk: Desk) -> None:
    without = ANA.replace("S1", "").replace("R1", "R0")
    report = await take(desk, without, ANA, without.replace("R0", "R2"))
    assert [(one.row, one.what.partition(",")[0]) for one in report.problems] == [(4, "Mesa: says nothing")]
    taken = {one.table_ids for one in await desk.everything()}
    assert taken == {("rest_gaviota_s1",), ("rest_gaviota_s2",)}


@pytest.mark.parametrize("row", [ANA.replace("2026", "2025"), ANA.replace("Confirmada", "pendiente")])
async def test_who_came_long_ago_and_who_waits_for_the_staff_needs_no_table(desk: Desk, row: str) -> None:
    assert (await booked(desk, row.replace("S1", ""))).table_ids == ()


async def test_a_booking_on_a_closed_day_is_the_staff_s_word(desk: Desk) -> None:
    one = await booked(desk, ANA.replace("11-28", "12-25"))
    assert (one.date, one.ends_at - one.starts_at) == ("2026-12-25", 120 * 60_000)


async def test_half_past_midnight_written_as_the_evening_s_is_the_next_date_s(desk: Desk) -> None:
    one = await booked(desk, ANA.replace("21:00", "24:30"))
    assert (one.date, one.time) == ("2026-11-29", "00:30")


async def test_what_was_promised_already_is_not_refused_for_the_kitchen_s_pace_but_counts_for_callers(
    desk: Desk,
) -> None:
    card = gaviota("rest_otra", phone="+34910000002", high_chairs=0)
    await desk.open(replace(card, shifts=tuple(replace(shift, max_covers=4) for shift in card.shifts)))
    rows = [ANA.replace("R1", id_).replace(";S1;", ";;").replace("ventana", "trona") for id_ in ("R1", "R2")]
    report = await take(desk, *rows, restaurant="rest_otra")
    assert (report.imported, report.problems) == (2, [])
    assert len({one.table_ids for one in await desk.everything("rest_otra")}) == 2
    at_nine = {"date": "2026-11-28", "time": "21:00", "party_size": 2}
    assert (await desk.check(at_nine, restaurant="rest_otra", caller=OTHER)).code == "full"
    assert (await desk.check({**at_nine, "time": "21:15"}, restaurant="rest_otra", caller=OTHER)).code == "available"


async def test_guests_are_remembered_and_an_old_sheet_does_not_rename_them(desk: Desk) -> None:
    await desk.book({"date": "2026-11-27", "time": "21:00", "party_size": 2, "name": "Ana Ruiz Gil"})
    await take(desk, ANA, ANA.replace("R1", "R2").replace("2026", "2025").replace("600111222", "600999888"))
    async with desk.database.read() as tx:
        ana = await customers.known(tx, "rest_gaviota", "+34600111222")
        other = await customers.known(tx, "rest_gaviota", "+34600999888")
    assert ana
    assert other
    assert (ana.name, ana.bookings, other.name) == ("Ana Ruiz Gil", 2, "Ana Ruiz")


@pytest.mark.parametrize("phone", ["", "-", "anónimo", "no_disponible"])
async def test_a_number_that_was_withheld_is_none(desk: Desk, phone: str) -> None:
    one = await booked(desk, ANA.replace("600111222", phone))
    assert (one.phone, one.customer_id) == ("", "")


async def test_the_restaurant_s_own_system_is_not_told_of_what_it_may_have_written_itself(desk: Desk) -> None:
    await desk.open(gaviota("rest_told", phone="+34910000003", notify_url="https://example.com/hook"))
    assert (await take(desk, ANA, restaurant="rest_told")).imported == 1
    assert await desk.topics() == []


def test_a_tab_is_known_however_it_is_spelt() -> None:
    assert tab_named("reservas.csv") is tab_named("RESERVAS") is Tab.RESERVATIONS
    assert tab_named("Configuración") is Tab.SETTINGS
    with pytest.raises(NotFound, match="Turnos, Horarios, Configuracion, Mesas, Reservas"):
        tab_named("Log_Liberaciones")


# --- the tabs that tell of the restaurant itself ---


async def test_a_floor_is_built_from_its_sheets(desk: Desk) -> None:
    await desk.open(gaviota("rest_new", phone="+34910000004", areas=(), tables=(), combinations=(), shifts=()))

    async def tab(tab: Tab, head: str, *rows: str) -> ImportReport:
        report = await take(desk, *rows, head=head, tab=tab, restaurant="rest_new")
        assert report.problems == []
        return report

    assert (await tab(Tab.SHIFTS, "Turno;Inicio;Fin", "Comida;13:00;16:00", "Cena;20:00;23:30")).imported == 2
    settings = ("Clave;Valor", "dias_cerrados;lunes, martes, 2026-12-31", "color;azul")
    assert (await tab(Tab.SETTINGS, *settings)).imported == 1
    tables = ("M1;Comedor 1;2;Comida, Cena;libre;", "M6;Terraza;4;Cena;Mantenimiento;", "M8;Terraza;6;;;accesible")
    assert (await tab(Tab.TABLES, "ID;Zona;Capacidad;Turnos;Estado;Notas", *tables)).imported == 3

    card = desk.restaurants.one("rest_new")
    assert [area.name for area in card.areas] == ["Comedor 1", "Terraza"]
    assert [(one.name, one.capacity, one.shifts, one.active, one.accessible) for one in card.tables] == [
        ("M1", 2, ("Comida", "Cena"), True, False),
        ("M6", 4, ("Cena",), False, False),
        ("M8", 6, (), True, True),
    ]
    assert {shift.weekday for shift in card.shifts} == {2, 3, 4, 5, 6}
    # It can be booked until 23:30: "23:00" was refused once.
    assert {(one.opens, one.last_seating) for one in card.shifts if one.name == "Cena"} == {(1200, 1410)}
    assert [one.date.isoformat() for one in card.closures] == ["2026-12-25", "2026-12-31"]


@pytest.mark.parametrize(
    ("value", "days"),
    [
        ("25/12/2026", ["2026-12-25"]),
        ("26-12-26, 06/01/2027", ["2026-12-26", "2027-01-06"]),
        ("26/12/2026 / 1.1.2027 y 6/1/27", ["2026-12-26", "2027-01-01", "2027-01-06"]),
        ("lunes/martes; 31/12/2026", ["2026-12-31"]),
    ],
)
async def test_closed_days_are_dates_as_any_sheet_has_them(desk: Desk, value: str, days: list[str]) -> None:
    report = await take(desk, f'dias_cerrados,"{value}"', head="clave,valor", tab=Tab.SETTINGS)
    assert report.problems == []
    closures = [one.date.isoformat() for one in desk.restaurants.one("rest_gaviota").closures]
    assert set(days) <= set(closures)


async def test_every_closed_day_that_is_not_clear_is_named_and_none_is_taken_over(desk: Desk) -> None:
    row = 'dias_cerrados,"lunes, 25/12, 31/12/2026, festivos"'
    report = await take(desk, row, head="clave,valor", tab=Tab.SETTINGS)
    (problem,) = report.problems
    expected = "dias_cerrados: neither weekday nor date: '25/12', 'festivos'; write a date as 25/12/2026"
    assert (report.imported, problem.what) == (0, expected)


async def test_a_table_that_is_there_is_changed_and_keeps_its_bookings(desk: Desk) -> None:
    one = await booked(desk, ANA)
    report = await take(
        desk, "s1;Terraza;6;mantenimiento", "T1;Terraza;2;libre", head="ID;Zona;Capacidad;Estado", tab=Tab.TABLES
    )
    assert (report.imported, report.skipped) == (1, 1)
    assert [(row.id, row.why) for row in report.affected] == [(one.id, "table_out")]
    card = desk.restaurants.one("rest_gaviota")
    table = card.tables_by_id["rest_gaviota_s1"]
    assert (table.capacity, table.active, card.areas_by_id[table.area_id].name) == (6, False, "Terraza")
    assert len(card.tables) == 3


async def test_rows_of_tables_that_are_not_clear_are_reported_and_the_others_taken(desk: Desk) -> None:
    rows = ("N1;;4;;", "N2;Salón;muchas;;", "N3;Salón;4;Merienda;", "N4;Salón;4;;rota", ";Salón;4;;", "N6;Salón;4;;")
    report = await take(desk, *rows, head="ID;Zona;Capacidad;Turnos;Estado", tab=Tab.TABLES)
    assert (report.imported, [one.row for one in report.problems]) == (1, [2, 3, 4, 5, 6])
    whats = [one.what.partition(":")[0] for one in report.problems]
    assert whats[:4] == ["Zona", "Capacidad", "Turnos", "Estado"]


async def test_a_table_without_seats_is_told_as_that(desk: Desk) -> None:
    report = await take(desk, "N1;Salón;0", head="ID;Zona;Capacidad", tab=Tab.TABLES)
    assert [one.what for one in report.problems] == ["Capacidad: '0' is no number of seats"]


@pytest.mark.parametrize(("tab", "head"), [(Tab.SHIFTS, "Turno;Inicio;Fin"), (Tab.HOURS, "Dia;Inicio;Fin")])
async def test_a_service_that_ends_before_it_begins_is_told_as_that(desk: Desk, tab: Tab, head: str) -> None:
    name = "Brunch" if tab is Tab.SHIFTS else "lunes"
    report = await take(desk, f"{name};9:00;8:00", head=head, tab=tab)
    assert [one.what for one in report.problems] == ["Fin: 8:00 is before it opens"]
    night = await take(desk, f"{name};20:00;2:00", head=head, tab=tab)
    assert (night.imported, night.problems) == (1, [])


async def test_the_hours_of_the_days_named_are_written_anew(desk: Desk) -> None:
    head = "Día,Inicio,Fin"
    rows = (
        "lunes,cerrado,",
        "martes,20:00,23:00",
        "miércoles,12:00,2:00",
        "jueves,13:30,16:00",
        "viernes a domingo,x,",
        "festivos,13:00,16:00",
    )
    report = await take(desk, *rows, head=head, tab=Tab.HOURS)
    assert (report.imported, report.skipped, [one.row for one in report.problems]) == (3, 1, [6, 7])
    week: dict[int, list[tuple[str, int, int, int]]] = {}
    for one in desk.restaurants.one("rest_gaviota").shifts:
        week.setdefault(one.weekday, []).append((one.name, one.opens, one.last_seating, one.closes))
    assert week.pop(4) == week.pop(5) == week.pop(6) == [("Comida", 780, 930, 1050), ("Cena", 1200, 1365, 1485)]
    assert week == {
        1: [("Cena", 1200, 1260, 1380)],
        # Who opens from noon to two at night has the services that it has on other days.
        2: [("Comida", 780, 930, 1050), ("Cena", 1200, 1365, 1485)],
        3: [("Comida", 810, 840, 960)],
    }


async def test_a_shift_that_nobody_knows_is_named_after_its_hours(desk: Desk) -> None:
    report = await take(desk, "lunes;9:00;11:00", head="Dia;Inicio;Fin", tab=Tab.HOURS)
    assert report.imported == 1
    monday = [one for one in desk.restaurants.one("rest_gaviota").shifts if one.weekday == 0]
    assert [(one.name, one.opens, one.closes) for one in monday] == [("Desayuno", 540, 660)]


async def test_a_dry_run_of_a_floor_changes_nothing(desk: Desk) -> None:
    before = desk.restaurants.one("rest_gaviota")
    report = await take(desk, "lunes;cerrado;", head="Dia;Inicio;Fin", tab=Tab.HOURS, dry_run=True)
    assert (report.imported, report.dry_run) == (1, True)
    await desk.directory.refresh()
    assert desk.restaurants.one("rest_gaviota") is before


async def test_closing_a_weekday_names_the_bookings_that_stand_then(desk: Desk) -> None:
    one = await booked(desk, ANA)
    report = await take(desk, "dias_cerrados;sábado", head="clave;valor", tab=Tab.SETTINGS)
    assert [row.id for row in report.affected] == [one.id]
    again = await take(desk, "dias_cerrados;sábado", head="clave;valor", tab=Tab.SETTINGS)
    assert (again.imported, again.skipped) == (0, 1)
    assert date.fromisoformat(one.date).weekday() not in {
        s.weekday for s in desk.restaurants.one("rest_gaviota").shifts
    }
