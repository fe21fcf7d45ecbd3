import asyncio
from typing import Any

import httpx
import pytest

from appliance.contract import TermsEdit
from appliance.loadtest.restaurants import demo_restaurants
from appliance.services.daybooks import DayBooks
from appliance.services.directory import Directory
from appliance.services.house import House as Desk
from support.serving import House

HOME = "/api/restaurants/rest_la_marea"
LUNCH = {"name": "Comida", "opens": "13:00", "last_seating": "15:30", "closes": "17:30"}
STALE = '"0"'
SHOWN = ["", "/file", "/hours", "/special-days", "/closures", "/floor"]
"""Where a restaurant's configuration is read."""
EDITS: list[tuple[str, str, Any]] = [
    ("PATCH", "", {"max_party": 6}),
    ("PATCH", "/terms", {"plan": "enterprise"}),
    ("PUT", "/hours", [LUNCH | {"days": ["sat"], "name": name} for name in ("Comida", "Cena")]),
    ("PUT", "/special-days/2026-12-24", [LUNCH]),
    ("DELETE", "/special-days/2026-12-31", None),
    ("POST", "/closures", {"date": "2026-12-02"}),
    ("DELETE", "/closures?date=2026-12-01", None),
    ("POST", "/holidays/close", {"dates": ["2026-12-25"]}),
    ("PUT", "/floor", {"areas": [{"name": "Patio", "tables": [{"name": "P1", "seats": 4}]}]}),
    ("PATCH", "/tables/{table}", {"accessible": True}),
    ("PUT", "", {"name": "La Marea"}),
    ("DELETE", "", None),
]

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


