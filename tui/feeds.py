"""What the stream does not tell is asked for now and then: as often as somebody looks, and the server likes."""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from appliance.contract import Page
from tui.link import LinkError, Quota

T = TypeVar("T")

_LEAST_S = 5.0
_FOR_HANDS = 10
"""Requests left to what the operator does."""


class Feed(Generic[T]):
    """The last answer and when it came; `error` says why there is no newer one. Never raises for a failed question.

    What is not asked for `again` is asked for until there is an answer, and then whenever it is hastened.
    """

    def __init__(
        self,
        ask: Callable[[], Awaitable[T]],
        now_s: Callable[[], float],
        *,
        again: bool = True,
        least_s: float = _LEAST_S,
    ) -> None:
        self._ask = ask
        self._again = again
        self.least_s = least_s
        self._now_s = now_s
        self._asked_s: float | None = None
        self.value: T | None = None
        self.received_s: float | None = None
        self.error: LinkError | None = None

    def is_due(self, quota: Quota | None) -> bool:
        if self._asked_s is None:
            return True
        wanted = self._again or (self.error is not None and self.error.is_for_now)
        return wanted and self._now_s() - self._asked_s >= max(self.least_s, pace_s(quota))

    def hasten(self) -> None:
        """Something has changed: ask with the next look."""
        self._asked_s = None

    async def refresh(self) -> None:
        self._asked_s = self._now_s()
        try:
            self.value, self.error = await self._ask(), None
            self.received_s = self._now_s()
        except LinkError as error:
            self.error = error


def newest(page: Page[T] | None, row: T, key: Callable[[T], object]) -> T:
    """That row as the page has it by now; as it was, where it is not among them."""
    return next((one for one in page.items if key(one) == key(row)), row) if page else row


def pace_s(quota: Quota | None) -> float:
    """After how long to ask again, so that what is left lasts until there is more, with some for the hands."""
    if quota is None:
        return _LEAST_S
    return max(_LEAST_S, quota.reset_s / max(quota.remaining - _FOR_HANDS, 1))
