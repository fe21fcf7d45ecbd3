import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.web.paths import is_disguised
from support.raw_http import connect
from support.retell_bodies import sample
from support.serving import EVENTS, House

on_sqlite = pytest.mark.parametrize("backend", ["sqlite"])

DISGUISED = [
    "//api/restaurants",
    "/api//restaurants",
    "/api/restaurants//",
    "/api/./restaurants",
    "/api/x/../restaurants",
    "/x/../api/restaurants",
    "/api/restaurants/..",
    "/api/restaurants/.",
    "/../api/restaurants",
    "/api/%2e%2e/api/restaurants",
    "/api/%2E%2E/restaurants",
    "/api%2frestaurants",
    "/api%2Frestaurants",
    "/api%5crestaurants",
    "/api/restaurants%00",
    "/api/restaurants%0a",
    "/api/restaurants/%2e%2e%2fadmin/overview",
    "/webhooks%2fretell",
    "/webhooks/../webhooks/retell",
    "/tools/retell%2fcheck_availability",
    "/livez%2f",
    "//livez",
    "/./livez",
]
NOT_THERE = ["/api%252frestaurants", "/api/restaurants;x=1", "/api\\restaurants", "/API/restaurants", "/Livez"]


async def asked(house: House, path: str) -> int:
    """As it is written, which a client would tidy up."""
    connection = await connect(house.port)
    head = f"GET {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {house.token}\r\n\r\n"
    await connection.send(head.encode())
    answer = await connection.answer()
    await connection.close()
    return answer.status


@on_sqlite
@pytest.mark.parametrize("path", DISGUISED + NOT_THERE)
async def test_no_route_is_reached_by_another_way_of_writing_it(house: House, path: str) -> None:
    assert await asked(house, "/api/restaurants") == 200
    assert await asked(house, path) in (400, 404)


@on_sqlite
@pytest.mark.parametrize(
    "path", ["/webhooks%2fretell", "/webhooks//retell", "/x/../webhooks/retell", "/webhooks/retell%00"]
)
async def test_a_signed_event_does_not_come_in_by_a_back_way(house: House, path: str) -> None:
    body = sample("10")
    connection = await connect(house.port)
    signature = house.signed(body)["x-retell-signature"]
    head = f"POST {path} HTTP/1.1\r\nhost: x\r\nx-retell-signature: {signature}\r\ncontent-length: {len(body)}\r\n\r\n"
    await connection.send(head.encode() + body)
    assert (await connection.answer()).status in (400, 404)
    await connection.close()
    assert (await house.read("/api/admin/inbox"))["total"] == 0
    assert (await house.post(EVENTS, body)).status_code == 204


@on_sqlite
async def test_names_in_any_script_are_just_names(house: House) -> None:
    for name in ("mar%C3%ADa", "%E6%B5%B7", "%F0%9F%A6%91", "%E2%80%8B", "a%20b", "%ff"):
        assert await asked(house, f"/api/restaurants/{name}") == 404


@given(st.from_regex(rb"(/[A-Za-z0-9_-]+(\.[a-z]+)?)+", fullmatch=True))
def test_a_path_that_is_written_plainly_is_not_disguised(path: bytes) -> None:
    assert not is_disguised(path)
