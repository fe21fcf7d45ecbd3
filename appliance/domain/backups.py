"""Backups by their names, and which of them are kept."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

_NAME = re.compile(r"\Amaitre-(\d{8}T\d{6})\.(\d{3})Z\Z")


def name_of(at_ms: int) -> str:
    """The name of a backup that is made at that Unix time: names sort as their moments do."""
    return f"maitre-{_at(at_ms):%Y%m%dT%H%M%S}.{at_ms % 1000:03d}Z"


def made_at(name: str) -> int | None:
    """The Unix time in ms that a name tells; None for what is no backup's."""
    found = _NAME.match(name)
    if found is None:
        return None
    try:
        second = datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return int(second.timestamp()) * 1000 + int(found[2])


def kept(made: Iterable[int], *, daily: int, weekly: int) -> set[int]:
    """Of backups made at these moments, those to keep: the last of each of so many days and weeks that have one.

    Besides, as many of the newest as days are kept: who makes several in a day loses none of them soon.
    It goes by the days that have a backup, and not by the calendar: a machine that was off for a month loses none.
    """
    newest_first = sorted(set(made), reverse=True)
    return {*newest_first[:daily]} | _last_of(newest_first, _day, daily) | _last_of(newest_first, _week, weekly)


def _last_of(newest_first: list[int], span: Callable[[int], str], most: int) -> set[int]:
    last: dict[str, int] = {}
    for at_ms in newest_first:
        last.setdefault(span(at_ms), at_ms)
    return set(list(last.values())[:most])


def _day(at_ms: int) -> str:
    return f"{_at(at_ms):%Y-%m-%d}"


def _week(at_ms: int) -> str:
    return f"{_at(at_ms):%G-%V}"


def _at(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms // 1000, UTC)
