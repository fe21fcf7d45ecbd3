"""How long things took: counted in narrow ranges, from which both percentiles and Prometheus' buckets are read."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from operator import sub
from typing import TypeAlias

SHOWN_S: tuple[float, ...] = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.5, 5.0, 10.0)
"""The upper bounds that are exposed."""
_FROM_S, _TO_S, _STEP = 0.000_5, 20.0, 1.25


def _ladder() -> tuple[float, ...]:
    rungs, bound = set(SHOWN_S), _FROM_S
    while bound < _TO_S:
        rungs.add(round(bound, 6))
        bound *= _STEP
    return tuple(sorted(rungs))


_BOUNDS_S = _ladder()
_SHOWN_AT = tuple(_BOUNDS_S.index(bound) for bound in SHOWN_S)

Gain: TypeAlias = tuple[int, ...]
"""A few durations: a range and how many fell into it, the next range, and so on."""


class Timing:
    """Durations in seconds. Two of the same thing can be subtracted, which leaves what came between."""

    __slots__ = ("_counts", "total_s")

    def __init__(self, counts: Sequence[int] = (), total_s: float = 0.0) -> None:
        self._counts = list(counts) or [0] * (len(_BOUNDS_S) + 1)
        self.total_s = total_s

    def note(self, seconds: float) -> None:
        self._counts[bisect_left(_BOUNDS_S, seconds)] += 1
        self.total_s += seconds

    @property
    def count(self) -> int:
        return sum(self._counts)

    def copy(self) -> "Timing":
        return Timing(self._counts, self.total_s)

    def __add__(self, other: "Timing") -> "Timing":
        both = [a + b for a, b in zip(self._counts, other._counts, strict=True)]
        return Timing(both, self.total_s + other.total_s)

    def __sub__(self, earlier: "Timing") -> "Timing":
        """What came since then."""
        new = [now - then for now, then in zip(self._counts, earlier._counts, strict=True)]
        return Timing(new, self.total_s - earlier.total_s)

    def gained(self, earlier: "Timing") -> Gain:
        """What came since then, in as little room as it takes; without the sum of the durations."""
        gains: list[int] = []
        for at, new in enumerate(map(sub, self._counts, earlier._counts)):  # noqa: SLF001 — one of our own
            if new:
                gains += (at, new)
        return tuple(gains)

    def gain(self, what: Gain) -> None:
        counts, parts = self._counts, iter(what)
        for at in parts:
            counts[at] += next(parts)

    def percentile_s(self, share: float) -> float:
        """What so large a share, such as 0.95, took at most; 0 with nothing noted. Exact to an eighth of itself.

        Within a range the durations are taken for evenly spread; beyond the last bound that bound is given.
        """
        rank = share * self.count
        below = 0
        for at, count in enumerate(self._counts):
            if count and below + count >= rank:
                return _between(at, (rank - below) / count)
            below += count
        return 0.0

    def buckets(self) -> list[tuple[str, int]]:
        """How many took at most each of `SHOWN_S`, in Prometheus' form."""
        so_far = list(accumulate(self._counts))
        return [(str(_BOUNDS_S[at]), so_far[at]) for at in _SHOWN_AT] + [("+Inf", so_far[-1])]


def _between(at: int, share: float) -> float:
    if at == len(_BOUNDS_S):
        return _BOUNDS_S[-1]
    low = _BOUNDS_S[at - 1] if at else 0.0
    return low + (_BOUNDS_S[at] - low) * share
