"""The systemd unit, where systemd runs this machine."""

import asyncio
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator

from appliance.ops.doctor.findings import Finding, fail, ok, skipped, warn
from appliance.ops.doctor.subject import Subject, System

_NAME = "service"
_ANSWER_S = 4.0
_ASKED = ("LoadState", "ActiveState", "SubState", "UnitFileState", "WatchdogUSec", "NRestarts", "Result")
_OFTEN = 3


async def look(subject: Subject) -> AsyncIterator[Finding]:
    unit = subject.system.unit
    state = await properties(subject.system)
    if state is None:
        yield skipped(_NAME, "systemd does not run this machine")
        return
    if state.get("LoadState") != "loaded":
        yield skipped(_NAME, f"there is no {unit}; `maitre service install` makes one")
        return
    yield _active(unit, state)
    if state.get("UnitFileState") not in ("enabled", "static", "generated"):
        advice = f"`systemctl enable {unit}`: it does not come back after a restart of the machine."
        yield warn("service at boot", f"{unit} is {state.get('UnitFileState') or 'not enabled'}", advice)
    if state.get("WatchdogUSec") in ("0", "infinity", "", None):
        yield warn("watchdog", f"{unit} has none", "WatchdogSec=30 in the unit: a server that hangs is begun anew.")
    else:
        yield ok("watchdog", f"after {state['WatchdogUSec']} of silence it is begun anew")


def _active(unit: str, state: dict[str, str]) -> Finding:
    now = f"{unit} is {state.get('ActiveState')} ({state.get('SubState')})"
    restarts = state.get("NRestarts", "0")
    if state.get("ActiveState") not in ("active", "reloading", "activating"):
        advice = f"`systemctl start {unit}`; `journalctl -u {unit} -n 50` says why it ended."
        return fail(_NAME, f"{now}, {state.get('Result')}", advice)
    if restarts.isdigit() and int(restarts) >= _OFTEN:
        return warn(_NAME, f"{now}, begun anew {restarts} times", f"`journalctl -u {unit} -p warning` says why.")
    return ok(_NAME, now)


async def properties(system: System) -> dict[str, str] | None:
    """What systemd says of the unit; None where it does not run, or does not answer."""
    if not system.systemd.is_dir():
        return None
    asked = [f"--property={','.join(_ASKED)}", "--", system.unit]
    try:
        process = await asyncio.create_subprocess_exec(
            "systemctl", "show", *asked, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL
        )
    except OSError:
        return None
    try:
        async with asyncio.timeout(_ANSWER_S):
            told, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return None
    pairs = (line.partition("=") for line in told.decode("utf-8", "replace").splitlines())
    return {name: value for name, _, value in pairs}
