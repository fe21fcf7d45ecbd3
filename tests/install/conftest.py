import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import debian
from support.debian import Machine
from support.serve_process import KEY

REPOSITORY = Path(__file__).parents[2]
_PROGRAM = """#!/usr/bin/python3
import sys
sys.path[:0] = {paths!r}
from appliance.cli import main
main()
"""


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine on which the service runs: this checkout with the packages beside it, run by Debian's own Python."""
    debian.skip_unless_usable()
    root = debian.fresh_root(tmp_path_factory.mktemp("debian"))
    release = root / "opt/maitre/current"
    for package in ("appliance", "tui"):
        shutil.copytree(REPOSITORY / package, release / package, ignore=shutil.ignore_patterns("__pycache__"))
    packages = Path(next(path for path in sys.path if path.endswith("site-packages")))
    program = root / "usr/local/bin/maitre"
    program.write_text(_PROGRAM.format(paths=["/opt/maitre/current", "/opt/maitre/packages"]))
    program.chmod(0o755)
    with debian.machine(root, binds=[f"{packages}:/opt/maitre/packages"]) as one:
        one.run("maitre", "service", "install")
        (root / "etc/maitre/credentials/retell_webhook_keys").write_text(KEY)
        (root / "etc/maitre/credentials/retell_webhook_keys").chmod(0o600)
        one.run("maitre", "service", "start")
        yield one
