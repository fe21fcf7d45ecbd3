"""Tenants: who they are, added and looked up."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import to_builtins

from appliance.clock import Clock
from appliance.contract import RestaurantFile
from appliance.domain.networks import Network
from appliance.domain.restaurant import RestaurantCard
from appliance.errors import Conflict
from appliance.services import audit
from appliance.services.afterwards import afterwards
from appliance.services.directory import Directory
from appliance.services.onboarding import card_of, file_of
from appliance.services.versions import etag_of
from appliance.store import restaurants, tasks
from appliance.store.engine import Database, Lane, Tx
from appliance.voice.events import Origin


class RestaurantService:
    """`receivers`: networks that are not public, in which restaurants' own systems may be."""

    def __init__(
        self, database: Database, clock: Clock, directory: Directory, receivers: Sequence[Network] = ()
    ) -> None:
        self._database = database
        self._clock = clock
        self._directory = directory
        self._receivers = receivers

    async def take_on(self, file: RestaurantFile, *, provider: str) -> tuple[RestaurantCard, str]:
        """Add the restaurant that the file describes, with its agents on a platform; the ETag that it has then.

        Raises Invalid, and Conflict as `add` does.
        """
        card = card_of(file, self._clock, receivers=self._receivers)
        agents = [(provider, agent) for agent in file.agents]
        return card, await self.add(card, agents=agents, numbers=file.numbers)

    async def add(self, card: RestaurantCard, *, agents: Sequence[tuple[str, str]], numbers: Sequence[str]) -> str:
        """Take on a restaurant with its (provider, agent id) pairs and numbers (E.164); its ETag.

        Raises Conflict when its id, an agent or a number is somebody's already.
        """
        try:
            revision = await self._insert(card, agents, numbers)
        except Conflict as error:
            await self._directory.refresh()
            taken = ", ".join(self._taken(card.id, agents, numbers)) or card.id
            raise Conflict("Taken already: {taken}.", taken=taken) from error
        with afterwards("read the directory"):
            await self._directory.refresh()
        await release_late(self._database, self._clock)
        return etag_of(card, revision, self._clock.now_ms())

    async def _insert(self, card: RestaurantCard, agents: Sequence[tuple[str, str]], numbers: Sequence[str]) -> int:
        async with self._database.write() as tx:
            await restaurants.insert(tx, card, agents=agents, numbers=numbers, now_ms=self._clock.now_ms())
            await release_held(tx, self._clock)
            after = await written_down(tx, card)
            await audit.note(tx, self._clock, "restaurant.added", subject=card.id, restaurant_id=card.id, after=after)
            return await restaurants.revision_of(tx, card.id)

    def _taken(self, id_: str, agents: Sequence[tuple[str, str]], numbers: Sequence[str]) -> Iterator[str]:
        """What is a restaurant's already, and whose."""
        if there := self._directory.card(id_):
            yield f"{id_} ({there.name})"
        lines = {agent: Origin(provider=provider, agent_id=agent) for provider, agent in agents}
        lines |= {number: Origin(provider="", to_number=number) for number in numbers}
        for line, origin in lines.items():
            if owner := self._directory.whose(origin):
                yield f"{line} ({owner.name})"

    def all(self) -> list[RestaurantCard]:
        return self._directory.cards()

    def one(self, restaurant_id: str) -> RestaurantCard:
        """Raises NotFound."""
        return self._directory.one(restaurant_id)

    def file(self, restaurant_id: str, *, provider: str) -> RestaurantFile:
        """What would make the restaurant again, with its agents on a platform. Raises NotFound."""
        card = self.one(restaurant_id)
        agents, numbers = self._directory.lines_of(provider, restaurant_id)
        return file_of(card, agents=agents, numbers=numbers)

    def etag(self, restaurant_id: str) -> str:
        """That of its configuration as it is known here. Raises NotFound."""
        return etag_of(self.one(restaurant_id), self._directory.revision(restaurant_id), self._clock.now_ms())


async def written_down(tx: Tx, card: RestaurantCard) -> Mapping[str, Any]:
    """A restaurant as the audit tells of it: with who answers for it."""
    written: dict[str, Any] = to_builtins(card)
    return written | await restaurants.lines(tx, card.id)


async def release_held(tx: Tx, clock: Clock) -> None:
    """Events that came before we knew whose they were: those that are now somebody's get applied."""
    await tasks.revive(tx, ids=None, states=("held",), now_ms=clock.now_ms())


async def release_late(database: Database, clock: Clock) -> None:
    """One more that `Calls.receive` set aside while we were committing whose it is."""
    with afterwards("release events set aside meanwhile"):
        async with database.write(Lane.WORK) as tx:
            await release_held(tx, clock)
