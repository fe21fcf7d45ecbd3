"""The corpus: what callers say, and what they mean by it, a file of tab-separated lines for each kind."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from msgspec import Struct

KINDS = ("days", "hours", "parties", "phones", "names")
LANGUAGES = ("es", "en")
ASK = "ask"
"""Expected where a careful listener would ask back; the dates, hours or sizes of a party to offer may follow it."""

_FOLDER = Path(__file__).parent / "corpus"
_TODAY = date(2026, 11, 25)
"""A Wednesday: the end of the week, of the month and of the year are all in sight."""


class Phrase(Struct, frozen=True, kw_only=True):
    """A line of the corpus; `setting` is its own today, or the country that its telephone number belongs to."""

    kind: str
    lang: str
    words: str
    expected: str
    setting: str = ""

    @property
    def today(self) -> date:
        return date.fromisoformat(self.setting) if self.kind == "days" and self.setting else _TODAY

    @property
    def region(self) -> str:
        return self.setting or "ES"


def load(*kinds: str) -> list[Phrase]:
    return [phrase for kind in kinds or KINDS for phrase in _lines(kind)]


def _lines(kind: str) -> Iterator[Phrase]:
    for line in (_FOLDER / f"{kind}.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            lang, words, expected, *setting = line.split("\t")
            yield Phrase(kind=kind, lang=lang, words=words, expected=expected, setting="".join(setting))
