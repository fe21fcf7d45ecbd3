"""How a reader did on the corpus: each phrase's verdict and its time, and what they come to."""

import statistics
import time
from collections.abc import Callable, Sequence
from enum import Enum

from msgspec import Struct

from benchmarks.spoken import readers
from benchmarks.spoken.corpus import ASK, Phrase

_ROUNDS = 5


class Verdict(Enum):
    RIGHT = "right"
    ASKED = "asked needlessly"
    """Asked although there was a value, or without the dates that it could have offered."""
    WRONG = "silently wrong"
    """A value that was not meant, or where none was: a table on the wrong night."""


class Score(Struct, frozen=True, kw_only=True):
    phrase: Phrase
    read: str
    verdict: Verdict
    us: float


class _Taken(Struct, frozen=True):
    value: object
    us: float


class Total(Struct, frozen=True, kw_only=True):
    """What the scores of many phrases come to."""

    phrases: int
    right: int
    asked: int
    wrong: int
    median_us: float
    p99_us: float

    @property
    def share(self) -> float:
        return self.right / self.phrases


def verdict(expected: str, read: str) -> Verdict:
    asks = read.partition(" ")[0] == ASK
    if read == expected or (asks and expected == ASK):
        return Verdict.RIGHT
    return Verdict.ASKED if asks else Verdict.WRONG


def score(
    phrases: Sequence[Phrase],
    read: Callable[[Phrase], object] = readers.read,
    written: Callable[[object], str] = readers.written,
) -> list[Score]:
    # Round by round, so that a disturbance of the machine does not hit one phrase alone. The readers remember none.
    rounds = [[_timed(phrase, read) for phrase in phrases] for _ in range(_ROUNDS)]
    return [
        _score(phrase, written(taken[0].value), statistics.median(one.us for one in taken))
        for phrase, taken in zip(phrases, zip(*rounds, strict=True), strict=True)
    ]


def total(scores: list[Score]) -> Total:
    verdicts = [one.verdict for one in scores]
    times = sorted(one.us for one in scores)
    return Total(
        phrases=len(scores),
        right=verdicts.count(Verdict.RIGHT),
        asked=verdicts.count(Verdict.ASKED),
        wrong=verdicts.count(Verdict.WRONG),
        median_us=statistics.median(times),
        p99_us=times[len(times) * 99 // 100],
    )


def _score(phrase: Phrase, read: str, us: float) -> Score:
    return Score(phrase=phrase, read=read, verdict=verdict(phrase.expected, read), us=us)


def _timed(phrase: Phrase, read: Callable[[Phrase], object]) -> _Taken:
    started = time.perf_counter_ns()
    value = read(phrase)
    return _Taken(value, (time.perf_counter_ns() - started) / 1000)
