"""The server's end, and what follows it."""

from msgspec import Struct


class RestartAsked(Struct, frozen=True, kw_only=True):
    """The server ends once it has answered what came, within `drain_s` seconds, and systemd begins it anew."""

    drain_s: float
