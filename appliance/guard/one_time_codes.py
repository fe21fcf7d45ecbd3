"""Second factors: the codes of an authenticator app (TOTP, RFC 6238), and recovery codes for who has lost it."""

import secrets
from base64 import b32encode

import pyotp
from pyotp.exceptions import OTPVerificationError

from appliance.guard.tokens import digest

DIGITS = 6
_ISSUER = "Maitre"
_STEPS_AROUND = 1
"""Clocks differ, and typing takes its time: the code before and the one after are taken, too (RFC 6238, 5.2)."""
_RECOVERY_CODES = 10
_RECOVERY_BYTES = 15
_GROUP = 6


def new_secret() -> str:
    """160 random bits, as authenticator apps take them."""
    return pyotp.random_base32()


def address(secret: str, email: str) -> str:
    """What an app reads from a QR code: an otpauth:// address."""
    return pyotp.TOTP(secret, name=email, issuer=_ISSUER).provisioning_uri()


def plain(code: str) -> str:
    """A code without what people put between its groups."""
    return "".join(code.split()).replace("-", "").lower()


def is_of_app(code: str) -> bool:
    """Whether it has the form of an app's code; a recovery code does not."""
    return len(code) == DIGITS and code.isascii() and code.isdigit()


def step_of(code: str, secret: str, *, now_ms: int) -> int | None:
    """Which of the steps that are good now has this code: their number since 1970; None where none has."""
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(code, for_time=now_ms // 1000, valid_window=_STEPS_AROUND)
    except OTPVerificationError:
        return None


def new_recovery_codes() -> list[str]:
    """Each is 120 random bits, in four groups that can be read out and typed."""
    return [_grouped(b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode()) for _ in range(_RECOVERY_CODES)]


def recovery_digest(code: str) -> str:
    """What is stored of one. A plain hash is enough: nobody can guess 120 random bits."""
    return digest(plain(code))


def _grouped(letters: str) -> str:
    groups = range(0, len(letters), _GROUP)
    return "-".join(letters[at : at + _GROUP] for at in groups).lower()
