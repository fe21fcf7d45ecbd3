"""The console's colours: calm, few, and never the only sign. `plain` is for terminals of sixteen colours."""

from collections.abc import Mapping

from textual.theme import BUILTIN_THEMES, Theme

_DARK = {
    "block-cursor-background": "#2c3e50",
    "block-cursor-foreground": "#e6edf3",
    "block-cursor-text-style": "bold",
    "border": "#30404f",
    "border-blurred": "#30404f",
    "quiet": "#7d8b99",
    "input-selection-background": "#4b89c8 40%",
}
THEMES = (
    Theme(
        name="dark",
        primary="#79b8e8",
        secondary="#5a8fb8",
        accent="#d8b26e",
        success="#7fbf8e",
        warning="#e0b05c",
        error="#e87f76",
        foreground="#cdd6de",
        background="#11161c",
        surface="#161d25",
        panel="#1d2731",
        variables=_DARK,
    ),
    Theme(
        name="light",
        primary="#1f6296",
        secondary="#4a7fa8",
        accent="#8a5a00",
        success="#1d7a3e",
        warning="#9a5b00",
        error="#b3261e",
        foreground="#24303b",
        background="#f7f8f9",
        surface="#eef1f3",
        panel="#e2e7eb",
        dark=False,
        variables={
            "block-cursor-background": "#c9ddee",
            "block-cursor-foreground": "#11202c",
            "block-cursor-text-style": "bold",
            "border": "#c3ccd4",
            "border-blurred": "#c3ccd4",
            "quiet": "#66727d",
        },
    ),
    # The colours of Okabe and Ito, which people who confuse red and green can tell apart.
    Theme(
        name="safe",
        primary="#56b4e9",
        secondary="#4a90b8",
        accent="#cc79a7",
        success="#56b4e9",
        warning="#f0e442",
        error="#e8833a",
        foreground="#d6dbe0",
        background="#11161c",
        surface="#161d25",
        panel="#1d2731",
        variables=_DARK,
    ),
    Theme(
        name="plain",
        primary="ansi_cyan",
        secondary="ansi_blue",
        accent="ansi_yellow",
        success="ansi_green",
        warning="ansi_yellow",
        error="ansi_red",
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        ansi=True,
        variables={
            **BUILTIN_THEMES["ansi-dark"].variables,
            "block-cursor-background": "ansi_blue",
            "block-cursor-foreground": "ansi_bright_white",
            "block-cursor-text-style": "bold",
            "border": "ansi_bright_black",
            "border-blurred": "ansi_bright_black",
            "quiet": "ansi_bright_black",
        },
    ),
)


def usual_theme(env: Mapping[str, str]) -> str:
    """What the terminal can show: Textual turns colours of more than it has into the nearest, which are no longer calm.

    Who wants no colour (NO_COLOR) gets the plain ones, and Textual leaves them out.
    """
    rich_terminal = env.get("COLORTERM") in ("truecolor", "24bit") or "256" in env.get("TERM", "")
    return "dark" if rich_terminal and not env.get("NO_COLOR") else "plain"
