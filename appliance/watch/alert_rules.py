"""The rules there are, with their thresholds. docs/operations.md has a section on each; a test holds the two together.

Thresholds: response, error rate, processor, memory and pool from the platform's acceptance criteria and what its
operators were promised; the others are ours.
"""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from appliance.domain.episodes import Level
from appliance.errors import ConfigError
from appliance.watch.rules import Rule

NOTICE, WARNING, CRITICAL = Level
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400

_OF_THE_MACHINE = (
    Rule(
        name="cpu_high",
        unit="share",
        levels={NOTICE: 0.70, WARNING: 0.80, CRITICAL: 0.95},
        clear=0.65,
        for_s=3 * _MINUTE,
    ),
    Rule(
        name="memory_high",
        unit="share",
        levels={NOTICE: 0.80, WARNING: 0.85, CRITICAL: 0.95},
        clear=0.75,
        for_s=3 * _MINUTE,
    ),
    Rule(name="disk_full", unit="share", levels={WARNING: 0.85, CRITICAL: 0.95}, clear=0.82),
    Rule(name="loop_lag_high", unit="seconds", levels={WARNING: 0.1, CRITICAL: 0.5}, clear=0.05),
    Rule(name="database_pool_busy", unit="share", levels={WARNING: 0.80, CRITICAL: 1.0}, clear=0.60),
    Rule(name="write_log_large", unit="bytes", levels={WARNING: 256 << 20, CRITICAL: 1 << 30}, clear=128 << 20),
    Rule(name="loops_restarted", unit="count", levels={WARNING: 1, CRITICAL: 5}, clear=1, for_s=0, reminder_s=_DAY),
    Rule(
        name="backup_old",
        unit="seconds",
        levels={WARNING: 26 * _HOUR, CRITICAL: 78 * _HOUR},  # a day and its delays (backup_oldest_hours), three of them
        clear=25 * _HOUR,
        clear_for_s=0,  # there is a new one, or there is not
        reminder_s=_DAY,
    ),
    Rule(
        name="backup_missing",
        unit="seconds",
        levels={WARNING: 3 * _DAY, CRITICAL: 14 * _DAY},
        clear=1,
        clear_for_s=0,
        reminder_s=_DAY,
    ),
)
_OF_THE_SERVICE = (
    Rule(name="response_slow", unit="seconds", levels={WARNING: 0.5, CRITICAL: 2.0}, clear=0.4),
    Rule(name="error_rate_high", unit="share", levels={WARNING: 0.05, CRITICAL: 0.10}, clear=0.02),
    Rule(name="queue_age", unit="seconds", levels={WARNING: 60, CRITICAL: 300}, clear=30),
    Rule(name="dead_letters", unit="count", levels={WARNING: 1, CRITICAL: 50}, clear=1, for_s=0, reminder_s=_DAY),
    Rule(name="unknown_agent", unit="count", levels={WARNING: 1}, clear=1, for_s=0, reminder_s=_DAY),
    Rule(name="signature_failures", unit="count", levels={WARNING: 10, CRITICAL: 100}, clear=5, for_s=0),
    Rule(name="concurrency_high", unit="share", levels={WARNING: 0.80, CRITICAL: 1.0}, clear=0.60, for_s=30),
    Rule(name="events_missed", unit="count", levels={WARNING: 1}, clear=1, for_s=0, reminder_s=_DAY),
    Rule(name="alerts_not_delivered", unit="count", levels={WARNING: 1}, clear=1, for_s=0, reminder_s=_DAY),
    Rule(
        name="outside_down",
        unit="seconds",
        levels={WARNING: 2 * _MINUTE},
        clear=1,
        for_s=0,
        clear_for_s=6 * _MINUTE,  # longer than a probe rests: a new process has to find out first
        reminder_s=_DAY,
    ),
    Rule(name="all_calls_stopped", unit="share", levels={CRITICAL: 0.95}, clear=0.80, for_s=5 * _MINUTE),
)
_OF_A_RESTAURANT = (
    Rule(
        name="plan_use_high",
        of="restaurant",
        unit="share",
        levels={NOTICE: 0.80, WARNING: 1.0},
        clear=0.60,
        for_s=0,
        cooldown_s=_HOUR,
        reminder_s=_DAY,
    ),
    Rule(name="tool_failures", of="restaurant", unit="share", levels={WARNING: 0.10, CRITICAL: 0.30}, clear=0.05),
    Rule(name="tool_slow", of="restaurant", unit="seconds", levels={WARNING: 0.5, CRITICAL: 1.0}, clear=0.4),
    Rule(
        name="calls_stopped",
        of="restaurant",
        unit="share",
        levels={WARNING: 0.90},
        clear=0.70,
        for_s=5 * _MINUTE,
        cooldown_s=_HOUR,
        reminder_s=_DAY,
    ),
    Rule(
        name="transfer_failures",
        of="restaurant",
        unit="share",
        levels={WARNING: 0.5},
        clear=0.3,
        for_s=0,
        cooldown_s=_HOUR,
        reminder_s=_DAY,
    ),
    Rule(
        name="occupancy_high",
        of="restaurant",
        unit="share",
        levels={NOTICE: 0.85},
        clear=0.75,
        cooldown_s=15 * _MINUTE,
        reminder_s=0,
    ),
    Rule(
        name="occupancy_low",
        of="restaurant",
        unit="share",
        levels={NOTICE: 0.20},
        low=True,
        clear=0.30,
        cooldown_s=30 * _MINUTE,
        reminder_s=0,
    ),
)

RULES: Mapping[str, Rule] = {rule.name: rule for rule in (*_OF_THE_MACHINE, *_OF_THE_SERVICE, *_OF_A_RESTAURANT)}

_WRITTEN_IN = {"share": 0.01, "seconds": 1.0, "bytes": float(1 << 20), "count": 1.0}
"""Operators write per cent, seconds, megabytes and numbers."""


def of_backups(oldest_hours: int) -> str:
    """The wish that follows from how old a backup may be; one of `alert_rules` comes after it and wins."""
    return f"backup_old={oldest_hours * _HOUR}/{3 * oldest_hours * _HOUR}"


def adjusted(wishes: Iterable[str]) -> Mapping[str, Rule]:
    """The rules with an operator's thresholds, each as `name=85/95` or `name=off`. Raises ConfigError.

    Where a rule is well again keeps its distance, in proportion, from where the first level begins.
    """
    rules = dict(RULES)
    for wish in wishes:
        name, _, limits = wish.partition("=")
        if name not in RULES:
            raise ConfigError(f"alert_rules: {name} is no rule; docs/operations.md lists them.")
        if limits == "off":
            rules.pop(name, None)
        else:
            rules[name] = _with_limits(RULES[name], limits)
    return rules


def _with_limits(rule: Rule, limits: str) -> Rule:
    try:
        values = [float(limit) * _WRITTEN_IN[rule.unit] for limit in limits.split("/")]
        levels = dict(zip(rule.levels, values, strict=True))
    except ValueError:
        raise ConfigError(f"alert_rules: {rule.name} takes {len(rule.levels)} thresholds.") from None
    if min(values) <= 0:
        raise ConfigError(f"alert_rules: {rule.name}: a threshold is more than nothing.")
    if values != sorted(values, reverse=rule.low):
        raise ConfigError(f"alert_rules: {rule.name}: the first threshold is to be reached before the second.")
    first = next(iter(rule.levels))
    clear = min(rule.clear, levels[first]) if rule.unit == "count" else levels[first] * rule.clear / rule.levels[first]
    return replace(rule, levels=levels, clear=clear)
