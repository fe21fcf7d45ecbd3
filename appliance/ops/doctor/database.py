"""The database: whether it answers, takes a commit to its disk, is whole, and has this program's schema."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from appliance.errors import DatabaseDown, MaitreError, StartError
from appliance.ops.database import found, migrated
from appliance.ops.doctor.findings import Finding, Repair, fail, ok, skipped, warn
from appliance.ops.doctor.machine import judged
from appliance.ops.doctor.subject import Subject, aside
from appliance.store import checkup, migrate
from appliance.store.checkup import Condition
from appliance.store.engine import Database, reachable
from appliance.store.faults import reason

_CHECK_S = 8.0
_NAME = "database"
_EXPECTED = {
    "journal_mode": "wal",
    "synchronous": "2",
    "synchronous_commit": "on",
    "fsync": "on",
    "full_page_writes": "on",
}
"""With any other value a commit that was acknowledged may be lost with the machine's power."""


async def look(subject: Subject) -> AsyncIterator[Finding]:
    settings = subject.settings
    if "database_url" in subject.config.wrong:
        yield skipped(_NAME, "database_url cannot be read")
        return
    try:
        await subject.reach(_host_of(settings.resolved_database_url))
        async with found(settings) as database:
            yield await _answers(database)
            yield await _schema(database, subject)
            async for one in _kept_safe(database, subject):
                yield one
            if database.is_sqlite:
                yield await _whole(Path(database.url.database or ""))
    except StartError as error:
        yield fail(_NAME, str(error), "`maitre setup` makes one; a restored one goes to the same place.")
    except DatabaseDown as error:
        advice = "See that it runs and lets this account in; `database_url` says where it is looked for."
        yield fail(_NAME, f"does not answer: {reason(error)}", advice)
    except MaitreError as error:
        yield fail(_NAME, str(error), "Somebody holds it: a backup, a migration, a forgotten shell?")


def _host_of(url: str) -> str:
    """The address of a server that is asked by name: a file, a socket or several hosts have no such one."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"//{host}" if parts.scheme == "postgresql" and host and "," not in host else ""


async def _answers(database: Database) -> Finding:
    if await migrate.current_revision(database) is None:
        return warn(_NAME, "it answers, and there is nothing in it yet", "`maitre setup`, or `maitre db migrate`.")
    try:
        await reachable(database)
    except MaitreError as error:
        shown = database.url.render_as_string(hide_password=True)
        if isinstance(error, DatabaseDown):
            raise
        return fail(_NAME, f"{shown} takes no write: {error}", "Free the disk, or end whoever holds it.")
    return ok(_NAME, f"{database.url.render_as_string(hide_password=True)} takes a write")


async def _schema(database: Database, subject: Subject) -> Finding:
    name = "schema"
    there, ours = await migrate.current_revision(database) or "", migrate.newest_revision()
    if there == ours:
        return ok(name, there)
    if there and not migrate.knows(there):
        found = f"{there} is newer than this program knows ({ours})"
        return fail(name, found, "Install the newer program again, or restore a backup.")

    async def bring_up() -> None:
        await migrated(subject.settings)

    repair = Repair(says=f"bring the schema from {there or 'none'} to {ours}", do=bring_up, asks=True)
    return warn(name, f"{there or 'none'}, the newest is {ours}", "`maitre db migrate`, after a backup.", repair)


async def _kept_safe(database: Database, subject: Subject) -> AsyncIterator[Finding]:
    found = await checkup.condition(database)
    size = f"{found.size_bytes / 1e6:,.1f} MB"
    log = f", write-ahead log {database.log_bytes() / 1e6:,.1f} MB" if database.is_sqlite else ""
    yield ok("database size", f"{database.kind} {found.version}, {size}{log}")
    yield _durable(found)
    if found.now_ms:
        yield judged("clock of the database", subject.clock.now_ms() - found.now_ms, of="the database server's")


def _durable(found: Condition) -> Finding:
    name = "commits reach the disk"
    odd = {key: value for key, value in found.settings.items() if _EXPECTED[key] != value}
    shown = ", ".join(f"{key}={value}" for key, value in (odd or found.settings).items())
    if odd:
        return fail(name, shown, "Set it back: what was acknowledged may be lost with a power cut.")
    return ok(name, shown)


async def _whole(file: Path) -> Finding:
    name = "integrity"
    damage = await aside(partial(checkup.damage, file, within_s=_CHECK_S), within_s=_CHECK_S + 1)
    if damage is None:
        return skipped(
            name, f"not gone through within {_CHECK_S:g} s; `sqlite3 {file} 'PRAGMA quick_check'` takes its time"
        )
    if damage:
        return fail(
            name, f"the file is damaged: {damage[0]}", "Stop the server, keep a copy, restore the newest backup."
        )
    return ok(name, "the file is whole")
