"""A Debian of its own with systemd as its first process, booted in a container that has no network but loopback."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOTS = "MAITRE_TEST_ROOTS"
"""The folder that keeps what debootstrap made, so that it is made once."""
_RELEASE = "bookworm"
_PACKAGES = "systemd,systemd-sysv,dbus,python3,ca-certificates,procps,iproute2"
_BOOT_S = 90
_REBOOTS = 133
_TOOLS = ("debootstrap", "systemd-nspawn", "nsenter")


def usable() -> str:
    """Why no such thing can be booted here; empty if it can."""
    if os.geteuid() != 0:
        return "booting a Debian needs root"
    missing = [tool for tool in _TOOLS if not shutil.which(tool)]
    return f"{', '.join(missing)} missing: apt install debootstrap systemd-container" if missing else ""


def fresh_root(place: Path) -> Path:
    """A copy of its own of the root that is made once."""
    kept = Path(os.environ.get(ROOTS, "/var/tmp/maitre-test-roots")) / _RELEASE
    if not (kept / "made").exists():
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        made = ["debootstrap", "--variant=minbase", f"--include={_PACKAGES}", _RELEASE, str(kept / "root")]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL, timeout=900)
        (kept / "made").touch()
    root = place / "root"
    subprocess.run(["cp", "-a", "--reflink=auto", str(kept / "root"), str(root)], check=True, timeout=300)
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n::1 localhost\n")  # debootstrap leaves that to the installer
    return root


def packages(name: str) -> Path:
    """A folder with Debian's own of that name and all that it needs beside what is there; fetched once."""
    kept = Path(os.environ.get(ROOTS, "/var/tmp/maitre-test-roots"))
    folder = kept / f"{name}.debs"
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir="/var/tmp") as place:
            root = fresh_root(Path(place))
            shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
            options = "-y --download-only --no-install-recommends -o Dir::Cache::archives=/var/tmp"
            fetch = f"apt-get update -qq && apt-get install -qq {options} {name}"
            subprocess.run(["chroot", str(root), "sh", "-c", fetch], check=True, stdout=subprocess.DEVNULL, timeout=300)
            fresh = Path(tempfile.mkdtemp(dir=kept))
            for file in root.glob("var/tmp/*.deb"):
                shutil.copy(file, fresh)
            fresh.rename(folder)
    return folder


class Machine:
    """Runs from `boot` to `off`; `binds` as nspawn has them: FOLDER:PLACE."""

    def __init__(self, root: Path, binds: Sequence[str]) -> None:
        self._console = root.with_suffix(".console")
        self._command = [
            "systemd-nspawn", "--boot", "--quiet", f"--directory={root}", f"--machine=maitre-test-{os.getpid()}",
            "--private-network", "--register=no", "--keep-unit", "--console=pipe",
            *(f"--bind-ro={path}" for path in binds),
        ]  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def boot(self) -> None:
        """Returns when it has started all that it starts."""
        with self._console.open("ab") as told:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=told, stderr=told)
        self.until(lambda: bool(self._children()), within_s=_BOOT_S)
        self.until(lambda: self._says() in ("running", "degraded"), within_s=_BOOT_S)

    def reboot(self) -> None:
        """By itself. Who started nspawn has to start it again then, and hears so by its exit code."""
        assert self._process
        self.try_run("systemctl", "--no-block", "reboot")
        assert self._process.wait(_BOOT_S) == _REBOOTS
        self.boot()

    def off(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_BOOT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def run(self, *command: str, within_s: float = 120) -> str:
        """What a command in it printed."""
        done = self.try_run(*command, within_s=within_s)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def try_run(self, *command: str, within_s: float = 120) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["nsenter", f"--target={self._first()}", "--all", *command],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=within_s,
            env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"},
        )  # fmt: skip

    def beside(self, command: Sequence[str]) -> "subprocess.Popen[str]":
        """A program of this machine in the network of that one."""
        where = ["nsenter", f"--target={self._first()}", "--net"]
        return subprocess.Popen([*where, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def until(self, condition: Callable[[], bool], *, within_s: float) -> None:
        over = time.monotonic() + within_s
        while not condition():
            assert self._process
            assert self._process.poll() is None, self._console.read_text(errors="replace")[-3000:]
            assert time.monotonic() < over, self._console.read_text(errors="replace")[-3000:]
            time.sleep(0.1)

    def _says(self) -> str:
        return self.try_run("systemctl", "is-system-running").stdout.strip()

    def _first(self) -> str:
        """The first process in it, as this machine counts."""
        children = self._children()
        assert children, "the container has gone"
        return children[0]

    def _children(self) -> list[str]:
        assert self._process
        assert self._process.poll() is None, self._console.read_text(errors="replace")[-3000:]
        return Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()


@contextmanager
def machine(root: Path, *, binds: Sequence[str] = ()) -> Iterator[Machine]:
    """One that has booted, and is off after the block."""
    one = Machine(root, binds)
    try:
        one.boot()
        yield one
    finally:
        one.off()


def skip_unless_usable() -> None:
    if why := usable():
        pytest.skip(f"NOT CHECKED HERE: {why}")
