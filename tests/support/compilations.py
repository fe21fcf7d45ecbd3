"""Statements compiled once a process, and not once for each of the many databases that tests open.

SQLAlchemy keeps them by engine and dialect; to compile them again was a quarter of the work of the services' tests.
What it asks a database about itself before anything else is asked once a process as well.
"""

from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine import Compiled, Dialect

_known: dict[str, tuple[Dialect, dict[object, Compiled]]] = {}


def share() -> None:
    """From now on, among all engines of this process."""
    event.listen(Engine, "engine_connect", _share)
    for dialect in (PGDialect_asyncpg, SQLiteDialect_aiosqlite):
        _ask_once(dialect)


def _share(connection: Connection) -> None:
    connection.dialect, compiled = _known.setdefault(connection.dialect.name, (connection.dialect, {}))
    connection.execution_options(compiled_cache=compiled)


def _ask_once(kind: type[Dialect]) -> None:
    ask = kind.initialize
    told: dict[str, object] = {}

    def initialize(dialect: Dialect, connection: Connection) -> None:
        if not told:
            before = {**vars(dialect)}
            ask(dialect, connection)
            told.update({name: value for name, value in vars(dialect).items() if before.get(name, told) is not value})
        vars(dialect).update(told)

    kind.initialize = initialize
