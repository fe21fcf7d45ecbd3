"""What an upgrade has done so far, on the disk after every step: whoever is interrupted goes on from there."""

from enum import StrEnum
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from appliance.errors import UpgradeError
from appliance.store.disk import whole


class Outcome(StrEnum):
    """How it ended. `returned`: the new release did not do, and all is as it was before."""

    UNDER_WAY = "under_way"
    UPGRADED = "upgraded"
    RETURNED = "returned"


class Journal(Struct, frozen=True, kw_only=True):
    """One upgrade.

    `backup` was made while the old release served. `copy` is one of the data as they were when it had ended, at
    `stopped_at` in Unix ms: where the schema changes, the way back needs it. `done` has what came of each step, by its
    name; `why` says what made it return, once it is on its way back, and `left` what is to be done by hand after it.
    """

    old: str
    new: str
    file: str
    began_at: int
    schema: str = ""
    new_schema: str = ""
    backup: str = ""
    copy: str = ""
    copy_path: str = ""
    stopped_at: int = 0
    done: dict[str, str] = {}
    outcome: Outcome = Outcome.UNDER_WAY
    why: str = ""
    left: str = ""

    @property
    def moves_schema(self) -> bool:
        return self.schema != self.new_schema


def read(file: Path) -> Journal | None:
    """That of the last upgrade. Raises UpgradeError for one that cannot be read."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Journal)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise UpgradeError(f"{file} cannot be read: {error}. Move it away to begin anew.") from error


def write(file: Path, journal: Journal) -> Journal:
    """Whole or not at all. Raises UpgradeError."""
    try:
        with whole(file) as target:
            target.write(msgspec.json.format(msgspec.json.encode(journal), indent=2))
    except OSError as error:
        raise UpgradeError(f"{file} cannot be written: {error.strerror}.") from error
    return journal


def with_step(journal: Journal, name: str, what: str) -> Journal:
    return replace(journal, done=journal.done | {name: what})
