"""`maitre serve` on a given database, for tests that only need one to be there; it is ended politely."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.serve_process import serve

_MANY = 1_000_000
"""Tests look on all the time."""


@contextmanager
def running_server(database_url: str, data_dir: Path, **settings: object) -> Iterator[str]:
    """The URL of a server on this database; ended politely at the end of the block."""
    ours: dict[str, object] = {"database_url": database_url, "host": "127.0.0.1", "admin_requests": _MANY}
    with serve(data_dir, **ours | settings) as server:
        try:
            yield server.url
        finally:
            server.signal(signal.SIGTERM)
            assert server.exit_code(within_s=30) == 0
