"""Every setting once: its name, type, default, meaning and mask."""

import os
import re
from collections.abc import Iterable
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import FieldInfo, fields

from appliance.config.masks import Mask, mask, mask_channel, mask_password
from appliance.domain.networks import Network
from appliance.errors import ConfigError

SYSTEM_DATA_DIR = Path("/var/lib/maitre")

_NETWORK = r"\A[0-9a-fA-F.:]+(/[0-9]{1,3})?\Z"
_CHANNEL = r"\A[a-zA-Z][a-zA-Z0-9+.-]*://\S+\Z"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"


def _about(meaning: str, expected: str = "", *, mask: Mask | None = None, **bounds: Any) -> Meta:
    """What the table says of a setting beside its name, type and default; see `Setting`."""
    return Meta(description=meaning, extra={"expected": expected, "mask": mask}, **bounds)


class Settings(Struct, frozen=True, kw_only=True):
    """What an operator can decide. `load` fills and checks it; its repr masks the secrets."""

    data_dir: Annotated[
        Path, _about("Directory of the data; ~/.local/share/maitre where /var/lib/maitre is not writable.", "a path")
    ] = SYSTEM_DATA_DIR
    database_url: Annotated[
        str,
        _about(
            "The database; empty means the SQLite file maitre.db in the data directory.",
            "sqlite:///<path> or postgresql://<user>@<host>/<database>",
            pattern=r"\A(sqlite:///.+|postgres(ql)?://.+)?\Z",
            mask=mask_password,
        ),
    ] = ""
    host: Annotated[str, _about("Address the server listens on.", "an address", min_length=1)] = "127.0.0.1"
    port: Annotated[int, _about("Port the server listens on; 0 takes any free one.", ge=0, le=65535)] = 8080
    socket: Annotated[
        str,
        _about(
            "Unix socket the server listens on as well, for programs of its group on this machine; empty for none.",
            "an absolute path",
            pattern=r"\A(/.*)?\Z",
        ),
    ] = ""
    public_url: Annotated[
        str,
        _about(
            "Address under which the phone platform reaches this server, for the webhook URLs to paste there.",
            "an https:// address without a slash at the end",
            pattern=r"\A(https://[^\s/]+(/[^\s/]+)*)?\Z",
        ),
    ] = ""
    retell_webhook_keys: Annotated[
        tuple[Annotated[str, Meta(min_length=1)], ...],
        _about(
            "Retell API keys whose webhook signatures are accepted; several while one replaces another.",
            "a list of keys, separated by commas in the environment",
            mask=mask,
        ),
    ] = ()
    retell_api_key: Annotated[
        str,
        _about(
            "Retell API key with which Maitre asks for missed calls and sets agents up; empty does neither.",
            "a key",
            mask=mask,
        ),
    ] = ""
    retell_api_url: Annotated[
        str,
        _about(
            "Where Retell's API is.",
            "an https:// address without a slash at the end, or http:// on this machine",
            pattern=r"\A(https://[A-Za-z0-9.-]+(:[0-9]+)?|http://(127\.0\.0\.1|localhost)(:[0-9]+)?)(/[^\s/]+)*\Z",
        ),
    ] = "https://api.retellai.com"
    retell_voice_id: Annotated[
        str,
        _about(
            "Retell's id of the voice that new agents get; those that are there keep theirs.",
            "a voice's id",
            min_length=1,
        ),
    ] = "11labs-Adrian"
    factor_key: Annotated[
        str,
        _about(
            "Key under which second factors are kept; empty makes one in factor.key beside a SQLite database.",
            "32 random bytes in base64, as `openssl rand -base64 32` makes them",
            pattern=r"\A([A-Za-z0-9+/]{43}=)?\Z",
            mask=mask,
        ),
    ] = ""
    require_second_factor: Annotated[
        Literal["none", "operators", "all"],
        _about(
            "Who, signed in with a password, reaches no more than their own account until their second factor is on."
        ),
    ] = "none"
    body_cap_mb: Annotated[int, _about("Largest request body taken, in megabytes.", ge=1, le=100)] = 10
    tool_deadline_ms: Annotated[int, _about("Longest that a tool may take, in milliseconds.", ge=100, le=10_000)] = 1500
    hold_s: Annotated[
        int, _about("Seconds a table offered on the phone is kept for that caller; 0 keeps none.", ge=0, le=900)
    ] = 120
    queue_concurrency: Annotated[
        int, _about("Messages to restaurants' own systems delivered at the same time.", ge=1, le=64)
    ] = 4
    queue_max_attempts: Annotated[int, _about("Tries of a task until it is a dead letter.", ge=1, le=100)] = 8
    lease_s: Annotated[int, _about("Seconds until a silent worker's task goes to another.", ge=5, le=3600)] = 30
    drain_s: Annotated[int, _about("Seconds given to work in progress when stopping.", ge=0, le=300)] = 8
    trusted_proxies: Annotated[
        tuple[Annotated[str, Meta(pattern=_NETWORK)], ...],
        _about(
            "Proxies of ours whose X-Forwarded-For is believed.",
            "a list of addresses or networks such as 127.0.0.1, 10.0.0.0/8",
        ),
    ] = ()
    platform_addresses: Annotated[
        tuple[Annotated[str, Meta(pattern=_NETWORK)], ...],
        _about(
            "The only addresses from which webhooks and tools are taken; empty takes them from any, if signed.",
            "a list of addresses or networks such as 100.20.5.228",
        ),
    ] = ()
    notify_networks: Annotated[
        tuple[Annotated[str, Meta(pattern=_NETWORK)], ...],
        _about(
            "Networks of yours where restaurants' own systems (notify_url) may be, beside public https addresses.",
            "a list of addresses or networks such as 192.168.1.20, 10.0.0.0/8",
        ),
    ] = ()
    cors_origins: Annotated[
        tuple[Annotated[str, Meta(pattern=r"\Ahttps?://[^\s/*]+\Z")], ...],
        _about(
            "Origins of web pages elsewhere that may use the API from a browser.",
            "a list of origins such as https://panel.example.com",
        ),
    ] = ()
    admin_requests: Annotated[
        int, _about("Requests an operator has on /api/admin in a quarter of an hour.", ge=1, le=1_000_000)
    ] = 50
    limits_url: Annotated[
        str,
        _about(
            "Where rate limits are counted: in memory, or one Valkey that several nodes share.",
            "memory:// or a storage URL such as valkey://127.0.0.1:6379",
            pattern=r"\A(memory|valkey|redis|rediss|valkeys)://\S*\Z",
            mask=mask_password,
        ),
    ] = "memory://"
    limits_mode: Annotated[
        Literal["enforce", "shadow"],
        _about("Whether requests over a limit are refused, or only counted so that you see how many would be."),
    ] = "enforce"
    alert_channels: Annotated[
        tuple[Annotated[str, Meta(pattern=_CHANNEL)], ...],
        _about(
            "Where alerts go, as addresses of Apprise; https://appriseit.com/services lists them.",
            "a list of addresses such as tgram://token/chat, mailtos://user:password@example.com",
            mask=mask_channel,
        ),
    ] = ()
    alert_escalation_channels: Annotated[
        tuple[Annotated[str, Meta(pattern=_CHANNEL)], ...],
        _about(
            "Where a critical alert goes as well when nobody has acknowledged it in time.",
            "a list of addresses such as tgram://token/chat, mailtos://user:password@example.com",
            mask=mask_channel,
        ),
    ] = ()
    alert_escalation_minutes: Annotated[
        int, _about("Minutes a critical alert may stay unacknowledged until others are told.", ge=1, le=1440)
    ] = 15
    alert_quiet_hours: Annotated[
        str,
        _about(
            "Hours in which only critical alerts are sent; the others that are still open are sent at their end.",
            "two times such as 23:00-08:00, or empty",
            pattern=rf"\A({_TIME}-{_TIME})?\Z",
        ),
    ] = ""
    alert_timezone: Annotated[
        str, _about("Time zone of alerts and of the quiet hours.", "a zone such as Europe/Madrid", min_length=1)
    ] = "Europe/Madrid"
    alert_language: Annotated[Literal["en", "es"], _about("Language of the messages about alerts.")] = "en"
    alert_rules: Annotated[
        tuple[Annotated[str, Meta(pattern=r"\A[a-z_]+=(off|[0-9.]+(/[0-9.]+)?)\Z")], ...],
        _about(
            "Other thresholds than the usual ones, or none, of the rules in docs/operations.md.",
            "a list such as cpu_high=75/85/97, occupancy_low=off",
        ),
    ] = ()
    concurrent_calls: Annotated[
        int, _about("Calls at once that your plan at the phone platform has room for.", ge=1, le=100_000)
    ] = 20
    db_pool_size: Annotated[int, _about("Connections kept open to PostgreSQL.", ge=1, le=100)] = 10
    db_wait_ms: Annotated[
        int,
        _about("Wait for the database before a request is told to retry, in milliseconds.", ge=100, le=60_000),
    ] = 2000
    backup_dir: Annotated[
        str,
        _about(
            "Folder of the backups; empty means backups in the data directory.",
            "an absolute path",
            pattern=r"\A(/.*)?\Z",
        ),
    ] = ""
    backup_daily: Annotated[
        int, _about("Days of which the last backup is kept; and as many of the newest.", ge=1, le=3650)
    ] = 7
    backup_weekly: Annotated[int, _about("Weeks of which the last backup is kept.", ge=0, le=520)] = 4
    backup_oldest_hours: Annotated[
        int, _about("Hours after which the newest backup is too old: there is an alert then.", ge=1, le=8760)
    ] = 26
    backup_recipients: Annotated[
        tuple[Annotated[str, Meta(pattern=r"\A(age1[0-9a-z]+|ssh-(ed25519|rsa) \S+.*)\Z")], ...],
        _about(
            "For whom backups are encrypted; empty encrypts none. Keep their keys elsewhere than on this machine.",
            "a list of public keys of age, as age-keygen shows them, or of ssh",
        ),
    ] = ()
    backup_s3_bucket: Annotated[
        str,
        _about(
            "Bucket of a store that speaks S3 where encrypted backups go as well; empty sends none.",
            "a bucket's name",
            pattern=r"\A([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?\Z",
        ),
    ] = ""
    backup_s3_url: Annotated[
        str,
        _about(
            "Where that store is.",
            "an https:// address without a slash at the end, or http:// on this machine",
            pattern=r"\A(https://[A-Za-z0-9.-]+(:[0-9]+)?|http://(127\.0\.0\.1|localhost)(:[0-9]+)?)\Z",
        ),
    ] = "https://s3.eu-west-1.amazonaws.com"
    backup_s3_region: Annotated[str, _about("Its region.", "a region such as eu-west-1", min_length=1)] = "eu-west-1"
    backup_s3_prefix: Annotated[
        str,
        _about("What the names of backups begin with there.", "a path such as maitre/house", pattern=r"\A[\w./-]*\Z"),
    ] = ""
    backup_s3_key_id: Annotated[str, _about("Id of the access key for that store.", "a key's id", mask=mask)] = ""
    backup_s3_secret: Annotated[str, _about("Secret of that access key.", "a secret", mask=mask)] = ""
    releases_url: Annotated[
        str,
        _about(
            "Where `maitre upgrade` finds releases; empty takes them from --from only.",
            "an https:// address without a slash at the end, or http:// on this machine",
            pattern=r"\A(https://[^\s/]+(/[^\s/]+)*|http://(127\.0\.0\.1|localhost)(:[0-9]+)?(/[^\s/]+)*)?\Z",
        ),
    ] = ""
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], _about("Least severe messages that are logged.")
    ] = "info"
    log_format: Annotated[
        Literal["auto", "json", "pretty"], _about("Shape of the log; auto is pretty on a terminal, json elsewhere.")
    ] = "auto"

    @property
    def resolved_database_url(self) -> str:
        """The database in use, always as `sqlite:///…` or `postgresql://…`."""
        url = self.database_url or f"sqlite:///{self.data_dir / 'maitre.db'}"
        return re.sub(r"\Apostgres://", "postgresql://", url)

    @property
    def resolved_backup_dir(self) -> Path:
        """The folder of the backups."""
        return Path(self.backup_dir) if self.backup_dir else self.data_dir / "backups"

    @property
    def proxy_networks(self) -> tuple[Network, ...]:
        """The trusted proxies. Raises ConfigError for what is no network."""
        return _networks("trusted_proxies", self.trusted_proxies)

    @property
    def platform_networks(self) -> tuple[Network, ...]:
        """Where the phone platform sends from. Raises ConfigError for what is no network."""
        return _networks("platform_addresses", self.platform_addresses)

    @property
    def destination_networks(self) -> tuple[Network, ...]:
        """Where messages may go beside the internet. Raises ConfigError for what is no network."""
        return _networks("notify_networks", self.notify_networks)

    @property
    def alert_zone(self) -> ZoneInfo:
        """Raises ConfigError for what is no time zone."""
        try:
            return ZoneInfo(self.alert_timezone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ConfigError(f"alert_timezone: {self.alert_timezone} is no time zone.") from None

    @property
    def alert_quiet_minutes(self) -> tuple[int, int]:
        """The minutes of the day at which the quiet hours begin and end; two alike where there are none."""
        if not self.alert_quiet_hours:
            return 0, 0
        first, end = (int(time[:2]) * 60 + int(time[3:]) for time in self.alert_quiet_hours.split("-"))
        return first, end

    def __repr__(self) -> str:
        return f"Settings({', '.join(f'{name}={value!r}' for name, value in self.__rich_repr__())})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [(setting.name, setting.masked(getattr(self, setting.name))) for setting in SETTINGS]


def _networks(name: str, texts: Iterable[str]) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(text, strict=False) for text in texts)
    except ValueError as error:
        raise ConfigError(f"{name}: {error}; use addresses or networks such as 10.0.0.0/8.") from None


