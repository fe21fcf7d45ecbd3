"""The root file system of the container image: the program and what it asks a system for, and nothing beside it."""

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from elf import elf_files

USER = 8080
PROGRAM = Path("opt/maitre")
_LOADED = re.compile(r"(?:=> )?(?P<path>/\S+) \(0x[0-9a-f]+\)$", re.MULTILINE)
_MISSING = re.compile(r"^\s*(?P<name>\S+) => not found$", re.MULTILINE)
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_FROM_MOZILLA = Path("/usr/share/ca-certificates/mozilla")
"""What `update-ca-certificates` makes that file of: by these it is known whose they are."""
_SYSTEM = {
    "etc/passwd": (
        "root:x:0:0:root:/:/sbin/nologin\n"
        f"maitre:x:{USER}:{USER}:Maitre:/var/lib/maitre:/sbin/nologin\n"
        "nobody:x:65534:65534:nobody:/:/sbin/nologin\n"
    ),
    "etc/group": f"root:x:0:\nmaitre:x:{USER}:\nnogroup:x:65534:\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}
_LINKS = {
    "usr/local/bin/maitre": "/opt/maitre/maitre",
    # Python finds the time zones in the program; the C library, which is asked for the local time, finds them here.
    "usr/share/zoneinfo": "/opt/maitre/_internal/tzdata/zoneinfo",
}
_FOLDERS = {"tmp": 0o1777, "var/lib": 0o755, "etc": 0o755}


def libraries(program: Path) -> list[Path]:
    """The loader and the libraries of the system that any file of the program loads.

    What is first begun looks for its own there; only then are those of the program's folder looked for before them.
    Raises LookupError for one that is not there.
    """
    own = program / "_internal"
    found: set[Path] = set()
    for file in elf_files(program):
        found |= set(_loaded(file, before=str(own) if file.is_relative_to(own) else ""))
    return sorted(path for path in found if not path.is_relative_to(program))


def _loaded(file: Path, *, before: str) -> Iterator[Path]:
    env = {"PATH": "/usr/bin:/bin", "LD_LIBRARY_PATH": before, "LC_ALL": "C"}
    said = subprocess.run(["ldd", file], env=env, capture_output=True, text=True, check=False).stdout
    if missing := _MISSING.findall(said):
        raise LookupError(f"{file} loads {', '.join(missing)}, and there is none")
    yield from (Path(path) for path in _LOADED.findall(said))


def carried(loaded: Iterable[Path]) -> list[tuple[str, Path]]:
    """What the image has beside the program, by name, and the file that it is known by."""
    return [*((path.name, path) for path in loaded), *((path.name, path) for path in _FROM_MOZILLA.iterdir())]


def lay_out(root: Path, program: Path, loaded: Iterable[Path]) -> None:
    """Write it into `root`, which is made."""
    shutil.copytree(program, root / PROGRAM, symlinks=True)
    for path in (*loaded, _CERTIFICATES):
        there = root / path.relative_to("/")
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, there)
        there.chmod(path.stat().st_mode & 0o777)
    for name, mode in _FOLDERS.items():
        (root / name).mkdir(parents=True, exist_ok=True)
        (root / name).chmod(mode)
    for name, text in _SYSTEM.items():
        (root / name).write_text(text, "utf-8")
    for name, target in _LINKS.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(target)
