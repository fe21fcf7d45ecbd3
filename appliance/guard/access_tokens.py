"""Access tokens: signed, short-lived, and only a pointer to a session that can be ended at any time (RFC 7519).

One algorithm, never the token's own choice; the key is one of ours by its `kid`, which is looked up and nothing else.
"""

from collections.abc import Mapping

import jwt
import msgspec
from msgspec import Struct

from appliance.errors import Unauthenticated

_ALGORITHM = "HS256"
_ISSUER = "maitre"
LIFETIME_S = 900
SKEW_S = 30
"""How far the clocks of several nodes may differ."""
_REQUIRED = ("iss", "aud", "sub", "sid", "iat", "exp")


class Claims(Struct, frozen=True, kw_only=True):
    """Who (`sub`), by which session (`sid`), from when to when in Unix seconds."""

    sub: str
    sid: str
    iat: int
    exp: int


def issue(claims: Claims, *, key_id: str, secret: bytes) -> str:
    payload = {"iss": _ISSUER, "aud": _ISSUER} | msgspec.to_builtins(claims)
    return jwt.encode(payload, secret, algorithm=_ALGORITHM, headers={"kid": key_id})


def key_id(token: str) -> str | None:
    """The key a token says it is signed with; None where it is no such token at all."""
    try:
        found = jwt.get_unverified_header(token).get("kid")
    except (jwt.InvalidTokenError, UnicodeEncodeError):  # half of a surrogate pair is not looked for by the library
        return None
    return found if isinstance(found, str) else None


def read(token: str, keys: Mapping[str, bytes], *, now_ms: int) -> Claims:
    """What a token says, once it is proven. Raises Unauthenticated."""
    secret = keys.get(key_id(token) or "")
    if secret is None:
        raise Unauthenticated
    # The times are looked at below, by the clock that is handed in.
    options: jwt.types.Options = {"require": list(_REQUIRED), "verify_exp": False, "verify_iat": False}
    try:
        said = jwt.decode(token, secret, algorithms=[_ALGORITHM], audience=_ISSUER, issuer=_ISSUER, options=options)
        claims = msgspec.convert(said, Claims)
    except (jwt.InvalidTokenError, msgspec.ValidationError) as error:
        raise Unauthenticated from error
    lasts_s = claims.exp - claims.iat
    if lasts_s > LIFETIME_S or not claims.iat - SKEW_S <= now_ms / 1000 < claims.exp + SKEW_S:
        raise Unauthenticated
    return claims
