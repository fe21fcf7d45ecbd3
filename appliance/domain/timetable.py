"""The times at which guests may sit down on a day, and what follows from them: many days share them."""

from collections.abc import Iterator
from functools import lru_cache

from appliance.domain.meals import Served

_MOST_RANKED = 64
"""Wishes whose nearest times are remembered."""

_Row = tuple[int, ...]


class Timetable:
    """The times in order; `places` tells where in it a minute stands, counted as in `Served`."""

    __slots__ = ("_ranked", "_served", "places")

    def __init__(self, served: tuple[Served, ...]) -> None:
        self._served = served
        self._ranked: dict[tuple[int, ...], tuple[_Row, _Row, _Row]] = {}
        self.places = {one.at: place for place, one in enumerate(served)}

    def ranked(self, minutes: tuple[int, ...]) -> Iterator[tuple[int, int, int]]:
        """Each time's distance from the nearest of `minutes`, its own minute and its place, the nearest first.

        Of one distance in order. Many callers ask for the same few times.
        """
        rows = self._ranked.get(minutes)
        if rows is None:
            if len(self._ranked) >= _MOST_RANKED:
                self._ranked.clear()
            far = [min(map(one.distance, minutes)) for one in self._served]
            order = sorted(range(len(far)), key=far.__getitem__)
            # Three rows take half of what as many triples would.
            rows = tuple(far[place] for place in order), tuple(self._served[place].at for place in order), tuple(order)
            self._ranked[minutes] = rows
        return zip(*rows, strict=True)


@lru_cache(maxsize=1024)
def timetable_of(served: tuple[Served, ...]) -> Timetable:
    """The one that all days with those times share: a processor has little at hand, and not what each day has anew."""
    return Timetable(served)
