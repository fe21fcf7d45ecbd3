from typing import Any
from urllib.parse import quote

import pytest

from appliance.loadtest.restaurants import demo_restaurants
from support.retell_bodies import sample
from support.serving import EVENTS, House

HOME = "/api/restaurants/rest_la_marea"
ROUTES = (
    "/api/restaurants",
    HOME,
    f"{HOME}/reservations",
    f"{HOME}/customers",
    f"{HOME}/customers/cust_x/export",
    f"{HOME}/calls",
    f"{HOME}/calls/call_x",
    f"{HOME}/messages",
    f"{HOME}/reservations.csv",
    f"{HOME}/sheets/Reservas",
    "/api/admin/overview",
    "/api/admin/system",
    "/api/admin/logs",
    "/api/admin/calls",
    "/api/admin/inbox",
    "/api/admin/tasks",
)
LISTS = (
    "/api/restaurants",
    f"{HOME}/reservations",
    f"{HOME}/customers",
    f"{HOME}/calls",
    f"{HOME}/messages",
    "/api/admin/calls",
    "/api/admin/inbox",
    "/api/admin/tasks",
)

on_sqlite = pytest.mark.parametrize("backend", ["sqlite"])

BAD_CREDENTIALS = [
    None,
    "",
    "Bearer",
    "Bearer maitre_wrong",
    "Basic YTpi",
    "maitre_x",
    "Bearer a b",
    "Bearer ñ",
    "Bearer " + "x" * 9000,
]


@on_sqlite
async def test_without_a_valid_token_nothing_is_read(house: House) -> None:
    for route in ROUTES:
        for credentials in BAD_CREDENTIALS:
            headers = {} if credentials is None else {"authorization": credentials.encode("latin-1")}
            response = await house.http.get(route, headers=headers)  # type: ignore[arg-type]
            assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer"), credentials
            assert response.json()["detail"] == "A valid credential is required."


async def test_what_is_read_is_not_to_be_kept_by_caches(house: House) -> None:
    for route in (*ROUTES, "/livez", "/readyz", "/api/health"):
        assert (await house.get(route)).headers["cache-control"] == "no-store", route


async def test_lists_come_in_pages_that_join_up(house: House) -> None:
    for restaurant in demo_restaurants(5)[1:]:
        await house.add(restaurant)
    whole = await house.read("/api/restaurants")
    assert (whole["total"], whole["next"], len(whole["items"])) == (5, None, 5)
    collected: list[Any] = []
    offset: int | None = 0
    while offset is not None:
        page = await house.read("/api/restaurants", limit=2, offset=offset)
        assert page["total"] == 5
        collected += page["items"]
        offset = page["next"]
    assert collected == whole["items"]


async def test_every_list_has_the_same_frame_also_beyond_its_end(house: House) -> None:
    for route in LISTS:
        page = await house.read(route, offset=10_000_000)
        assert (list(page), page["items"], page["next"]) == (["items", "total", "next"], [], None)


@on_sqlite
@pytest.mark.parametrize("route", LISTS)
@pytest.mark.parametrize(
    ("name", "values"),
    [("limit", ["0", "501", "-1", "x", "", "1.5", "9" * 30]), ("offset", ["-1", "x", "10000001", "٣x"])],
)
async def test_a_page_out_of_bounds_is_refused_by_name(house: House, route: str, name: str, values: list[str]) -> None:
    for value in values:
        refused = await house.get(route, **{name: value})
        assert (refused.status_code, refused.headers["content-type"]) == (400, "application/problem+json"), value
        assert refused.json()["detail"].startswith(f"{name}: ")


@on_sqlite
async def test_a_wrong_date_or_state_is_refused_by_name(house: House) -> None:
    for value in ("hoy", "2026-13-01", "", "2026-11-28T10:00", "\0", "2026-02-30"):
        refused = await house.get(f"{HOME}/reservations", date=value)
        assert (refused.status_code, refused.json()["detail"].split(":")[0]) == (400, "date")
    refused = await house.get("/api/admin/tasks", state="asleep")
    assert (refused.status_code, refused.json()["detail"]) == (400, "state: must be one of ready, running, dead, held")


@on_sqlite
async def test_what_is_not_there_is_not_found(house: House) -> None:
    for route in (
        "/api/restaurants/rest_x",
        "/api/restaurants/rest_x/reservations",
        "/api/restaurants/rest_x/calls/c",
        f"{HOME}/calls/c",
        f"{HOME}/nothing",
        "/",
        "/api",
        "/favicon.ico",
    ):
        missing = await house.get(route)
        assert (missing.status_code, missing.json()["type"]) == (404, "urn:maitre:problem:not_found"), route


async def test_another_restaurant_s_call_is_not_found(house: House) -> None:
    await house.add(demo_restaurants(2)[1])
    await house.post(EVENTS, sample("12"))
    await house.settled()
    call = "calls/call_bfdfc2ce659c9f8487f89dba5fd"
    assert (await house.get(f"{HOME}/{call}")).status_code == 200
    assert (await house.get(f"/api/restaurants/rest_el_limonero/{call}")).status_code == 404
    assert (await house.read("/api/restaurants/rest_el_limonero/calls"))["total"] == 0


