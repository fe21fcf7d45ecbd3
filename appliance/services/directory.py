"""Every restaurant's card in memory, and whose an agent or a number is.

Asked on every request; read from the store only when something changed there.
"""

import asyncio
from collections.abc import Mapping

from msgspec import Struct

from appliance.domain.calls import Claim
from appliance.domain.restaurant import RestaurantCard
from appliance.errors import NotFound
from appliance.store import restaurants
from appliance.store.engine import Database
from appliance.voice.events import Origin


class _Snapshot(Struct, frozen=True, kw_only=True):
    revision: tuple[int, int] = (0, 0)
    """Of which database, and that in it."""
    cards: Mapping[str, RestaurantCard] = {}
    revisions: Mapping[str, int] = {}
    agents: Mapping[tuple[str, str], str] = {}
    numbers: Mapping[str, str] = {}


class Directory:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._now = _Snapshot()
        self._refreshing = asyncio.Lock()

    async def refresh(self) -> None:
        """Take over what changed in the store since; whoever changes a restaurant here calls this after the commit."""
        # One at a time, lest a slow look put back what a later one saw gone.
        async with self._refreshing, self._database.read() as tx:
            revision = (self._database.opened, await restaurants.revision(tx))
            if revision == self._now.revision:
                return
            # Before the cards: those may be newer then, never older than what their revisions promise.
            revisions = await restaurants.revisions(tx)
            cards = {card.id: card for card in await restaurants.cards(tx)}
            agents, numbers = await restaurants.agents(tx), await restaurants.numbers(tx)
            self._now = _Snapshot(revision=revision, cards=cards, revisions=revisions, agents=agents, numbers=numbers)

    def card(self, restaurant_id: str) -> RestaurantCard | None:
        return self._now.cards.get(restaurant_id)

    def one(self, restaurant_id: str) -> RestaurantCard:
        """Raises NotFound."""
        card = self.card(restaurant_id)
        if card is None:
            raise NotFound("There is no such restaurant.")
        return card

    def name_of(self, restaurant_id: str) -> str:
        """Its id where there is no such restaurant, or no more."""
        card = self.card(restaurant_id)
        return card.name if card else restaurant_id

    def revision(self, restaurant_id: str) -> int:
        """That of its card here, or an older one."""
        return self._now.revisions.get(restaurant_id, 0)

    def cards(self) -> list[RestaurantCard]:
        """All of them, by name."""
        return list(self._now.cards.values())

    def whose(self, origin: Origin) -> RestaurantCard | None:
        """Whose a call is: by what we put in its metadata, else by its agent, else by the restaurant's number."""
        now = self._now
        named = now.cards.get(origin.restaurant_id)
        if named:
            return named
        by_agent = now.agents.get((origin.provider, origin.agent_id))
        return now.cards.get(by_agent or now.numbers.get(origin.called, ""))

    def claim(self, origin: Origin, restaurant_id: str) -> Claim:
        """How sure it is that a call is this restaurant's."""
        if origin.restaurant_id == restaurant_id:
            return Claim.METADATA
        by_agent = self._now.agents.get((origin.provider, origin.agent_id)) == restaurant_id
        return Claim.AGENT if by_agent else Claim.NUMBER

    def lines_of(self, provider: str, restaurant_id: str) -> tuple[list[str], list[str]]:
        """The restaurant's agents on a platform and its numbers."""
        agents = [
            agent for (where, agent), owner in self._now.agents.items() if (where, owner) == (provider, restaurant_id)
        ]
        return agents, [number for number, owner in self._now.numbers.items() if owner == restaurant_id]

    def agent_of(self, provider: str, restaurant_id: str) -> str:
        """The restaurant's voice agent on a platform; empty when it has none."""
        return next(iter(self.lines_of(provider, restaurant_id)[0]), "")
