"""All the places that a setting's value may come from.

From weakest to strongest: the default, `maitre.toml`, a systemd credential (secrets only), the environment
(`MAITRE_<NAME>`, or `MAITRE_<NAME>_FILE` naming a file that holds a secret), a flag.
"""

import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct

from appliance.config.settings import SETTINGS, SYSTEM_DATA_DIR, Setting, Settings, to_path
from appliance.errors import ConfigError

SYSTEM_FILE = Path("/etc/maitre/maitre.toml")
SYSTEM_CREDENTIALS = Path("/etc/maitre/credentials")
"""Where systemd takes the service's credentials from; root's own commands take them from there, too."""

_PREFIX = "MAITRE_"
_NOT_SETTINGS = ("CONFIG", "TOKEN", "UNPACK_DIR")
"""`MAITRE_CONFIG` names the file; `MAITRE_TOKEN` is what a client of the API signs in with; the one file of
packaging/build unpacks itself into `MAITRE_UNPACK_DIR`."""

BY_NAME = {setting.name: setting for setting in SETTINGS}
_BY_VARIABLE = {setting.name.upper(): setting for setting in SETTINGS}
_BY_FILE_VARIABLE = {f"{setting.name.upper()}_FILE": setting for setting in SETTINGS if setting.mask}


class Resolved(Struct, frozen=True, kw_only=True):
    """The settings, and where each came from: a flag, a variable, the path of a file, or "default".

    `file` is the maitre.toml that was read, if there was one.
    """

    settings: Settings
    sources: dict[str, str]
    file: Path | None = None


class _Given(NamedTuple):
    setting: Setting
    raw: object
    source: str


_Finding = _Given | str
"""A value somebody gave, or the line that tells what is wrong."""


class Readable(Struct, frozen=True, kw_only=True):
    """What could be read of the settings, wrong ones at their defaults. `problems` are lines, none when all is right.

    `wrong` are the names of those that somebody gave and that could not be taken.
    """

    resolved: Resolved
    problems: list[str]
    wrong: frozenset[str]


def load(*, file: Path | None, env: Mapping[str, str], flags: Mapping[str, object]) -> Settings:
    """The settings in force; see `resolve`."""
    return resolve(file=file, env=env, flags=flags).settings


def resolve(*, file: Path | None, env: Mapping[str, str], flags: Mapping[str, object]) -> Resolved:
    """The settings in force and their sources. A flag that is None was not given.

    Without `file`: the one that `MAITRE_CONFIG` names, else maitre.toml in the data directory, else the system's.
    Raises ConfigError with every problem found, one a line.
    """
    found = readable(file=file, env=env, flags=flags)
    if found.problems:
        raise ConfigError("\n".join(found.problems))
    return found.resolved


def readable(*, file: Path | None, env: Mapping[str, str], flags: Mapping[str, object]) -> Readable:
    """As `resolve`, for whoever must go on with wrong settings."""
    file = _chosen_file(file, env, flags)
    values: dict[str, Any] = {"data_dir": default_data_dir(env)}
    sources = dict.fromkeys(BY_NAME, "default")
    problems: list[str] = []
    wrong: set[str] = set()
    for finding in _findings(file, env, flags):
        if isinstance(finding, str):
            problems.append(finding)
            continue
        name = finding.setting.name
        sources[name] = finding.source
        try:
            values[name] = finding.setting.parse(finding.raw)
        except ValueError as error:
            problems.append(f"{finding.source}: {error}")
            wrong.add(name)
    resolved = Resolved(settings=Settings(**values), sources=sources, file=file)
    return Readable(resolved=resolved, problems=problems, wrong=frozenset(wrong))


def default_data_dir(env: Mapping[str, str]) -> Path:
    """The service's own directory where it can be written to, else one in the user's home."""
    if SYSTEM_DATA_DIR.is_dir() and os.access(SYSTEM_DATA_DIR, os.W_OK):
        return SYSTEM_DATA_DIR
    return Path(env.get("XDG_DATA_HOME") or Path(env.get("HOME") or Path.home(), ".local/share")) / "maitre"


def _findings(file: Path | None, env: Mapping[str, str], flags: Mapping[str, object]) -> Iterator[_Finding]:
    """All that was given, the weakest source first."""
    if file:
        yield from _in_file(file)
    yield from _in_credentials(env)
    yield from _in_environment(env)
    for name, raw in flags.items():
        if raw is not None:
            yield _Given(BY_NAME[name], raw, f"--{name.replace('_', '-')}")


def _chosen_file(file: Path | None, env: Mapping[str, str], flags: Mapping[str, object]) -> Path | None:
    if named := file or env.get("MAITRE_CONFIG"):
        return Path(named)
    data_dir = flags.get("data_dir") or env.get("MAITRE_DATA_DIR") or default_data_dir(env)
    return next(filter(_exists, (to_path(Path, data_dir) / "maitre.toml", SYSTEM_FILE)), None)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:
        return True  # reading it will tell why it cannot be used


def _in_file(path: Path) -> Iterator[_Finding]:
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        yield f"{path}: cannot be read: {error.strerror}"
    except ValueError as error:
        yield f"{path}: is not valid TOML: {error}"
    else:
        for name, raw in document.items():
            known = BY_NAME.get(name)
            yield _Given(known, raw, str(path)) if known else f"{path}: {name} is no setting{_hint(name, BY_NAME)}"


def credentials(env: Mapping[str, str]) -> dict[str, str]:
    """What credentials say, as variables: for a program of ours that is run as a user who may not read them."""
    found = (one for one in _in_credentials(env) if isinstance(one, _Given))
    return {f"{_PREFIX}{one.setting.name.upper()}": str(one.raw) for one in found}


def _in_credentials(env: Mapping[str, str]) -> Iterator[_Finding]:
    given = env.get("CREDENTIALS_DIRECTORY")
    if not given and not os.access(SYSTEM_CREDENTIALS, os.R_OK | os.X_OK):
        return
    directory = Path(given or SYSTEM_CREDENTIALS)
    for setting in _BY_FILE_VARIABLE.values():
        path = directory / setting.name
        if _exists(path):
            found = _secret_in(path, setting, source=str(path))
            if isinstance(found, str) or found.raw:  # maitre.service has an empty one where there is none
                yield found


def _in_environment(env: Mapping[str, str]) -> Iterator[_Finding]:
    for variable, text in sorted(env.items()):
        word = variable.removeprefix(_PREFIX)
        if word == variable or word in _NOT_SETTINGS or word.startswith("TEST_"):
            continue
        if setting := _BY_VARIABLE.get(word):
            yield _Given(setting, text, variable)
        elif (setting := _BY_FILE_VARIABLE.get(word)) is None:
            yield f"{variable} is no setting{_hint(word, (*_BY_VARIABLE, *_BY_FILE_VARIABLE), prefix=_PREFIX)}"
        elif variable.removesuffix("_FILE") in env:
            yield f"{variable}: {variable.removesuffix('_FILE')} is set too; keep one of them"
        else:
            yield _secret_in(Path(text), setting, source=variable)


def _secret_in(path: Path, setting: Setting, *, source: str) -> _Finding:
    try:
        return _Given(setting, path.read_text("utf-8").rstrip("\r\n"), source)
    except (OSError, UnicodeDecodeError) as error:
        return f"{source}: cannot be read: {error}"


def _hint(word: str, known: Iterable[str], *, prefix: str = "") -> str:
    return "".join(f"; did you mean {prefix}{close}?" for close in get_close_matches(word, known, n=1))
