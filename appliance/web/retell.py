"""The phone platform's three doors: events, inbound calls, live tools. All signed, all on the fast lane."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

import structlog
from litestar.exceptions import MethodNotAllowedException
from msgspec import Struct

from appliance.clock import Clock
from appliance.cohort import Cohort, next_stage
from appliance.errors import Forbidden, MaitreError, TooManyRequests, Unauthenticated, Unavailable, Unprocessable
from appliance.guard.lanes import LaneFull
from appliance.services.agent import wording
from appliance.services.agent.inbound import Inbound
from appliance.services.agent.tools import Tools
from appliance.services.calls import Calls, Receipt
from appliance.voice.events import EventHead, ToolRequest
from appliance.voice.retell import payloads
from appliance.voice.retell.signature import is_plausible, refusal, verify
from appliance.watch.traffic import Traffic
from appliance.web.addresses import client_of
from appliance.web.edge import Edge
from appliance.web.problems import Problems
from appliance.web.raw import (
    Disconnected,
    Receive,
    Scope,
    Send,
    header,
    no_content,
    read_body,
    reply,
)

log = structlog.get_logger()

EVENTS = ("/webhooks/retell", "/api/retell/webhook")
INBOUND = ("/webhooks/retell/inbound", "/api/retell/inbound")
TOOLS = ("/tools/retell", "/api/retell/functions")
SCHEME = "Retell-Signature"
"""What is asked for there, as HTTP names it; its parts are in X-Retell-Signature."""

_NOT_THE_PLATFORM = "not an address of the platform"
_BUSY_US = 50_000
_SIDE_BY_SIDE = 24
"""Questions that go through their stages at once. Measured: with 16 fewer were answered, with more the last later."""
_KEPT_HEADERS = (b"content-type", b"user-agent", b"x-retell-signature")


class Door(Struct, frozen=True, kw_only=True):
    """What answers there; its lane, and the route it is counted under."""

    answer: Callable[[Scope, bytes, Send], Awaitable[None]]
    lane: str
    route: str


class RetellDoors:
    """`keys` are those whose signature is accepted; `cap_bytes` bounds a body.

    What is signed is served, whoever else is at its address and whatever they did.
    """

    def __init__(
        self,
        edge: Edge,
        problems: Problems,
        calls: Calls,
        inbound: Inbound,
        tools: Tools,
        *,
        traffic: Traffic,
        keys: Sequence[str],
        cap_bytes: int,
    ) -> None:
        self._problems = problems
        self._edge = edge
        self._lanes = edge.lanes
        self._clock: Clock = edge.clock
        self._calls = calls
        self._inbound = inbound
        self._tools = tools
        self._cohort = Cohort(_SIDE_BY_SIDE)
        self._traffic = traffic
        self.keys = tuple(keys)
        self._cap_bytes = cap_bytes
        self._knocked_us = 0
        self._refused = 0
        self._doors: dict[str, Door] = (
            dict.fromkeys(EVENTS, Door(answer=self.events, lane="webhooks", route=EVENTS[0]))
            | dict.fromkeys(INBOUND, Door(answer=self.inbound, lane="inbound", route=INBOUND[0]))
            | dict.fromkeys(TOOLS, Door(answer=self.tools, lane="tools", route=TOOLS[0]))
        )

    def door(self, path: str) -> Door | None:
        """The door at a path, with or without a slash at the end; a tool may be named at the end of the tools' own."""
        if found := self._doors.get(path):
            return found
        above, _, tool = path.rpartition("/")
        return None if tool and above not in TOOLS else self._doors.get(above)

    def busy(self) -> bool:
        """Whether somebody knocked just now, and more may be at the door."""
        return self._clock.stopwatch_us() - self._knocked_us < _BUSY_US

    async def enter(self, door: Door, scope: Scope, receive: Receive, send: Send) -> None:
        self._knocked_us = self._clock.stopwatch_us()
        scope["path_template"] = door.route
        try:
            if scope["method"] != "POST":
                raise MethodNotAllowedException(headers={"Allow": "POST"})  # noqa: TRY301 — told like all the rest
            await door.answer(scope, await self._signed_body(scope, receive), send)
        except Disconnected:
            return
        except Exception as error:  # noqa: BLE001 — the boundary of a request: told as a problem, the unforeseen logged
            await self._problems.reply(send, error, scope, scheme=SCHEME)

    async def _signed_body(self, scope: Scope, receive: Receive) -> bytes:
        """The body, believed. Raises Unauthenticated: without a signature, before any of the body is taken in.

        Forbidden where only others may knock; TooManyRequests for who was refused too often.
        """
        if not self._edge.may_knock(scope):
            self._note_refusal(scope, _NOT_THE_PLATFORM)
            raise Forbidden("Only the phone platform may send here.")
        signature = header(scope, b"x-retell-signature")
        if is_plausible(signature):
            body = await read_body(scope, receive, cap_bytes=self._cap_bytes)
            if verify(body, signature, self.keys, self._clock.now_ms()):
                scope["user"] = None  # nobody who signs in, but somebody we know: whatever it is told is no flood
                return body
        self._note_refusal(scope, refusal(signature, self._clock.now_ms()))
        raise self._refused_with(scope)

    def _refused_with(self, scope: Scope) -> MaitreError:
        left_s = self._edge.banned_s(scope)
        if left_s:
            return TooManyRequests(retry_after_s=left_s)
        return Unauthenticated("The signature is missing or wrong.")

    def _note_refusal(self, scope: Scope, why: str) -> None:
        """Tell the operator, whose key or clock may be wrong."""
        self._refused += 1
        if scope["path_template"] == EVENTS[0]:
            self._traffic.event("unknown", "rejected")
        if self._edge.is_news(why):
            address = client_of(scope, self._edge.trusted)
            log.warning("signature_refused", path=scope["path"], why=why, address=address, refused_so_far=self._refused)

    async def events(self, scope: Scope, body: bytes, send: Send) -> None:
        """204 once the event is on the disk, also when it was there already."""
        head = payloads.head(body)
        kept = {name.decode(): value.decode("latin-1") for name, value in scope["headers"] if name in _KEPT_HEADERS}
        with self._lanes.webhooks:
            receipt = await self._receive(head, kept, body)
        self._traffic.event(head.event, receipt.outcome)
        if receipt.outcome in ("quarantined", "unreadable"):
            log.warning("webhook_set_aside", outcome=receipt.outcome, kind=head.event, agent_id=head.origin.agent_id)
        await no_content(send)

    async def _receive(self, head: EventHead, headers: Mapping[str, str], body: bytes) -> Receipt:
        try:
            key = payloads.idempotency_key(head, body)
            return await self._calls.receive(head, key=key, headers=headers, body=body)
        except TooManyRequests:
            self._traffic.event(head.event, "limited")
            raise
        except Unavailable:
            self._traffic.event(head.event, "not_stored")
            raise

    async def inbound(self, scope: Scope, body: bytes, send: Send) -> None:
        """What the agent should know; on any trouble the empty answer, for the call must go on."""
        key, answer = "call_inbound", {}
        try:
            key, origin = payloads.inbound(body)
            with self._lanes.inbound:
                answer = await self._inbound.answer(origin)
        except Unprocessable as error:
            log.warning("inbound_not_understood", reason=str(error))
            self._problems.note(error, scope)
        except LaneFull as error:
            self._note_full("inbound")
            self._problems.note(error, scope)
        except Exception as error:  # the boundary of a request: never a ringing phone
            log.exception("inbound_broke")
            self._problems.note(error, scope)
        await reply(send, {key: answer})

    async def tools(self, scope: Scope, body: bytes, send: Send) -> None:
        try:
            path, _, last = scope["path"].rpartition("/")
            request = payloads.tool_request(body, path_tool=last if path in TOOLS else "")
        except Unprocessable as error:
            log.warning("tool_request_not_understood", reason=str(error))
            self._problems.note(error, scope)
            await reply(send, wording.plain("temporarily_unavailable", "es"))
            return
        try:
            with self._lanes.tools:
                await self._cohort.within(self._answer(request, send))
        except LaneFull as error:
            self._note_full("tools")
            self._problems.note(error, scope)
            await reply(send, self._tools.turn_away(request))

    async def _answer(self, request: ToolRequest, send: Send) -> None:
        answer = await self._tools.use(request)
        # Each answer that left alone would wake the thread that sends, too.
        await next_stage()
        await reply(send, answer)

    def _note_full(self, lane: str) -> None:
        if self._edge.is_news(lane):
            log.warning("lane_filled", lane=lane)
