"""Bearer tokens of machines and admins: made once, shown once, kept only as a hash."""

import hashlib
import secrets

_PREFIX = "maitre_"


def new_token() -> str:
    """256 random bits, marked so that a secret scanner knows one when it sees it."""
    return _PREFIX + secrets.token_urlsafe(32)


def is_api_token(text: str) -> bool:
    """Whether it looks like one of ours; an access token of a session does not."""
    return text.startswith(_PREFIX)


def digest(token: str) -> str:
    """What is stored. A plain hash is enough: nobody can guess 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def bearer(header: str | None) -> str:
    """The token of an `Authorization: Bearer …` header; empty when there is none."""
    scheme, _, token = (header or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
