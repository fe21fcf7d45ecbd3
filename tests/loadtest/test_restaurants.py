from collections import Counter

from appliance.domain.restaurant import Plan
from appliance.domain.seating import largest_party
from appliance.loadtest.restaurants import MOST_RESTAURANTS, demo_restaurants


def test_there_are_more_than_thirty_restaurants_over_three_plans() -> None:
    plans = Counter(demo.card.plan for demo in demo_restaurants())
    assert plans.total() >= 30
    assert set(plans) == set(Plan)


def test_no_two_restaurants_share_an_id_an_agent_a_number_or_a_table() -> None:
    everyone = demo_restaurants(MOST_RESTAURANTS)
    for names in (
        [demo.card.id for demo in everyone],
        [demo.agent_id for demo in everyone],
        [demo.number for demo in everyone],
        [table.id for demo in everyone for table in demo.card.tables],
    ):
        assert len(set(names)) == len(names)


def test_the_same_restaurants_come_every_time() -> None:
    assert demo_restaurants(5) == demo_restaurants(40)[:5]


def test_floors_and_hours_differ() -> None:
    cards = [demo.card for demo in demo_restaurants()]
    assert len({len(card.tables) for card in cards}) >= 4
    assert len({card.shifts for card in cards}) >= 5


def test_every_restaurant_seats_at_least_a_large_family() -> None:
    assert all(largest_party(demo.card) >= 6 for demo in demo_restaurants())
