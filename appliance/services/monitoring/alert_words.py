"""What is said of an alert, to people: a sentence a rule, in the language of whoever reads it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from appliance.domain.episodes import Episode, Level
from appliance.errors import Say
from appliance.watch.alert_rules import RULES
from appliance.watch.rules import Notice

SENTENCES: Mapping[str, str] = {
    "cpu_high": "The processor has been busy for minutes: {value}.",
    "memory_high": "The machine's memory is running out: {value} is in use.",
    "disk_full": "The disk with the data is {value} full.",
    "loop_lag_high": "The server is late with everything it does, by {value}.",
    "database_pool_busy": "{value} of the database's connections are in use.",
    "write_log_large": "The database's write-ahead log has grown to {value}.",
    "response_slow": "One answer in twenty takes {value} or longer.",
    "error_rate_high": "{value} of the answers are errors of ours.",
    "queue_age": "Events of the phone platform have waited for {value} to be applied.",
    "dead_letters": "{value} could not be done and wait in the dead letters.",
    "unknown_agent": "{value} came for an agent or number that no restaurant has.",
    "signature_failures": "{value} with a wrong signature came in a quarter of an hour.",
    "concurrency_high": "{value} of the calls that the phone platform takes at once are on the line.",
    "loops_restarted": "Background work of the server broke or stood still, and was begun again: {value}.",
    "backup_old": "The newest backup is {value} old.",
    "backup_missing": "There has been no backup for {value}, which is since the first account was made.",
    "events_missed": "{value} of the phone platform never arrived here and had to be fetched.",
    "alerts_not_delivered": "{value} about alerts could not be delivered: a channel does not work.",
    "outside_down": "Something outside that the phone needs has not been well for {value}; `maitre health` says what.",
    "all_calls_stopped": "Calls have stopped coming: {value} fewer than in this hour of other weeks.",
    "plan_use_high": "The phone has used {value} of what the plan reckons with.",
    "tool_failures": "{value} of what the agent asked for failed through a fault of ours.",
    "tool_slow": "One answer in twenty to the agent takes {value} or longer.",
    "calls_stopped": "Calls have stopped coming: {value} fewer than in this hour of other weeks.",
    "transfer_failures": "Nobody answered {value} of the calls that were handed over in the last day.",
    "occupancy_high": "The tables are booked to {value} for today.",
    "occupancy_low": "The tables are booked to only {value} for today.",
}
LEVELS: Mapping[Level, str] = {Level.NOTICE: "Notice", Level.WARNING: "Warning", Level.CRITICAL: "CRITICAL"}
TITLES: Mapping[Notice, str] = {
    Notice.OPENED: "{level}: {where}",
    Notice.WORSE: "{level}, worse than before: {where}",
    Notice.REMINDER: "{level}, still: {where}",
    Notice.ESCALATED: "{level}, nobody has acknowledged it: {where}",
    Notice.RECOVERED: "{where}: recovered",
}
SINCE, OVER, CLOSED = "Since {time}.", "It was so from {time} on, for {minutes} min.", "{who} has closed it."
WHAT_TO_DO = "To find out what to do, see {page}"
TEST_TITLE, TEST_BODY = "{where}: a test", "Alerts reach this channel."
_PAGE = "docs/operations.md#{rule}"
COUNTED: Mapping[str, tuple[str, str]] = {
    "dead_letters": ("1 task", "{count} tasks"),
    "unknown_agent": ("1 event", "{count} events"),
    "signature_failures": ("1 request", "{count} requests"),
    "loops_restarted": ("once", "{count} times"),
    "events_missed": ("1 event", "{count} events"),
    "alerts_not_delivered": ("1 message", "{count} messages"),
}


class Told(Struct, frozen=True, kw_only=True):
    title: str
    body: str


class Words:
    """`name_of` gives the name of a restaurant; `platform` is what the whole is called."""

    def __init__(self, say: Say, *, platform: str, zone: ZoneInfo, name_of: Callable[[str], str]) -> None:
        self._say = say
        self._platform = platform
        self._zone = zone
        self._name_of = name_of

    def message(self, one: Episode, notice: Notice) -> Told:
        where = self._name_of(one.restaurant_id) if one.restaurant_id else self._platform
        level = self._say(LEVELS[one.level])
        lines = (sentence(one, self._say), self._when(one), self._say(WHAT_TO_DO, page=_PAGE.format(rule=one.rule)))
        return Told(title=self._say(TITLES[notice], level=level, where=where), body="\n".join(lines))

    def test(self) -> Told:
        return Told(title=self._say(TEST_TITLE, where=self._platform), body=self._say(TEST_BODY))

    def _when(self, one: Episode) -> str:
        time = datetime.fromtimestamp(one.opened_at / 1000, UTC).astimezone(self._zone).strftime("%Y-%m-%d %H:%M")
        if not one.resolved_at:
            return self._say(SINCE, time=time)
        minutes = max(round((one.resolved_at - one.opened_at) / 60_000), 1)
        over = self._say(OVER, time=time, minutes=minutes)
        return f"{over} {self._say(CLOSED, who=one.resolved_by)}" if one.resolved_by else over


def sentence(one: Episode, say: Say) -> str:
    """What is not well, with the value that was last measured; its name where the rule is gone."""
    return say(SENTENCES[one.rule], value=_shown(one, say)) if one.rule in RULES else one.rule


def _shown(one: Episode, say: Say) -> str:
    unit, value = RULES[one.rule].unit, one.value
    if unit == "share":
        return f"{round(value * 100)} %"
    if unit == "bytes":
        return f"{round(value / (1 << 20))} MB"
    if unit == "seconds":
        return _lasting(value)
    singular, plural = COUNTED[one.rule]
    return say(singular) if value == 1 else say(plural, count=round(value))


def _lasting(seconds: float) -> str:
    if seconds < 10:
        return f"{round(seconds * 1000)} ms"
    if seconds < 600:
        return f"{round(seconds)} s"
    return f"{round(seconds / 60)} min" if seconds < 7200 else f"{round(seconds / 3600)} h"


def all_sentences() -> set[str]:
    """Everything that can be said, for the catalogue."""
    counted = {form for forms in COUNTED.values() for form in forms}
    rest = {SINCE, OVER, CLOSED, WHAT_TO_DO, TEST_TITLE, TEST_BODY}
    return {*SENTENCES.values(), *LEVELS.values(), *TITLES.values(), *counted, *rest}
