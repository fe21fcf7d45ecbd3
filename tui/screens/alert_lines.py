"""An alert in a line, alike on every screen."""

from textual.content import Content

from appliance.contract import AlertRow
from tui.widgets.tone import Tone

LEVELS = {"critical": Tone.BAD, "warning": Tone.CARE, "notice": Tone.QUIET}


def tone_of(row: AlertRow) -> Tone:
    """What is over has no colour any more."""
    return Tone.GOOD if row.state == "resolved" else LEVELS.get(row.level, Tone.CARE)


def alert_line(row: AlertRow) -> Content:
    tone = tone_of(row)
    return Content.assemble((f"{tone.sign} ", tone.style), row.message)
