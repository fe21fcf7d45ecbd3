"""Who may read and write what the server keeps: the data, the settings, the secrets. Repairs only take rights away."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from appliance.config import SETTINGS
from appliance.errors import StartError
from appliance.ops.doctor.findings import Finding, Repair, fail, ok, skipped, warn
from appliance.ops.doctor.subject import Subject

_MOST_FILES = 10_000
_SHOWN = 3
_OTHERS = 0o007
_ALL_BUT_OWNER = 0o077


async def look(subject: Subject) -> AsyncIterator[Finding]:
    for one in (*_data(subject), *_config(subject), *_secrets(subject)):
        yield one


def _data(subject: Subject) -> Iterator[Finding]:
    name, folder = "data directory", subject.settings.data_dir
    try:
        there = folder.stat()
    except FileNotFoundError:
        make = Repair(says=f"make {folder} for its owner only", do=partial(_make, folder))
        yield fail(name, f"{folder} is not there", "Run `maitre setup`, or name the right --data-dir.", make)
        return
    except OSError as error:
        yield fail(name, f"{folder} cannot be looked at: {error.strerror}", "Run this as root or as its owner.")
        return
    if there.st_mode & _ALL_BUT_OWNER:
        yield _too_open(name, folder, there.st_mode, _ALL_BUT_OWNER)
    elif not os.access(folder, os.W_OK):
        yield fail(name, f"{folder} cannot be written to by whoever runs this", "Run this as root or as its owner.")
    else:
        yield ok(name, f"{folder}, for its owner only")
    yield from _owners(folder, there)


def _owners(folder: Path, there: os.stat_result) -> Iterator[Finding]:
    """A file of root's among the server's keeps the server from writing it: what a command run as root leaves."""
    name = "owner of the data"
    strange = [path for path in islice(_below(folder), _MOST_FILES) if path.lstat().st_uid != there.st_uid]
    if not strange:
        yield ok(name, "everything in the data directory is its owner's")
        return
    shown = ", ".join(str(path.relative_to(folder)) for path in strange[:_SHOWN])
    more = f" and {len(strange) - _SHOWN} more" if len(strange) > _SHOWN else ""
    found, advice = f"not its owner's: {shown}{more}", f"As root: chown -R --reference={folder} {folder}"
    give = Repair(
        says=f"give {len(strange)} files in {folder} to its owner",
        do=partial(_give, strange, there.st_uid, there.st_gid),
    )
    yield fail(name, found, advice, give if os.geteuid() == 0 else None)


def _below(folder: Path) -> Iterator[Path]:
    for here, folders, files in os.walk(folder):  # follows no links
        yield from (Path(here, name) for name in (*folders, *files))


def _config(subject: Subject) -> Iterator[Finding]:
    """A maitre.toml need not be secret; one with secrets in it must be."""
    name, resolved = "settings file", subject.config.resolved
    file = resolved.file
    if file is None or not file.exists():
        return
    mode = file.stat().st_mode
    secrets = [one.name for one in SETTINGS if one.mask and resolved.sources[one.name] == str(file)]
    if mode & stat.S_IWOTH or (secrets and mode & _OTHERS):
        yield _too_open(name, file, mode, _OTHERS)
    else:
        yield ok(name, f"{file}, {_octal(mode)}")


def _secrets(subject: Subject) -> Iterator[Finding]:
    name = "files with secrets"
    open_ones, looked = [], 0
    for file in _files_with_secrets(subject):
        try:
            mode = file.stat().st_mode
        except FileNotFoundError:
            continue
        except OSError as error:
            yield skipped(name, f"{file}: {error.strerror}")
            continue
        looked += 1
        if mode & _ALL_BUT_OWNER:
            open_ones.append((file, mode))
    for file, mode in open_ones:
        yield _too_open(name, file, mode, _ALL_BUT_OWNER)
    if not open_ones:
        yield ok(name, f"{looked} looked at, none is for others to read" if looked else "there are none")


def _files_with_secrets(subject: Subject) -> Iterator[Path]:
    """What systemd hands to the service is in its care, and is not looked at."""
    yield subject.settings.data_dir / "factor.key"
    variables = [f"MAITRE_{one.name.upper()}_FILE" for one in SETTINGS if one.mask]
    yield from (Path(subject.env[name]) for name in variables if name in subject.env)
    folder = subject.system.credentials
    if folder.is_dir() and os.access(folder, os.R_OK | os.X_OK):
        yield from sorted(folder.iterdir())


def _too_open(name: str, path: Path, mode: int, unwanted: int) -> Finding:
    wanted = stat.S_IMODE(mode) & ~unwanted
    close = Repair(says=f"chmod {wanted:04o} {path}", do=partial(_close, path, unwanted))
    mine = os.geteuid() in (0, path.stat().st_uid)
    say = fail if mode & _OTHERS else warn
    return say(
        name, f"{path} is open to others ({_octal(mode)})", f"chmod {wanted:04o} {path}", close if mine else None
    )


def _octal(mode: int) -> str:
    return f"{stat.S_IMODE(mode):04o}"


async def _make(folder: Path) -> None:
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True, mode=0o700)


async def _close(path: Path, unwanted: int) -> None:
    """Through a descriptor that follows no link: between the look and the deed somebody may have put one there."""
    try:
        there = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError as error:
        raise StartError(f"{path}: {error.strerror}") from error
    try:
        os.fchmod(there, stat.S_IMODE(os.fstat(there).st_mode) & ~unwanted)
    finally:
        os.close(there)


async def _give(paths: Sequence[Path], owner: int, group: int) -> None:
    for path in paths:
        os.chown(path, owner, group, follow_symlinks=False)
