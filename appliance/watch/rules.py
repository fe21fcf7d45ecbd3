"""When what is measured becomes an alert, and what of it is told when. Pure: values and the time come in.

A rule speaks of the platform or of each restaurant. From what it measures there comes one episode at a time: it opens
when the value has stayed bad for a while, may get worse, and ends when the value has been well for a while. Between
"bad" and "well" lies a band in which nothing changes. What is told follows from the episode and the clock alone, so
that nothing is told twice, whoever looks.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from enum import StrEnum
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from appliance.domain.episodes import RECOVERED, Episode, Level

Key: TypeAlias = tuple[str, str]
"""The name of a rule, and the restaurant, empty for the platform."""
Readings: TypeAlias = Mapping[Key, float]

_GAP_MS = 120_000
"""After so long without a look nobody knows how the value was meanwhile."""
_SEEN_EVERY_MS = 30_000
_S = 1_000


class Rule(Struct, frozen=True, kw_only=True):
    """What is bad and for how long. `levels` are the values from which it is so bad; `clear` is where it is well again.

    `low`: small values are the bad ones. `for_s`: how long it must stay bad until it is told of, and `clear_for_s` how
    long well until it is over. `cooldown_s`: how long after that no new episode opens. `reminder_s`: how often an open
    episode that nobody has acknowledged is told again; 0: never.
    """

    name: str
    of: Literal["platform", "restaurant"] = "platform"
    levels: Mapping[Level, float]
    clear: float
    unit: Literal["share", "seconds", "bytes", "count"]
    low: bool = False
    for_s: int = 60
    clear_for_s: int = 120
    cooldown_s: int = 600
    reminder_s: int = 6 * 3600

    def level(self, value: float) -> Level | None:
        """How bad that is; None where it is not."""
        reached = [level for level, limit in self.levels.items() if self._beyond(value, limit)]
        return max(reached, key=lambda level: level.rank, default=None)

    def is_well(self, value: float) -> bool:
        return value > self.clear if self.low else value < self.clear

    def _beyond(self, value: float, limit: float) -> bool:
        return value <= limit if self.low else value >= limit


class Notice(StrEnum):
    """What is told of an episode."""

    OPENED = "opened"
    WORSE = "worse"
    REMINDER = "reminder"
    ESCALATED = "escalated"
    RECOVERED = "recovered"


class Change(Struct, frozen=True, kw_only=True):
    """What becomes of an episode; `before` is None for a new one. `notice` is what is to be told of it now."""

    before: Episode | None
    after: Episode
    notice: Notice | None


class Telling(Struct, frozen=True, kw_only=True):
    """How it is told. `quiet`: only what is critical may disturb now. `escalate_after_s`: 0 where nobody else is."""

    quiet: bool = False
    escalate_after_s: int = 0


class Judge:
    """Remembers since when each value has been as it is: of what is not well only, so as much as there are subjects.

    An episode of a rule that is no more is over.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = {rule.name: rule for rule in rules}
        self._bad: dict[Key, dict[Level, int]] = {}
        self._well: dict[Key, int] = {}
        self._looked_at = 0

    def look(
        self,
        readings: Readings,
        episodes: Collection[Episode],
        *,
        now_ms: int,
        telling: Telling,
        new_id: Callable[[], str],
    ) -> list[Change]:
        """What the values of this moment change. What is not among them is well.

        `episodes` are those that are not over, and those that ended within the longest cooldown or whose end may still
        have to be told.
        """
        if not 0 <= now_ms - self._looked_at <= _GAP_MS:
            self._bad.clear()
            self._well.clear()
        self._looked_at = now_ms
        going = {one.key: one for one in episodes if not one.resolved_at}
        pairs: list[tuple[Episode | None, Episode]] = [(one, one) for one in episodes if one.resolved_at]
        for key in readings.keys() | going.keys():
            known = going.get(key)
            after = self._next(key, readings.get(key), known, now_ms)
            if after is None and self._may_open(key, episodes, now_ms):
                after = self._opened(key, readings[key], now_ms, new_id)
            if after:
                pairs.append((known, after))
        return [change for before, after in pairs if (change := self._told(before, after, now_ms, telling))]

    def _next(self, key: Key, value: float | None, known: Episode | None, now_ms: int) -> Episode | None:
        """The episode as it is after this look; None where there is none."""
        rule = self._rules.get(key[0])
        if rule is None:
            return replace(known, resolved_at=now_ms) if known else None
        well = value is None or rule.is_well(value)
        self._note(key, rule, value, well=well, now_ms=now_ms)
        if known is None:
            return None
        if well or value is None:
            return self._ended(rule, known, now_ms)
        return self._going_on(key, rule, known, value, now_ms)

    def _note(self, key: Key, rule: Rule, value: float | None, *, well: bool, now_ms: int) -> None:
        if well or value is None:
            self._bad.pop(key, None)
            self._well.setdefault(key, now_ms)
            return
        self._well.pop(key, None)
        level = rule.level(value)
        if level:
            since = self._bad.setdefault(key, {})
            for one in rule.levels:
                if one.rank <= level.rank:
                    since.setdefault(one, now_ms)

    def _ended(self, rule: Rule, known: Episode, now_ms: int) -> Episode:
        """Over once it has been well for long enough, here and wherever else somebody looks."""
        enough_ms = rule.clear_for_s * _S
        well = now_ms - self._well[known.key] >= enough_ms and _is_past(known.seen_at, enough_ms, now_ms)
        return replace(known, resolved_at=now_ms) if well else known

    def _going_on(self, key: Key, rule: Rule, known: Episode, value: float, now_ms: int) -> Episode:
        held = self._held(key, rule, value, now_ms)
        if held and held.rank > known.level.rank:
            at = now_ms if held is Level.CRITICAL else 0
            fresh = {"acknowledged_at": 0, "acknowledged_by": ""}  # what was acknowledged was something less
            return replace(known, level=held, value=value, seen_at=now_ms, critical_at=at, **fresh)
        if _is_past(known.seen_at, _SEEN_EVERY_MS, now_ms):
            return replace(known, value=value, seen_at=now_ms)
        return known

    def _held(self, key: Key, rule: Rule, value: float, now_ms: int) -> Level | None:
        """The worst level that is reached now and has not been well since it was first reached long enough ago."""
        level, since = rule.level(value), self._bad.get(key, {})
        reached = [one for one in rule.levels if level and one.rank <= level.rank]
        held = [one for one in reached if now_ms - since[one] >= rule.for_s * _S]
        return max(held, key=lambda one: one.rank, default=None)

    def _may_open(self, key: Key, episodes: Collection[Episode], now_ms: int) -> bool:
        rule = self._rules.get(key[0])
        if rule is None or key not in self._bad:
            return False
        ended = max((one.resolved_at for one in episodes if one.key == key), default=0)
        return _is_past(ended, rule.cooldown_s * _S, now_ms)

    def _opened(self, key: Key, value: float, now_ms: int, new_id: Callable[[], str]) -> Episode | None:
        level = self._held(key, self._rules[key[0]], value, now_ms)
        if level is None:
            return None
        return Episode(
            id=new_id(),
            rule=key[0],
            restaurant_id=key[1],
            level=level,
            value=value,
            opened_at=now_ms,
            seen_at=now_ms,
            critical_at=now_ms if level is Level.CRITICAL else 0,
        )

    def _told(self, before: Episode | None, after: Episode, now_ms: int, telling: Telling) -> Change | None:
        rule = self._rules.get(after.rule)
        notice = due(after, now_ms=now_ms, reminder_s=rule.reminder_s if rule else 0, telling=telling)
        if notice is Notice.ESCALATED:
            after = replace(after, escalated_at=now_ms)
        elif notice:
            after = replace(after, told=RECOVERED if notice is Notice.RECOVERED else after.level, told_at=now_ms)
        return None if after is before else Change(before=before, after=after, notice=notice)


