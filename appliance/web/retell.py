"""The phone platform's three doors: events, inbound calls, live tools. All signed, all on the fast lane."""

from collections.abc import Awaitable, Callable, Sequence

import structlog

from appliance.clock import Clock
from appliance.errors import Unauthenticated, Unprocessable
from appliance.services import wording
from appliance.services.calls import Calls
from appliance.services.inbound import Inbound
from appliance.services.tools import Tools
from appliance.voice.retell import payloads
from appliance.voice.retell.signature import verify
from appliance.web.problems import problem, problem_of
from appliance.web.raw import Disconnected, Receive, Scope, Send, header, no_content, read_body, reply, reply_problem

log = structlog.get_logger()

EVENTS = ("/webhooks/retell", "/api/retell/webhook")
INBOUND = ("/webhooks/retell/inbound", "/api/retell/inbound")
TOOLS = ("/tools/retell", "/api/retell/functions")

_UNSIGNED = "The signature is missing or wrong."
_KEPT_HEADERS = (b"content-type", b"user-agent", b"x-retell-signature")

Door = Callable[[Scope, bytes, Send], Awaitable[None]]


class RetellDoors:
    """`keys` are those whose signature is accepted; `cap_bytes` bounds a body."""

    def __init__(
        self, clock: Clock, calls: Calls, inbound: Inbound, tools: Tools, *, keys: Sequence[str], cap_bytes: int
    ) -> None:
        self._clock = clock
        self._calls = calls
        self._inbound = inbound
        self._tools = tools
        self._keys = tuple(keys)
        self._cap_bytes = cap_bytes

        self._doors: dict[str, Door] = dict.fromkeys(EVENTS, self.events)
        self._doors |= dict.fromkeys(INBOUND, self.inbound) | dict.fromkeys(TOOLS, self.tools)

    def door(self, path: str) -> Door | None:
        """The door at a path; a tool may be named at the end of the tools' own."""
        found = self._doors.get(path)
        if found is None and path.rpartition("/")[0] in TOOLS:
            return self.tools
        return found

    async def enter(self, door: Door, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            told = problem("method_not_allowed", 405, "This route takes POST only.")
            await reply_problem(send, told, {"Allow": "POST"})
            return
        try:
            body = await read_body(receive, cap_bytes=self._cap_bytes)
            signature = header(scope, b"x-retell-signature")
            if not verify(body, signature, self._keys, self._clock.now_ms()):
                raise Unauthenticated(_UNSIGNED)  # noqa: TRY301 — answered with the other errors below
            await door(scope, body, send)
        except Disconnected:
            return
        except Exception as error:  # noqa: BLE001 — the boundary of a request: told as a problem, the unforeseen logged
            await reply_problem(send, problem_of(error))

    async def events(self, scope: Scope, body: bytes, send: Send) -> None:
        """204 once the event is on the disk, also when it was there already."""
        head = payloads.head(body)
        kept = {name.decode(): value.decode("latin-1") for name, value in scope["headers"] if name in _KEPT_HEADERS}
        receipt = await self._calls.receive(head, key=payloads.idempotency_key(head, body), headers=kept, body=body)
        if receipt.outcome in ("quarantined", "unreadable"):
            log.warning("webhook_set_aside", outcome=receipt.outcome, kind=head.event, agent_id=head.origin.agent_id)
        await no_content(send)

    async def inbound(self, _scope: Scope, body: bytes, send: Send) -> None:
        """What the agent should know; on any trouble the empty answer, for the call must go on."""
        key, answer = "call_inbound", {}
        try:
            key, origin = payloads.inbound(body)
            answer = await self._inbound.answer(origin)
        except Unprocessable as error:
            log.warning("inbound_unreadable", reason=str(error))
        except Exception:  # the boundary of a request: never a ringing phone
            log.exception("inbound_broke")
        await reply(send, {key: answer})

    async def tools(self, scope: Scope, body: bytes, send: Send) -> None:
        try:
            path, _, last = scope["path"].rpartition("/")
            request = payloads.tool_request(body, path_tool=last if path in TOOLS else "")
        except Unprocessable as error:
            log.warning("tool_request_unreadable", reason=str(error))
            await reply(send, wording.plain("temporarily_unavailable", "es"))
            return
        await reply(send, await self._tools.use(request))
