"""Pictures of screens, compared with those that were looked at and found right."""

import re
from pathlib import Path

import pytest

_FOLDER = Path(__file__).parents[1] / "console" / "snapshots"
_ID = re.compile(r"terminal-\d+-")
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


class Snapshots:
    """`update`: what is seen now is what shall be seen."""

    def __init__(self, *, update: bool, seen_in: Path) -> None:
        self._update = update
        self._seen_in = seen_in

    def check(self, name: str, svg: str) -> None:
        """The ids are made up anew each time; the fonts would be fetched from elsewhere."""
        seen = _FONTS.sub("", _ID.sub("terminal-", svg))
        file = _FOLDER / f"{name}.svg"
        if self._update:
            file.write_text(seen, "utf-8")
        elif not file.exists() or file.read_text("utf-8") != seen:
            other = self._seen_in / file.name
            other.write_text(seen, "utf-8")
            pytest.fail(f"{name} looks otherwise: see {other}; --update-snapshots takes it over")
