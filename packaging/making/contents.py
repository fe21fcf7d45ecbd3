"""What the program carries of others: Python distributions, and Debian's packages for Python itself and C libraries."""

import re
import subprocess
from collections.abc import Iterable
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import NamedTuple

_BUILDERS = frozenset({"pyinstaller", "pyinstaller-hooks-contrib"})
"""Their start-up code is inside: the bootloader's licence lets programs of any licence carry it."""
_LICENCE = re.compile(r"(licen[cs]e|copying|notice|copyright|authors)", re.IGNORECASE)


class Part(NamedTuple):
    """One that is carried. `origin` is "pypi" or "deb"."""

    name: str
    version: str
    origin: str
    licence: str
    """As the part itself says it: an SPDX expression where it has one."""
    texts: tuple[str, ...]


def parts(carried: Iterable[tuple[str, Path]]) -> list[Part]:
    """Sorted by name. Raises LookupError for a file that comes from nowhere we know: nothing is carried unnamed."""
    files = {path.resolve() for _, path in carried}
    owners = {Path(str(file.locate())).resolve(): one for one in distributions() for file in one.files or ()}
    used = {owners[file].name: owners[file] for file in files & owners.keys()}
    used |= {one.name: one for one in distributions() if one.name.lower() in _BUILDERS}
    ours = {one.name for one in distributions() if one.name.lower() == "maitre"}
    python = [_of_pypi(one) for name, one in used.items() if name not in ours]
    debian = _of_debian(sorted(files - owners.keys()))
    return sorted([*python, *debian], key=lambda part: (part.name.lower(), part.origin))


def _of_pypi(one: Distribution) -> Part:
    texts = [
        Path(str(file.locate())).read_text("utf-8", errors="replace")
        for file in one.files or ()
        if _LICENCE.match(file.name) and ".dist-info" in str(file) and file.suffix not in {".py", ".pyc"}
    ]
    return Part(one.name, one.version, "pypi", _licence(one), tuple(texts))


def _licence(one: Distribution) -> str:
    said = one.metadata
    stated = said.get("License-Expression") or (said.get("License") or "").strip()
    if stated and "\n" not in stated:
        return stated
    kinds = [line.rpartition(" :: ")[2] for line in said.get_all("Classifier") or () if line.startswith("License ::")]
    return ", ".join(kinds) or "see its text"


def _of_debian(files: list[Path]) -> list[Part]:
    packages = {_package(file) for file in files}
    return [_debian_part(name) for name in sorted(packages)]


def _package(file: Path) -> str:
    # With /usr merged, a package may name the file by its older place.
    places = [str(file), str(file).removeprefix("/usr")]
    for place in places:
        said = subprocess.run(["dpkg-query", "--search", place], capture_output=True, text=True, check=False)
        if said.returncode == 0:
            return said.stdout.split(":", 1)[0]
    raise LookupError(f"{file} is carried and belongs to no package of Debian")


def _debian_part(name: str) -> Part:
    shown = ["dpkg-query", "--show", "--showformat=${Version}\n", name]
    version = subprocess.run(shown, capture_output=True, text=True, check=True).stdout.split()[0]
    text = Path("/usr/share/doc", name, "copyright").read_text("utf-8", errors="replace")
    return Part(name, version, "deb", "see its text", (text,))
