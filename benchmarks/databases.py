"""The fresh database that each measurement gets, and what it holds afterwards."""

import asyncio
import os
import sqlite3
import tempfile
import time
from pathlib import Path

import asyncpg

from tests.support.throwaway_postgres import new_database

_COUNT = "SELECT count(*) FROM inbox"


def fresh(kind: str, home: Path, postgres_url: str) -> str:
    """The URL of an empty database of this kind; "" where none is needed."""
    if kind == "SQLite":
        return f"sqlite:///{home / 'inbox.db'}"
    return asyncio.run(new_database(postgres_url)) if kind == "Postgres" else ""


def stored(url: str) -> int:
    """How many events lie in the inbox. The server may have been killed."""
    if url.startswith("sqlite:///"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            return connection.execute(_COUNT).fetchone()[0]
    return asyncio.run(_stored_in_postgres(url))


async def _stored_in_postgres(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(_COUNT)
    finally:
        await connection.close()


def flush_ms(seconds: float = 0.5) -> float:
    """What the disk takes for a durable 4 kB, the floor under every commit; about 0 where "the disk" is memory."""
    with tempfile.TemporaryFile() as file:
        began, rounds = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            file.write(bytes(4096))
            file.flush()
            os.fdatasync(file.fileno())
            rounds += 1
        return (time.perf_counter() - began) / rounds * 1000
