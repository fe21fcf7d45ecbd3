"""Data worth a backup, and what tells whether they came back: sums of every table, by other means than ours."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from pyrage import x25519
from sqlalchemy import insert, select

from appliance.clock import SystemClock
from appliance.config import Resolved, Settings
from appliance.ops.backup import making, restoring
from appliance.ops.backup.making import Made
from appliance.ops.backup.restoring import Restored, Verified
from appliance.store import schema
from appliance.store.engine import Database
from support.books import add_restaurant, small_restaurant

HOME = "rest_a"
_AT_ONCE = 1_000
Sums = Mapping[str, tuple[int, str]]


async def fill(database: Database, rows: int) -> None:
    """A restaurant, and so many rows: guests, events of calls and entries of the audit, in equal parts."""
    await add_restaurant(database, small_restaurant(HOME))
    for first in range(0, rows // 3, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, rows // 3))
        async with database.write() as tx:
            await tx.execute(insert(schema.customers), [guest(n) for n in numbers])
            await tx.execute(insert(schema.call_events), [event(n) for n in numbers])
            await tx.execute(insert(schema.audit), [entry(n) for n in numbers])


def guest(n: int) -> dict[str, Any]:
    """With what a copy could stumble over: quotes, tabs, backslashes, line ends, other alphabets."""
    name = ("Ana\tBea", 'O"Higgins', "C:\\N\\.", "línea\n2", "予約", "")[n % 6]
    needs, now = '["trona"]', 1_800_000_000_000 + n
    facts = {"restaurant_id": HOME, "phone": f"+3460{n:07d}", "name": name, "name_key": name.casefold()}
    return facts | {
        "id": f"customer_{n:08d}",
        "vip": n % 2 == 0,
        "needs": needs,
        "notes": f"nota {n}",
        "created_at": now,
        "updated_at": now,
    }


def event(n: int) -> dict[str, Any]:
    at = 1_800_000_000_000 + n
    ids = {"inbox_id": f"event_{n:08d}", "provider": "retell", "call_id": f"call_{n // 3}"}
    return ids | {"event": "call_ended", "received_at": at, "applied_at": at}


def entry(n: int) -> dict[str, Any]:
    said = {"actor": "ana", "role": "operator", "address": "", "restaurant_id": HOME, "action": "x", "subject": str(n)}
    return said | {"id": f"audit_{n:08d}", "at": n, "before": "{}", "after": '{"a": 1}'}


async def sums(url: str) -> Sums:
    """Of every table: how many rows, and a sum of them all."""
    database = Database(url)
    found = {}
    async with database.read() as tx:
        for table in schema.metadata.sorted_tables:
            rows = sorted(repr(tuple(row)) for row in await tx.execute(select(table)))
            found[table.name] = (len(rows), sha256("\n".join(rows).encode()).hexdigest())
    await database.close()
    return found


class Keeper:
    """Who makes and puts back backups of one database."""

    def __init__(self, url: str, data_dir: Path, **settings: Any) -> None:
        data_dir.mkdir(exist_ok=True)
        self.url, self.data_dir, self.clock = url, data_dir, SystemClock()
        self.settings = Settings(database_url=url, data_dir=data_dir, **settings)

    @property
    def folder(self) -> Path:
        return self.settings.resolved_backup_dir

    @property
    def resolved(self) -> Resolved:
        config = self.data_dir / "maitre.toml"
        return Resolved(settings=self.settings, sources={}, file=config if config.exists() else None)

    async def create(self) -> Made:
        return await making.create(self.resolved, self.clock)

    async def verify(self, which: str = "newest", **how: Any) -> Verified:
        return await restoring.verify(self.resolved, which, **how)

    async def restore(self, which: str = "newest", **how: Any) -> Restored:
        return await restoring.restore(self.resolved, self.clock, which, **how)

    def files(self) -> list[str]:
        """What lies in the folder, but for its lock."""
        return sorted(one.name for one in self.folder.iterdir() if one.name != ".lock")


def age_key(folder: Path) -> tuple[str, Path]:
    """A recipient, and the file with its key as age-keygen writes it."""
    key = x25519.Identity.generate()
    file = folder / "key.txt"
    file.write_text(f"# public key: {key.to_public()}\n{key}\n")
    return str(key.to_public()), file


def flipped(file: Path) -> Iterator[int]:
    """Each of some places in a file with one bit changed, for as long as the caller looks."""
    whole = file.read_bytes()
    for place in sorted({0, 9, len(whole) // 3, len(whole) // 2, len(whole) - 1}):
        damaged = bytearray(whole)
        damaged[place] ^= 0x10
        file.write_bytes(damaged)
        yield place
    file.write_bytes(whole)
