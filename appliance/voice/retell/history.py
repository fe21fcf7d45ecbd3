"""Retell's calls of the past, told as its webhooks would have told them."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from msgspec import Struct

from appliance.errors import NotFound, PlatformDown
from appliance.voice.events import EventHead, Origin, PastCall, Report
from appliance.voice.retell import payloads
from appliance.voice.retell.api import ListedCall, RetellApi

_OVER = ("ended", "not_connected", "error")
_ENDED, _ANALYZED = "call_ended", "call_analyzed"


class _Glance(Struct):
    call_id: str
    call_status: str
    call_analysis: dict[str, Any] | None = None


class RetellHistory:
    provider = payloads.PROVIDER
    last_event = _ANALYZED
    """After it no event of a call is to come."""

    def __init__(self, api: RetellApi) -> None:
        self._api = api

    async def calls(self, *, since_ms: int, until_ms: int) -> AsyncIterator[PastCall]:
        """Those that began then and are over, in the order in which they began."""
        async for call in self._api.calls(since_ms=since_ms, until_ms=until_ms):
            yield PastCall(
                origin=_origin(call),
                started_at=call.start_timestamp,
                ended_at=call.end_timestamp,
                told_by=frozenset({_ANALYZED} if call.call_analysis else {_ENDED, _ANALYZED}),
            )

    async def report(self, call_id: str) -> Report | None:
        """None while the call is not over. Raises PlatformDown and PlatformRefused.

        One that the platform does not know is told of as ended, and no more.
        """
        try:
            call = await self._api.call(call_id)
        except NotFound:
            return _report(_ENDED, call_id, msgspec.json.encode({"call_id": call_id}), gone=True)
        glance = _glance(call, call_id)
        if glance.call_status not in _OVER:
            return None
        return _report(_ANALYZED if glance.call_analysis else _ENDED, call_id, call)


def _glance(call: bytes, call_id: str) -> _Glance:
    try:
        glance = msgspec.json.decode(call, type=_Glance)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise PlatformDown("The phone platform answers with something that is no call: {why}", why=error) from error
    if glance.call_id != call_id:
        raise PlatformDown("The phone platform answers with another call than the one asked for.")
    return glance


def _report(event: str, call_id: str, call: bytes, *, gone: bool = False) -> Report:
    """Under the same key each time: addresses of recordings are signed anew with every answer."""
    body = b'{"event":"%b","call":%b}' % (event.encode(), call)
    head: EventHead = payloads.head(body)
    return Report(head=head, key=f"{payloads.PROVIDER}:{event}:{call_id}:asked for", body=body, gone=gone)


def _origin(call: ListedCall) -> Origin:
    return payloads.head(msgspec.json.encode({"event": _ENDED, "call": call})).origin
