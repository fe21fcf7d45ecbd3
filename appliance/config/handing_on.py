"""The settings that this process was begun with, handed on to another one of the same program.

What holds a secret goes by that one's environment: words are for everybody on the machine to read, among the processes
and in what is told of failures.
"""

from collections.abc import Mapping
from pathlib import Path

from appliance.config.settings import to_path

_WORDS = {"config_file": "--config", "data_dir": "--data-dir"}
_VARIABLES = {"database_url": "MAITRE_DATABASE_URL"}


def words(flags: Mapping[str, object]) -> tuple[str, ...]:
    """What was given as flags, by parameter. Paths are whole ones: the other process may stand elsewhere."""
    given = ((option, flags.get(name)) for name, option in _WORDS.items())
    return tuple(f"{option}={to_path(Path, value)}" for option, value in given if value)


def variables(flags: Mapping[str, object]) -> dict[str, str]:
    """What was given as flags and is nobody else's to read."""
    given = ((variable, flags.get(name)) for name, variable in _VARIABLES.items())
    return {variable: str(value) for variable, value in given if value}


def environment(own: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """`own` with `given` in it: a value and a file that names it are refused together, so of both the given is kept."""
    kept = {name: value for name, value in own.items() if name.removesuffix("_FILE") not in given}
    return kept | dict(given)
