"""A clock that stands still until it is told to go on."""

from datetime import UTC, datetime

START_MS = int(datetime(2026, 11, 25, 10, tzinfo=UTC).timestamp()) * 1000


class FakeClock:
    """`appliance.clock.Clock` for tests: 2026-11-25T10:00:00Z at first, ids that count, even chances."""

    def __init__(self, now_ms: int = START_MS) -> None:
        self._now_ms = now_ms
        self._ids = 0
        self._set_ms = 0

    def now_ms(self) -> int:
        return self._now_ms

    def advance(self, ms: int) -> None:
        self._now_ms += ms

    def jump(self, ms: int) -> None:
        """Somebody sets it, to another time; none has passed."""
        self._now_ms += ms
        self._set_ms += ms

    def stopwatch_us(self) -> int:
        return (self._now_ms - self._set_ms) * 1000

    def new_id(self, prefix: str) -> str:
        self._ids += 1
        return f"{prefix}_{self._ids:026x}"

    def chance(self) -> float:
        return 0.5
