"""One simulated call to one server: which restaurant it reaches, and that somebody answers there at all."""

import random

import httpx
from msgspec.structs import replace

from appliance.clock import Clock
from appliance.contract import server_at
from appliance.domain.networks import is_this_machine
from appliance.errors import Invalid, Unavailable
from appliance.loadtest.phone import PhonePlatform
from appliance.loadtest.play import play
from appliance.loadtest.report import CallReport, Watch
from appliance.loadtest.restaurants import MOST_RESTAURANTS, DemoRestaurant, demo_restaurants
from appliance.loadtest.scenarios import Line, Scenario, plan_call

_PAUSE_S = 0.1
"""Somebody is looking on: shorter than the platform waits before it tries again."""


def line_to(*, restaurant: str | None, agent_id: str | None, number: str | None) -> Line:
    """The line to one of the made-up restaurants; to any other by its agent or number, its hours only guessed.

    Raises Invalid when neither is enough to reach it.
    """
    everyone = demo_restaurants(MOST_RESTAURANTS)
    if not (restaurant or agent_id or number):
        return _line(everyone[0])
    for demo in everyone:
        if demo.card.id == restaurant or demo.agent_id == agent_id or demo.number == number:
            line = _line(demo)
            return replace(line, agent_id=agent_id or line.agent_id, number=number or line.number)
    if not (agent_id or number):
        raise Invalid(f"{restaurant} is no restaurant of the demo: give its --agent-id or --to-number")
    card = replace(everyone[0].card, id=restaurant or "", name=restaurant or number or agent_id or "")
    return Line(card=card, agent_id=agent_id or "", number=number or "", known=False)


async def call_once(
    line: Line,
    *,
    url: str,
    key: str,
    scenario: Scenario,
    rng: random.Random,
    clock: Clock,
    watch: Watch,
    seconds_per_word: float,
) -> CallReport:
    """Play one call. Raises Unavailable when no server answers at `url`."""
    base, socket = server_at(url)
    transport = None if socket is None else httpx.AsyncHTTPTransport(uds=socket, verify=False)
    async with httpx.AsyncClient(transport=transport, trust_env=not is_this_machine(httpx.URL(base).host)) as http:
        try:
            await http.get(f"{base}/livez")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable(f"no server answers at {url}: {error}") from error
        platform = PhonePlatform(http, url=base, key=key, clock=clock, pause_s=_PAUSE_S)
        plan = plan_call(line, rng, now_ms=clock.now_ms(), scenario=scenario)
        return await play(plan, platform, clock=clock, watch=watch, seconds_per_word=seconds_per_word)


def _line(demo: DemoRestaurant) -> Line:
    return Line(card=demo.card, agent_id=demo.agent_id, number=demo.number)
