"""What a server runs on and what runs in it, as a console may find it: well, and in trouble."""

from typing import Any

from appliance.contract import (
    BackupState,
    BackupWork,
    CacheUse,
    DatabaseUse,
    DiskUse,
    Health,
    HealthCheck,
    LogLevelView,
    LoopRow,
    ProcessUse,
    SystemView,
)

NOW = 1_795_780_800_000
_LOOPS = ("events", "messages", "wishes", "alerts", "schedule", "probes", "monitor", "live", "loop-lag")
_JOBS = {"directory": 2.0, "waitlist": 60.0, "complete-overdue": 60.0, "retention": 3_600.0, "plans": 60.0,
         "counters": 15.0, "token-uses": 60.0, "rollups": 20.0, "old-alerts": 3_600.0, "sessions": 3_600.0}  # fmt: skip
_AT = "2026-11-27T10:00:00.000+00:00"


def check(status: str = "pass", **more: Any) -> list[HealthCheck]:
    return [HealthCheck(status=status, time=_AT, **more)]


def engine_room(**more: Any) -> SystemView:
    usual: dict[str, Any] = {
        "cores": [0.03, 0.05],
        "load_1m": 0.2,
        "memory_bytes": 8_200_000_000,
        "disks": [DiskUse(path="/var/lib/maitre", share=0.31, free_bytes=76_900_000_000)],
        "process": ProcessUse(cpu_s=412.0, memory_bytes=120_000_000, files=40, files_most=1_024, threads=12),
        "database": DatabaseUse(kind="sqlite", connections=1, connections_most=8, log_bytes=4_120_000),
        "caches": [CacheUse(name="day_books", held=412, most=4_096, hits=9_210, misses=180)],
        "loops": [
            *(LoopRow(name=name, every_s=None, silent_s=0.4, failures=0) for name in _LOOPS),
            *(LoopRow(name=name, every_s=pace, silent_s=pace / 2, failures=0) for name, pace in _JOBS.items()),
        ],
        "health": Health(
            status="pass",
            version="0.1.0",
            checks={
                "database:responseTime": check(observedValue=1.4, observedUnit="ms"),
                "database:schema": check(),
                "disk:utilization": check(observedValue=31.0, observedUnit="%"),
                "queue:deadLetters": check(observedValue=0.0, observedUnit="tasks"),
            },
        ),
        "versions": {"maitre": "0.1.0", "python": "3.12.3", "sqlite": "3.45.1", "platform": "Linux-6.8.0-x86_64"},
        "log_level": LogLevelView(level="info", usual="info", until=None),
        "backup": BackupState(made_at=NOW - 6 * 3_600_000, late=False),
    }
    return SystemView(**(usual | more))


def in_trouble() -> SystemView:
    """Sixteen cores at work, a disk that is full, a loop that stands still, a job that fails."""
    well = engine_room()
    full = "3910 MB are left"
    return engine_room(
        log_level=LogLevelView(level="debug", usual="info", until=NOW + 1_500_000),
        backup=BackupState(made_at=NOW - 61 * 3_600_000, late=True),
        backup_work=BackupWork(
            state="failed", began_at=NOW - 90_000, ended_at=NOW - 80_000, error="No space left on device"
        ),
        cores=[0.97, 0.4, 1.0, 0.88] * 4,
        load_1m=19.4,
        disks=[
            DiskUse(path="/var/lib/maitre", share=0.93, free_bytes=4_100_000_000),
            DiskUse(path="/", share=0.64, free_bytes=12_000_000_000),
        ],
        process=ProcessUse(cpu_s=90_412.0, memory_bytes=2_120_000_000, files=1_001, files_most=1_024, threads=42),
        database=DatabaseUse(kind="sqlite", connections=8, connections_most=8, log_bytes=1_412_000_000),
        loops=[
            *well.loops[1:-1],
            LoopRow(name="events", every_s=None, silent_s=312.0, failures=3),
            LoopRow(name="sessions", every_s=3_600.0, silent_s=7_410.0, failures=2),
        ],
        health=Health(
            status="fail",
            version="0.1.0",
            checks=(well.health.checks or {})
            | {
                "disk:utilization": check("fail", observedValue=93.0, observedUnit="%", output=full),
                "loops:silence": check("warn", observedValue=312.0, observedUnit="s", output="standing still: events"),
            },
        ),
    )
