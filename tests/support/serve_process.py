"""`maitre serve` on a data directory, as a process that a test may signal."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from support.warm import WarmProcess

KEY = "key_0123456789abcdef"


class ServeProcess:
    def __init__(self, process: WarmProcess, url: str) -> None:
        self._process = process
        self.url = url
        self.port = urlsplit(url).port or 0

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def exit_code(self, *, within_s: float) -> int:
        return self._process.wait(within_s)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "appliance", *arguments]


def environment(**settings: object) -> dict[str, str]:
    """This one's, with these settings of Maitre and no others."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MAITRE_")}
    return plain | {f"MAITRE_{name.upper()}": str(value) for name, value in settings.items()}


def started(*arguments: str, within_s: float = 60.0, **settings: object) -> subprocess.CompletedProcess[str]:
    """What `maitre` with these arguments said until it ended, started as users do."""
    return subprocess.run(
        command(*arguments),
        env=environment(**settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=within_s,
    )


def failed_start(*arguments: str, **settings: object) -> str:
    """The one line that `maitre serve` says when it cannot start."""
    usual: dict[str, object] = {"port": 0, "retell_webhook_keys": KEY}
    done = started("serve", *arguments, **usual | settings)
    (line,) = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (1, "")
    assert line.startswith("maitre: ")
    return line


@contextmanager
def serve(data_dir: Path, **settings: object) -> Iterator[ServeProcess]:
    """A server that is ready; it ends with the block if the test has not ended it."""
    usual: dict[str, object] = {"port": 0, "retell_webhook_keys": KEY, "data_dir": data_dir, "log_level": "warning"}
    process = WarmProcess("serve", "--json", env=environment(**usual | settings))
    try:
        yield ServeProcess(process, json.loads(process.stdout.readline())["url"])
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        process.wait(30)
