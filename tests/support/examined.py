"""The doctor's view of a test's machine, and what he finds, by name."""

from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

from appliance.config import readable
from appliance.ops.doctor.findings import Check, Finding
from appliance.ops.doctor.subject import Subject, System
from support.fake_clock import FakeClock
from support.serve_process import KEY

NOWHERE = "http://127.0.0.1:9"
"""Nothing listens on the port of `discard`."""


def subject(data_dir: Path, *, file: Path | None = None, token: str = "", **settings: Any) -> Subject:
    usual = {"retell_webhook_keys": KEY, "retell_api_url": NOWHERE, "port": "9", "data_dir": str(data_dir)}
    env = {f"MAITRE_{name.upper()}": str(value) for name, value in (usual | settings).items()}
    system = System(systemd=data_dir / "no-systemd", credentials=data_dir / "no-credentials")
    config = readable(file=file, env=env, flags={})
    return Subject(config, FakeClock(), env, token=token, system=system)


async def found(look: Callable[[Subject], AsyncIterator[Finding]], whom: Subject) -> Mapping[str, Check]:
    """The last finding under each name."""
    return {one.check.name: one.check async for one in look(whom)}


async def repaired(look: Callable[[Subject], AsyncIterator[Finding]], whom: Subject) -> list[str]:
    """What was done."""
    steps = [one.repair async for one in look(whom) if one.repair]
    for step in steps:
        await step.do()
    return [step.says for step in steps]
