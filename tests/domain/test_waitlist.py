from datetime import date
from typing import Any

import pytest

from appliance.domain.availability import Offer, Wish
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.seating import DayBook
from appliance.domain.waitlist import answer_by, fitting, is_over
from support.books import waiting
from support.desk import gaviota, one_table

SATURDAY = date(2026, 11, 28)
MINUTE_MS = 60_000


def _at(card: RestaurantCard, minute: int, day: date = SATURDAY) -> int:
    return card.at(day, minute)


def _wish(**changes: Any) -> Wish:
    return Wish(**{"day": SATURDAY, "minutes": (1260,), "party": 2} | changes)


def _offer(card: RestaurantCard, *, now_ms: int, **changes: Any) -> Offer | None:
    return fitting(DayBook(card, SATURDAY, ()), _wish(**changes), now_ms=now_ms)


def test_any_of_the_times_that_would_do_is_a_wish_of_its_own() -> None:
    entry = waiting(minutes=(540, 1260), area_id="terrace", accessible=True, high_chairs=1, party_size=3)
    expected = [
        Wish(day=entry.date, minutes=(minute,), party=3, area_id="terrace", accessible=True, high_chairs=1)
        for minute in (540, 1260)
    ]
    assert list(entry.wishes()) == expected


def test_half_past_midnight_of_a_night_is_the_same_table_as_of_the_next_date() -> None:
    entry = waiting(date=date(2026, 11, 28), minutes=(1470,))
    assert entry.is_for(_wish(day=date(2026, 11, 29), minutes=(30,)), "ana")
    assert not entry.is_for(_wish(day=date(2026, 11, 28), minutes=(30,)), "ana")


@pytest.mark.parametrize(
    ("changes", "name"), [({"minutes": (1020,)}, "Ana"), ({"day": date(2026, 11, 29)}, "Ana"), ({}, "Bruno"), ({}, "")]
)
def test_another_meal_or_guest_is_another_place_in_the_list(changes: dict[str, Any], name: str) -> None:
    entry = waiting(date=SATURDAY)
    assert entry.is_for(_wish(minutes=(1021,), party=3), "Ana")
    assert not entry.is_for(_wish(**changes), name)


def test_only_a_table_of_the_wished_area_fits() -> None:
    card = gaviota()
    claims = [("rest_gaviota_t1", quarter) for quarter in range(_at(card, 0) // 900_000, _at(card, 2000) // 900_000)]
    book = DayBook(card, SATURDAY, claims)
    now_ms = _at(card, 600)
    assert fitting(book, _wish(), now_ms=now_ms)
    assert fitting(book, _wish(area_id="rest_gaviota_terraza"), now_ms=now_ms) is None


def test_an_offer_is_kept_for_the_restaurant_s_minutes() -> None:
    card = one_table(waitlist_minutes=45)
    now_ms = _at(card, 600)
    offer = _offer(card, now_ms=now_ms)
    assert offer
    assert answer_by(card, offer, now_ms=now_ms) == now_ms + 45 * MINUTE_MS


def test_an_offer_is_kept_no_longer_than_the_table_could_still_be_booked() -> None:
    card = one_table(waitlist_minutes=45, min_notice_minutes=30)
    now_ms = _at(card, 1260 - 40)
    offer = _offer(card, now_ms=now_ms)
    assert offer
    assert answer_by(card, offer, now_ms=now_ms) == now_ms + 10 * MINUTE_MS


@pytest.mark.parametrize("before", [30, 29, 0, -1])
def test_what_leaves_no_time_for_an_answer_is_not_offered(before: int) -> None:
    card = one_table(min_notice_minutes=30)
    assert _offer(card, now_ms=_at(card, 1260 - before)) is None


def test_a_day_is_over_with_its_night() -> None:
    card = one_table()
    sunday = date(2026, 11, 29)
    assert not is_over(card, SATURDAY, now_ms=_at(card, 299, sunday))
    assert is_over(card, SATURDAY, now_ms=_at(card, 300, sunday))
