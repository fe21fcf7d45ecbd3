"""The console's own settings: theme, language and keys, from a file of whoever sits before it."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

ThemeName = Literal["dark", "light", "safe", "plain"]


class ConfigFault(Exception):
    """The file cannot be read, or says what makes no sense."""


class ConsoleConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`keys` gives bindings, by their ids, other keys: several are separated by commas."""

    theme: ThemeName | None = None
    language: Literal["es", "en"] | None = None
    keys: dict[str, str] = {}


def config_file(env: Mapping[str, str]) -> Path:
    base = env.get("XDG_CONFIG_HOME") or str(Path(env.get("HOME", "~")).expanduser() / ".config")
    return Path(base) / "maitre" / "console.toml"


def read_config(file: Path) -> ConsoleConfig:
    """What the file says; nothing where there is none. Raises ConfigFault."""
    try:
        told = tomllib.loads(file.read_text("utf-8"))
        return msgspec.convert(told, ConsoleConfig)
    except FileNotFoundError:
        return ConsoleConfig()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigFault(f"{file}: {error}") from error
