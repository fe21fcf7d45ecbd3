"""What systemd is to a service: a socket kept open for it, and somebody it tells how it goes."""

import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.serve_process import KEY, command, environment

_PATIENCE_S = 30

_EXEC = 'os.environ["LISTEN_PID"] = str(os.getpid()); os.dup2(int(sys.argv[1]), 3); os.execv(sys.argv[2], sys.argv[2:])'
"""Between fork and exec systemd says for which process the sockets are, and moves them to where they are looked for."""


class Service:
    """`maitre serve`, begun as maitre.service begins it; `told` is all that it has said, a message each."""

    def __init__(self, listener: socket.socket | None, data_dir: Path, notices: Path, **settings: object) -> None:
        self._listener = listener
        self._environment = environment(data_dir=data_dir, retell_webhook_keys=KEY, **settings)
        self._heard = threading.Condition()
        self.told: list[dict[str, str]] = []
        self._ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._ear.bind(str(notices))
        self._environment["NOTIFY_SOCKET"] = str(notices)
        self.log = data_dir.with_suffix(".log")
        self.process: subprocess.Popen[bytes] | None = None
        threading.Thread(target=self._listen, daemon=True).start()

    def start(self, **more: str) -> None:
        """Without waiting until it is ready."""
        arguments = command("serve")
        files: tuple[int, ...] = ()
        env = self._environment | more
        if self._listener:
            files = (self._listener.fileno(),)
            env |= {"LISTEN_FDS": "1", "LISTEN_FDNAMES": "http"}
            arguments = [arguments[0], "-c", f"import os, sys; {_EXEC}", str(files[0]), *arguments]
        self.told.clear()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                arguments, env=env, pass_fds=files, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log
            )

    def heard(self, line: str, *, times: int = 1) -> dict[str, str]:
        """Wait until it has been said so often; the last message in which it was."""
        name, value = line.split("=")

        def said() -> list[dict[str, str]]:
            return [message for message in self.told if message.get(name) == value]

        with self._heard:
            assert self._heard.wait_for(lambda: len(said()) >= times, _PATIENCE_S), (self.told, self.log.read_text())
            return said()[times - 1]

    def signal(self, number: int) -> None:
        assert self.process
        self.process.send_signal(number)

    def ended(self) -> int:
        assert self.process
        return self.process.wait(_PATIENCE_S)

    def close(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._ear.shutdown(socket.SHUT_RDWR)
        self._ear.close()

    def _listen(self) -> None:
        while True:
            try:
                message = self._ear.recv(4096).decode()
            except OSError:
                return
            if not message:
                return
            with self._heard:
                self.told.append(dict(line.split("=", 1) for line in message.splitlines()))
                self._heard.notify_all()


@contextmanager
def service(data_dir: Path, *, listener: socket.socket | None = None, **settings: object) -> Iterator[Service]:
    """Nothing runs yet; nothing is left after the block."""
    usual: dict[str, object] = {"port": 0, "log_level": "info"}
    one = Service(listener, data_dir, data_dir.with_name(f"notify-{os.getpid()}"), **usual | settings)
    try:
        yield one
    finally:
        one.close()


@contextmanager
def socket_unit() -> Iterator[socket.socket]:
    """As of maitre.socket: open also while no server runs."""
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as listener:
        yield listener
