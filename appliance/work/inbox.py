"""The durable inbox: an event is on the disk before its sender hears so."""

from collections.abc import Sequence

from appliance.store import inbox
from appliance.store.engine import Database
from appliance.work.group_commit import GroupCommit


class Inbox:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._commits: GroupCommit[inbox.NewEvent, set[str]] = GroupCommit(self._commit, name="inbox")

    async def accept(self, row: inbox.NewEvent) -> bool:
        """Return once the row is committed: true when it was new, false when its key was there already.

        Raises Unavailable when it could not be stored; the sender should try again.
        """
        return row.id in await self._commits.add(row)

    async def has(self, call_id: str, key: str) -> bool:
        """Whether an event with that key is stored of that call."""
        async with self._database.read() as tx:
            return await inbox.has(tx, call_id, key)

    async def _commit(self, rows: Sequence[inbox.NewEvent]) -> set[str]:
        return await inbox.accept(self._database, rows)
