"""Maitre with nobody watching: the same program, whose counting and sampling do nothing."""

import asyncio

from appliance.cli import main
from appliance.watch.loop_lag import LoopLag
from appliance.watch.traffic import Traffic


async def _rest(_self) -> None:
    await asyncio.Event().wait()


def _ignore(*_args) -> None:
    pass


Traffic.request = Traffic.event = Traffic.tool = _ignore
LoopLag.run = _rest

if __name__ == "__main__":
    main()
