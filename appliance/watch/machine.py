"""What the process and its machine take and have left: asked of the operating system by psutil."""

from pathlib import Path

import psutil
from msgspec import Struct


class MachineState(Struct, frozen=True, kw_only=True):
    """Shares are of 1. `process_cpu_s` is the time taken since the start; `cpu` is of all cores since the last look."""

    cpu: float
    load_1m: float
    cores: int
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
        psutil.cpu_percent()  # the first answer is of no time at all

    def state(self) -> MachineState:
        memory, disk, process = psutil.virtual_memory(), psutil.disk_usage(str(on_disk(self._data_dir))), self._process
        with process.oneshot():
            times = process.cpu_times()
            return MachineState(
                cpu=psutil.cpu_percent() / 100,
                load_1m=psutil.getloadavg()[0],
                cores=psutil.cpu_count() or 1,
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
