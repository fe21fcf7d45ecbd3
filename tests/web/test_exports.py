from typing import Any

import httpx
import pytest

from support.raw_http import connect
from support.serving import House

HOME = "/api/restaurants/rest_la_marea"
ANA = {"date": "2026-11-28", "time": "21:00", "party_size": 4, "name": "Ana Ruiz", "phone": "600111222"}
SHEET = "ID;Fecha;Hora;Cliente;Personas;Mesa\nR1;28/11/2026;21.00;Ana Ruiz;4;S8\nR2;28/11/2026;21:30;Luis;4;S8\n"

on_sqlite = pytest.mark.parametrize("backend", ["sqlite"])


async def send(house: House, method: str, path: str, **more: Any) -> httpx.Response:
    headers = {"authorization": f"Bearer {house.token}"} | more.pop("headers", {})
    return await house.http.request(method, HOME + path, headers=headers, **more)


async def test_the_book_is_downloaded_as_a_file(house: House) -> None:
    assert (await send(house, "POST", "/reservations", json=ANA)).status_code == 201
    answer = await house.get(f"{HOME}/reservations.csv", **{"from": "2026-11-28", "to": "2026-11-28"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert answer.headers["content-disposition"] == 'attachment; filename="rest_la_marea-reservations.csv"'
    head, row = answer.content.decode("utf-8-sig").splitlines()
    assert head.startswith("id;date;time;party_size;status;name;phone;area;tables")
    assert ";2026-11-28;21:00;4;confirmed;Ana Ruiz;'+34600111222;" in row
    none = await house.get(f"{HOME}/reservations.csv", **{"from": "2026-11-29", "separator": "comma"})
    assert none.content.decode("utf-8-sig").splitlines() == [head.replace(";", ",")]


@on_sqlite
async def test_a_stretch_that_makes_no_sense_is_refused_by_name(house: House) -> None:
    for params, name in (
        ({"from": "mañana"}, "from"),
        ({"to": "2026-13-01"}, "to"),
        ({"from": "2026-11-28", "to": "2026-11-27"}, "to"),
        ({"separator": "|"}, "separator"),
    ):
        refused = await house.get(f"{HOME}/reservations.csv", **params)
        assert (refused.status_code, refused.json()["detail"].split(":")[0]) == (400, name), params


async def test_a_sheet_goes_in_once_and_comes_out_again(house: House) -> None:
    dry = (await send(house, "POST", "/sheets/Reservas?dry_run=true", content=SHEET.encode())).json()
    done = await send(house, "POST", "/sheets/reservas.csv", content=SHEET.encode())
    assert (done.status_code, done.json() | {"dry_run": True}) == (200, dry)
    problem = {"row": 3, "what": "Mesa: another party has S8 then"}
    assert (dry["tab"], dry["imported"], dry["skipped"], dry["problems"]) == ("Reservas", 1, 0, [problem])
    spanish = {"accept-language": "es"}
    told = await send(house, "POST", "/sheets/Reservas?dry_run=true", content=SHEET.encode(), headers=spanish)
    assert told.json()["problems"] == [{"row": 3, "what": "Mesa: a esa hora S8 es de otro grupo"}]
    again = (await send(house, "POST", "/sheets/Reservas", content=SHEET.encode())).json()
    assert (again["imported"], again["skipped"]) == (0, 1)
    out = await house.get(f"{HOME}/sheets/reservas.csv")
    assert out.headers["content-disposition"] == 'attachment; filename="rest_la_marea-Reservas.csv"'
    assert ";2026-11-28;21:00;Cena;Ana Ruiz;;4;Salón;S8;confirmada;" in out.content.decode()


async def test_what_is_taken_over_is_at_once_what_callers_hear(house: House) -> None:
    days = "Dia;Inicio;Fin\nsábado;cerrado;\n".encode()
    assert (await send(house, "POST", "/sheets/Horarios", content=days)).json()["imported"] == 1
    hours = (await house.read(f"{HOME}/hours"))["items"]
    assert "sat" not in {day for shift in hours for day in shift["days"]}


@on_sqlite
@pytest.mark.parametrize(
    ("tab", "body", "status"),
    [
        ("Nada", b"a;b", 404),
        ("Reservas", b"", 400),
        ("Reservas", b"Fecha;Hora", 400),
        ("Reservas", b'Fecha;Hora;Personas\n"', 400),
        ("Mesas", b"\xff\xfe\x00", 400),
    ],
)
async def test_a_file_that_is_no_such_sheet_is_refused(house: House, tab: str, body: bytes, status: int) -> None:
    refused = await send(house, "POST", f"/sheets/{tab}", content=body)
    assert (refused.status_code, refused.headers["content-type"]) == (status, "application/problem+json")


@on_sqlite
async def test_a_file_that_is_too_long_is_refused_before_it_is_sent(house: House) -> None:
    connection = await connect(house.port)
    head = f"POST {HOME}/sheets/Reservas HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {house.token}\r\n"
    await connection.send(f"{head}Content-Length: {9 << 20}\r\n\r\n".encode())
    assert (await connection.answer()).status == 413
    await connection.close()


@on_sqlite
async def test_files_are_the_operator_s(house: House) -> None:
    for method, path in (
        ("GET", "/reservations.csv"),
        ("GET", "/sheets/Reservas"),
        ("POST", "/sheets/Reservas"),
        ("POST", "/calendar-feed"),
        ("DELETE", "/calendar-feed"),
        ("GET", "/calendar.ics"),
        ("GET", "/calendar.ics?token=maitre_wrong"),
    ):
        assert (await house.http.request(method, HOME + path)).status_code == 401, path


@on_sqlite
async def test_an_operator_s_token_is_not_that_of_a_calendar(house: House) -> None:
    assert (await house.http.get(f"{HOME}/calendar.ics", params={"token": house.token})).status_code == 401
    assert (await house.get("/api/restaurants/rest_x/calendar.ics")).status_code == 401


async def test_a_calendar_reads_the_book_by_its_address_until_it_is_closed(house: House) -> None:
    await send(house, "POST", "/reservations", json=ANA)
    url = (await send(house, "POST", "/calendar-feed")).json()["url"]
    assert url.startswith(f"{house.url}{HOME}/calendar.ics?token=")
    first = await house.http.get(url)
    assert (first.status_code, first.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert "SUMMARY:4 · Ana Ruiz" in first.text
    assert first.headers["cache-control"] == "private, no-cache"
    same = await house.http.get(url, headers={"if-none-match": first.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert (await send(house, "DELETE", "/calendar-feed")).status_code == 204
    assert (await house.http.get(url)).status_code == 401


async def test_a_calendar_is_known_by_its_whole_etag_among_others(house: House) -> None:
    headers = {"authorization": f"Bearer {house.token}"}
    url = (await house.http.post(f"{HOME}/calendar-feed", headers=headers)).json()["url"]
    etag = (await house.http.get(url)).headers["etag"]
    for said, status in ((f'"other", W/{etag}', 304), ("*", 304), (f'"x{etag}x"', 200), (etag.strip('"'), 200)):
        assert (await house.http.get(url, headers={"if-none-match": said})).status_code == status, said
