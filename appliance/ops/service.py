"""The server as a service of systemd: its units written for the program that runs, and what is asked of systemctl."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from msgspec import Struct

from appliance.config import Settings
from appliance.errors import StartError

SERVICE, SOCKET = "maitre.service", "maitre.socket"
TIMERS = ("maitre-backup.timer", "maitre-doctor.timer")
_UNITS_FOLDER = Path("etc/systemd/system")
_STAMPS = Path("var/lib/systemd/timers")
"""Where systemd notes when a timer that is Persistent= last went."""
_PROGRAM, _ADDRESS = "/usr/local/bin/maitre", "127.0.0.1:8080"
"""As they stand in the units."""
_USER = 'u maitre - "Maitre" /var/lib/maitre /usr/sbin/nologin'
_FOLDERS = (("etc/maitre", 0o750), ("etc/maitre/credentials", 0o700))
_RUNNING = Path("/run/systemd/system")
_HIDDEN = (Path("/home"), Path("/root"), Path("/run/user"), Path("/tmp"), Path("/var/tmp"))  # noqa: S108
"""What the service does not see: ProtectHome and PrivateTmp."""
_PATIENCE_S = 150.0
"""For systemctl, which waits until the server is ready or has stopped; longer than either may take."""
_SHOWN = ("LoadState", "ActiveState", "SubState", "StatusText", "MainPID", "NRestarts", "MemoryCurrent", "Result")


class Written(Struct, frozen=True, kw_only=True):
    """What an installation writes and what it then asks for, in this order."""

    files: dict[str, str]
    commands: list[list[str]]


class ServiceState(Struct, frozen=True, kw_only=True):
    """`memory_bytes` is None while nothing runs, `pid` is 0 then. `told` is what the server says of itself."""

    active: bool
    state: str
    told: str
    pid: int
    restarts: int
    memory_bytes: int | None
    result: str


def installation(settings: Settings, words: str, *, root: Path) -> Written:
    """For the program that `words` start, below `root`. Raises StartError where the service could not see it."""
    there = Path(words.split(maxsplit=1)[0])
    hidden = next((one for one in _HIDDEN if there.is_relative_to(one)), None)
    if hidden:
        raise StartError(
            f"The service does not see {hidden}, where this program is ({there}). Put it into /opt, say, and try again."
        )
    address = f"[{settings.host}]" if ":" in settings.host else settings.host
    changes = ((_PROGRAM, words), (_ADDRESS, f"{address}:{settings.port}"))
    there_to = root / _UNITS_FOLDER
    written = {str(there_to / name): _changed(text, changes) for name, text in _units().items()}
    elsewhere = [] if root == Path("/") else [f"--root={root}"]
    commands = [["systemd-sysusers", *elsewhere, "--inline", _USER]]
    if not elsewhere:
        commands.append(["systemctl", "daemon-reload"])
    commands.append(["systemctl", *elsewhere, "enable", SERVICE, SOCKET, *TIMERS])
    return Written(files=written, commands=commands)


def install(written: Written, *, root: Path) -> None:
    """Write it and ask for it. Nothing is started. Raises StartError."""
    if root == Path("/"):
        ready_to_ask()
    _run(written.commands[0])
    try:
        for name, mode in _FOLDERS:
            (root / name).mkdir(parents=True, exist_ok=True)
            (root / name).chmod(mode)
        if root == Path("/"):
            shutil.chown(root / "etc/maitre", group="maitre")
        for path, text in written.files.items():
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).write_text(text, "utf-8")
    except OSError as error:
        raise StartError(f"{error.filename} cannot be written: {error.strerror}.") from error
    for command in written.commands[1:]:
        _run(command)


def uninstall(*, root: Path) -> list[str]:
    """Stop it and take its units away, not its data; the files that went. Raises StartError."""
    there = [root / _UNITS_FOLDER / name for name in _units()]
    gone = [path for path in there if path.exists()]
    if root == Path("/"):
        ready_to_ask()
        if gone:
            _run(["systemctl", "disable", "--now", *(path.name for path in gone if path.suffix != ".service")])
            _run(["systemctl", "disable", "--now", SERVICE])
    elif gone:
        _run(["systemctl", f"--root={root}", "disable", SERVICE, SOCKET, *TIMERS])
    for path in gone:
        path.unlink()
    for timer in TIMERS:
        (root / _STAMPS / f"stamp-{timer}").unlink(missing_ok=True)
    if root == Path("/"):
        _run(["systemctl", "daemon-reload"])
    return [str(path) for path in gone]


def ask(verb: str) -> None:
    """Start, stop, restart or reload it, and wait until that is done. Raises StartError.

    While the socket is open whoever connects starts the service, so the two are started and stopped together.
    """
    ready_to_ask()
    _check_installed()
    both = (SOCKET, SERVICE) if verb in ("start", "stop") else (SERVICE,)
    _run(["systemctl", verb, *both])


def state() -> ServiceState:
    """Raises StartError where there is no systemd, or no such service."""
    _check_systemd()
    found = _shown()
    if found.get("LoadState") == "not-found":
        raise _not_installed()
    memory = found.get("MemoryCurrent", "")
    return ServiceState(
        active=found["ActiveState"] in ("active", "reloading"),
        state=f"{found['ActiveState']} ({found['SubState']})",
        told=found.get("StatusText", ""),
        pid=int(found.get("MainPID") or 0),
        restarts=int(found.get("NRestarts") or 0),
        memory_bytes=int(memory) if memory.isdigit() and int(memory) < 1 << 63 else None,
        result=found.get("Result", ""),
    )


def logs_command(*, lines: int, follow: bool, since: str) -> list[str]:
    """What shows its log. Raises StartError where there is no systemd."""
    _check_systemd()
    more = [*(["--follow"] if follow else []), *([f"--since={since}"] if since else [])]
    return ["journalctl", f"--unit={SERVICE}", f"--lines={lines}", "--output=cat", *more]


def ready_to_ask() -> None:
    """Raises StartError where nothing could be changed."""
    _check_systemd()
    if os.geteuid() != 0:
        raise StartError("Only root may do that: put sudo before it.")


def _check_systemd() -> None:
    if not _RUNNING.is_dir():
        raise StartError("No systemd runs here. Run `maitre serve` under whatever keeps your services alive.")


def _check_installed() -> None:
    if _shown().get("LoadState") == "not-found":
        raise _not_installed()


def _not_installed() -> StartError:
    return StartError("There is no maitre.service yet. Run `sudo maitre service install`.")


def _units() -> dict[str, str]:
    folder = files("appliance") / "units"
    return {one.name: one.read_text("utf-8") for one in sorted(folder.iterdir(), key=lambda one: one.name)}


def _changed(text: str, changes: Sequence[tuple[str, str]]) -> str:
    for before, after in changes:
        text = text.replace(before, after)
    return text


def _shown() -> dict[str, str]:
    lines = _run(["systemctl", "show", SERVICE, f"--property={','.join(_SHOWN)}"]).splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def systemctl(*words: str, within_s: float = _PATIENCE_S) -> str:
    """What it printed. Raises StartError with what it complained of."""
    return _run(["systemctl", *words], within_s=within_s)


def _run(command: Sequence[str], *, within_s: float = _PATIENCE_S) -> str:
    try:
        done = subprocess.run(  # noqa: S603 — words of ours
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=within_s
        )
    except FileNotFoundError as error:
        raise StartError(f"There is no {command[0]} here.") from error
    except subprocess.TimeoutExpired as error:
        raise StartError(f"`{' '.join(command)}` did not end within {within_s:.0f} seconds.") from error
    if done.returncode:
        raise StartError(f"`{' '.join(command)}` failed: {done.stderr.strip() or f'exit code {done.returncode}'}")
    return done.stdout
