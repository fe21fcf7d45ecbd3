"""Restaurants' agents at Retell, made and kept as their blueprint says; doing it again changes nothing.

Published versions are immutable: what differs goes into a draft, which is published, and read back. A round that was
cut off is gone on with by doing it again: the agent is found by its id, else by its name, a draft is taken as it is.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress

from msgspec import Struct
from msgspec.structs import replace

from appliance.domain.phrases import language
from appliance.domain.restaurant import RestaurantCard
from appliance.errors import Conflict, MaitreError, NotFound, PlatformRefused, PreconditionFailed
from appliance.services.agent.opening import schedule_words
from appliance.services.house import House
from appliance.services.restaurants import RestaurantService
from appliance.voice.retell import blueprint as plans
from appliance.voice.retell.api import Agent, Llm, RetellApi
from appliance.voice.retell.blueprint import Blueprint, blueprint
from appliance.voice.retell.drift import Difference, differences, update
from appliance.voice.retell.payloads import PROVIDER

_TRIES = 3
_RETELL_LLM = "retell-llm"
_STALE = 412
_NEW = "the new agent"


class Provisioned(Struct, frozen=True, kw_only=True):
    """How a restaurant's agent differed, and what of that is left. `problems` are for people to see to.

    `agent_id` is empty, and `version` 0, where there is no agent.
    """

    restaurant_id: str
    agent_id: str = ""
    version: int = 0
    differences: list[Difference] = []
    left: list[Difference] = []
    problems: list[str] = []

    @property
    def is_right(self) -> bool:
        return not (self.left or self.problems)


class _Plan(Struct, frozen=True, kw_only=True):
    """A restaurant, how its agent should be, and who answers for it by now."""

    card: RestaurantCard
    blueprint: Blueprint
    agents: Sequence[str]
    numbers: Sequence[str]


class _Found(Struct, frozen=True, kw_only=True):
    """An agent's newest version, with the LLM of the same."""

    agent: Agent
    llm: Llm


