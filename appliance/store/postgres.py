"""How Postgres is opened: one pool of asyncpg connections that answer in time or not at all."""

import asyncpg  # type: ignore[import-untyped]  # it ships no types
from sqlalchemy import event, exc
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from appliance.store.faults import translate_errors

_IDLE_IN_TRANSACTION_MS = 30_000
"""A process that stops in the middle of a transaction holds its locks no longer than this."""


def pool(url: URL, *, size: int, wait_s: float, statement_s: float | None) -> AsyncEngine:
    """Up to `size` connections; `wait_s` bounds waits for one and for locks, `statement_s` a whole statement."""
    # The driver reads the URL itself, and with it all that libpq's do: sslmode, passfile, several hosts.
    dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: asyncpg.connect(
            dsn,
            timeout=wait_s,
            command_timeout=statement_s,
            server_settings={
                "application_name": "maitre",
                "synchronous_commit": "on",
                "lock_timeout": str(int(wait_s * 1000)),
                "idle_in_transaction_session_timeout": str(_IDLE_IN_TRANSACTION_MS),
            },
        ),
        pool_size=size,
        max_overflow=0,
        pool_timeout=wait_s,
        hide_parameters=True,
    )
    translate_errors(engine)

    @event.listens_for(engine.sync_engine, "checkout")
    def _still_open(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        # The server restarted while the connection lay in the pool. Its end of the line tells, without a round trip.
        driver = record.driver_connection
        if driver is None or driver.is_closed():
            raise exc.DisconnectionError

    return engine
