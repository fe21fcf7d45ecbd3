"""What this process may count on around it: told by whoever begins it."""

import os
from collections.abc import Mapping

from msgspec import Struct


class Host(Struct, frozen=True, kw_only=True):
    """`backup` is the command that makes a backup and prints it as JSON; `is_kept`: who ends is begun anew.

    `backup_env` is the environment of that command; None: this process's own.
    """

    backup: tuple[str, ...] = ()
    backup_env: dict[str, str] | None = None
    is_kept: bool = False


def kept_by_systemd(env: Mapping[str, str]) -> bool:
    """Whether this process is the service's own, and not one that somebody began in a terminal of a service.

    A terminal has INVOCATION_ID from the session that it belongs to; SYSTEMD_EXEC_PID (from systemd 248 on) names the
    process that systemd began. The program as one file is its child.
    """
    if not env.get("INVOCATION_ID"):
        return False
    return env.get("SYSTEMD_EXEC_PID", str(os.getpid())) in (str(os.getpid()), str(os.getppid()))
