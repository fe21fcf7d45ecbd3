"""Signing in, people, tokens."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from appliance.contract.values import Name

RoleWord = Literal["operator", "owner", "manager", "staff"]
ScopeWord = Literal[
    "account",
    "book:read",
    "book:write",
    "calls:read",
    "guests:read",
    "guests:write",
    "guests:erase",
    "restaurant:read",
    "restaurant:write",
    "export",
    "users:read",
    "users:write",
    "platform:read",
    "platform:write",
]
Password = Annotated[str, Meta(min_length=1, max_length=1000)]
OneTimeCode = Annotated[str, Meta(min_length=1, max_length=64)]
"""Six digits of an app, or a recovery code; blanks and hyphens do not count."""
Email = Annotated[str, Meta(min_length=3, max_length=254)]


class Login(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`code` is asked for where a second factor is on: the app's, or a recovery code."""

    email: Email
    password: Password
    code: OneTimeCode | UnsetType = UNSET


class FactorBegin(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    password: Password


class FactorBegun(Struct, frozen=True, kw_only=True):
    """For an authenticator app, shown this once: `uri` as a QR code, or `secret` typed."""

    uri: str
    secret: str


class FactorConfirm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`code` is one that the app shows."""

    code: OneTimeCode


class RecoveryCodes(Struct, frozen=True, kw_only=True):
    """Each works once in place of a code; they are shown this once."""

    recovery_codes: list[str]


class FactorEnd(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`code` is the app's, or a recovery code."""

    password: Password
    code: OneTimeCode


class FactorState(Struct, frozen=True, kw_only=True):
    """`enabled_at` is null where only the password is asked for. Unix milliseconds."""

    enabled_at: int | None
    recovery_codes_left: int


class Refresh(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    refresh_token: Annotated[str, Meta(min_length=1, max_length=200)]


class NewPassword(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    old_password: Password
    new_password: Password


class Tokens(Struct, frozen=True, kw_only=True):
    """`access_token` is good for `expires_in` seconds; then `refresh_token` gives the next pair, once."""

    access_token: str
    refresh_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 — its kind, not the token


class Me(Struct, frozen=True, kw_only=True):
    """Who the credential belongs to, and what it opens. `restaurant_id` is null for operators, who reach all."""

    id: str
    email: str
    name: str
    role: str
    restaurant_id: str | None
    permissions: list[str]


class UserRow(Struct, frozen=True, kw_only=True):
    id: str
    email: str
    name: str
    role: str
    restaurant_id: str | None
    active: bool
    created_at: int


class NewUser(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    email: Email
    name: Name
    role: RoleWord
    password: Password


class UserEdit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Name | UnsetType = UNSET
    role: RoleWord | UnsetType = UNSET
    password: Password | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class SessionRow(Struct, frozen=True, kw_only=True):
    """An open session of one's own; `current` is the one that asks.

    `address` and `user_agent` are those it was signed in from. `last_used_at` is when its tokens were last exchanged;
    without that again it is over at `expires_at`. Times are Unix milliseconds.
    """

    id: str
    created_at: int
    last_used_at: int
    expires_at: int
    address: str
    user_agent: str
    current: bool


class NewToken(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Without `scopes` it may all that its user may; without `days` it does not expire."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    scopes: list[ScopeWord] = []
    days: Annotated[int, Meta(ge=1, le=3650)] | UnsetType = UNSET


class TokenRow(Struct, frozen=True, kw_only=True):
    """`scopes` is empty where it may all that its user may. Times are Unix milliseconds."""

    id: str
    name: str
    scopes: list[str]
    created_at: int
    expires_at: int | None
    last_used_at: int | None


class TokenMade(Struct, frozen=True, kw_only=True):
    """`token` is shown this once."""

    token: str
    row: TokenRow
