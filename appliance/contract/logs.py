"""The log of the server, as far as it is kept in memory."""

from msgspec import Struct


class LogLine(Struct, frozen=True, kw_only=True):
    """An event, with people, numbers and secrets hidden as in the log itself. A later line has the greater `id`.

    What the line is about stands in the three ids, empty where that is not known; the rest in `fields`, as text.
    """

    id: int
    at: int
    level: str
    event: str
    request_id: str
    call_id: str
    restaurant_id: str
    fields: dict[str, str]


class LogLines(Struct, frozen=True, kw_only=True):
    """The oldest first. `last` is the id of the newest there is, of whatever level: what to ask `after` next time."""

    items: list[LogLine]
    last: int
