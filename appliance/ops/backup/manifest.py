"""What a backup says of itself: inside it as `manifest.json`, and with its size and sum in a file beside it."""

from enum import StrEnum
from typing import Literal

from msgspec import Struct

from appliance.store.copying import Copied

FORMAT = 1
"""Counted up when an older program could not read what a newer one writes."""
MANIFEST = "manifest.json"
CONFIG, FACTOR_KEY = "maitre.toml", "factor.key"


class Why(StrEnum):
    """What a backup was made for. Only those that were asked for count in what is kept by days and weeks."""

    ASKED = "asked"
    BEFORE_RESTORE = "before_restore"
    BEFORE_UPGRADE = "before_upgrade"


class Part(Struct, frozen=True, kw_only=True):
    bytes: int
    sha256: str


class Manifest(Struct, frozen=True, kw_only=True):
    """`made_at` in Unix ms; `version` is that of the program, `schema` the database's revision."""

    format: int = FORMAT
    made_at: int
    why: Why = Why.ASKED
    version: str
    database: Literal["sqlite", "postgresql"]
    copied: Copied
    parts: dict[str, Part]

    @property
    def bytes(self) -> int:
        """What it takes once it is unpacked."""
        return sum(part.bytes for part in self.parts.values())


class Entry(Struct, frozen=True, kw_only=True):
    """A backup in a folder: its file, what that weighs, and what is in it."""

    name: str
    file: str
    bytes: int
    sha256: str
    encrypted: bool
    manifest: Manifest
