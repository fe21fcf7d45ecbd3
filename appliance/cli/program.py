"""How this program is run once more, from anywhere."""

import shutil
import sys
from pathlib import Path


def program() -> list[str]:
    """The words before its own. A link it was called by is kept: an upgrade has /opt/maitre/current point elsewhere."""
    found = shutil.which(sys.argv[0])
    called = Path(found).absolute() if found else None
    if getattr(sys, "frozen", False):  # the one file that packaging/build makes: there is no Python to ask
        itself = Path(sys.executable)
        return [str(called if called and called.resolve() == itself.resolve() else itself)]
    return [str(called)] if called and called.name == "maitre" else [sys.executable, "-m", "appliance"]
