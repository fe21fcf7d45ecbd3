"""Figures as people of a language read them, none wider than it must be."""

from msgspec import Struct

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


class Figures(Struct, frozen=True):
    """Decimal commas in Spanish, points in English."""

    language: str

    def count(self, value: float) -> str:
        return self._local(f"{value:,.0f}")

    def number(self, value: float, digits: int = 1) -> str:
        return self._local(f"{value:,.{digits}f}")

    def share(self, value: float | None) -> str:
        """Of 1, in percent; a small share keeps a digit."""
        if value is None:
            return "–"
        percent = value * 100
        return self._local(f"{percent:.1f}" if 0 < percent < 9.95 else f"{percent:.0f}") + " %"

    def ms(self, value: float) -> str:
        if value >= 10_000:
            return self.number(value / 1000) + " s"
        return self.count(value) + " ms"

    def money(self, cents: float) -> str:
        return self.number(cents / 100, 2) + " $"

    def bytes(self, value: float) -> str:
        for unit in ("B", "kB", "MB", "GB"):
            if value < 1000:
                return self.number(value, 0 if unit == "B" else 1) + f" {unit}"
            value /= 1000
        return self.number(value) + " TB"

    def _local(self, english: str) -> str:
        if self.language == "en":
            return english
        return english.translate(str.maketrans(",.", ".,"))


def span(seconds: float) -> str:
    """How long something took or has been, in its largest unit, or two where the second says much."""
    seconds = max(int(seconds), 0)
    if seconds < _MINUTE:
        return f"{seconds} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < _DAY:
        return f"{seconds // _HOUR} h {seconds % _HOUR // _MINUTE:02}"
    return f"{seconds // _DAY} d {seconds % _DAY // _HOUR} h"


def clock(seconds: float) -> str:
    """As a stopwatch shows it: minutes and seconds, with hours where there are some."""
    minutes, rest = divmod(max(int(seconds), 0), _MINUTE)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
