"""Plans that were agreed until some day: the operator is told when that is over."""

from datetime import date

import structlog

from appliance.clock import Clock
from appliance.services.directory import Directory

log = structlog.get_logger()


class Plans:
    def __init__(self, clock: Clock, directory: Directory) -> None:
        self._clock = clock
        self._directory = directory
        self._told: set[tuple[str, date | None]] = set()

    async def tell_of_lapsed(self) -> None:
        """Once for each end of a plan; again after this process has begun anew, while nobody has agreed on another."""
        now = self._clock.now_ms()
        lapsed = {(card.id, card.plan_until): card for card in self._directory.cards() if card.plan_lapsed(now)}
        for key, card in lapsed.items():
            if key not in self._told:
                log.warning("plan_lapsed", restaurant_id=card.id, plan=card.plan.value, plan_until=str(card.plan_until))
        self._told = set(lapsed)
