"""The table of rules, and the page that says what each means."""

import re
from pathlib import Path

import pytest

from appliance.errors import ConfigError
from appliance.services.monitoring.alert_words import COUNTED, SENTENCES
from appliance.watch.alert_rules import RULES, adjusted, of_backups
from appliance.watch.rules import Rule

PAGE = (Path(__file__).parents[2] / "docs/operations.md").read_text("utf-8")
ALERTS = PAGE.partition("\n## Alerts\n")[2].partition("\n## ")[0]
SECTIONS = dict(re.findall(r"^### (\w+)\n(.*?)(?=^### |\Z)", ALERTS, re.MULTILINE | re.DOTALL))


def amount(rule: Rule, value: float) -> str:
    if rule.unit == "share":
        return f"{value * 100:g} %"
    if rule.unit == "bytes":
        return f"{value / (1 << 20):g} MB"
    if rule.unit == "seconds":
        if value >= 7200:
            return f"{value / 3600:g} h"
        return f"{value * 1000:g} ms" if value < 1 else f"{value:g} s"
    return f"{value:g}"


def thresholds(rule: Rule) -> str:
    """The first line of a rule's section."""
    way, well = ("down to", "above") if rule.low else ("from", "below")
    levels = ", ".join(f"{level} {way} {amount(rule, value)}" for level, value in rule.levels.items())
    held = f" for {rule.for_s} s" if rule.for_s else ""
    line = f"{levels}{held}; well {well} {amount(rule, rule.clear)} for {rule.clear_for_s} s."
    return line[0].upper() + line[1:]


def test_every_rule_has_its_section_and_every_section_a_rule() -> None:
    assert SECTIONS.keys() == RULES.keys()


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_section_says_the_thresholds_what_it_means_and_what_to_do(rule: Rule) -> None:
    first, meaning, deed = SECTIONS[rule.name].strip().splitlines()
    assert first == thresholds(rule)
    assert len(meaning) > 30
    assert deed.startswith("**Do:** ")


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_between_well_and_the_first_threshold_nothing_is_told(rule: Rule) -> None:
    limits = list(rule.levels.values())
    assert limits == sorted(limits, reverse=rule.low)
    assert rule.level(limits[0]) is next(iter(rule.levels))
    assert not rule.is_well(limits[0])
    assert rule.clear >= limits[0] if rule.low else rule.clear <= limits[0]


def test_every_rule_has_words_and_every_count_its_noun() -> None:
    assert SENTENCES.keys() == RULES.keys()
    assert COUNTED.keys() == {name for name, rule in RULES.items() if rule.unit == "count"}


def test_an_operator_s_thresholds_take_the_place_of_ours() -> None:
    rules = adjusted(["cpu_high=80/90/99", "queue_age=120/600", "write_log_large=512/2048", "occupancy_low=off"])
    assert [*rules["cpu_high"].levels.values()] == pytest.approx([0.80, 0.90, 0.99])
    assert rules["cpu_high"].clear == pytest.approx(0.8 * 0.65 / 0.7)
    assert [*rules["queue_age"].levels.values()] == [120, 600]
    assert [*rules["write_log_large"].levels.values()] == [512 << 20, 2048 << 20]
    assert "occupancy_low" not in rules
    assert rules["memory_high"] == RULES["memory_high"]


def test_how_old_a_backup_may_be_is_a_setting_unless_the_rule_says_otherwise() -> None:
    assert [*adjusted([of_backups(26)])["backup_old"].levels.values()] == [*RULES["backup_old"].levels.values()]
    assert [*adjusted([of_backups(50)])["backup_old"].levels.values()] == [180_000, 540_000]
    assert "backup_old" not in adjusted([of_backups(50), "backup_old=off"])


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ("cpu_low=80/90", "cpu_low is no rule"),
        ("cpu_high=80", "cpu_high takes 3 thresholds"),
        ("unknown_agent=1/2", "unknown_agent takes 1 thresholds"),
        ("cpu_high=1.2.3/4/5", "cpu_high takes 3 thresholds"),
        ("cpu_high=95/80/99", "cpu_high: the first threshold is to be reached before the second"),
        ("dead_letters=0/5", "dead_letters: a threshold is more than nothing"),
    ],
)
def test_a_wish_that_means_nothing_stops_the_start(wish: str, told: str) -> None:
    with pytest.raises(ConfigError, match=f"^alert_rules: {told}"):
        adjusted([wish])