ODD = [
    "%00",
    "a%00b",
    "%ed%a0%80",
    "%ff",
    quote("ñandú🦀"),
    "..%2f..",
    "%2e%2e",
    "x" * 3000,
    "%25",
    "'",
    '"',
    "a;b",
    "%0d%0aX: y",
    "{}",
]


async def test_no_path_however_odd_breaks_anything(house: House) -> None:
    for odd in ODD:
        for path in (
            f"/api/restaurants/{odd}",
            f"{HOME}/calls/{odd}",
            f"/{odd}",
            f"/tools/retell/{odd}",
        ):
            response = await house.get(path)
            assert response.status_code in (400, 404, 405), path
            assert response.headers["content-type"] == "application/problem+json", path


async def test_no_query_however_odd_breaks_anything(house: House) -> None:
    for odd in [*ODD, "&&&=", "=", "%", "%zz", "&limit", "limit[]=1"]:
        for route, name in (
            (f"{HOME}/reservations", "date"),
            ("/api/admin/tasks", "state"),
            ("/api/admin/inbox", "limit"),
            ("/api/restaurants", "other"),
        ):
            response = await house.get(f"{route}?{name}={odd}")
            assert response.status_code in (200, 400), (route, odd)


async def test_no_tool_name_however_odd_breaks_anything(house: House) -> None:
    for odd in ODD:
        response = await house.post(f"/tools/retell/{odd}", sample("20"))
        assert response.status_code in (200, 404), odd
        assert response.status_code == 404 or response.json()["ok"] is False


async def test_the_book_has_rows_with_all_that_a_host_needs(house: House) -> None:
    booked = (await house.tool(sample("21")))["reservation"]
    (row,) = (await house.read(f"{HOME}/reservations", date="2026-11-28"))["items"]
    assert {name: row[name] for name in booked} == booked
    assert (row["phone"], row["call_id"], row["source"]) == (
        "+34611223344",
        "call_bfdfc2ce659c9f8487f89dba5fd",
        "phone_agent",
    )
    assert row["tables"]
    assert row["ends_at"] - row["starts_at"] == 120 * 60_000
    assert (await house.read(f"{HOME}/reservations", date="2026-11-29"))["items"] == []


async def test_the_overview_counts_what_happened(house: House) -> None:
    for name in ("21", "24"):
        await house.tool(sample(name))
    for name in ("10", "30", "12"):
        await house.post(EVENTS, sample(name))
    await house.post(EVENTS, b"{")
    await house.post(EVENTS, b'{"event":"call_ended","call":{"call_id":"c","agent_id":"nobody"}}')
    await house.settled()
    overview = await house.read("/api/admin/overview")
    counts = {name: overview[name] for name in ("restaurants", "calls_today", "calls_now", "reservations_today")}
    assert counts == {"restaurants": 1, "calls_today": 2, "calls_now": 1, "reservations_today": 1}
    assert (overview["queue"]["dead"], overview["queue"]["held"]) == (1, 1)


async def test_a_restaurant_is_shown_with_its_floor_and_hours(house: House) -> None:
    card = demo_restaurants(1)[0].card
    shown = await house.read(HOME)
    assert (shown["id"], shown["plan"], shown["status"]) == (card.id, card.plan.value, "active")
    assert {table["name"] for table in shown["tables"]} == {table.name for table in card.tables}
    assert {area["name"] for area in shown["areas"]} == {area.name for area in card.areas}
    assert {"weekday": 5, "shift": "Cena", "opens": "20:00", "last_seating": "22:45", "closes": "00:45"} in shown[
        "hours"
    ]


@on_sqlite
async def test_health_shows_its_checks_to_operators_only(house: House) -> None:
    for token, details in ((house.token, True), ("maitre_wrong", False)):
        response = await house.http.get("/api/health", headers={"authorization": f"Bearer {token}"})
        assert (response.status_code, response.headers["content-type"]) == (200, "application/health+json")
        assert ("checks" in response.json()) is details
        assert response.json()["status"] == "pass"


@on_sqlite
async def test_head_says_what_get_would_without_its_body(house: House) -> None:
    for route in ("/livez", "/readyz", "/api/health", "/api/docs"):
        head, get = await house.http.head(route), await house.http.get(route)
        assert (head.status_code, head.content) == (get.status_code, b"")
        assert head.headers["content-type"] == get.headers["content-type"]


@pytest.mark.parametrize("text", ["20261128", "2026-W48-6", "2026-11-28T00:00", ""])
async def test_a_date_is_written_as_the_document_says_and_no_other_way(house: House, text: str) -> None:
    home = "/api/restaurants/rest_la_marea"
    for path, name in (
        ("/reservations", "date"),
        ("/book", "date"),
        ("/waitlist", "date"),
        ("/reservations.csv", "to"),
    ):
        assert (await house.get(home + path, **{name: text})).status_code == 400, path
