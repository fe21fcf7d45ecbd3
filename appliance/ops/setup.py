"""The first run: settings, data directory, keys, database, first admin. Run again, it keeps what is there."""

import asyncio
import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from appliance.clock import SystemClock
from appliance.config import Settings, render_toml, toml_line
from appliance.contract import NewToken, NewUser
from appliance.domain.access import AT_THE_MACHINE
from appliance.errors import StartError
from appliance.guard.passwords import Passwords
from appliance.ops.people import new_password
from appliance.services.access.api_tokens import ApiTokens
from appliance.services.access.users import Users
from appliance.store import migrate
from appliance.store.engine import Database

FIRST_ADMIN = "admin@localhost"
"""The first admin's e-mail, unless another is given."""


class SetupReport(Struct, frozen=True, kw_only=True):
    """What was made. `admin_password` and `admin_token` are empty when there was an admin already."""

    config_file: str
    config_written: bool
    database: str
    schema: str
    admin_email: str
    admin_password: str
    admin_token: str
    webhook_url: str
    inbound_url: str
    tools_url: str
    webhook_key_set: bool
    public_url_set: bool


class _Admin(Struct, frozen=True, kw_only=True):
    email: str
    password: str = ""
    token: str = ""


async def set_up(
    settings: Settings, *, file: Path, asked: Mapping[str, object], email: str, new_token: bool = False
) -> SetupReport:
    """Make what is missing. `asked` are the settings that must stand in the file, also when it is there already.

    `email` may be empty: a new token is for the only admin then.

    Raises StartError, or Unavailable when the database cannot be used.
    """
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        written = _write_once(file, render_toml(_worth_writing(settings, file)))
        if not written:
            _add(file, asked)
    except OSError as error:
        raise StartError(f"{error.filename or file} cannot be written: {error.strerror}.") from error
    database = Database(settings.resolved_database_url)
    try:
        schema = await migrate.upgrade(database)
        admin = await _first_admin(database, email, new_token=new_token)
    finally:
        await database.close()
    await asyncio.to_thread(_hand_over, settings.data_dir)
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    return SetupReport(
        config_file=str(file),
        config_written=written,
        database=database.url.render_as_string(hide_password=True),
        schema=schema,
        admin_email=admin.email,
        admin_password=admin.password,
        admin_token=admin.token,
        webhook_url=f"{base}/webhooks/retell",
        inbound_url=f"{base}/webhooks/retell/inbound",
        tools_url=f"{base}/tools/retell",
        webhook_key_set=bool(settings.retell_webhook_keys),
        public_url_set=bool(settings.public_url),
    )


def _hand_over(folder: Path) -> None:
    """What root has made in the service's folder is the service's, or that could not use it."""
    if os.geteuid() == 0:
        owner = folder.stat()
        for path in (path for path in folder.iterdir() if path.is_file() and not path.is_symlink()):
            os.chown(path, owner.st_uid, owner.st_gid)


def _worth_writing(settings: Settings, file: Path) -> dict[str, object]:
    """What differs from the defaults; the data directory only if that is not where the file itself lies."""
    standard = Settings()
    given = {name: getattr(settings, name) for name in settings.__struct_fields__}
    told = {name: value for name, value in given.items() if value != getattr(standard, name)}
    if file.parent.absolute() == settings.data_dir:
        told.pop("data_dir", None)
    return told


def _write_once(file: Path, text: str) -> bool:
    """Write the file unless it is there; it may hold secrets, so nobody else can read it."""
    try:
        with open(file, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as target:
            target.write(text)
    except FileExistsError:
        return False
    return True


def _add(file: Path, asked: Mapping[str, object]) -> None:
    """Write down what was asked for and the file does not say. Raises StartError when it says something else."""
    said = tomllib.loads(file.read_text("utf-8"))
    other = [name for name, value in asked.items() if said.get(name, value) != value]
    if other:
        raise StartError(f"{file} sets {' and '.join(other)} already; change it there.")
    lines = [toml_line(name, value) for name, value in asked.items() if name not in said]
    if lines:
        with file.open("a", encoding="utf-8") as target:
            target.write("".join(f"\n{line}" for line in lines))


async def _first_admin(database: Database, email: str, *, new_token: bool) -> _Admin:
    """An admin: the first is made; one who is there already gets a token where that is asked for."""
    clock = SystemClock()
    users = Users(database, clock, Passwords())
    known = [operator.email for operator in await users.operators()]
    if known and not new_token:
        return _Admin(email=known[0])
    whose = _whose(known, email)
    password = "" if known else new_password()
    if password:
        new = NewUser(email=whose, name="Admin", role="operator", password=password)
        await users.add(AT_THE_MACHINE, new)
    made = await ApiTokens(database, clock).make_for(await users.one(whose), NewToken(name="setup"))
    return _Admin(email=whose, password=password, token=made.token)


def _whose(known: Sequence[str], email: str) -> str:
    """The admin who gets a token; the first one may have any e-mail. Raises StartError."""
    if not known:
        return email or FIRST_ADMIN
    if email and email not in known:
        raise StartError(f"There is no admin {email}; known: {', '.join(known)}.")
    if not email and len(known) > 1:
        raise StartError(f"Say with --email who gets the new token; known: {', '.join(known)}.")
    return email or known[0]
