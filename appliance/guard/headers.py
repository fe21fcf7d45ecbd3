"""What every answer tells a browser not to do with it, and by which id a request is known."""

import re

Header = tuple[bytes, bytes]

_CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_A_YEAR_S = 365 * 86_400
_SANE_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")


def security_headers(*, https: bool, style_hash: str = "") -> tuple[Header, ...]:
    """`https`: browsers are told never to come without. `style_hash`: of the one style sheet that a page may hold."""
    policy = _CLOSED + (f"; style-src '{style_hash}'" if style_hash else "")
    always = (
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"x-frame-options", b"DENY"),
        (b"content-security-policy", policy.encode()),
        (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
    )
    return (*always, (b"strict-transport-security", b"max-age=%d" % _A_YEAR_S)) if https else always


def is_sane_id(value: bytes) -> bool:
    """Whether an id that a client gave its request may stand in a header and in a log."""
    return _SANE_ID.fullmatch(value) is not None
