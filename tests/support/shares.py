"""Who runs which tests: each worker begins with some of those that take long, and ends with short ones.

Workers take from each other what is left (`--dist=worksteal`), but not a test that has begun: one that takes half a
minute, begun last, would have the other processors idle so long.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest

_TESTS = Path(__file__).parents[1]
_LONG = {"cli", "crash", "faults", "fuzz", "ops", "test_app.py"}
"""Whatever starts whole servers, again and again."""


def dealt(items: Sequence[pytest.Item], workers: int) -> list[pytest.Item]:
    """The tests in the order in which the workers, that is their equal shares of it one after another, run them."""
    long = [item for item in items if item.path.relative_to(_TESTS).parts[0] in _LONG]
    short = [item for item in items if item.path.relative_to(_TESTS).parts[0] not in _LONG]
    order: list[pytest.Item] = []
    for worker in range(workers):
        first = long[worker::workers]
        size = (len(items) - len(order)) // (workers - worker)
        rest = max(0, size - len(first))
        order += first + short[:rest]
        del short[:rest]
    return order
