"""How this program is run once more, from anywhere."""

import sys
from pathlib import Path


def program() -> list[str]:
    if getattr(sys, "frozen", False):  # the one file that packaging/build makes: there is no Python to ask
        return [sys.executable]
    called = Path(sys.argv[0]).resolve()
    return [str(called)] if called.name == "maitre" else [sys.executable, "-m", "appliance"]
