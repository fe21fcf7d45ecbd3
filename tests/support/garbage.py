"""Cycles of garbage looked for seldom, and never among what was imported and collected.

With thousands of tests on the heap, to go through it at the usual pace was a third of the time of a quick test.
"""

import gc

from appliance import app


def look_seldom() -> None:
    """From now on, in this process; a server that starts in it finds what earlier ones left, and keeps none of it."""
    gc.set_threshold(10_000, 10, 10)
    app._rest_the_collector = leave_alone_what_is_there


def leave_alone_what_is_there() -> None:
    """It stays until the process ends."""
    gc.collect()
    gc.freeze()
