"""What the two databases' faults mean: one translator from driver errors to Maitre's own.

Messages are the safe ones of `appliance.errors`; what the driver said, values included, stays in the chain of causes.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event, exc
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine

from appliance.errors import Conflict, DatabaseBusy, DatabaseDown, DatabaseFull, MaitreError, Unprocessable

# https://www.sqlite.org/rescode.html — primary codes, and those extended ones of CONSTRAINT that the data can cause.
_SQLITE: dict[int, type[MaitreError]] = {
    sqlite3.SQLITE_BUSY: DatabaseBusy,
    sqlite3.SQLITE_LOCKED: DatabaseBusy,
    sqlite3.SQLITE_PROTOCOL: DatabaseBusy,  # too many race for the lock of the write-ahead log
    sqlite3.SQLITE_INTERRUPT: DatabaseBusy,
    sqlite3.SQLITE_NOMEM: DatabaseBusy,
    sqlite3.SQLITE_FULL: DatabaseFull,
    sqlite3.SQLITE_IOERR: DatabaseDown,
    sqlite3.SQLITE_IOERR_SHMSIZE: DatabaseFull,  # no room for the index of the write-ahead log
    sqlite3.SQLITE_CANTOPEN: DatabaseDown,
    sqlite3.SQLITE_READONLY: DatabaseDown,
    sqlite3.SQLITE_CORRUPT: DatabaseDown,
    sqlite3.SQLITE_NOTADB: DatabaseDown,
    sqlite3.SQLITE_PERM: DatabaseDown,
    sqlite3.SQLITE_TOOBIG: Unprocessable,
    sqlite3.SQLITE_CONSTRAINT_UNIQUE: Conflict,
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: Conflict,
    sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: Conflict,
}
# SQLSTATE by prefix: https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRES: tuple[tuple[str, type[MaitreError]], ...] = (
    ("23505", Conflict),  # unique violation
    ("23503", Conflict),  # foreign key violation
    ("53100", DatabaseFull),
    ("53", DatabaseBusy),  # out of memory, too many connections
    ("55P03", DatabaseBusy),  # lock not available
    ("57014", DatabaseBusy),  # statement cancelled
    ("40", DatabaseBusy),  # serialization failure, deadlock
    ("08", DatabaseDown),  # connection lost
    ("57", DatabaseDown),  # shutting down, starting up
    ("58", DatabaseDown),  # its disk fails
    ("28", DatabaseDown),  # it does not let us in
    ("3D", DatabaseDown),  # no such database
    ("42501", DatabaseDown),  # it does not let us do that
    ("XX001", DatabaseDown),  # its data is corrupt
    ("XX002", DatabaseDown),  # an index of it is
    ("25006", DatabaseDown),  # a standby: it only reads
    ("25P03", DatabaseDown),  # it gave up on our idle transaction
    ("22", Unprocessable),  # a value that no column takes
    ("54", Unprocessable),  # one that is too long for an index
)
_NO_SUCH_TABLE = "42P01"


def translate_errors(engine: AsyncEngine) -> None:
    """Let statements and commits of this engine raise Maitre's errors; what no table here knows is a bug and stays."""

    @event.listens_for(engine.sync_engine, "handle_error", retval=True)
    def _handle(context: ExceptionContext) -> MaitreError | None:
        error = context.original_exception
        if isinstance(error, TimeoutError):
            # Whatever keeps the answer away, a later statement on this connection would wait behind it.
            context.is_disconnect = True
            context.invalidate_pool_on_disconnect = False
            return DatabaseBusy()
        if context.is_disconnect and isinstance(error, Exception):
            return DatabaseDown()
        return meaning(error)


@contextmanager
def connecting() -> Iterator[None]:
    """Translate what opening a connection raises and the engine's own translation does not see."""
    try:
        yield
    except exc.TimeoutError as error:
        raise DatabaseBusy from error  # all connections of the pool are in use
    except (OSError, exc.InterfaceError) as error:
        raise DatabaseDown from error


def is_full_pool(error: BaseException) -> bool:
    """Whether no connection came free: the database was not even asked."""
    return isinstance(error, DatabaseBusy) and isinstance(error.__cause__, exc.TimeoutError)


def lacks_table(error: exc.DBAPIError) -> bool:
    """Whether Postgres knows no table of that name."""
    return getattr(error.orig, "sqlstate", None) == _NO_SUCH_TABLE


@contextmanager
def driving() -> Iterator[None]:
    """Translate what SQLite's driver raises where it is used without SQLAlchemy."""
    try:
        yield
    except sqlite3.Error as error:
        told = meaning(error)
        if told is None:
            raise
        raise told from error


def meaning(error: BaseException) -> MaitreError | None:
    """What the driver's error comes to; None when it is no fault of the database."""
    if isinstance(error, OSError):
        return DatabaseDown()
    kind = _sqlite(error) if isinstance(error, sqlite3.Error) else _postgres(error)
    return kind() if kind else None


def _sqlite(error: sqlite3.Error) -> type[MaitreError] | None:
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return _SQLITE.get(code) or _SQLITE.get(code & 0xFF)


def _postgres(error: BaseException) -> type[MaitreError] | None:
    state = getattr(error, "sqlstate", None) or ""
    return next((kind for prefix, kind in _POSTGRES if state.startswith(prefix)), None)


def reason(error: BaseException) -> str:
    """What the driver said, in one line for the operator of this machine; drivers do not repeat passwords."""
    while error.__cause__ is not None:
        error = error.__cause__
    return next(iter(str(error).splitlines()), "") or type(error).__name__
