"""Which settings may change while the server runs, and how it goes on with them."""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from appliance.config import SETTINGS, Settings
from appliance.parts import Parts, check


def _log_level(parts: Parts, new: Settings) -> None:
    parts.log_level.usual = new.log_level
    parts.log_level.change(new.log_level)


def _webhook_keys(parts: Parts, new: Settings) -> None:
    parts.doors.keys = new.retell_webhook_keys


_TAKEN_OVER: Mapping[str, Callable[[Parts, Settings], None]] = {
    "log_level": _log_level,
    "retell_webhook_keys": _webhook_keys,
}
"""What is asked for each time it is used. The other settings are built into what works with them, and a restart, which
drops nothing, builds that anew."""


def take_over(parts: Parts, new: Settings) -> tuple[list[str], list[str]]:
    """Go on with what `new` says: which of the changed settings were taken over, and which wait for a restart.

    Raises StartError for what a start would be refused for; nothing has changed then.
    """
    check(new)
    changed = [one.name for one in SETTINGS if getattr(new, one.name) != getattr(parts.settings, one.name)]
    taken = [name for name in changed if name in _TAKEN_OVER]
    for name in taken:
        _TAKEN_OVER[name](parts, new)
    parts.settings = replace(parts.settings, **{name: getattr(new, name) for name in taken})
    return taken, [name for name in changed if name not in taken]
