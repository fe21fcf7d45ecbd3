"""In what something at Retell differs from how it should be, and what to send so that it does not.

Only what should be so is looked at: whatever else people have set there is theirs, and stays.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

Json = dict[str, Any]

_WHOLE = "parameters"
"""A schema means something as a whole only: a property too many is a difference, too."""


class Difference(Struct, frozen=True, kw_only=True):
    """`where` is a path such as `llm.general_tools.get_hours.url`; `found` is null where nothing is there."""

    where: str
    found: Any
    wanted: Any


def differences(wanted: Any, found: Any, where: str) -> Iterator[Difference]:
    if isinstance(wanted, Mapping) and isinstance(found, Mapping) and _may_be_mixed(wanted, found, where):
        for key, value in wanted.items():
            yield from differences(value, found.get(key), f"{where}.{key}")
    elif _is_named(wanted) and _is_named(found or []):
        there = _by_name(found or [])
        for item in wanted:
            yield from differences(item, there.get(item["name"]), f"{where}.{item['name']}")
    elif isinstance(wanted, list) and isinstance(found, list) and _are_pairs(wanted, found):
        for position, (item, other) in enumerate(zip(wanted, found, strict=True)):
            yield from differences(item, other, f"{where}.{position}")
    elif not _same(wanted, found):
        yield Difference(where=where, found=found, wanted=wanted)


def merged(wanted: Any, found: Any, where: str = "") -> Any:
    """What is there, changed as far as it must be."""
    if isinstance(wanted, Mapping) and isinstance(found, Mapping) and _may_be_mixed(wanted, found, where):
        return {**found, **{key: merged(value, found.get(key), key) for key, value in wanted.items()}}
    if _is_named(wanted) and _is_named(found or []):
        there, ours = _by_name(found or []), _by_name(wanted)
        others = [item for name, item in there.items() if name not in ours]
        return [*(merged(item, there.get(name), where) for name, item in ours.items()), *others]
    return wanted


def update(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> Json:
    """The fields to send: those that differ, each as a whole, for it replaces what is there."""
    return {
        key: merged(value, found.get(key), key)
        for key, value in wanted.items()
        if next(differences(value, found.get(key), key), None)
    }


def _may_be_mixed(wanted: Mapping[str, Any], found: Mapping[str, Any], where: str) -> bool:
    """Not the fields of two kinds of thing, and not a schema's."""
    of_one_kind = "type" not in wanted or found.get("type", wanted["type"]) == wanted["type"]
    return where.rpartition(".")[2] != _WHOLE and of_one_kind


def _is_named(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, Mapping) and "name" in item for item in value)


def _by_name(items: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {item["name"]: item for item in items}


def _are_pairs(wanted: Sequence[Any], found: Sequence[Any]) -> bool:
    return len(wanted) == len(found) and all(isinstance(item, Mapping) for item in (*wanted, *found))


def _same(wanted: Any, found: Any) -> bool:
    """Of words in a list the order does not matter; what is off need not be said to be.

    A variable that is "" is another thing than none: that one is read out as `{{…}}`.
    """
    if isinstance(wanted, list) and isinstance(found, list) and all(isinstance(item, str) for item in wanted):
        return sorted(wanted) == sorted(map(str, found))
    return bool(wanted == found) or (found is None and wanted is False)
