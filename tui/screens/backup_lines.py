"""How the newest backup is told of, on a screen of panels."""

from textual.content import Content

from appliance.contract import BackupState
from tui.figures import span
from tui.widgets.tone import Tone, signed
from tui.words import Words


def backup_told(state: BackupState, words: Words, *, now_ms: int) -> Content:
    """Its age; that there should be a younger one is a fault."""
    text = (
        words("system.backup_none") if state.made_at is None else words("system.backup_made", span=_age(state, now_ms))
    )
    return signed(backup_tone(state), text)


def backup_age(state: BackupState, words: Words, *, now_ms: int) -> Content:
    """Behind a word that says what it is."""
    text = words("pulse.no_backup") if state.made_at is None else words("age.ago", span=_age(state, now_ms))
    return signed(backup_tone(state), text)


def backup_tone(state: BackupState) -> Tone:
    """A new house may be without one for some days."""
    return Tone.BAD if state.late else Tone.GOOD if state.made_at is not None else Tone.QUIET


def _age(state: BackupState, now_ms: int) -> str:
    return span((now_ms - (state.made_at or now_ms)) / 1000)
