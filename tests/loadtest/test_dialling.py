import random

import pytest

from appliance.clock import SystemClock
from appliance.errors import Invalid, Unavailable
from appliance.loadtest.dialling import call_once, line_to
from appliance.loadtest.scenarios import Scenario


def test_without_a_wish_it_is_la_marea() -> None:
    assert line_to(restaurant=None, agent_id=None, number=None).card.id == "rest_la_marea"


@pytest.mark.parametrize(
    "wish",
    [
        {"restaurant": "rest_el_limonero", "agent_id": None, "number": None},
        {"restaurant": None, "agent_id": None, "number": "+34910123457"},
    ],
)
def test_a_restaurant_of_the_demo_is_known_by_its_id_or_its_number(wish: dict[str, str | None]) -> None:
    line = line_to(**wish)
    assert (line.card.name, line.number, line.known) == ("El Limonero", "+34910123457", True)


def test_any_other_is_reached_by_its_agent_and_only_guessed_at() -> None:
    line = line_to(restaurant="rest_mine", agent_id="agent_mine", number=None)
    assert (line.card.id, line.agent_id, line.number, line.known) == ("rest_mine", "agent_mine", "", False)


def test_an_unknown_restaurant_alone_cannot_be_reached() -> None:
    with pytest.raises(Invalid, match="--agent-id or --to-number"):
        line_to(restaurant="rest_mine", agent_id=None, number=None)


async def test_a_server_that_is_not_there_is_told_before_the_call(unused_tcp_port: int) -> None:
    with pytest.raises(Unavailable, match="no server answers at http://127"):
        await call_once(
            line_to(restaurant=None, agent_id=None, number=None),
            url=f"http://127.0.0.1:{unused_tcp_port}",
            key="key",
            scenario=Scenario.BOOK,
            rng=random.Random(1),
            clock=SystemClock(),
            watch=lambda _: None,
            seconds_per_word=0,
        )
