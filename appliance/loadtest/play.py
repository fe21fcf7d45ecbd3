"""Plays one planned call against a server: inbound webhook, talk and tools, then the call's events.

Like the real platform it delivers one event twice and two of them in the wrong order, every time.
"""

import asyncio
import random
from typing import Any

import msgspec
from msgspec import UNSET

from appliance.clock import Clock
from appliance.contract import ToolAnswer
from appliance.loadtest.conversation import Ending, Say, Use, converse
from appliance.loadtest.expectations import flaws
from appliance.loadtest.payloads import CallRecord
from appliance.loadtest.phone import INBOUND, TOOLS, WEBHOOK, PhonePlatform
from appliance.loadtest.report import CallReport, Delivered, Finished, Rang, Said, Step, Used, Watch
from appliance.loadtest.scenarios import CallPlan

HEAD_START_MS = 60_000
"""A call is said to have begun a minute ago: it is played faster than people talk, and must not end in the future."""

_STAGE_PAUSE_WORDS = 3


async def play(
    plan: CallPlan, platform: PhonePlatform, *, clock: Clock, watch: Watch, seconds_per_word: float = 0.0
) -> CallReport:
    """The call's report, when all is delivered. `seconds_per_word` lets people follow; zero is as fast as can be."""
    return await _Playing(plan, platform, clock, watch, seconds_per_word).run()


class _Playing:
    def __init__(
        self, plan: CallPlan, platform: PhonePlatform, clock: Clock, watch: Watch, seconds_per_word: float
    ) -> None:
        self.plan = plan
        self.platform = platform
        self.clock = clock
        self.watch = watch
        self.seconds_per_word = seconds_per_word
        # The id of a call must be new even when the same plan is played again.
        self.rng = random.Random(f"{plan.seed} {clock.new_id('play')}")  # noqa: S311 — makes calls up, keeps no secrets
        self.record = CallRecord(plan, self.rng, started_at=clock.now_ms() - HEAD_START_MS)
        self.steps: list[Step] = []
        self.problems: list[str] = []

    async def run(self) -> CallReport:
        self.watch(Rang(self.record.call_id, self.plan))
        await self.ring()
        late_start = self.rng.random() < 0.5
        started = self.record.started()
        doubled = self.rng.choice(("call_started", "call_ended", "call_analyzed"))
        if not late_start:
            await self.deliver([started], doubled)
        ending = await self.talk()
        await self.deliver(self.closing(ending, started if late_start else None), doubled)
        report = self.report(ending)
        self.watch(Finished(self.record.call_id, report))
        return report

    async def ring(self) -> None:
        reply = await self.platform.post(INBOUND, self.record.inbound())
        self.problems += reply.problems
        self.watch(Delivered(self.record.call_id, "call_inbound", reply.ms, reply.ok))
        if not reply.ok:
            return
        answer = _object(reply.body).get("call_inbound")
        if not isinstance(answer, dict):
            self.problems.append("the inbound webhook's answer has no call_inbound")
            return
        self.record.metadata = answer.get("metadata") or {}
        self.record.variables = self.checked(answer.get("dynamic_variables") or {})

    def checked(self, variables: dict[str, Any]) -> dict[str, str]:
        odd = sorted(name for name, value in variables.items() if not isinstance(value, str))
        if odd:
            self.problems.append(f"dynamic variables that are no strings: {', '.join(odd)}")
        return {name: value for name, value in variables.items() if isinstance(value, str)}

    async def talk(self) -> Ending:
        conversation = converse(self.plan, known_as=self.record.variables.get("customer_name", ""))
        answer: ToolAnswer | None = None
        while True:
            try:
                act = conversation.send(answer)
            except StopIteration as stop:
                ending: Ending = stop.value
                return ending
            answer = None
            if isinstance(act, Use):
                answer = await self.use(act)
            else:
                await self.say(act)

    async def say(self, act: Say) -> None:
        self.record.say(act.role, act.words)
        self.watch(Said(self.record.call_id, act.role, act.words))
        await asyncio.sleep(self.seconds_per_word * (_STAGE_PAUSE_WORDS + len(act.words.split())))

    async def use(self, act: Use) -> ToolAnswer:
        tool_call_id = self.record.transcript.invoke(act.tool, act.args)
        body = self.record.tool(act.tool, act.args)
        twice = self.plan.tools_twice and act.tool == "create_reservation"
        answers = await asyncio.gather(*(self.ask(act, body) for _ in range(2 if twice else 1)))
        if len({_booking_id(answer) for answer, _ in answers}) > 1:
            self.problems.append(f"{act.tool} ran twice and answered two different things")
        answer, content = answers[0]
        self.record.transcript.result(tool_call_id, content, successful=bool(content))
        return answer

    async def ask(self, act: Use, body: dict[str, Any]) -> tuple[ToolAnswer, str]:
        """The tool's answer, and as the text that the platform shows its language model."""
        reply = await self.platform.post(f"{TOOLS}/{act.tool}", body)
        self.problems += reply.problems
        answer = self.read(act, reply.body) if reply.ok else _NO_ANSWER
        step = Step(tool=act.tool, args=act.args, ms=reply.ms, ok=answer.ok, code=answer.code, say=answer.say)
        self.steps.append(step)
        self.watch(Used(self.record.call_id, step))
        return answer, reply.body.decode(errors="replace")

    def read(self, act: Use, body: bytes) -> ToolAnswer:
        try:
            answer = msgspec.json.decode(body, type=ToolAnswer)
        except msgspec.DecodeError as error:
            self.problems.append(f"{act.tool} did not answer as agreed: {error}")
            return _NO_ANSWER
        self.problems += flaws(self.plan, act, answer)
        return answer

    def closing(self, ending: Ending, started: dict[str, Any] | None) -> list[dict[str, Any]]:
        """What is delivered after the call, two of it in the wrong order."""
        spoken_until = self.record.started_at + int(self.record.transcript.seconds * 1000)
        ended_at = min(spoken_until, self.clock.now_ms())
        ended = self.record.ended(ending, ended_at=ended_at)
        analyzed = self.record.analyzed(ending, ended_at=ended_at)
        return [ended, started, analyzed] if started else [analyzed, ended]

    async def deliver(self, events: list[dict[str, Any]], doubled: str) -> None:
        for event in events:
            name = event["event"]
            for again in (False, True) if name == doubled else (False,):
                reply = await self.platform.post(WEBHOOK, event)
                self.problems += reply.problems
                self.watch(Delivered(self.record.call_id, name, reply.ms, reply.ok, again))

    def report(self, ending: Ending) -> CallReport:
        card = self.plan.line.card
        return CallReport(
            call_id=self.record.call_id,
            scenario=self.plan.scenario,
            restaurant_id=card.id,
            restaurant=card.name,
            guest=self.plan.guest,
            outcome=ending.outcome,
            steps=self.steps,
            reservation=ending.booking,
            problems=self.problems,
        )


_NO_ANSWER = ToolAnswer(ok=False, code="no_answer", say="")


def _booking_id(answer: ToolAnswer) -> str:
    return answer.code if answer.reservation is UNSET else answer.reservation.id


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return {}
    return value if isinstance(value, dict) else {}
