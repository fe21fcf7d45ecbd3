from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from appliance.domain.opening import Opening, attended_at, opening_at
from appliance.domain.restaurant import Closure, RestaurantCard, Shift, SpecialDay
from support.desk import gaviota

WEDNESDAY = date(2026, 11, 25)
HOUR_MS = 3_600_000


def at(card: RestaurantCard, clock: str, day: date = WEDNESDAY) -> int:
    hours, minutes = clock.split(":")
    return card.at(day, int(hours) * 60 + int(minutes))


def told(card: RestaurantCard, clock: str, day: date = WEDNESDAY) -> tuple[str | None, str | None, bool]:
    """(open until, opens next, whether there is service on the date), as the wall clock shows them."""
    opening = opening_at(card, at(card, clock, day))
    return _clock(card, opening.until), _clock(card, opening.opens_next), opening.today


def _clock(card: RestaurantCard, at_ms: int | None) -> str | None:
    return None if at_ms is None else f"{card.local(at_ms):%d %H:%M}"


@pytest.mark.parametrize(
    ("clock", "until", "opens_next"),
    [
        ("11:00", None, "25 13:00"),
        ("12:59", None, "25 13:00"),
        ("13:00", "25 17:30", "25 20:00"),
        ("17:29", "25 17:30", "25 20:00"),
        ("17:30", None, "25 20:00"),
        ("23:59", "26 00:45", "26 13:00"),
    ],
)
def test_a_day_with_lunch_and_dinner(clock: str, until: str | None, opens_next: str | None) -> None:
    assert told(gaviota(), clock) == (until, opens_next, True)


def test_after_midnight_the_night_before_is_still_served_even_on_the_day_off() -> None:
    assert told(gaviota(), "00:30", date(2026, 12, 1)) == ("01 00:45", "02 13:00", False)
    assert told(gaviota(), "00:45", date(2026, 12, 1)) == (None, "02 13:00", False)


def test_a_closed_date_takes_the_small_hours_of_the_night_before_with_it() -> None:
    card = gaviota(closures=(Closure(date=date(2026, 11, 26)),))
    assert told(card, "23:59") == ("26 00:00", "27 13:00", True)
    assert told(card, "00:10", date(2026, 11, 26)) == (None, "27 13:00", False)


def test_a_closed_shift_leaves_the_other() -> None:
    card = gaviota(closures=(Closure(date=WEDNESDAY, shift="Comida"),))
    assert told(card, "14:00") == (None, "25 20:00", True)


def test_a_special_day_has_its_own_hours() -> None:
    brunch = Shift(weekday=2, name="Brunch", opens=600, last_seating=720, closes=780)
    card = gaviota(special_days=(SpecialDay(date=WEDNESDAY, shifts=(brunch,)),))
    assert told(card, "11:00") == ("25 13:00", "26 13:00", True)


def test_services_that_join_up_are_one() -> None:
    shifts = tuple(
        Shift(weekday=2, name=name, opens=opens, last_seating=opens, closes=closes)
        for name, opens, closes in (("Comida", 780, 1080), ("Cena", 1080, 1380))
    )
    assert told(gaviota(shifts=shifts), "14:00")[0] == "25 23:00"


def test_a_restaurant_without_hours_never_opens() -> None:
    never = Opening(until=None, opens_next=None, seats_at=None, today=False)
    assert opening_at(gaviota(shifts=()), at(gaviota(), "14:00")) == never


def test_the_clocks_going_back_lengthen_the_night() -> None:
    late = Shift(weekday=5, name="Noche", opens=1320, last_seating=1500, closes=1620)
    card = gaviota(shifts=(late,))
    saturday = date(2026, 10, 24)
    opening = opening_at(card, card.at(saturday, 1320))
    assert opening.until == card.at(saturday, 1620)
    assert opening.until - card.at(saturday, 1320) == 6 * HOUR_MS


@given(minutes=st.integers(0, 60 * 24 * 30))
def test_what_is_said_of_an_instant_holds_at_the_instants_it_names(minutes: int) -> None:
    card = replace(gaviota())
    now = at(card, "00:00") + minutes * 60_000
    opening = opening_at(card, now)
    if opening.until is not None:
        assert opening_at(card, opening.until - 1).until == opening.until
        assert not opening_at(card, opening.until).is_open
    assert opening.opens_next is not None
    assert opening.opens_next > now
    assert opening_at(card, opening.opens_next).is_open
    assert not opening_at(card, opening.opens_next - 1).is_open


@pytest.mark.parametrize(("clock", "there"), [("12:29", False), ("12:30", True), ("15:00", True), ("17:31", False)])
def test_somebody_is_there_half_an_hour_before_it_opens(clock: str, there: bool) -> None:  # noqa: FBT001
    assert attended_at(gaviota(), at(gaviota(), clock), early_minutes=30) is there
