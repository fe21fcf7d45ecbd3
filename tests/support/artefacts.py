"""Releases to install: what packaging/build makes, and the same once more as other versions."""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
ARTEFACTS = "MAITRE_TEST_ARTEFACTS"
"""The folder of what was built, if it was built before."""
_MACHINE = platform.machine()
_EPOCH_S = 1_700_000_000


def built(place: Path) -> Path:
    """The folder with what packaging/build makes of the last commit."""
    if known := os.environ.get(ARTEFACTS):
        return Path(known)
    command = [str(REPOSITORY / "packaging" / "build"), "--out", str(place), "--work", f"{place}-work"]
    subprocess.run(command, check=True, timeout=900)
    return place


def another(artefacts: Path, place: Path, version: str, *, broken: bool = False) -> Path:
    """The same release under another version, in a folder of its own. `broken`: its server cannot be loaded.

    Its maitre.service says in its last line of which version it is.
    """
    (file,) = artefacts.glob(f"maitre-*-linux-{_MACHINE}")
    own = file.name.removeprefix("maitre-").partition("-")[0]
    folder = place / "unpacked"
    subprocess.run(["sh", str(file), "unpack", str(folder)], check=True, timeout=300)
    for told in folder.glob("_internal/maitre*.dist-info/METADATA"):
        told.write_text(told.read_text().replace(f"Version: {own}", f"Version: {version}", 1))
    with (folder / "_internal/appliance/units/maitre.service").open("a") as unit:
        unit.write(f"# of {version}\n")
    if broken:
        for library in folder.glob("_internal/granian/_granian*.so"):
            library.write_bytes(b"broken")
    made = place / f"maitre-{version}-linux-{_MACHINE}"
    made.write_bytes(_packed(folder, version))
    (place / "SHA256SUMS").write_text(f"{hashlib.sha256(made.read_bytes()).hexdigest()}  {made.name}\n")
    shutil.rmtree(folder)
    return place


def _packed(folder: Path, version: str) -> bytes:
    sys.path.insert(0, str(REPOSITORY / "packaging" / "making"))
    try:
        from packing import pack  # type: ignore[import-not-found]
    finally:
        del sys.path[0]
    packed: bytes = pack(folder, version=version, machine=_MACHINE, epoch_s=_EPOCH_S)
    return packed
