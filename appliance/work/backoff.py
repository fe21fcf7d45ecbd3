"""How long to wait before trying again: exponential, capped, with full jitter.

Source: "Exponential Backoff and Jitter", AWS Architecture Blog, 2015 ("full jitter").
"""

BASE_MS = 1_000
CAP_MS = 15 * 60 * 1_000


def delay_ms(attempt: int, *, chance: float) -> int:
    """Milliseconds to wait after the `attempt`-th try (from 1); `chance` is a random number in [0, 1)."""
    ceiling = min(CAP_MS, BASE_MS << min(attempt - 1, 20))
    return int(ceiling * chance)
