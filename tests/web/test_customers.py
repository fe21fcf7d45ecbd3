from typing import Any

import pytest

from support.retell_bodies import GUEST, sample
from support.serving import EVENTS, House

HOME = "/api/restaurants/rest_la_marea"
GUESTS = f"{HOME}/customers"

on_sqlite = pytest.mark.parametrize("backend", ["sqlite"])


async def _book(house: House) -> str:
    """The id of the guest of the sample booking."""
    assert (await house.tool(sample("21")))["ok"]
    (row,) = (await house.read(GUESTS))["items"]
    assert row["phone"] == GUEST
    return str(row["id"])


async def _patch(house: House, guest: str, said: Any) -> Any:
    headers = {"authorization": f"Bearer {house.token}"}
    return await house.http.patch(f"{GUESTS}/{guest}", json=said, headers=headers)


async def _delete(house: House, guest: str, **params: Any) -> Any:
    headers = {"authorization": f"Bearer {house.token}"}
    return await house.http.delete(f"{GUESTS}/{guest}", params=params, headers=headers)


async def test_a_guest_is_found_shown_and_corrected(house: House) -> None:
    guest = await _book(house)
    assert (await house.read(GUESTS, q="611 22 33"))["total"] == 1
    assert (await house.read(GUESTS, q="nobody"))["items"] == []
    # Signs alone are a part of no name; they found everybody once.
    assert [(await house.read(GUESTS, q=signs))["total"] for signs in ("%", "_", "?", "%%_")] == [0] * 4
    changed = await _patch(house, guest, {"vip": True, "needs": ["nuts"], "notes": "Siempre puntual"})
    assert (changed.status_code, changed.json()["customer_class"]) == (200, "vip")
    shown = await house.read(f"{GUESTS}/{guest}")
    assert (shown["notes"], shown["needs"]) == ("Siempre puntual", ["nuts"])
    assert [row["status"] for row in shown["upcoming"]] == ["confirmed"]
    assert shown["history"] == []


async def test_a_guest_gets_a_copy_and_is_erased(house: House) -> None:
    guest = await _book(house)
    for name in ("10", "12", "13"):
        await house.post(EVENTS, sample(name))
    await house.settled()
    copy = await house.read(f"{GUESTS}/{guest}/export")
    assert copy["customer"]["phone"] == GUEST
    assert [row["party_size"] for row in copy["reservations"]]
    assert copy["calls"]
    assert copy["inbox"]
    refused = await _delete(house, guest)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:maitre:problem:conflict")
    assert "2026-11-28" in refused.json()["detail"]
    erased = await _delete(house, guest, cancel="true")
    assert (erased.status_code, erased.content) == (204, b"")
    assert (await house.get(f"{GUESTS}/{guest}")).status_code == 404
    (row,) = (await house.read(f"{HOME}/reservations"))["items"]
    assert (row["name"], row["phone"], row["status"]) == ("", "", "cancelled")
    call = await house.read(f"{HOME}/calls/{copy['calls'][0]['call_id']}")
    assert (call["transcript"], call["from_number"], call["recording_url"]) == ([], None, None)
    assert [use["arguments"] for use in call["tools"]] == [{}]


@on_sqlite
@pytest.mark.parametrize(
    "said",
    [{"name": ""}, {"name": None}, {"vip": "yes"}, {"needs": ["a good table"]}, {"phone": "1"}, {"notes": "x" * 2001}],
)
async def test_what_cannot_be_said_of_a_guest_is_refused_and_changes_nothing(
    house: House, said: dict[str, Any]
) -> None:
    guest = await _book(house)
    before = await house.read(f"{GUESTS}/{guest}")
    refused = await _patch(house, guest, said)
    assert (refused.status_code, refused.headers["content-type"]) == (400, "application/problem+json")
    assert await house.read(f"{GUESTS}/{guest}") == before


@on_sqlite
async def test_what_is_no_guest_is_not_found(house: House) -> None:
    await _book(house)
    for response in (
        await house.get(f"{GUESTS}/cust_x"),
        await house.get(f"{GUESTS}/cust_x/export"),
        await _patch(house, "cust_x", {"vip": True}),
        await _delete(house, "cust_x"),
        await house.get("/api/restaurants/rest_x/customers"),
    ):
        assert (response.status_code, response.json()["type"]) == (404, "urn:maitre:problem:not_found")


@on_sqlite
async def test_without_a_valid_token_no_guest_is_seen_changed_or_erased(house: House) -> None:
    guest = await _book(house)
    for method, path in (
        ("GET", GUESTS),
        ("GET", f"{GUESTS}/{guest}"),
        ("GET", f"{GUESTS}/{guest}/export"),
        ("PATCH", f"{GUESTS}/{guest}"),
        ("DELETE", f"{GUESTS}/{guest}?cancel=true"),
    ):
        response = await house.http.request(method, path, json={} if method == "PATCH" else None)
        assert response.status_code == 401, (method, path)
    assert (await house.read(f"{GUESTS}/{guest}"))["name"]


@on_sqlite
async def test_no_words_however_odd_break_the_search(house: House) -> None:
    await _book(house)
    for words in ("%", "_", "'", "\0", "ñ", "🦀", "+", "00", "((", "x" * 100):
        assert (await house.get(GUESTS, q=words)).status_code == 200, words
    assert (await house.get(GUESTS, q="x" * 101)).status_code == 400
