"""A folder as one file, the same bytes for the same contents: a script that unpacks what stands behind it."""

import gzip
import hashlib
import io
import tarfile
from pathlib import Path

_LAUNCHER = Path(__file__).with_name("launcher.sh")
_BLOCK = 4096
"""What a small file takes on a disk, in bytes."""


def pack(folder: Path, *, version: str, machine: str, epoch_s: int) -> bytes:
    archive = gzip.compress(_tar(folder, epoch_s), compresslevel=9, mtime=0)
    words = {
        "@VERSION@": version,
        "@MACHINE@": machine,
        "@SUM@": hashlib.sha256(archive).hexdigest(),
        "@ROOM_KB@": str(_size(folder) // 1024 + 1024),
    }
    script = _LAUNCHER.read_text("utf-8")
    for mark, word in words.items():
        script = script.replace(mark, word)
    # Where the archive starts depends on how many digits that takes: padded, it does not.
    start = len(script.encode()) - len("@START@") + 6 + 1
    return script.replace("@START@", f"{start:<6}").encode() + archive


def _tar(folder: Path, epoch_s: int) -> bytes:
    """Sorted, of nobody, and readable by all."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for path in sorted(folder.rglob("*")):
            entry = archive.gettarinfo(path, str(path.relative_to(folder)))
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = "root"
            entry.mtime = epoch_s
            entry.mode = 0o755 if entry.isdir() or path == folder / "maitre" else 0o644
            if entry.isreg():
                with path.open("rb") as file:
                    archive.addfile(entry, file)
            else:
                archive.addfile(entry)
    return written.getvalue()


def _size(folder: Path) -> int:
    sizes = (path.lstat().st_size for path in folder.rglob("*"))
    return sum(-(-size // _BLOCK) * _BLOCK for size in sizes)
