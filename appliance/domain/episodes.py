"""An alert's episode: something is not well, from when it was first told of to when it was well again.

The order in which it goes on is that of `watch.rules`; here is what is known of one at any moment.
"""

from enum import StrEnum

from msgspec import Struct


class Level(StrEnum):
    """How soon somebody should look: when there is time, today, now. The later in this list, the worse."""

    NOTICE = "notice"
    WARNING = "warning"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS = {level: rank for rank, level in enumerate(Level)}


class State(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class Episode(Struct, frozen=True, kw_only=True):
    """One episode of a rule; of the platform where `restaurant_id` is empty.

    `level` only ever rises, and `critical_at` is when it rose to the top. `seen_at` is when the trouble was last there,
    `value` what was measured then. `told` is the level that was last told of: empty as long as nobody was,
    `recovered` at the end. `resolved_by` is empty where it went by itself. Times are Unix ms; 0 is never.
    """

    id: str
    rule: str
    restaurant_id: str
    level: Level
    value: float
    opened_at: int
    seen_at: int
    critical_at: int = 0
    acknowledged_at: int = 0
    acknowledged_by: str = ""
    resolved_at: int = 0
    resolved_by: str = ""
    told: str = ""
    told_at: int = 0
    escalated_at: int = 0
    revision: int = 0

    @property
    def key(self) -> tuple[str, str]:
        return self.rule, self.restaurant_id

    @property
    def state(self) -> State:
        if self.resolved_at:
            return State.RESOLVED
        return State.ACKNOWLEDGED if self.acknowledged_at else State.OPEN


RECOVERED = "recovered"
"""What was told last of an episode that is over, and known to be."""