class Setting(Struct, frozen=True, kw_only=True):
    """One row of the table. `expected` completes "must be …"; only a secret has a `mask`."""

    name: str
    type: Any
    default: Any
    meaning: str
    expected: str
    mask: Mask | None

    def parse(self, raw: object) -> object:
        """The typed value; text is read as the type it should be. ValueError: says the wrong value, if not secret."""
        if isinstance(raw, str) and isinstance(self.default, tuple):
            raw = [part.strip() for part in re.split(r"[,\n]", raw) if part.strip()]
        try:
            return msgspec.convert(raw, self.type, strict=not isinstance(raw, str), dec_hook=to_path)
        except msgspec.ValidationError:
            shown = "" if self.mask else f", not {raw!r}"
            raise ValueError(f"{self.name} must be {self.expected}{shown}") from None

    def masked(self, value: Any) -> object:
        """The value as it may be shown, in JSON too."""
        if self.mask is None:
            return str(value) if isinstance(value, Path) else value
        return [self.mask(part) for part in value] if isinstance(value, tuple) else self.mask(value)


def to_path(_type: type, raw: Any) -> Path:
    if not raw:
        raise ValueError("no path")
    return Path(os.path.expanduser(raw)).absolute()  # noqa: PTH111 — Path.expanduser raises on an unknown ~user


def _setting(field: FieldInfo) -> Setting:
    base, about = get_args(field.type)
    return Setting(
        name=field.name,
        type=field.type,
        default=field.default,
        meaning=about.description,
        expected=about.extra["expected"] or _expected(base, about),
        mask=about.extra["mask"],
    )


def _expected(base: Any, about: Meta) -> str:
    if get_origin(base) is Literal:
        return f"one of {', '.join(get_args(base))}"
    return f"a whole number from {about.ge} to {about.le}"


SETTINGS = tuple(map(_setting, fields(Settings)))
