"""Backups: those there are, whether the newest is young enough, and the one that the server was asked for."""

from typing import Literal

from msgspec import Struct


class BackupRow(Struct, frozen=True, kw_only=True):
    """A backup in the server's folder: when it was made (Unix ms), and what it weighs."""

    name: str
    made_at: int
    bytes: int
    encrypted: bool


class BackupWork(Struct, frozen=True, kw_only=True):
    """The backup that was asked for last, since this server's start. `name` once there is one.

    `error` says why it failed; with a `name` beside it the backup lies in the folder, and did not get elsewhere.
    """

    state: Literal["running", "done", "failed"]
    began_at: int
    ended_at: int | None = None
    name: str = ""
    error: str = ""


class BackupList(Struct, frozen=True, kw_only=True):
    """A page of backups, newest first. `work` is null where none was asked for since the start."""

    items: list[BackupRow]
    total: int
    next: int | None = None
    work: BackupWork | None = None


class BackupState(Struct, frozen=True, kw_only=True):
    """When the newest backup was made; null where there is none. `late`: there should be a younger one."""

    made_at: int | None
    late: bool
