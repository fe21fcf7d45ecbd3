"""What a server should answer a made-up caller; a wish that can be met and understood must not be refused as odd."""

from msgspec import UNSET

from appliance.contract import ToolAnswer
from appliance.loadtest.conversation import Use
from appliance.loadtest.scenarios import CallPlan, Scenario

_FAIR_REFUSALS = frozenset(
    {
        *("full", "race_lost", "outside_hours", "time_not_offered", "ambiguous_time"),
        *("available_elsewhere", "area_full", "already_booked", "no_such_table"),
    }
)
_NEVER_FAIR = frozenset({"unknown_restaurant", "unknown_tool", "temporarily_unavailable", "no_answer"})


def flaws(plan: CallPlan, act: Use, answer: ToolAnswer) -> list[str]:
    """What is wrong with an answer, in words."""
    found = _misunderstood(act, answer)
    if not answer.say:
        found.append(f"{act.tool} gave the agent nothing to say ({answer.code})")
    if not answer.ok and not _is_fair(plan, answer.code):
        found.append(f"{act.tool} refused with {answer.code}: {_told(act)}")
    return found


def _is_fair(plan: CallPlan, code: str) -> bool:
    if not plan.line.known:
        return code not in _NEVER_FAIR  # nobody knows what a stranger's house serves
    return code in _FAIR_REFUSALS or (code == "closed_day" and plan.scenario is Scenario.CLOSED_DAY)


def _misunderstood(act: Use, answer: ToolAnswer) -> list[str]:
    heard = {name: getattr(answer, name) for name in act.meant}
    return [
        f"{act.tool} took {name} {act.args.get(name)!r} for {heard[name]!r}, meant was {meant!r}"
        for name, meant in act.meant.items()
        if heard[name] is not UNSET and heard[name] != meant
    ]


def _told(act: Use) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in act.args.items())
