"""The server as a service of systemd: its units written for the program that runs, and what is asked of systemctl."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct, structs

from appliance.config import Settings
from appliance.errors import StartError
from appliance.ops import units
from appliance.ops.units import Units

SERVICE, SOCKET = "maitre.service", "maitre.socket"
_STAMPS = Path("var/lib/systemd/timers")
"""Where systemd notes when a timer that is Persistent= last went."""
_USER = 'u maitre - "Maitre" /var/lib/maitre /usr/sbin/nologin'
_FOLDERS = (("etc/maitre", 0o750), ("etc/maitre/credentials", 0o700))
_RUNNING = Path("/run/systemd/system")
_HIDDEN = (Path("/home"), Path("/root"), Path("/run/user"), Path("/tmp"), Path("/var/tmp"))  # noqa: S108
"""What the service does not see: ProtectHome and PrivateTmp."""
_PATIENCE_S = 150.0
"""For systemctl, which waits until the server is ready or has stopped; longer than either may take."""
_SHOWN = ("LoadState", "ActiveState", "SubState", "StatusText", "MainPID", "NRestarts", "MemoryCurrent", "Result")


class Written(Units, frozen=True, kw_only=True):
    """What an installation asks for `first`, then writes and removes, and what it then asks for: `commands`."""

    first: list[list[str]]
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


def installation(settings: Settings, words: str, *, root: Path, replace: bool = False) -> Written:
    """For the program that `words`, quoted as for a shell, start, below `root`; what is there is brought up to date.

    Units that somebody has edited are kept, unless `replace`. Raises StartError where the service could not see the
    program, or a unit cannot be read.
    """
    there = Path(shlex.split(words)[0])
    hidden = next((one for one in _HIDDEN if there.is_relative_to(one)), None)
    if hidden:
        raise StartError(
            f"The service does not see {hidden}, where this program is ({there}). Put it into /opt, say, and try again."
        )
    try:
        planned = units.planned(settings, words, root=root, replace=replace)
    except OSError as error:
        raise StartError(f"{error.filename} cannot be read: {error.strerror}.") from error
    first, commands = _commands_before(planned, root), _commands(planned, root)
    return Written(**structs.asdict(planned), first=first, commands=commands)


def _commands_before(planned: Units, root: Path) -> list[list[str]]:
    """Only what is still there can be switched off."""
    users = ["systemd-sysusers", *_elsewhere(root), "--inline", _USER]
    return [users, *_disabling([Path(name) for name in planned.gone], root)]


def _commands(planned: Units, root: Path) -> list[list[str]]:
    commands = []
    if root == Path("/"):  # also where all is as it should be: whoever wrote it may have been interrupted
        commands.append(["systemctl", "daemon-reload"])
    # What was there before may have been switched off on purpose.
    started = [name for name in planned.new if units.is_started_with_the_machine(name)]
    if started:
        commands.append(["systemctl", *_elsewhere(root), "enable", *started])
    return commands


def install(written: Written, *, root: Path) -> None:
    """Write it and ask for it. Nothing is started. Raises StartError."""
    if root == Path("/"):
        ready_to_ask()
    for command in written.first:
        _run(command)
    try:
        for name, mode in _FOLDERS:
            (root / name).mkdir(parents=True, exist_ok=True)
            (root / name).chmod(mode)
        if root == Path("/"):
            shutil.chown(root / "etc/maitre", group="maitre")
        units.write(written, root=root)
    except OSError as error:
        raise StartError(f"{error.filename} cannot be written: {error.strerror}.") from error
    for command in written.commands:
        _run(command)
    units.settle(root)


def uninstall(*, root: Path) -> list[str]:
    """Stop it and take its units away, not its data; the files that went. Raises StartError."""
    if root == Path("/"):
        ready_to_ask()
    gone = units.present(root)
    for command in _disabling(gone, root):
        _run(command)
    for path in gone:
        path.unlink()
        (root / _STAMPS / f"stamp-{path.name}").unlink(missing_ok=True)
    units.forget_unfinished(root)
    units.settle(root)
    if root == Path("/"):
        _run(["systemctl", "daemon-reload"])
    return [str(path) for path in gone]


def _disabling(gone: Sequence[Path], root: Path) -> list[list[str]]:
    """What starts others goes first, or it would start them again."""
    how = _elsewhere(root) or ["--now"]
    first = [path.name for path in gone if path.suffix != ".service"]
    then = [path.name for path in gone if path.suffix == ".service"]
    return [["systemctl", "disable", *how, *names] for names in (first, then) if names]


def _elsewhere(root: Path) -> list[str]:
    """What has systemd's programs work on files that are not this machine's."""
    return [] if root == Path("/") else [f"--root={root}"]


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
