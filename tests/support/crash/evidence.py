"""What a server holds, read over its API as an operator would and, beside that, straight from the database."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Self

import httpx
from msgspec import Struct
from sqlalchemy import select

from appliance.loadtest.ready import DemoReady
from appliance.store import schema as s
from appliance.store.engine import Database
from support.crash.story import Call

_AT_ONCE = 8


class Stored(Struct, frozen=True, kw_only=True):
    """An inbox row."""

    key: str
    body: bytes
    applied: bool


class Evidence(Struct, frozen=True, kw_only=True):
    """`calls` by id, as the API shows them; `books` by restaurant, every reservation there ever was.

    `held` are the table ids by reservation, `claims` (table, quarter, reservation), `tasks` (state, error).
    """

    inbox: list[Stored]
    calls: Mapping[str, dict[str, Any]]
    books: Mapping[str, list[dict[str, Any]]]
    held: Mapping[str, list[str]]
    claims: list[tuple[str, int, str]]
    tasks: list[tuple[str, str | None]]


class Operator:
    """Reads with the admin's token."""

    def __init__(self, ready: DemoReady) -> None:
        headers = {"authorization": f"Bearer {ready.admin_token}"}
        self._http = httpx.AsyncClient(base_url=ready.url, headers=headers, trust_env=False, timeout=20)
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def at_rest(self) -> bool:
        """Whether nothing waits and nothing runs."""
        queue = (await self._read("/api/admin/overview"))["queue"]
        return bool(queue["ready"] == queue["running"] == 0)

    async def gather(self, database_url: str, calls: Iterable[Call]) -> Evidence:
        of = {call.id: call.place.card.id for call in calls}
        database = Database(database_url)
        try:
            async with database.read() as tx:
                inbox = (await tx.execute(select(s.inbox))).all()
                claims = (await tx.execute(select(s.table_claims))).all()
                held = (await tx.execute(select(s.reservation_tables))).all()
                tasks = (await tx.execute(select(s.tasks))).all()
        finally:
            await database.close()
        known = sorted({row.call_id for row in inbox} & of.keys())
        shown = await asyncio.gather(*(self._call(of[call_id], call_id) for call_id in known))
        return Evidence(
            inbox=[Stored(key=row.idempotency_key, body=row.body, applied=row.applied_at is not None) for row in inbox],
            calls=dict(zip(known, shown, strict=True)),
            books={restaurant: await self._book(restaurant) for restaurant in sorted(set(of.values()))},
            held=_grouped((row.reservation_id, row.table_id) for row in held),
            claims=[(row.table_id, row.quarter, row.reservation_id) for row in claims],
            tasks=[(row.state, row.error) for row in tasks],
        )

    async def _call(self, restaurant: str, call_id: str) -> dict[str, Any]:
        """Empty when the API does not know the call."""
        response = await self._get(f"/api/restaurants/{restaurant}/calls/{call_id}")
        shown: dict[str, Any] = response.json() if response.is_success else {}
        return shown

    async def _book(self, restaurant: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        following: int | None = 0
        while following is not None:
            page = await self._read(f"/api/restaurants/{restaurant}/reservations", offset=following)
            rows += page["items"]
            following = page["next"]
        return rows

    async def _read(self, path: str, **params: Any) -> Any:
        response = await self._get(path, **params)
        assert response.status_code == 200, response.text
        return response.json()

    async def _get(self, path: str, **params: Any) -> httpx.Response:
        async with self._room:
            return await self._http.get(path, params=params)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups
