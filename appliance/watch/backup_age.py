"""How old the newest backup is: told by the names in their folder, so that nothing is opened for it."""

from pathlib import Path

from appliance.domain.backups import made_at

_NOTE = ".json"


def newest_at(folder: Path) -> int | None:
    """When the newest backup was made, in Unix ms; None where there is none, or the folder cannot be looked into."""
    try:
        names = [file.stem for file in folder.iterdir() if file.suffix == _NOTE]
    except OSError:
        return None
    return max((at for name in names if (at := made_at(name)) is not None), default=None)
