"""The live tools: what the agent may ask for while the caller waits. Whatever breaks, there is a sentence to say."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any

import msgspec
import structlog
from msgspec import Struct

from appliance.clock import Clock
from appliance.contract import ToolAnswer
from appliance.deadline import Deadline
from appliance.domain.phrases import language
from appliance.domain.restaurant import RestaurantCard
from appliance.errors import Conflict, Unavailable
from appliance.services.agent import wording
from appliance.services.agent.arguments import Ask, caller_number, language_of
from appliance.services.deeds import Reply
from appliance.services.directory import Directory
from appliance.store.answers import ToolCall
from appliance.voice.events import ToolRequest
from appliance.watch.log_context import about

log = structlog.get_logger()


class Tool(Struct, frozen=True, kw_only=True):
    """`writes`: it does something, and may not be broken off at its deadline as a question is."""

    use: Callable[[Ask], Coroutine[Any, Any, Reply]]
    writes: bool = False


ALIASES: Mapping[str, str] = {
    "verificar_disponibilidad": "check_availability",
    "crear_reserva": "create_reservation",
    "modificar_reserva": "modify_reservation",
    "buscar_reserva": "find_reservation",
    "cancelar_reserva": "cancel_reservation",
    "obtener_horarios_y_dias_cerrados": "get_hours",
    "estado_restaurante": "restaurant_status",
    "apuntar_lista_espera": "join_waitlist",
    "dejar_recado": "take_message",
    "transferir_llamada": "transfer_call",
    "finalizar_llamada": "end_call",
}
_DEFAULT_LANGUAGE = "es"
_BROKE = "temporarily_unavailable"
_MAX_TRACE_CHARS = 4_000
_ACT_BY = 0.8
"""The part of the deadline within which a deed must begin, so that its commit still falls within it."""
_MAX_NAME_CHARS = 64


class Tools:
    """`tools` by their English names; `trace` takes a record of each use, without making the caller wait for it.

    `failed` hears of each use that broke, by the tool's name and the restaurant's id.
    """

    def __init__(
        self,
        clock: Clock,
        directory: Directory,
        tools: Mapping[str, Tool],
        *,
        deadline_s: float,
        trace: Callable[[ToolCall], object],
        used: Callable[[RestaurantCard], object] = lambda _: None,
        failed: Callable[[BaseException, str, str], object] = lambda *_: None,
    ) -> None:
        self._clock = clock
        self._directory = directory
        self._deadline_s = deadline_s
        self._patience = Deadline(deadline_s, precision_s=0.1)
        self._trace = trace
        self._used = used
        self._told_of_failure = failed
        self._at_work: set[asyncio.Task[Reply]] = set()
        self._tools = tools

    async def use(self, request: ToolRequest) -> ToolAnswer:
        """The answer to the agent, always: a refusal or a failure is an answer with `ok` false."""
        began = self._clock.stopwatch_us()
        card = self._directory.whose(request.origin)
        about(call_id=request.origin.call_id, restaurant_id=card.id if card else "")
        if card is None:
            log.warning("tool_restaurant_not_found", tool=request.tool, agent_id=request.origin.agent_id)
            return wording.plain("unknown_restaurant", language_of(request.arguments, _DEFAULT_LANGUAGE))
        self._used(card)
        ask = self._ask(request, card, act_by_us=began + int(self._deadline_s * 1_000_000 * _ACT_BY))
        name = ALIASES.get(request.tool, request.tool)
        tool = self._tools.get(name)
        reply = await self._answer(name, tool, ask) if tool else _unknown(ask)
        self._trace(self._record(name, ask, reply, duration_us=self._clock.stopwatch_us() - began))
        return reply.answer

    def turn_away(self, request: ToolRequest) -> ToolAnswer:
        """The sentence for a caller whose turn cannot come soon enough, found without asking the database."""
        card = self._directory.whose(request.origin)
        known = language(card.locale) if card else _DEFAULT_LANGUAGE
        return wording.plain(_BROKE, language_of(request.arguments, known))

    async def drain(self) -> None:
        """Wait for the tools that outlived their deadline: a booking under way ends as a whole."""
        if self._at_work:
            await asyncio.wait(self._at_work)

    def _ask(self, request: ToolRequest, card: RestaurantCard, *, act_by_us: int) -> Ask:
        now_ms = self._clock.now_ms()
        return Ask(
            card=card,
            lang=language_of(request.arguments, language(card.locale)),
            arguments=request.arguments,
            call_id=request.origin.call_id,
            tool_call_id=request.tool_call_id,
            caller=caller_number(request.origin.caller, card),
            now_ms=now_ms,
            today=card.date_at(now_ms),
            act_by_us=act_by_us,
        )

    async def _answer(self, name: str, tool: Tool, ask: Ask) -> Reply:
        try:
            if tool.writes:
                return await self._do(name, tool, ask)
            return await self._patience.within(tool.use(ask))
        except Exception as error:  # noqa: BLE001 — the boundary of a request: the caller hears a sentence
            return self._failed(error, name, ask)

    async def _do(self, name: str, tool: Tool, ask: Ask) -> Reply:
        """Do the deed; past the deadline it goes on by itself, for a commit must not be cut in two.

        It begins nothing any more (`deeds.begin`); what it had begun is done once a wish, and the next try hears of it.
        """
        work = asyncio.create_task(tool.use(ask), name=f"tool-{name}")
        self._at_work.add(work)  # also while nobody waits for it any more
        work.add_done_callback(self._at_work.discard)
        done, _ = await asyncio.wait((work,), timeout=self._deadline_s)
        if done:
            return work.result()
        work.add_done_callback(partial(self._ended_late, name, ask))
        raise TimeoutError

    def _failed(self, error: BaseException, name: str, ask: Ask) -> Reply:
        """Say what broke to whom it concerns; the caller hears a sentence."""
        _log_failure(error, name, ask)
        self._told_of_failure(error, name, ask.card.id)
        return Reply(answer=wording.plain(_BROKE, ask.lang))

    def _ended_late(self, name: str, ask: Ask, work: asyncio.Task[Reply]) -> None:
        if not work.cancelled() and (error := work.exception()):
            self._failed(error, name, ask)

    def _record(self, name: str, ask: Ask, reply: Reply, *, duration_us: int) -> ToolCall:
        return ToolCall(
            id=self._clock.new_id("use"),
            restaurant_id=ask.card.id,
            call_id=ask.call_id,
            tool=name[:_MAX_NAME_CHARS],
            arguments=_for_the_record(ask.arguments),
            answer=msgspec.json.encode(reply.answer).decode(),
            ok=reply.answer.ok,
            code=reply.answer.code,
            replayed=reply.replayed,
            duration_us=duration_us,
            at=ask.now_ms,
            caller=ask.caller,
        )


def outcome_of(use: ToolCall) -> str:
    """`done`, `refused` as the rules want it, or `failed` through our fault."""
    if use.ok:
        return "done"
    return "failed" if use.code == _BROKE else "refused"


def _log_failure(error: BaseException, name: str, ask: Ask) -> None:
    which = {"tool": name, "restaurant_id": ask.card.id, "call_id": ask.call_id}
    if isinstance(error, TimeoutError):
        log.error("tool_deadline_missed", **which)
    elif isinstance(error, Unavailable | Conflict):
        log.warning("tool_failed", code=error.code, **which)
    else:
        log.error("tool_broke", exc_info=error, **which)


def _for_the_record(arguments: Mapping[str, Any]) -> str:
    text = msgspec.json.encode(arguments).decode()
    return text if len(text) <= _MAX_TRACE_CHARS else '{"too_long":true}'


def _unknown(ask: Ask) -> Reply:
    return Reply(answer=wording.for_a_person(ask, "unknown_tool"))
