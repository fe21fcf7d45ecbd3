"""The screens, a file each: the key that leads there and where it is. Each is loaded when somebody first goes there."""

from msgspec import Struct


class Place(Struct, frozen=True, kw_only=True):
    """`where` is the module in this package and the class."""

    key: str
    id: str
    where: str


PLACES = (
    Place(key="1", id="pulse", where="pulse:Pulse"),
    Place(key="2", id="restaurants", where="restaurants:Restaurants"),
    Place(key="3", id="calls", where="calls:Calls"),
    Place(key="5", id="queue", where="queue:Queue"),
    Place(key="6", id="limits", where="limits:Limits"),
    Place(key="7", id="alerts", where="alerts:Alerts"),
    Place(key="8", id="system", where="system:System"),
    Place(key="9", id="logs", where="logs:Logs"),
    Place(key="0", id="book", where="book:Book"),
)
