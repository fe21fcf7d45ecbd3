import pytest
from msgspec import Struct

from appliance.watch.masking import hide, plain, without_people


class Guest(Struct):
    name: str


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("call of +34600111222.", "call of ••••222."),
        ("number '+34 600 111 222'", "number '••••222'"),
        ("600111222 rang", "••••222 rang"),
        ("tel:+34600111222", "tel:••••222"),
        ("ana.garcia+x@example.com wrote", "•••• wrote"),
        ("<ana@example.com>", "<••••>"),
    ],
)
def test_what_reaches_somebody_is_hidden_wherever_it_stands(words: str, shown: str) -> None:
    assert hide(words) == shown


@pytest.mark.parametrize(
    "words",
    [
        "127.0.0.1",
        "203.0.113.199",
        "2001:db8::1",
        "2026-11-25T10:00:00.123456Z",
        "task_0000019abc1234567890123456",
        "call_1234567890",
        "req_00000199999999999-1f",
        "/api/restaurants/rest_la_marea/reservations",
        "http://127.0.0.1:8080",
        "3f2504e0-4f89-11d3-9a0c-123456789012",
        "took 1234567.123456789 ms",
        "appliance/app.py:120",
    ],
)
def test_addresses_times_and_ids_stay_as_they_are(words: str) -> None:
    assert hide(words) == words


@pytest.mark.parametrize("name", ["name", "phone", "from_number", "email", "guest", "notes", "arguments"])
def test_what_stands_under_a_name_for_people_is_hidden_whatever_it_is(name: str) -> None:
    assert [without_people(name, value) for value in ("Ana", 600111222, {"a": 1}, "")] == ["••••", "••••", "••••", ""]


def test_it_is_hidden_at_any_depth() -> None:
    told = {"rows": [{"name": "Ana", "id": "rest_1", "last": ("+34600111222",)}]}
    assert plain(told) == {"rows": [{"name": "••••", "id": "rest_1", "last": ["••••222"]}]}


def test_of_what_is_no_plain_value_only_the_type_is_told() -> None:
    assert [plain(value) for value in (Guest("Ana"), b"Ana", object)] == ["<Guest>", "<bytes>", "<type>"]


def test_plain_values_stay_as_they_are() -> None:
    assert [plain(value) for value in (None, True, 600111222, 1.5, "booked")] == [None, True, 600111222, 1.5, "booked"]
