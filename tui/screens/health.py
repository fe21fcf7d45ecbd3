"""A restaurant's health in a word or two, alike on every screen."""

from textual.content import Content

from appliance.contract import HealthReason, HealthRow
from tui.figures import Figures
from tui.widgets.tone import Tone, quiet, signed
from tui.words import Words

_WELL, _FAIR = 90, 70
_SHARES = ("tool_failures", "errors", "unsuccessful_calls", "negative_calls", "transfers_unanswered", "plan_use")


def tone_of(row: HealthRow) -> Tone:
    return Tone.GOOD if row.score >= _WELL else Tone.CARE if row.score >= _FAIR else Tone.BAD


def score_of(row: HealthRow) -> Content:
    return signed(tone_of(row), f"{row.score:>3}")


def why_of(row: HealthRow, words: Words, width: int) -> Content:
    """What takes most points first, as far as there is room."""
    told = [f"{f'−{reason.points} ' if reason.points else ''}{reason_name(reason, words)}" for reason in row.reasons]
    return quiet(", ".join(told)).truncate(width, ellipsis=True)


def reason_name(reason: HealthReason, words: Words) -> str:
    return words.known(f"reason.{reason.code}", reason.code)


def measured(reason: HealthReason, words: Words, figures: Figures) -> str:
    """What was measured: a share of so many, milliseconds, or a count."""
    if reason.code in _SHARES:
        of = f" {words('restaurants.of', count=figures.count(reason.of))}" if reason.of else ""
        return figures.share(reason.value) + of
    return figures.ms(reason.value) if reason.code.endswith("latency") else figures.count(reason.value)
