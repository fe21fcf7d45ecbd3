"""`maitre serve` as a process of its own, and the phone platform's signed requests to it."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.warm import WarmProcess

KEY = "key_0123456789abcdef"


@contextmanager
def running_server(database_url: str, data_dir: Path, **settings: object) -> Iterator[str]:
    """The URL of a server on this database; ended politely at the end of the block."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MAITRE_")}
    ours = {
        "database_url": database_url,
        "data_dir": data_dir,
        "retell_webhook_keys": KEY,
        "log_level": "warning",
        "admin_requests": 1_000_000,  # tests look on all the time
    } | settings
    environment = plain | {f"MAITRE_{name.upper()}": str(value) for name, value in ours.items()}
    process = WarmProcess("serve", "--json", "--host", "127.0.0.1", "--port", "0", env=environment)
    try:
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
