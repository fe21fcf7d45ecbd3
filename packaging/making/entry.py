"""Where the frozen program begins."""

import os

from appliance.cli import main

# The libraries of this program are no other's: pg_dump and systemctl find their own.
_LIBRARIES = "LD_LIBRARY_PATH"


def _restore_library_path() -> None:
    before = os.environ.pop(f"{_LIBRARIES}_ORIG", None)
    os.environ.pop(_LIBRARIES, None)
    if before is not None:
        os.environ[_LIBRARIES] = before


if __name__ == "__main__":
    _restore_library_path()
    main()
