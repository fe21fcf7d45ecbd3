"""Hours in which nobody is to be disturbed by what can wait."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

_DAY = 1440


class QuietHours(Struct, frozen=True):
    """From one minute of the day to another, in a zone; over midnight where the second is the earlier."""

    first: int
    end: int
    zone: ZoneInfo

    def at(self, now_ms: int) -> bool:
        now = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(self.zone)
        return (now.hour * 60 + now.minute - self.first) % _DAY < (self.end - self.first) % _DAY


NEVER = QuietHours(0, 0, ZoneInfo("UTC"))
