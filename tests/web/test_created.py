"""What was made has an address, and the answer that says so names it."""

from typing import Any

import pytest

from support.people import PASSWORD
from support.serving import House

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

HOME = "/api/restaurants/rest_la_marea"
BOOKING = {"date": "2026-11-28", "time": "21:00", "party_size": 2, "name": "Ana"}
EVA = {"email": "eva@example.com", "name": "Eva", "role": "staff", "password": PASSWORD}


async def asked(house: House, method: str, path: str, body: Any = None, *, token: str = "") -> Any:
    headers = {"authorization": f"Bearer {token or house.token}"}
    answer = await house.http.request(method, path, json=body, headers=headers)
    assert answer.is_success, answer.text
    return answer


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/restaurants", {"name": "Bar Sol"}),
        (f"{HOME}/reservations", BOOKING),
        (f"{HOME}/walk-ins", {"party_size": 2}),
    ],
)
async def test_what_was_made_is_read_where_the_answer_says(house: House, path: str, body: dict[str, Any]) -> None:
    made = await asked(house, "POST", path, body)
    read = await asked(house, "GET", made.headers["location"])
    told = made.json()
    assert (made.status_code, read.json()) == (201, told.get("reservation", told))


async def test_a_user_is_changed_where_the_answer_says(house: House) -> None:
    made = await asked(house, "POST", f"{HOME}/users", EVA)
    changed = await asked(house, "PATCH", made.headers["location"], {"name": "Eva María"})
    assert (made.status_code, changed.json()) == (201, made.json() | {"name": "Eva María"})


async def test_a_token_is_removed_where_the_answer_says(house: House) -> None:
    await asked(house, "POST", f"{HOME}/users", EVA)
    signed_in = await house.http.post("/api/auth/login", json={"email": EVA["email"], "password": PASSWORD})
    eva = signed_in.json()["access_token"]
    made = await asked(house, "POST", "/api/auth/tokens", {"name": "till"}, token=eva)
    assert made.status_code == 201
    await asked(house, "DELETE", made.headers["location"], token=eva)
    assert (await asked(house, "GET", "/api/auth/tokens", token=eva)).json()["items"] == []
