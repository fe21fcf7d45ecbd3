"""Retell's webhook signature: `X-Retell-Signature: v=<unix ms>,d=<hex>`, d = HMAC-SHA256(key, raw body + v).

Source: the platform's "Secure the webhook" page and its SDK's `retell/lib/webhook_auth.py`. Works on the raw bytes
and never raises, whatever the header holds.
"""

import hmac
import re
from collections.abc import Iterable
from functools import lru_cache

TOLERANCE_MS = 300_000
"""How far `v` may lie in the past or the future; exactly this far still passes."""

# 19 digits hold every 64-bit time; longer runs are noise (and int() of more than 4,300 digits raises).
_HEADER = re.compile(r"v=([0-9]{1,19}),d=([0-9a-f]{64})")


def sign(body: bytes, key: str, at_ms: int) -> str:
    """The header value for `body` signed with `key` at a Unix time in milliseconds."""
    return f"v={at_ms},d={_digest(body, key, at_ms)}"


def verify(body: bytes, header: str | None, keys: Iterable[str], now_ms: int) -> bool:
    """Whether any of `keys` signed exactly these bytes within the tolerance."""
    match = _HEADER.fullmatch(header) if header else None
    if match is None:
        return False
    at_ms, digest = int(match[1]), match[2]
    if abs(now_ms - at_ms) > TOLERANCE_MS:
        return False
    for key in keys:  # noqa: SIM110 — a generator would cost a fifth more, before every answer
        if key and hmac.compare_digest(_digest(body, key, at_ms), digest):
            return True
    return False


def is_plausible(header: str | None) -> bool:
    """Whether `verify` could believe it at all: told before a stranger's body is taken in."""
    return header is not None and _HEADER.fullmatch(header) is not None


def refusal(header: str | None, now_ms: int) -> str:
    """Why a header that `verify` refused was no good, for the log: the sender is not told."""
    if header is None:
        return "missing"
    match = _HEADER.fullmatch(header)
    if match is None:
        return "malformed"
    return "stale" if abs(now_ms - int(match[1])) > TOLERANCE_MS else "another key or another body"


def _digest(body: bytes, key: str, at_ms: int) -> str:
    mac = _keyed(key).copy()
    mac.update(body)
    mac.update(b"%d" % at_ms)
    return mac.hexdigest()


@lru_cache(maxsize=16)
def _keyed(key: str) -> hmac.HMAC:
    """To be copied. `hmac.digest` does it in one step, but lets other threads run meanwhile: it waits for its turn."""
    return hmac.new(key.encode(), digestmod="sha256")
