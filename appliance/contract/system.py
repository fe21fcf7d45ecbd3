"""What the server runs on and what runs in it, as it is now. What moves each second is in the overview as well."""

from msgspec import Struct

from appliance.contract.backups import BackupState, BackupWork
from appliance.contract.health import Health
from appliance.contract.operations import LogLevelView


class DiskUse(Struct, frozen=True, kw_only=True):
    """Of the disk on which `path` lies; `share` is of 1."""

    path: str
    share: float
    free_bytes: int


class ProcessUse(Struct, frozen=True, kw_only=True):
    """Of the server itself. `cpu_s` is the processor time since its start; `files_most` it may have open."""

    cpu_s: float
    memory_bytes: int
    files: int
    files_most: int
    threads: int


class DatabaseUse(Struct, frozen=True, kw_only=True):
    """Connections are those of the pool: for readers on SQLite, for everybody on Postgres.

    `log_bytes` is the size of SQLite's write-ahead log; 0 where there is none.
    """

    kind: str
    connections: int
    connections_most: int
    log_bytes: int


class CacheUse(Struct, frozen=True, kw_only=True):
    """Of what is kept in memory, `held` of at most `most`. Hits and misses are since the start."""

    name: str
    held: int
    most: int
    hits: int
    misses: int


class LoopRow(Struct, frozen=True, kw_only=True):
    """A loop of the server, or a job that is done `every_s` seconds; `silent_s` ago it last turned.

    `failures` are how often the one was begun anew, and the other went wrong.
    """

    name: str
    every_s: float | None
    silent_s: float
    failures: int


class SystemView(Struct, frozen=True, kw_only=True):
    """Of the server that was asked. `cores` are how busy each is, of 1; `health` is what `/api/health` tells.

    `backup_work` is the backup that was asked for last since the start.
    """

    cores: list[float]
    load_1m: float
    memory_bytes: int
    disks: list[DiskUse]
    process: ProcessUse
    database: DatabaseUse
    caches: list[CacheUse]
    loops: list[LoopRow]
    health: Health
    versions: dict[str, str]
    log_level: LogLevelView
    backup: BackupState
    backup_work: BackupWork | None = None
