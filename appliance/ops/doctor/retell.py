"""Retell: whether it answers and takes our key, how many calls it has room for, and what is configured there."""

from collections.abc import AsyncIterator, Iterator

from appliance.errors import MaitreError, PlatformDown, PlatformRefused, Unreachable
from appliance.ops.doctor.findings import Finding, fail, ok, skipped, warn
from appliance.ops.doctor.subject import Subject
from appliance.ops.retell import Glance, glance
from appliance.services.provisioning import Provisioned

_WITHIN_S = 8.0
_SHOWN = 5
_AGENTS = "agents at Retell"
_ADDRESSES = ("webhook_url", "inbound_webhook_url")


async def look(subject: Subject) -> AsyncIterator[Finding]:
    name, settings = "Retell", subject.settings
    if not settings.retell_api_key:
        yield skipped(name, "without retell_api_key it tells us nothing")
        return
    try:
        await subject.reach(settings.retell_api_url)
        seen = await glance(settings, within_s=_WITHIN_S)
    except Unreachable as error:
        yield fail(name, str(error), "See “name of Retell” above. Calls go on; what is missed is fetched later.")
    except PlatformRefused as error:
        yield fail(name, str(error), "Is retell_api_key right, and still there at Retell? Is the account paid?")
    except PlatformDown as error:
        yield warn(
            name, str(error), "Its status page: status.retellai.com. Or a firewall here: port 443 to the outside."
        )
    except MaitreError:
        yield skipped(_AGENTS, "our restaurants are in the database, which cannot be read")
    else:
        yield _room(name, subject, seen)
        for one in _agents(subject, seen):
            yield one


def _room(name: str, subject: Subject, seen: Glance) -> Finding:
    most, reckoned = seen.calls.concurrency_limit, subject.settings.concurrent_calls
    found = f"answers and takes the key; {seen.calls.current_concurrency} of {most} calls on the line"
    if most != reckoned:
        advice = f"concurrent_calls = {most}: alerts about busy lines go by it."
        return warn(name, f"{found}, and concurrent_calls says {reckoned}", advice)
    return ok(name, found)


def _agents(subject: Subject, seen: Glance) -> Iterator[Finding]:
    if not subject.settings.public_url:
        yield skipped(_AGENTS, "without public_url it is not known how they should be")
        return
    unwell = [one for one in seen.agents if not one.is_right]
    for one in unwell[:_SHOWN]:
        yield _unwell(one)
    if len(unwell) > _SHOWN:
        yield warn(_AGENTS, f"and {len(unwell) - _SHOWN} more restaurants'", "`maitre retell check` shows all.")
    left = seen.restaurants - len(seen.agents)
    if left:
        yield skipped(_AGENTS, f"{left} of {seen.restaurants} not looked at in time; `maitre retell check` takes it")
    elif not unwell:
        yield ok(_AGENTS, f"as they should be: {seen.restaurants}")


def _unwell(one: Provisioned) -> Finding:
    """One that tells somebody else what happens is worse than one whose words differ."""
    wrong = [str(there.where) for there in one.left]
    shown = ", ".join([*one.problems, *wrong][:_SHOWN])
    say = fail if any(where.rpartition(".")[2] in _ADDRESSES for where in wrong) else warn
    advice = (
        f"`maitre retell check {one.restaurant_id}` shows it, `maitre retell provision {one.restaurant_id}` mends it."
    )
    return say(_AGENTS, f"{one.restaurant_id}: {shown}", advice)
