"""What must be on the disk before anything is built on it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

FRESH = ".fresh"
"""How the name ends of what is being written. One that was killed leaves it there."""


def sync(path: Path) -> None:
    """See to it that a file's contents, or the names in a folder, are on the disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def whole(path: Path, *, mode: int = 0o600) -> Iterator[IO[bytes]]:
    """A file to write, which is at `path` and on the disk as a whole once this is left, or not at all by an error.

    Raises OSError.
    """
    fresh = path.with_name(f"{path.name}{FRESH}")
    with open(fresh, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as target:
        yield target
        target.flush()
        os.fsync(target.fileno())
    fresh.replace(path)
    sync(path.parent)
