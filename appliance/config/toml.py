"""A maitre.toml as text."""

from collections.abc import Iterator, Mapping

import msgspec

from appliance.config.settings import SETTINGS


def render_toml(given: Mapping[str, object]) -> str:
    """The text of a maitre.toml: every setting under its meaning, those not given commented out at their default.

    Given secrets stand in it in clear.
    """
    return "# `maitre config check` tells whether this file is right.\n" + "".join(_entries(given))


def _entries(given: Mapping[str, object]) -> Iterator[str]:
    for setting in SETTINGS:
        mark = "" if setting.name in given else "# "
        line = toml_line(setting.name, given.get(setting.name, setting.default))
        yield f"\n# {setting.meaning}\n{mark}{line}"


def toml_line(name: str, value: object) -> str:
    """The setting as a line of maitre.toml."""
    # What JSON writes for text, whole numbers and lists of text is TOML too.
    return f"{name} = {msgspec.json.encode(value, enc_hook=str).decode()}\n"
