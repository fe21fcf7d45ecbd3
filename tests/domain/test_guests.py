import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.guests import GuestClass, carried, guest_class, lasting, spellings
from appliance.domain.needs import NEEDS

ORDER = list(GuestClass)


@pytest.mark.parametrize(
    ("visits", "expected"),
    [(0, "new"), (1, "new"), (4, "new"), (5, "regular"), (9, "regular"), (10, "vip"), (80, "vip")],
)
def test_a_guest_is_regular_from_five_visits_and_a_vip_from_ten(visits: int, expected: str) -> None:
    assert guest_class(visits=visits, vip=False) == expected


@given(visits=st.integers(0, 1000))
def test_whom_the_staff_mark_is_a_vip_whatever_the_visits(visits: int) -> None:
    assert guest_class(visits=visits, vip=True) is GuestClass.VIP


@given(visits=st.integers(0, 1000), vip=st.booleans())
def test_one_more_visit_never_lowers_the_class(visits: int, *, vip: bool) -> None:
    before, after = (guest_class(visits=count, vip=vip) for count in (visits, visits + 1))
    assert ORDER.index(after) >= ORDER.index(before)


IDS = [need.id for need in NEEDS]


def test_what_a_guest_cannot_eat_and_what_their_body_needs_lasts_and_an_occasion_does_not() -> None:
    assert lasting(IDS) == (
        "coeliac",
        "vegetarian",
        "vegan",
        "lactose",
        "nuts",
        "shellfish",
        "wheelchair",
        "reduced_mobility",
        "hearing",
        "visual",
    )
    assert lasting(("birthday", "junto a la ventana", "high_chair", "business")) == ()


@given(said=st.lists(st.sampled_from([*IDS, "sin cebolla"])))
def test_lasting_needs_are_in_one_order_however_they_were_said(said: list[str]) -> None:
    assert lasting(said) == lasting(reversed(said)) == lasting(lasting(said))


@given(needs=st.lists(st.sampled_from(IDS)), accessible=st.booleans())
def test_a_booking_claims_a_place_for_a_wheelchair_only_where_there_is_one(
    needs: list[str], *, accessible: bool
) -> None:
    told = carried(needs, accessible=accessible)
    assert ("wheelchair" in told) == (accessible and "wheelchair" in needs)
    assert [need for need in lasting(needs) if need != "wheelchair"] == [need for need in told if need != "wheelchair"]


def test_a_number_is_known_however_the_network_writes_it() -> None:
    assert spellings("+34600111222") == ("+34600111222", "34600111222", "0034600111222", "600111222")
    assert spellings("+447700900123")[-1] == "7700900123"
    assert spellings("no number") == ("no number", "00no number")
