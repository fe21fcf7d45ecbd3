"""Calls that the list at hand has not, looked for at the server."""

from collections.abc import Callable, Collection

from appliance.contract import Page, PlatformCallRow
from tui.link import Link, LinkError

LEAST_LETTERS = 3
"""The server looks for no less."""
MOST_LETTERS = 100
_MOST_ROWS = 100
_ENOUGH = 20
"""Who sees so many at hand is not helped by more."""


class CallSearch:
    """`rows` are what the server found for `text`, and `received_s` when; `error` why it is not known.

    `asking` while nothing has come of it yet. Nothing is wanted while `text` is empty.
    """

    def __init__(self, link: Link, now_s: Callable[[], float]) -> None:
        self._link = link
        self._now_s = now_s
        self.text = ""
        self.rows: list[PlatformCallRow] = []
        self.total = 0
        self.received_s: float | None = None
        self.error: LinkError | None = None

    @property
    def asking(self) -> bool:
        return bool(self.text) and self.received_s is None and self.error is None

    def want(self, text: str) -> None:
        """What was found before is no answer any more."""
        self.text, self.rows, self.total = text, [], 0
        self.received_s = self.error = None

    def beyond(self, call_ids: Collection[str]) -> list[PlatformCallRow]:
        """Those found that are not at hand."""
        return [row for row in self.rows if row.call_id not in call_ids]

    async def ask(self) -> None:
        text = self.text
        try:
            page = await self._link.get("/api/admin/calls", Page[PlatformCallRow], search=text, limit=_MOST_ROWS)
        except LinkError as error:
            if text == self.text:
                self.error = error
            return
        if text == self.text:
            self.rows, self.total, self.received_s = page.items, page.total, self._now_s()


def is_worth_asking(text: str, *, shown: int, more: bool) -> bool:
    """`shown` are at hand, and there are `more` at the server; one that is nowhere at hand may be older than those."""
    long_enough = LEAST_LETTERS <= len(text) <= MOST_LETTERS
    return long_enough and not text.startswith("!") and (not shown or (more and shown < _ENOUGH))
