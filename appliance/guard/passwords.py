"""Passwords: what is a good one, and how it is kept — argon2id, which makes guessing cost memory.

Parameters: OWASP Password Storage Cheat Sheet (m = 19 MiB, t = 2, p = 1), so that a machine of 1 GB bears it.
"""

import asyncio
from base64 import b64encode
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from string import digits

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

from appliance.errors import Invalid

SHORTEST, LONGEST = 12, 200
_FEWEST_KINDS = 5
AT_ONCE = 2
_OUR_WORDS = (
    *("maitre", "operator", "owner", "manager", "staff", "admin", "administrator", "password", "welcome"),
    *("restaurant", "restaurante", "reserva", "reservas", "reservations", "recepcion", "contraseña", "bienvenido"),
)
"""Words that lie near here, in docs/security.md too."""


def check(password: str, *about: str) -> None:
    """Raises Invalid for a password that would be guessed soon. Any character will do; none is asked for.

    `about` is what others know of whose it is: their e-mail, their name, where they work.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid("password: must have {shortest} to {longest} characters", shortest=SHORTEST, longest=LONGEST)
    if _is_monotonous(password) or _stem(password) in _common() | set(_stems(about)):
        raise Invalid("password: is too easy to guess")


def _is_monotonous(password: str) -> bool:
    """Whether it has few different characters, or goes on in few different steps, as 123456789012 does."""
    steps = {ord(after) - ord(before) for before, after in pairwise(password)}
    return min(len(set(password)), len(steps)) < _FEWEST_KINDS


def _stem(words: str) -> str:
    """What is left without signs, without the digits around it, and said once: "Password-Password 1!" is "password"."""
    plain = "".join(letter for letter in words.casefold() if letter.isalnum())
    stem = plain.strip(digits) or plain or words
    return stem[: (stem + stem).find(stem, 1)]


def _stems(about: Iterable[str]) -> Iterator[str]:
    """Of an e-mail also the part before the "@"; of an id also the part after its kind."""
    for words in about:
        parts = (words, words.partition("@")[0], words.partition("_")[2])
        yield from (_stem(part) for part in parts if part)


@cache
def _common() -> frozenset[str]:
    """The stems of the passwords that most people chose, and of the words that lie near here."""
    # 13 MB that few processes need; it ships no types.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # type: ignore[import-untyped]  # noqa: PLC0415

    return frozenset(map(_stem, (*FREQUENCY_LISTS["passwords"], *_OUR_WORDS)))


class Passwords:
    """Hashes and checks, a few at a time: each takes 19 MiB and some twenty milliseconds of a core."""

    def __init__(self, *, passes: int = 2, memory_kib: int = 19_456) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
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
