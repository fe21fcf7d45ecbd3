"""The units of systemd as files: what this release brings, written for its program and address, and whose a file is.

What is written says so in its first line, with a checksum of the rest: a file that somebody has edited is known by
that, and is theirs. It reads and writes files and asks nobody.
"""

import hashlib
import re
from importlib.resources import files
from pathlib import Path

from msgspec import Struct

from appliance.config import Settings
from appliance.store.disk import FRESH, whole

FOLDER = Path("etc/systemd/system")
_PROGRAM, _ADDRESS = "/usr/local/bin/maitre", "127.0.0.1:8080"
"""As they stand in the units."""
_MARK = re.compile(r"# Written by `maitre service install`, (?P<sum>[0-9a-f]{16})\. .*\n")
_ADVICE = "What you change here is kept, and no longer exchanged: better `systemctl edit`, beside it."
_KINDS = (".service", ".socket", ".timer")
"""What ends otherwise is no unit: a copy that somebody made, an editor's, what one that was killed had begun."""
_TO_ENABLE = FOLDER / "maitre.to-enable"
"""The names of units that are new, from before they are written until they are enabled: whoever is interrupted between
would find them there, and take those that nobody has enabled yet for switched off on purpose."""


class Units(Struct, frozen=True, kw_only=True):
    """What there is to do in a folder. Files are paths, with what they are to say.

    `new` are the names of those that were not there before, or have not been enabled since; `kept` the files that
    somebody has edited, and `gone` those that another release wrote and this one does not bring.
    """

    files: dict[str, str]
    new: list[str]
    kept: list[str]
    gone: list[str]


def planned(settings: Settings, words: str, *, root: Path, replace: bool) -> Units:
    """For the program that `words` start. Files that are right are left out; `replace`: those that were edited are not.

    Raises OSError.
    """
    folder = root / FOLDER
    address = f"[{settings.host}]" if ":" in settings.host else settings.host
    wanted = {
        folder / name: _marked(text.replace(_PROGRAM, words).replace(_ADDRESS, f"{address}:{settings.port}"))
        for name, text in _brought().items()
    }
    there = {path: _text(path) for path in _there(folder)}
    unsettled = _unsettled(root)
    kept = [] if replace else [path for path, text in there.items() if path in wanted and not is_as_written(text)]
    to_write = {path: text for path, text in wanted.items() if path not in kept and there.get(path) != text}
    return Units(
        files={str(path): text for path, text in to_write.items()},
        new=[path.name for path in wanted if path not in there or path.name in unsettled],
        kept=[str(path) for path in kept],
        gone=[str(path) for path, text in there.items() if path not in wanted and is_as_written(text)],
    )


def is_started_with_the_machine(name: str) -> bool:
    """One that this release brings: by itself, and not by another unit."""
    return "\n[Install]\n" in _brought()[name]


def present(root: Path) -> list[Path]:
    """Those in the folder that are this release's by name, or another one's by their first line. A mask is no unit."""
    found = [path for path in _there(root / FOLDER) if path.is_file()]
    return [path for path in found if path.name in _brought() or is_as_written(_text(path))]


def is_of_our_writing(path: Path) -> bool:
    """Whether it is there and `maitre service install` wrote it, edited since or not. Raises OSError."""
    return path.is_file() and _MARK.match(_text(path)) is not None


def is_as_written(text: str) -> bool:
    """Whether nobody has edited it since `maitre service install` wrote it."""
    found = _MARK.match(text)
    return found is not None and found["sum"] == _sum(text[found.end() :])


def write(units: Units, *, root: Path) -> None:
    """Each whole or not at all: half a unit would be taken for one that somebody has edited. Raises OSError.

    Those that are new are so until `settle` is told that they are enabled.
    """
    forget_unfinished(root)
    if units.new:
        _put(root / _TO_ENABLE, "".join(f"{name}\n" for name in units.new))
    for name, text in units.files.items():
        _put(Path(name), text)
    for name in units.gone:
        Path(name).unlink()


def settle(root: Path) -> None:
    """Whatever was new is enabled, or gone. Raises OSError."""
    (root / _TO_ENABLE).unlink(missing_ok=True)


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path, mode=0o644) as file:
        file.write(text.encode())


def _unsettled(root: Path) -> list[str]:
    note = root / _TO_ENABLE
    return note.read_text("utf-8").splitlines() if note.exists() else []


def forget_unfinished(root: Path) -> None:
    """What one that was killed had begun to write. Raises OSError."""
    for kind in (*_KINDS, _TO_ENABLE.suffix):
        for path in (root / FOLDER).glob(f"maitre*{kind}{FRESH}"):
            path.unlink()


def _there(folder: Path) -> list[Path]:
    """The units that are Maitre's by name, those that somebody has masked (links to /dev/null) among them."""
    found = (path for path in sorted(folder.glob("maitre*.*")) if path.suffix in _KINDS)
    return [path for path in found if path.is_file() or path.is_symlink()]


def _text(path: Path) -> str:
    """Of what is not UTF-8, or masked, something that is not as written: it is not ours. Raises OSError."""
    try:
        return path.read_bytes().decode("utf-8") if path.is_file() else ""
    except UnicodeDecodeError:
        return ""


def _brought() -> dict[str, str]:
    return {one.name: one.read_text("utf-8") for one in (files("appliance") / "units").iterdir()}


def _marked(text: str) -> str:
    return f"# Written by `maitre service install`, {_sum(text)}. {_ADVICE}\n{text}"


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
