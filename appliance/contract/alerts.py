"""Something that is not well, or was, and who has been told."""

from msgspec import Struct


class AlertDelivery(Struct, frozen=True, kw_only=True):
    """A message about an alert to one channel. `state`: waiting, delivered or failed; `error` is of the last try.

    `notice`: opened, worse, reminder, escalated, recovered, or test.
    """

    id: str
    notice: str
    channel: str
    state: str
    at: int
    delivered_at: int | None
    attempts: int
    error: str


class AlertRow(Struct, frozen=True, kw_only=True):
    """Something that is not well, or was. `restaurant_id` is empty where it is of the platform.

    `level`: notice, warning or critical; `state`: open, acknowledged or resolved. `value` is what was last measured, in
    `unit`: share (of 1), seconds, bytes or count. `resolved_by` is empty where it went by itself.
    """

    id: str
    rule: str
    restaurant_id: str
    level: str
    state: str
    message: str
    value: float
    unit: str
    opened_at: int
    seen_at: int
    acknowledged_at: int | None
    acknowledged_by: str
    resolved_at: int | None
    resolved_by: str
    deliveries: list[AlertDelivery]


class AlertTest(Struct, frozen=True, kw_only=True):
    """A message to every channel, to see whether they work."""

    id: str
    deliveries: list[AlertDelivery]