class Provisioning:
    """`public_url` is where the platform reaches us, `voice_id` what new agents speak with."""

    def __init__(
        self, api: RetellApi, restaurants: RestaurantService, house: House, *, public_url: str, voice_id: str
    ) -> None:
        self._api = api
        self._restaurants = restaurants
        self._house = house
        self._public_url = public_url
        self._voice_id = voice_id

    async def check(self, restaurant_id: str) -> Provisioned:
        """What differs; nothing is changed. Raises NotFound, Conflict, PlatformDown, PlatformRefused."""
        plan = self._plan(restaurant_id)
        agent = await self._agent(plan)
        found = await self._found(agent) if agent else None
        drift = list(_drift(plan.blueprint, found))
        on_numbers, problems = await self._numbers(plan, agent.agent_id if agent else _NEW)
        told = Provisioned(
            restaurant_id=restaurant_id,
            differences=[*drift, *on_numbers],
            left=[*drift, *on_numbers],
            problems=problems,
        )
        return replace(told, agent_id=agent.agent_id, version=agent.version) if agent else told

    async def provision(self, restaurant_id: str) -> Provisioned:
        """Make it so, and read it back. Raises as `check` does."""
        before, plan = await self.check(restaurant_id), self._plan(restaurant_id)
        agent_id = before.agent_id or await self._create(plan)
        await self._remember(plan, agent_id)
        if not before.differences:
            return before
        await self._bring_up(plan, agent_id)
        refused = await self._bind(plan, agent_id)
        after = await self.check(restaurant_id)
        return replace(after, differences=before.differences, problems=[*refused, *after.problems])

    async def sync(self) -> list[Provisioned]:
        """All restaurants, one after the other; what goes wrong with one is told, and the others go on."""
        return await self._each(self.provision)

    async def check_all(self) -> list[Provisioned]:
        """As `sync`, and nothing is changed."""
        return await self._each(self.check)

    async def _each(self, do: Callable[[str], Awaitable[Provisioned]]) -> list[Provisioned]:
        told = []
        for card in self._restaurants.all():
            try:
                told.append(await do(card.id))
            except MaitreError as error:
                told.append(Provisioned(restaurant_id=card.id, problems=[str(error)]))
        return told

    def _plan(self, restaurant_id: str) -> _Plan:
        card = self._restaurants.one(restaurant_id)
        file = self._restaurants.file(restaurant_id, provider=PROVIDER)
        schedule = schedule_words(card, language(card.locale))
        how = blueprint(card, schedule=schedule, public_url=self._public_url, voice_id=self._voice_id)
        return _Plan(card=card, blueprint=how, agents=file.agents, numbers=file.numbers)

    # --- which agent it is ---

    async def _agent(self, plan: _Plan) -> Agent | None:
        """The restaurant's agent: one that it names, else one that bears its id in its name.

        Raises Conflict where that is not only one, or is run by something else than a Retell LLM.
        """
        there = await self._those_there(plan.agents) or await self._those_there(await self._namesakes(plan.card.id))
        ours = [one for one in there if plans.is_of(one.agent_name or "", plan.card.id)]
        agents = ours if ours and len(there) > 1 else there
        if len(agents) > 1:
            raise Conflict(
                "{name} has several agents at Retell ({agents}): leave one of them to it.",
                name=plan.card.name,
                agents=", ".join(one.agent_id for one in agents),
            )
        if agents and agents[0].response_engine.type != _RETELL_LLM:
            raise Conflict(
                "{agent} is run by a {engine}, not by a Retell LLM: take it from {name}, and another is made.",
                agent=agents[0].agent_id,
                engine=agents[0].response_engine.type,
                name=plan.card.name,
            )
        return agents[0] if agents else None

    async def _those_there(self, ids: Sequence[str]) -> list[Agent]:
        there = []
        for agent_id in ids:
            try:
                there.append(await self._api.agent(agent_id))
            except NotFound:
                continue
        return there

    async def _namesakes(self, restaurant_id: str) -> list[str]:
        named = await self._api.agents_named(restaurant_id)
        return [one.agent_id for one in named if plans.is_of(one.agent_name or "", restaurant_id)]

    async def _create(self, plan: _Plan) -> str:
        """A draft of a new agent; of an LLM that was made for it before, and never used."""
        how = plan.blueprint
        llm = await self._left_behind(plan.card.id) or await self._api.create_llm(how.llm | how.first_llm)
        engine = {"type": _RETELL_LLM, "llm_id": llm.llm_id, "version": llm.version}
        agent = await self._api.create_agent(how.agent | how.first | {"response_engine": engine})
        return agent.agent_id

    async def _left_behind(self, restaurant_id: str) -> Llm | None:
        async for llm in self._api.llms():
            label = (llm.default_dynamic_variables or {}).get(plans.LABEL)
            if label == restaurant_id and llm.version == 0 and not llm.said.get("is_published"):
                return llm
        return None

    async def _remember(self, plan: _Plan, agent_id: str) -> None:
        """Its calls are the restaurant's from now on. Agents that the platform does not know answer no more calls."""
        others = [one for one in plan.agents if one != agent_id]
        agents = [agent_id, *(one.agent_id for one in await self._those_there(others))]
        if sorted(agents) == sorted(plan.agents):
            return
        id_ = plan.card.id
        for _ in range(_TRIES):
            seen = self._restaurants.etag(id_)
            file = replace(self._restaurants.file(id_, provider=PROVIDER), agents=agents)
            # Somebody else may be changing the restaurant at the same time.
            with suppress(PreconditionFailed):
                await self._house.rewrite(id_, file, provider=PROVIDER, only_if=[seen])
                return
        raise PreconditionFailed

    # --- how it is, and should be ---

    async def _found(self, agent: Agent) -> _Found:
        engine = agent.response_engine
        return _Found(agent=agent, llm=await self._api.llm(engine.llm_id, engine.version))

    async def _bring_up(self, plan: _Plan, agent_id: str) -> None:
        """Bring the agent up to its blueprint, and publish it. Again where somebody publishes at the same time."""
        for attempt in range(1, _TRIES + 1):
            try:
                await self._publish(plan.blueprint, await self._api.agent(agent_id))
            except PlatformRefused as error:
                if attempt == _TRIES or not _is_overtaken(error):
                    raise
            else:
                return

    async def _publish(self, how: Blueprint, agent: Agent) -> None:
        found = await self._found(agent)
        if not [*_drift(how, found)]:
            return
        if agent.is_published:
            found = await self._found(await self._api.new_version(agent.agent_id, agent.version))
        draft, llm = found.agent, found.llm
        if of_llm := update(how.llm, llm.said):
            await self._api.update_llm(llm.llm_id, llm.version, of_llm)
        if of_agent := update(how.agent, draft.said):
            await self._api.update_agent(draft.agent_id, draft.version, of_agent)
        await self._api.publish(draft.agent_id, draft.version, title="maitre")

    async def _numbers(self, plan: _Plan, agent_id: str) -> tuple[list[Difference], list[str]]:
        drift: list[Difference] = []
        problems: list[str] = []
        for number in plan.numbers:
            try:
                found = await self._api.number(number)
            except NotFound:
                problems.append(f"{number} is no number at Retell: buy it there, or import it from its SIP trunk")
                continue
            wanted = plans.number(plan.card, number, agent_id, public_url=self._public_url)
            drift += differences(wanted, found, number)
        if not plan.numbers:
            problems.append("the restaurant has no number: nobody can call its agent")
        return drift, problems

    async def _bind(self, plan: _Plan, agent_id: str) -> list[str]:
        """Bind the numbers; what could not be, and why."""
        problems = []
        for number in plan.numbers:
            wanted = plans.number(plan.card, number, agent_id, public_url=self._public_url)
            try:
                if send := update(wanted, await self._api.number(number)):
                    await self._api.update_number(number, send)
            except NotFound:
                continue  # told by `check`
            except PlatformRefused as error:
                problems.append(f"{number}: {error}")
        return problems


def _drift(how: Blueprint, found: _Found | None) -> Iterator[Difference]:
    if found is None:
        yield Difference(where="agent", found=None, wanted=how.name)
        return
    yield from differences(how.llm, found.llm.said, "llm")
    yield from differences(how.agent, found.agent.said, "agent")
    if not found.agent.is_published:
        yield Difference(where="agent.is_published", found=False, wanted=True)


def _is_overtaken(error: PlatformRefused) -> bool:
    """Whether somebody changed or published that version meanwhile."""
    return error.status == _STALE or "published" in str(error).lower()
