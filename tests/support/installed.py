"""Looks at the service on a machine, and keeps it busy while something is done to it."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from support.debian import Machine

PORT = 8080
_STREAM = Path(__file__).with_name("webhook_stream.py")


def shown(machine: Machine, name: str) -> str:
    return machine.run("systemctl", "show", "--value", f"--property={name}", "maitre.service")


def state(machine: Machine) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(machine.try_run("maitre", "service", "status", "--json").stdout)
    return found


def is_well(machine: Machine) -> bool:
    return machine.try_run("maitre", "health", "--json").returncode == 0


@contextmanager
def under_traffic(machine: Machine) -> Iterator[dict[str, Any]]:
    """The figures are there once the block has ended."""
    figures: dict[str, Any] = {}
    with machine.beside([sys.executable, str(_STREAM), str(PORT)]) as stream:
        assert stream.stdout
        assert stream.stdout.readline() == "pouring\n"
        time.sleep(1)
        yield figures
        time.sleep(1)
        said, _ = stream.communicate("", timeout=60)
    figures.update(json.loads(said))
    print(figures)
