"""How secrets are shown."""

import re
from collections.abc import Callable

_DOTS = "••••"
Mask = Callable[[str], str]


def mask(secret: str) -> str:
    """Dots, and the last four characters when enough others stay hidden."""
    return _DOTS + (secret[-4:] if len(secret) >= 12 else "")


def mask_password(url: str) -> str:
    """The URL without its password, which may stand before the host or in the query."""
    # Greedy up to the last "@": a password that somebody forgot to quote may hold one itself.
    url = re.sub(r"://([^:@]*):.*@", rf"://\1:{_DOTS}@", url, flags=re.DOTALL)
    return re.sub(r"([?&]\w*password=)[^&]*", rf"\1{_DOTS}", url)


def mask_channel(url: str) -> str:
    """What kind of channel it is: the rest of its address is its secret."""
    return f"{url.partition('://')[0]}://{_DOTS}"
