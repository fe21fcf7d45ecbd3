"""The table of the README on spoken language: how much of the corpus is read right, and how fast, beside a peer."""

from collections.abc import Iterator

from benchmarks.report import Section, mark
from benchmarks.spoken import peer
from benchmarks.spoken.corpus import KINDS, LANGUAGES, load
from benchmarks.spoken.scores import Score, Total, Verdict, score, total

_LANGUAGES = {"es": "Spanish", "en": "English"}
_HEAD = ("", "phrases", "right", "needless asks", "silently wrong", "µs p50", "µs p99")
_LEAST_RIGHT = 0.99
_MOST_US = 200


def spoken(*, misses: bool) -> tuple[list[Section], bool]:
    """The tables, and whether the targets are met; with `misses` what is not read right is printed at once."""
    ours = score(load())
    targets = _targets(total(ours))
    sections = [_by_kind(ours), _beside(ours), targets]
    for line in _misses(ours) if misses else ():
        print(line)
    return sections, all(row[-1] == mark(met=True) for row in targets.rows)


def _by_kind(scores: list[Score]) -> Section:
    cells = [(kind, lang) for kind in KINDS for lang in LANGUAGES]
    rows = [(f"{kind}, {_LANGUAGES[lang]}", *_row(_of(scores, kind, lang))) for kind, lang in cells]
    return Section(head=_HEAD, rows=[*rows, ("**all**", *_row(total(scores)))])


def _of(scores: list[Score], kind: str, lang: str) -> Total:
    return total([one for one in scores if (one.phrase.kind, one.phrase.lang) == (kind, lang)])


def _row(reached: Total) -> tuple[str, ...]:
    return (
        f"{reached.phrases:,}",
        f"{reached.share:.1%}",
        str(reached.asked),
        str(reached.wrong),
        f"{reached.median_us:.0f}",
        f"{reached.p99_us:.0f}",
    )


def _beside(ours: list[Score]) -> Section:
    readers = {
        "**Maitre**": ours,
        "dateparser": score(load(*peer.KINDS), peer.parse, str),
        "its search": score(load(*peer.KINDS), peer.search, str),
    }
    rows = [
        (f"{kind}, {name}", *_row(total([one for one in scores if one.phrase.kind == kind])))
        for kind in peer.KINDS
        for name, scores in readers.items()
    ]
    return Section(head=_HEAD, rows=rows)


def _targets(reached: Total) -> Section:
    rows = (
        ("read right", f"{reached.share:.1%}", f"≥ {_LEAST_RIGHT:.0%}", mark(met=reached.share >= _LEAST_RIGHT)),
        ("silently wrong", str(reached.wrong), "0", mark(met=reached.wrong == 0)),
        ("µs a phrase, median", f"{reached.median_us:.0f}", f"< {_MOST_US}", mark(met=reached.median_us < _MOST_US)),
    )
    return Section(head=("", "measured", "target", ""), rows=list(rows))


def _misses(scores: list[Score]) -> Iterator[str]:
    for one in sorted(scores, key=lambda one: one.verdict.value):
        if one.verdict is not Verdict.RIGHT:
            said = f"{one.phrase.kind}, {one.phrase.lang}: {one.phrase.words!r}"
            yield f"{one.verdict.value}: {said} is {one.phrase.expected}, read {one.read}"
