"""What an entry of the audit shows of a change: what became different, without what it must not repeat.

Entries are never changed nor removed, also not when a guest is erased; so nothing of a guest's person goes into them.
"""

from collections.abc import Mapping
from typing import Any

_PERSONAL = frozenset({"name", "phone", "notes", "needs", "text", "is_vip", "vip"})
"""What a booking, a guest or a message says of a person."""
_SECRET = frozenset({"password", "password_hash", "phone", "transfer_number", "notify_url"})
"""Hidden of whomever: secrets, numbers of people, addresses that may hold a secret."""
_STAMPS = frozenset({"updated_at"})
HIDDEN = "••••"


def changes(
    before: Mapping[str, Any], after: Mapping[str, Any], *, personal: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that differ, as they were and as they are. `personal`: it is about a guest."""
    hidden = _SECRET | _PERSONAL if personal else _SECRET
    told = (before.keys() | after.keys()) - _STAMPS
    names = [name for name in told if before.get(name) != after.get(name)]
    return _shown(before, names, hidden), _shown(after, names, hidden)


def _shown(fields: Mapping[str, Any], names: list[str], hidden: frozenset[str]) -> dict[str, Any]:
    return {
        name: HIDDEN if name in hidden and fields[name] else fields[name] for name in sorted(names) if name in fields
    }
