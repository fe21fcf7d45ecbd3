"""The errors of this process as they happen: how many of what kind, and the same ones as one group with its last cases.

In memory, of this process since its start, and bounded: what comes in too many kinds pushes out what was not seen for
longest. The log has every one of them in full.
"""

import re
from collections import Counter, OrderedDict, deque
from hashlib import sha256
from traceback import walk_tb
from types import TracebackType

from msgspec import Struct

from appliance.clock import Clock
from appliance.contract import ErrorGroup, ErrorOccurrence, ErrorReport
from appliance.errors import MaitreError, Unavailable, Unreachable

_MOST_GROUPS = 500
_MOST_COUNTED = 1_000
"""Routes, and restaurants."""
_LAST = 5
_READ_CHARS, _MOST_DETAIL_CHARS = 1_000, 200
_OURS = "appliance."
_HIDDEN = "••••"
_MASKED = re.compile(
    r"(?P<kept>\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d)?|\b[a-z]+_[0-9a-f]{26}\b)"  # dates, and ids of ours
    r"|\S{1,64}@\S+"  # addresses, also those with a password before them
    r"|\+?\d(?:[ ./()-]{0,2}\d){5,}"  # telephone numbers
    r"|[\w+/=-]{24,}(?:\.[\w+/=-]+)*"  # keys and tokens
)


class _Group(Struct):
    kind: str
    code: str
    category: str
    severity: str
    route: str
    where: str
    first_seen_at: int
    last: deque[ErrorOccurrence]
    count: int = 0


class ErrorLog:
    """What is counted here is read by operators: nothing in it says more of a guest than that something failed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since = clock.now_ms()
        self._total = 0
        self._by_category: Counter[str] = Counter()
        self._by_severity: Counter[str] = Counter()
        self._by_route = _Recent(_MOST_COUNTED)
        self._by_restaurant = _Recent(_MOST_COUNTED)
        self._groups: OrderedDict[str, _Group] = OrderedDict()

    def note(
        self,
        error: BaseException,
        *,
        meaning: MaitreError | None = None,
        route: str,
        restaurant_id: str = "",
        request_id: str = "",
        detail: str = "",
    ) -> None:
        """Count an error. `meaning`: what it comes to in our tree, where it is not of it itself.

        `route` is the template of one, never what somebody made up.
        """
        told = meaning or _meaning(error)
        self._total += 1
        self._by_category[told.category] += 1
        self._by_severity[told.severity] += 1
        self._by_route.count(route)
        if restaurant_id:
            self._by_restaurant.count(restaurant_id)
        group = self._group(error, told, route)
        group.count += 1
        case = ErrorOccurrence(
            at=self._clock.now_ms(), request_id=request_id, restaurant_id=restaurant_id, detail=masked(detail)
        )
        group.last.appendleft(case)

    def note_inside(
        self, error: BaseException, route: str, *, restaurant_id: str = "", request_id: str | None = None
    ) -> None:
        """Count an error that no client is told of; what nobody foresaw without its words, which may hold anything."""
        detail = str(error) if isinstance(error, MaitreError) else ""
        self.note(error, route=route, restaurant_id=restaurant_id, request_id=request_id or "", detail=detail)

    def _group(self, error: BaseException, told: MaitreError, route: str) -> _Group:
        where = _innermost(error.__traceback__)
        id_ = _fingerprint(type(error).__name__, told.code, route, where)
        group = self._groups.get(id_)
        if group is None:
            group = _Group(
                kind=type(error).__name__,
                code=told.code,
                category=told.category,
                severity=told.severity,
                route=route,
                where=where,
                first_seen_at=self._clock.now_ms(),
                last=deque(maxlen=_LAST),
            )
            self._groups[id_] = group
        self._groups.move_to_end(id_)
        if len(self._groups) > _MOST_GROUPS:
            self._groups.popitem(last=False)
        return group

    def report(self, *, category: str | None = None, severity: str | None = None, limit: int = 100) -> ErrorReport:
        """All counts, and the groups seen last, of one category or severity if it is given."""
        wanted = (
            (id_, group)
            for id_, group in reversed(self._groups.items())
            if category in (None, group.category) and severity in (None, group.severity)
        )
        return ErrorReport(
            since=self._since,
            total=self._total,
            by_category=dict(self._by_category.most_common()),
            by_severity=dict(self._by_severity.most_common()),
            by_route=self._by_route.most_common(),
            by_restaurant=self._by_restaurant.most_common(),
            groups=[_shown(id_, group) for (id_, group), _ in zip(wanted, range(limit), strict=False)],
        )


class _Recent:
    """Counts of so many names; a new one takes the place of that which was not seen for longest."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._counts: OrderedDict[str, int] = OrderedDict()

    def count(self, name: str) -> None:
        self._counts[name] = self._counts.pop(name, 0) + 1
        if len(self._counts) > self._most:
            self._counts.popitem(last=False)

    def most_common(self) -> dict[str, int]:
        return dict(Counter(self._counts).most_common())


def masked(detail: str) -> str:
    """Without telephone numbers, addresses and what looks like a secret."""
    return _MASKED.sub(lambda found: found["kept"] or _HIDDEN, detail[:_READ_CHARS])[:_MOST_DETAIL_CHARS]


def _meaning(error: BaseException) -> MaitreError:
    if isinstance(error, MaitreError):
        return error
    if isinstance(error, ConnectionError):
        return Unreachable()
    return Unavailable() if isinstance(error, TimeoutError) else MaitreError()


def _innermost(traceback: TracebackType | None) -> str:
    """The innermost place of ours, as "services/access/users.py:Users.edit"; lines would move with every release."""
    where = ""
    for frame, _line in walk_tb(traceback):
        module: str = frame.f_globals.get("__name__", "")
        if module.startswith(_OURS):
            where = f"{module.removeprefix(_OURS).replace('.', '/')}.py:{frame.f_code.co_qualname}"
    return where


def _fingerprint(*parts: str) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()[:12]


def _shown(id_: str, group: _Group) -> ErrorGroup:
    return ErrorGroup(
        id=id_,
        kind=group.kind,
        code=group.code,
        category=group.category,
        severity=group.severity,
        route=group.route,
        where=group.where,
        count=group.count,
        first_seen_at=group.first_seen_at,
        last_seen_at=group.last[0].at,
        last=list(group.last),
    )
