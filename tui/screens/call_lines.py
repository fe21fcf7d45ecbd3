"""A call in a word or two, alike in the list and in full; and its events applied once more."""

from textual.content import Content

from appliance.contract import CallRow, PlatformCallRow
from tui.screens.base import ConsoleScreen
from tui.widgets.tone import Tone, quiet, signed
from tui.words import Words

_FAILED = ("error", "not_connected")

AnyCall = PlatformCallRow | CallRow


def is_on_the_line(row: AnyCall) -> bool:
    return row.phase == "ongoing"


def state_of(row: AnyCall, words: Words) -> Content:
    """On the line, or what came of it."""
    if is_on_the_line(row):
        return Content.styled(f"● {words('calls.line')}", "bold $primary")
    if row.phase in _FAILED:
        return signed(Tone.BAD, words("calls.failed"))
    if row.successful is None:
        return signed(Tone.QUIET, words("calls.over") if row.phase == "ended" else row.phase)
    return signed(Tone.GOOD, words("calls.good")) if row.successful else signed(Tone.CARE, words("calls.poor"))


def length_ms(row: AnyCall, *, now_ms: int) -> int:
    """How long it took, or has been going on."""
    if is_on_the_line(row):
        return now_ms - (row.started_at or row.first_seen_at)
    return row.duration_ms or 0


def who_of(known_as: str | None, words: Words) -> Content:
    return Content(known_as) if known_as else quiet(words("calls.withheld"))


def replay(screen: ConsoleScreen, call_id: str) -> None:
    """Apply again what is stored of it, once the word for it was typed."""
    words = screen.words
    screen.deed(
        lambda: screen.desk.replay(call_id),
        ask=words("calls.replay.ask"),
        word=words("calls.replay.word"),
        done=lambda count: words("calls.replay.done", count=count),
    )
