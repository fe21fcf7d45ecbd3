"""The whole examination: every family of checks at once, each within its time, told in a fixed order."""

import asyncio
from collections.abc import AsyncIterator, Callable

from msgspec import Struct

from appliance.errors import MaitreError
from appliance.ops.doctor import (
    backups,
    configuration,
    database,
    files,
    keys,
    limits,
    machine,
    network,
    retell,
    service,
    work,
)
from appliance.ops.doctor.findings import Finding, fail
from appliance.ops.doctor.subject import Subject

Look = Callable[[Subject], AsyncIterator[Finding]]

DEADLINE_S = 12.0
"""No family takes longer; as all of them look at once, neither does the whole."""


class Family(Struct, frozen=True):
    name: str
    look: Look


FAMILIES = (
    Family("configuration", configuration.look),
    Family("files", files.look),
    Family("disk and clock", machine.look),
    Family("limits", limits.look),
    Family("network", network.look),
    Family("database", database.look),
    Family("keys", keys.look),
    Family("retell", retell.look),
    Family("work", work.look),
    Family("backups", backups.look),
    Family("service", service.look),
)


async def examine(subject: Subject, *, within_s: float = DEADLINE_S) -> list[Finding]:
    """What was found, in the order of the families; of one that broke or was late, what it had found by then."""
    told = await asyncio.gather(*(_looked(family, subject, within_s) for family in FAMILIES))
    return [finding for findings in told for finding in findings]


async def _looked(family: Family, subject: Subject, within_s: float) -> list[Finding]:
    found: list[Finding] = []
    try:
        async with asyncio.timeout(within_s):
            async for finding in family.look(subject):
                found.append(finding)  # noqa: PERF401 — what comes after may fail, and this is kept
    except TimeoutError:
        found.append(fail(family.name, f"not done within {within_s:g} s", "Look again when the machine is less busy."))
    except Exception as error:  # noqa: BLE001 — the boundary of a family: what breaks in it is what it found
        found.append(fail(family.name, _words(error), "`maitre support-bundle` makes a file for whoever helps you."))
    return found


def _words(error: Exception) -> str:
    if isinstance(error, MaitreError | OSError) and str(error):
        return str(error)
    return f"the look at it broke: {type(error).__name__}: {error}"
