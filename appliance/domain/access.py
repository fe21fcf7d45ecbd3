"""Who may do what: roles, and the permissions that each of them carries.

Source: the access table of docs/security.md, which a test holds to this one.
"""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct


class Role(StrEnum):
    """Operators run the platform and reach every restaurant; the others belong to one."""

    OPERATOR = "operator"
    OWNER = "owner"
    MANAGER = "manager"
    STAFF = "staff"


class Permission(StrEnum):
    """What a route asks for. Names are `what:how`; an API token's scopes are these words."""

    ACCOUNT = "account"
    """One's own account: everybody who signed in has it."""
    BOOK_READ = "book:read"
    BOOK_WRITE = "book:write"
    CALLS_READ = "calls:read"
    GUESTS_READ = "guests:read"
    GUESTS_WRITE = "guests:write"
    GUESTS_ERASE = "guests:erase"
    """To hand out or erase all that is known of a guest."""
    RESTAURANT_READ = "restaurant:read"
    RESTAURANT_WRITE = "restaurant:write"
    """Rules, hours, floor, and books taken over from a spreadsheet."""
    EXPORT = "export"
    """The book as a file, and the address of its calendar."""
    USERS_READ = "users:read"
    USERS_WRITE = "users:write"
    PLATFORM_READ = "platform:read"
    PLATFORM_WRITE = "platform:write"
    """Tenants, plans and limits; what only who runs the platform may change."""


_STAFF = frozenset(
    {
        Permission.ACCOUNT,
        Permission.BOOK_READ,
        Permission.BOOK_WRITE,
        Permission.GUESTS_READ,
        Permission.GUESTS_WRITE,
        Permission.RESTAURANT_READ,
    }
)
_MANAGER = _STAFF | {Permission.CALLS_READ, Permission.RESTAURANT_WRITE, Permission.EXPORT}
_OWNER = _MANAGER | {Permission.GUESTS_ERASE, Permission.USERS_READ, Permission.USERS_WRITE}

PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.STAFF: _STAFF,
    Role.MANAGER: _MANAGER,
    Role.OWNER: _OWNER,
    Role.OPERATOR: frozenset(Permission),
}


OF_FACTOR: Mapping[str, frozenset[Role]] = {
    "none": frozenset(),
    "operators": frozenset({Role.OPERATOR}),
    "all": frozenset(Role),
}
"""Who must have a second factor, by the setting `require_second_factor`."""
WITHOUT_FACTOR = frozenset({Permission.ACCOUNT})
"""What is left to who must have one and has none: to turn it on."""


class Principal(Struct, frozen=True, kw_only=True):
    """Somebody who proved who they are. `restaurant_id` is empty for operators, whose reach is everything.

    `session_id` is that of who signed in with a password, `token_id` of a machine; the other is empty. A token may
    carry fewer permissions than its user's role. `lacks_factor`: so may a session, until a second factor is on.
    """

    user_id: str
    email: str
    name: str
    role: Role
    restaurant_id: str
    permissions: frozenset[Permission]
    session_id: str = ""
    token_id: str = ""
    lacks_factor: bool = False

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def reaches(self, restaurant_id: str) -> bool:
        """Whether that restaurant exists for them at all."""
        return self.role is Role.OPERATOR or (bool(restaurant_id) and restaurant_id == self.restaurant_id)


def granted(role: Role, scopes: frozenset[Permission] | None) -> frozenset[Permission]:
    """The permissions of a role, cut down to a token's scopes; None leaves them whole."""
    own = PERMISSIONS[role]
    return own if scopes is None else own & scopes


def may_manage(actor: Principal, other: Role) -> bool:
    """Whether they may make, change or remove a user of that role.

    Nobody hands out more than they have, by whatever credential they come: a token of few scopes makes no owner.
    """
    return actor.may(Permission.USERS_WRITE) and PERMISSIONS[other] <= actor.permissions


def email_key(email: str) -> str:
    """The e-mail as it is kept and looked up: people write the same one in several ways."""
    return email.strip().casefold()


AT_THE_MACHINE = Principal(
    user_id="",
    email="",
    name="the command line",
    role=Role.OPERATOR,
    restaurant_id="",
    permissions=PERMISSIONS[Role.OPERATOR],
)
"""Whoever can run commands on the machine itself, and so could change its data anyway."""
