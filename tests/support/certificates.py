"""The world's certificates read once a process, and not once for each of the HTTP clients that tests open."""

from functools import cache

from httpx._transports import default


def share() -> None:
    """From now on, among all clients of this process."""
    default.create_ssl_context = cache(default.create_ssl_context)
