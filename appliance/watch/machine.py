"""What the process and its machine take and have left: asked of the operating system by psutil."""

from pathlib import Path

import psutil
from msgspec import Struct


class MachineState(Struct, frozen=True, kw_only=True):
    """Shares are of 1. `process_cpu_s` is the time taken since the start.

    `cores` is how busy each was since the last look, `cpu` all of them together.
    """

    cpu: float
    cores: tuple[float, ...]
    load_1m: float
    memory: float
    memory_bytes: int
    disk: float
    disk_free_bytes: int
    process_cpu_s: float
    process_memory_bytes: int
    process_files: int
    process_files_most: int
    process_threads: int


def on_disk(data_dir: Path) -> Path:
    """A folder that is there, on the disk where this one is or will be."""
    whole = data_dir.absolute()
    return next(folder for folder in (whole, *whole.parents) if folder.exists())


class Machine:
    """`data_dir` names the disk, also before it is made."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._process = psutil.Process()
        psutil.cpu_percent(percpu=True)  # the first answer is of no time at all

    def state(self) -> MachineState:
        cores = tuple(percent / 100 for percent in psutil.cpu_percent(percpu=True))
        memory, disk, process = psutil.virtual_memory(), psutil.disk_usage(str(on_disk(self._data_dir))), self._process
        with process.oneshot():
            times = process.cpu_times()
            return MachineState(
                cpu=sum(cores) / len(cores),
                cores=cores,
                load_1m=psutil.getloadavg()[0],
                memory=memory.percent / 100,
                memory_bytes=memory.total,
                disk=disk.percent / 100,
                disk_free_bytes=disk.free,
                process_cpu_s=times.user + times.system,
                process_memory_bytes=process.memory_info().rss,
                process_files=process.num_fds(),
                process_files_most=process.rlimit(psutil.RLIMIT_NOFILE)[0],
                process_threads=process.num_threads(),
            )

    def disks(self) -> list[tuple[str, float, int]]:
        """The one with the data, then the system's where that is another: how full each is, and the bytes left."""
        folders = {folder.stat().st_dev: folder for folder in (Path("/"), on_disk(self._data_dir))}
        uses = [(str(folder), psutil.disk_usage(str(folder))) for folder in reversed(folders.values())]
        return [(path, use.percent / 100, use.free) for path, use in uses]
