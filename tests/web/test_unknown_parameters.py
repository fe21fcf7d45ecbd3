"""What stands in an address and is no parameter of the route: mistyped, it would be left out in silence."""

from urllib.parse import parse_qsl

import pytest

from support.serving import House

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

HOME = "/api/restaurants/rest_la_marea"


@pytest.mark.parametrize(
    ("route", "detail"),
    [
        (f"{HOME}/reservations?dat=2026-11-28", "dat: there is no such parameter; did you mean date?"),
        (f"{HOME}/reservations?limit=5&ofset=10", "ofset: there is no such parameter; did you mean offset?"),
        (f"{HOME}/reservations?Date=2026-11-28", "Date: there is no such parameter; did you mean date?"),
        (f"{HOME}/reservations?fecha=", "fecha: there is no such parameter; there are date, limit, offset"),
        (f"{HOME}/reservations.csv?form=2026-11-28", "form: there is no such parameter; did you mean from?"),
        (
            f"{HOME}/reservations.csv?first=2026-11-28",
            "first: there is no such parameter; there are from, to, separator",
        ),
        (f"{HOME}/reservations/resv_x?lang=es", "lang: there is no such parameter; there are none"),
        ("/api/admin/overview?x=1", "x: there is no such parameter; there are none"),
    ],
)
async def test_a_parameter_that_a_route_does_not_take_is_named_with_those_it_does(
    house: House, route: str, detail: str
) -> None:
    path, _, query = route.partition("?")
    answer = await house.get(path, **dict(parse_qsl(query, keep_blank_values=True)))
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:maitre:problem:invalid_request")
    assert answer.json()["detail"] == detail


async def test_a_dry_run_that_is_mistyped_takes_nothing_over(house: House) -> None:
    rows = b"Fecha;Hora;Personas\n2026-11-28;21:00;2\n"
    credentials = {"authorization": f"Bearer {house.token}"}
    answer = await house.http.post(f"{HOME}/sheets/Reservas?dryrun=true", content=rows, headers=credentials)
    assert (answer.status_code, answer.json()["detail"]) == (
        400,
        "dryrun: there is no such parameter; did you mean dry_run?",
    )
    assert (await house.read(f"{HOME}/reservations"))["total"] == 0


async def test_who_may_not_ask_is_told_that_first(house: House) -> None:
    assert (await house.http.get(f"{HOME}/reservations?dat=2026-11-28")).status_code == 401


@pytest.mark.parametrize("route", ["/livez?x=1", "/readyz?x=1", "/api/health?x=1", "/api/docs?x=1"])
async def test_where_anybody_may_ask_whatever_stands_in_the_address_does_no_harm(house: House, route: str) -> None:
    assert (await house.http.get(route)).status_code == 200


async def test_the_parameters_that_a_route_takes_are_taken(house: House) -> None:
    assert (await house.read(f"{HOME}/reservations", date="2026-11-28", limit=5, offset=0))["items"] == []
    assert (await house.get(f"{HOME}/reservations.csv", **{"from": "2026-11-28"})).status_code == 200
