"""What the server does by itself as time goes by, and how often."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from appliance.services.plans import Plans
from appliance.services.retention import Retention
from appliance.work.schedule import Job

if TYPE_CHECKING:
    from collections.abc import Iterator

    from appliance.parts import Parts

RECONCILE_S = 300.0
_FIRST_RECONCILE_S = 10.0
_DIRECTORY_POLL_S = 2.0
_OFFERS_S = 15.0
_WAITLIST_S = 60.0
_OVERDUE_S = 60.0
_RETENTION_S = 3600.0
_PLANS_S = 60.0
_COUNTERS_S = 15.0
_TOKEN_USES_S = 60.0
_ROLLUPS_S = 20.0
_ALERTS_S = 15.0


def of(parts: Parts) -> Iterator[Job]:
    """The jobs of a server made of these parts."""
    retention = Retention(parts.database, parts.clock, parts.directory, parts.privacy)
    lapse, look_again = (partial(job, parts.directory) for job in (parts.waitlist.lapse, parts.waitlist.look_again))
    yield from (
        Job(name="directory", every_s=_DIRECTORY_POLL_S, work=parts.directory.refresh),
        Job(name="waitlist-offers", every_s=_OFFERS_S, work=lapse),
        Job(name="waitlist", every_s=_WAITLIST_S, work=look_again),
        Job(name="complete-overdue", every_s=_OVERDUE_S, work=parts.staff.complete_overdue),
        Job(name="retention", every_s=_RETENTION_S, work=retention.sweep),
        Job(name="plans", every_s=_PLANS_S, work=Plans(parts.clock, parts.directory).tell_of_lapsed),
        Job(name="counters", every_s=_COUNTERS_S, work=parts.counted.save),
        Job(name="token-uses", every_s=_TOKEN_USES_S, work=parts.api_tokens.note_uses),
        Job(name="rollups", every_s=_ROLLUPS_S, work=parts.rollups.keep),
        Job(name="rollups-sweep", every_s=_RETENTION_S, work=parts.rollups.sweep),
        Job(name="alert-rules", every_s=_ALERTS_S, work=parts.alerts.look),
        Job(name="old-alerts", every_s=_RETENTION_S, work=parts.alerts.sweep),
        Job(name="sessions", every_s=_RETENTION_S, work=parts.sessions.sweep),
    )
    if parts.reconcile:
        yield Job(name="reconcile", every_s=RECONCILE_S, first_s=_FIRST_RECONCILE_S, work=parts.reconcile.sweep)
