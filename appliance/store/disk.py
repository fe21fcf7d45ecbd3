"""What must be on the disk before anything is built on it."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """See to it that a file's contents, or the names in a folder, are on the disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
