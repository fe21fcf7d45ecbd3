"""Passwords: what is a good one, and how it is kept — argon2id, which makes guessing cost memory.

Parameters: OWASP Password Storage Cheat Sheet (m = 19 MiB, t = 2, p = 1), so that a machine of 1 GB bears it.
"""

import asyncio
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

from appliance.errors import Invalid

SHORTEST, LONGEST = 12, 200
_FEWEST_KINDS = 5
AT_ONCE = 2


def check(password: str, email: str) -> None:
    """Raises Invalid for a password that would be guessed soon. Any character will do; none is asked for."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid("password: must have {shortest} to {longest} characters", shortest=SHORTEST, longest=LONGEST)
    if len(set(password)) < _FEWEST_KINDS or password.casefold() in (email.casefold(), email.casefold()[::-1]):
        raise Invalid("password: is too easy to guess")


class Passwords:
    """Hashes and checks, a few at a time: each takes 19 MiB and some twenty milliseconds of a core."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._threads = ThreadPoolExecutor(AT_ONCE, "passwords")
        self._nobodys = _nobodys(self._hasher)

    async def hashed(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, password)

    async def matches(self, password: str, password_hash: str) -> bool:
        """Whether it is the password; where there is none, that takes as long to find out."""
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, self._matches, password, password_hash or self._nobodys
        ) and bool(password_hash)

    def is_outdated(self, password_hash: str) -> bool:
        """Whether it was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    def _matches(self, password: str, password_hash: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


def _nobodys(hasher: PasswordHasher) -> str:
    """What no password has as its hash. It is only written down: making one takes as long as to look at one."""
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${cost}${_zeros(hasher.salt_len)}${_zeros(hasher.hash_len)}"


def _zeros(length: int) -> str:
    return b64encode(bytes(length)).decode().rstrip("=")