async def ask(house: House, method: str, path: str = "", body: Any = None, **headers: str) -> httpx.Response:
    """`headers` are named with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {} if body is None else {"json": body}
    credential = {"authorization": f"Bearer {house.token}"}
    return await house.http.request(method, HOME + path, headers=credential | named, **sent)


@pytest.fixture
async def furnished(house: House) -> House:
    """Something of everything that an edit can take away."""
    assert (await ask(house, "PATCH", "", {"region": "ES-VC"})).is_success
    assert (await ask(house, "PUT", "/special-days/2026-12-31", [LUNCH])).is_success
    assert (await ask(house, "POST", "/closures", {"date": "2026-12-01"})).is_success
    return house


async def etag(house: House) -> str:
    return (await ask(house, "GET")).headers["etag"]


async def test_all_that_is_read_of_a_restaurant_has_one_strong_etag(furnished: House) -> None:
    answers = [await ask(furnished, "GET", path) for path in SHOWN]
    assert [answer.status_code for answer in answers] == [200] * len(SHOWN)
    (one,) = {answer.headers["etag"] for answer in answers}
    assert one.startswith('"')
    assert one.endswith('"')


@pytest.mark.parametrize("path", SHOWN)
async def test_who_has_it_already_hears_so_and_no_more(furnished: House, path: str) -> None:
    whole = await ask(furnished, "GET", path)
    known = whole.headers["etag"]
    for given in (known, f'"other", {known}', f"W/{known}", "*"):
        again = await ask(furnished, "GET", path, if_none_match=given)
        assert (again.status_code, again.headers["etag"], again.content) == (304, known, b"")
    for given in (STALE, "", "nonsense"):
        assert (await ask(furnished, "GET", path, if_none_match=given)).content == whole.content


async def test_an_edit_makes_another_etag_and_tells_it(furnished: House) -> None:
    before = await etag(furnished)
    told = (await ask(furnished, "PATCH", "", {"max_party": 6})).json()["etag"]
    assert told != before
    assert await etag(furnished) == told
    assert (await ask(furnished, "GET", if_none_match=before)).status_code == 200


@pytest.mark.parametrize(("method", "path", "body"), EDITS)
async def test_every_edit_is_refused_when_another_came_before(
    furnished: House, method: str, path: str, body: Any
) -> None:
    before = await ask(furnished, "GET")
    path = path.format(table=before.json()["tables"][0]["id"])
    refused = await ask(furnished, method, path, body, if_match=STALE)
    assert (refused.status_code, refused.json()["type"]) == (412, "urn:maitre:problem:precondition_failed")
    assert (await ask(furnished, "GET")).content == before.content
    done = await ask(furnished, method, path, body, if_match=f"{STALE}, {before.headers['etag']}")
    assert done.is_success, done.text


async def test_a_sheet_is_taken_over_on_the_same_condition(house: House) -> None:
    sheet = b"ID,Zona,Capacidad\nM9,Terraza,4\n"
    before = await ask(house, "GET")
    path, credential = f"{HOME}/sheets/Mesas", {"authorization": f"Bearer {house.token}"}
    refused = await house.http.post(path, content=sheet, headers=credential | {"if-match": STALE})
    assert refused.status_code == 412
    assert (await ask(house, "GET")).content == before.content
    done = await house.http.post(path, content=sheet, headers=credential | {"if-match": before.headers["etag"]})
    assert (done.status_code, done.json()["imported"]) == (200, 1)


async def test_without_a_condition_the_last_edit_wins(house: House) -> None:
    for conditions in ({}, {"if_match": "*"}):
        for party in (6, 7):
            assert (await ask(house, "PATCH", "", {"max_party": party}, **conditions)).is_success
        assert (await house.read(HOME))["max_party"] == 7


async def test_a_weak_etag_is_no_promise_that_nothing_changed(house: House) -> None:
    weak = f"W/{await etag(house)}"
    assert (await ask(house, "PATCH", "", {"max_party": 6}, if_match=weak)).status_code == 412


@pytest.mark.parametrize("given", ["7", "", '"7', '"7" "8"'])
async def test_what_is_no_etag_is_refused_by_name(house: House, given: str) -> None:
    refused = await ask(house, "PATCH", "", {"max_party": 6}, if_match=given)
    assert (refused.status_code, "If-Match" in refused.json()["detail"]) == (400, True)


async def test_of_editors_who_read_the_same_one_wins(house: House) -> None:
    seen = await etag(house)
    edits = (ask(house, "PATCH", "", {"max_party": party}, if_match=seen) for party in range(1, 13))
    answers = await asyncio.gather(*edits)
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 11
    (won,) = (answer.json()["restaurant"] for answer in answers if answer.is_success)
    assert await house.read(HOME) == won


async def test_a_restaurant_that_is_added_again_has_no_etag_of_before(house: House) -> None:
    file = await house.read(f"{HOME}/file")
    before = await etag(house)
    assert (await ask(house, "DELETE")).status_code == 204
    await house.add(demo_restaurants(1)[0])
    assert await etag(house) != before
    assert (await house.read(f"{HOME}/file"))["agents"] == file["agents"]


async def test_what_another_restaurant_does_changes_no_etag_here(house: House) -> None:
    before = await etag(house)
    await house.add(demo_restaurants(2)[1])
    assert await etag(house) == before


async def test_an_edit_that_changes_nothing_leaves_the_etag(furnished: House) -> None:
    before = await etag(furnished)
    changed = await ask(furnished, "PATCH", "/terms", {}, if_match=before)
    assert (changed.status_code, changed.json()["etag"], await etag(furnished)) == (200, before, before)


async def test_a_list_of_etags_may_have_empty_places(furnished: House) -> None:
    now = await etag(furnished)
    assert (await ask(furnished, "PATCH", "", {"max_party": 6}, if_match=f', "0",, {now} ,')).status_code == 200


async def test_who_is_refused_reads_at_once_what_another_server_has_made_of_the_restaurant(furnished: House) -> None:
    database, clock = furnished.server.parts.database, furnished.clock
    stale = await etag(furnished)
    elsewhere = Directory(database)
    await elsewhere.refresh()
    await Desk(database, clock, elsewhere, DayBooks(database, clock)).terms("rest_la_marea", TermsEdit(plan="premium"))
    assert (await ask(furnished, "PATCH", "", {"max_party": 6}, if_match=stale)).status_code == 412
    fresh = await ask(furnished, "GET")
    assert (fresh.json()["plan"], fresh.headers["etag"] == stale) == ("premium", False)


async def test_a_date_without_hours_of_its_own_is_unknown_also_to_who_has_the_rest(furnished: House) -> None:
    now = await etag(furnished)
    assert (await ask(furnished, "GET", "/special-days/2027-01-01", if_none_match=now)).status_code == 404
    assert (await ask(furnished, "GET", "/special-days/garbage", if_none_match=now)).status_code == 400


@pytest.mark.parametrize(("path", "status"), [("Mesas", 412), ("Mesas?dry_run=true", 412), ("Reservas", 400)])
async def test_a_sheet_is_taken_over_on_condition_or_not_at_all(furnished: House, path: str, status: int) -> None:
    sheet = f"/sheets/{path}"
    content = (await ask(furnished, "GET", sheet.partition("?")[0])).content
    headers = {"authorization": f"Bearer {furnished.token}", "content-type": "text/csv", "if-match": STALE}
    assert (await furnished.http.post(HOME + sheet, content=content, headers=headers)).status_code == status
