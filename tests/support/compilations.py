"""Statements compiled once a process, and not once for each of the many databases that tests open.

SQLAlchemy keeps them by engine and dialect; to compile them again was a quarter of the work of the services' tests.
"""

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import Compiled, Dialect

_known: dict[str, tuple[Dialect, dict[object, Compiled]]] = {}


def share() -> None:
    """From now on, among all engines of this process."""
    event.listen(Engine, "engine_connect", _share)


def _share(connection: Connection) -> None:
    connection.dialect, compiled = _known.setdefault(connection.dialect.name, (connection.dialect, {}))
    connection.execution_options(compiled_cache=compiled)