def due(one: Episode, *, now_ms: int, reminder_s: int, telling: Telling) -> Notice | None:
    """What is to be told of an episode now. What nobody was told of needs no word when it is over."""
    if one.told == RECOVERED or (telling.quiet and one.level is not Level.CRITICAL):
        return None
    if one.resolved_at:
        return Notice.RECOVERED if one.told else None
    if one.acknowledged_at:
        return None
    if one.told != one.level:
        return Notice.WORSE if one.told else Notice.OPENED
    return _of_silence(one, now_ms=now_ms, reminder_s=reminder_s, telling=telling)


def _of_silence(one: Episode, *, now_ms: int, reminder_s: int, telling: Telling) -> Notice | None:
    """What is to be told because nobody has acknowledged what was told."""
    asked_ms = telling.escalate_after_s * _S
    if asked_ms and one.critical_at and not one.escalated_at and _is_past(one.critical_at, asked_ms, now_ms):
        return Notice.ESCALATED
    reminder_due = reminder_s and now_ms - one.told_at >= reminder_s * _S
    return Notice.REMINDER if reminder_due else None


def _is_past(then_ms: int, span_ms: int, now_ms: int) -> bool:
    """Whether so long has gone by since; what is written of a time to come was written by a clock that was wrong."""
    ago_ms = now_ms - then_ms
    return ago_ms >= span_ms or ago_ms < -_GAP_MS  # clocks of several nodes differ a little
