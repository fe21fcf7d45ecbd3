from typing import Any

import pytest

from appliance.errors import Conflict, DatabaseDown, MaitreError, NotFound
from appliance.guard import passwords
from appliance.store.faults import connecting
from appliance.watch import errors
from appliance.watch.errors import ErrorLog, masked
from support.fake_clock import START_MS, FakeClock


@pytest.fixture
def log(clock: FakeClock) -> ErrorLog:
    return ErrorLog(clock)


def raised(work: Any, *arguments: Any) -> Exception:
    """What it raises, with its traceback."""
    try:
        work(*arguments)
    except Exception as error:  # noqa: BLE001 — whatever it is
        return error
    raise AssertionError("nothing was raised")


def too_short() -> Exception:
    return raised(passwords.check, "short", "ana@example.com")


def test_errors_are_counted_by_category_severity_route_and_restaurant(log: ErrorLog) -> None:
    log.note(NotFound(), route="GET /a", restaurant_id="rest_a")
    log.note(NotFound(), route="GET /a", restaurant_id="rest_b")
    log.note(DatabaseDown(), route="GET /b")
    log.note(KeyError("x"), route="GET /b", restaurant_id="rest_b")
    told = log.report()
    assert told.total == 4
    assert told.by_category == {"not_found": 2, "database": 1, "system": 1}
    assert told.by_severity == {"low": 2, "critical": 1, "high": 1}
    assert told.by_route == {"GET /a": 2, "GET /b": 2}
    assert told.by_restaurant == {"rest_b": 2, "rest_a": 1}


def test_errors_of_the_same_kind_and_place_are_one_group_with_its_first_and_last_time(
    log: ErrorLog, clock: FakeClock
) -> None:
    for number in range(3):
        log.note(too_short(), route="POST /users", request_id=f"req_{number}", detail="too short")
        clock.advance(1_000)
    (group,) = log.report().groups
    assert (group.kind, group.code, group.count) == ("Invalid", "invalid_request", 3)
    assert (group.route, group.where) == ("POST /users", "guard/passwords.py:check")
    assert (group.first_seen_at, group.last_seen_at) == (START_MS, START_MS + 2_000)
    assert [one.request_id for one in group.last] == ["req_2", "req_1", "req_0"]


def test_another_route_or_place_or_kind_is_another_group(log: ErrorLog) -> None:
    log.note(too_short(), route="POST /users")
    log.note(too_short(), route="POST /password")
    with pytest.raises(MaitreError) as failed, connecting():
        raise OSError
    log.note(failed.value, route="POST /users")
    groups = log.report().groups
    assert [(group.route, group.where) for group in groups] == [
        ("POST /users", "store/faults.py:connecting"),
        ("POST /password", "guard/passwords.py:check"),
        ("POST /users", "guard/passwords.py:check"),
    ]
    assert len({group.id for group in groups}) == 3


def test_a_group_has_the_same_id_after_a_restart(log: ErrorLog, clock: FakeClock) -> None:
    other = ErrorLog(clock)
    for one in (log, other):
        one.note(too_short(), route="POST /users")
    assert log.report().groups[0].id == other.report().groups[0].id


def test_the_groups_of_one_category_or_severity_can_be_asked_for(log: ErrorLog) -> None:
    for error in (NotFound(), DatabaseDown(), Conflict()):
        log.note(error, route="r")
    assert [group.kind for group in log.report(category="database").groups] == ["DatabaseDown"]
    assert [group.kind for group in log.report(severity="low").groups] == ["Conflict", "NotFound"]
    assert [group.kind for group in log.report(severity="low", limit=1).groups] == ["Conflict"]


def test_whatever_comes_the_log_stays_small(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "_MOST_GROUPS", 20)
    monkeypatch.setattr(errors, "_MOST_COUNTED", 10)
    small = ErrorLog(clock)
    for number in range(100):
        small.note(NotFound(), route=f"GET /{number}", restaurant_id=f"rest_{number}", detail="x" * 100_000)
        small.note(NotFound(), route="GET /often", restaurant_id="rest_often")
    told = small.report(limit=1_000)
    assert (told.total, len(told.groups), len(told.by_route), len(told.by_restaurant)) == (200, 20, 10, 10)
    assert (told.by_route["GET /often"], told.by_restaurant["rest_often"]) == (100, 100)
    assert max(len(one.detail) for group in told.groups for one in group.last) <= 200
    assert max(len(group.last) for group in told.groups) == 5


WORDS = [
    ("phone: +34 600 12 34 56 is not a number", "phone: •••• is not a number"),
    ("600123456", "••••"),
    ("There is no user ana@example.com.", "There is no user ••••"),
    ("postgresql://maitre:secret@db/maitre failed", "•••• failed"),
    ("maitre_8f3kQz0aLw9XcV7bN2mR5tYp was refused", "•••• was refused"),
    ("eyJhbGciOiJFZERTQSIsImtpZCI6.eyJzdWIiOiJ1c2VyXzAwMDAwMDAw.c2lnbmF0dXJl no", "•••• no"),
    ("to come (2026-11-28 21:00, 2026-12-01 14:30)", "to come (2026-11-28 21:00, 2026-12-01 14:30)"),
    ("resv_00064a8f3b2c1d0e9f8a7b6c5d is cancelled", "resv_00064a8f3b2c1d0e9f8a7b6c5d is cancelled"),
    ("at most 20 tables", "at most 20 tables"),
]


@pytest.mark.parametrize(("detail", "shown"), WORDS)
def test_numbers_addresses_and_secrets_are_left_out_and_dates_and_ids_are_not(detail: str, shown: str) -> None:
    assert masked(detail) == shown
