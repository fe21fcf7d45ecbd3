"""The last lines of the log, in memory and bounded: for who looks on from elsewhere. What is not logged is not here.

They are taken in after people have been hidden in them, and with every value as short text.
"""

from collections import deque
from collections.abc import Mapping
from itertools import islice, takewhile
from threading import RLock
from typing import Any

from appliance.clock import Clock
from appliance.contract import LogLine, LogLines

KEPT = 2_000
_LONGEST = 500
_ABOUT = ("request_id", "call_id", "restaurant_id")
_OWN = frozenset({"event", "level", "timestamp", "exc_info", *_ABOUT})
_SEVERITY = {"debug": 0, "info": 1, "warning": 2, "error": 3}


class LogRing:
    """Ids are microseconds of Unix time, so that they go on after a restart."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lines: deque[LogLine] = deque(maxlen=KEPT)
        # Libraries log in threads of their own, and what the garbage collector ends in the middle of this may log, too.
        self._lock = RLock()
        self.last = 0

    def keep(self, event: Mapping[str, Any]) -> None:
        about = {name: _short(event.get(name, "")) for name in _ABOUT}
        fields = {name: _short(value) for name, value in event.items() if name not in _OWN}
        at = self._clock.now_ms()
        with self._lock:
            self.last = max(self.last + 1, at * 1000)
            line = LogLine(
                id=self.last,
                at=at,
                level=str(event["level"]),
                event=_short(event["event"]),
                fields=fields,
                **about,
            )
            self._lines.append(line)

    def after(self, id_: int = 0, *, level: str = "debug", limit: int) -> LogLines:
        """The newest that came after that one and are at least so severe."""
        with self._lock:
            lines, last = self._lines.copy(), self.last
        since = takewhile(lambda line: line.id > id_, reversed(lines))
        found = islice((line for line in since if _severity(line) >= _SEVERITY[level]), limit)
        return LogLines(items=list(found)[::-1], last=last)


def _severity(line: LogLine) -> int:
    """What nobody knows is as severe as can be."""
    return _SEVERITY.get(line.level, _SEVERITY["error"])


def _short(value: object) -> str:
    words = str(value)
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
