"""Releases as files: their names and order, and whether a file is the one that was released.

Beside the files of a release lie SHA256SUMS and SHA256SUMS.minisig, its signature in the form of minisign, so that
`minisign -Vm SHA256SUMS` and `sha256sum -c SHA256SUMS` check the same by hand. It reads files and asks nobody.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from enum import Enum
from hmac import compare_digest
from pathlib import Path
from typing import NamedTuple, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from packaging.version import InvalidVersion, Version

from appliance.errors import MaitreError

RELEASE_KEYS: tuple[str, ...] = ()
"""The public keys of those who may release, as minisign writes them: the second line of its .pub file. Several while
one replaces another. While there is none, no signature can be trusted, and `verify` says so."""

SUMS = "SHA256SUMS"
SIGNATURE = f"{SUMS}.minisig"

_NAME = re.compile(r"maitre-(?P<version>[0-9][0-9A-Za-z.+]*)-linux-(?P<machine>[a-z0-9_]+)")
_SUM = re.compile(r"(?P<sum>[0-9a-f]{64}) [ *](?P<name>\S+)")
_TRUSTED = "trusted comment: "
_KEY_FORM = (b"Ed", 42)
_SIGNATURE_FORM = (b"ED", 74)
"""Two letters for the kind, and the length in bytes. "ED" signs the BLAKE2b-512 of the text."""
_KEY_ID = slice(2, 10)


class BadRelease(MaitreError):
    """The file is not what was released, or nobody can tell."""


class Trust(Enum):
    """What is known of a file that `verify` let pass."""

    SIGNED = "signed"
    CHECKSUM_ONLY = "checksum only"
    """It is what SHA256SUMS says, and who wrote that is not known."""


class Release(NamedTuple):
    """One file that runs on one kind of machine; releases are ordered by version."""

    version: Version
    machine: str

    @classmethod
    def of(cls, name: str) -> Self:
        """From a file's name. Raises BadRelease."""
        if not (found := _NAME.fullmatch(name)):
            raise BadRelease("{name} is no release: it should be called maitre-<version>-linux-<machine>", name=name)
        return cls(version_of(found["version"]), found["machine"])

    @property
    def name(self) -> str:
        return f"maitre-{self.version}-linux-{self.machine}"


class PublicKey(NamedTuple):
    """A key of minisign."""

    id: bytes
    key: Ed25519PublicKey

    @classmethod
    def of(cls, line: str) -> Self:
        """From the line in base64. Raises BadRelease."""
        raw = _decoded(line, _KEY_FORM, "public key")
        return cls(raw[_KEY_ID], Ed25519PublicKey.from_public_bytes(raw[10:]))


def version_of(text: str) -> Version:
    """Raises BadRelease. Versions are compared as PEP 440 has it: 1.10 is newer than 1.9, 1.0rc1 older than 1.0."""
    try:
        return Version(text)
    except InvalidVersion as error:
        raise BadRelease("{version} is no version", version=text) from error


def newest(names: Iterable[str], machine: str) -> Release | None:
    """Of the files with these names the newest for such a machine; final releases alone count."""
    releases = (Release.of(name) for name in names if _NAME.fullmatch(name))
    return max((one for one in releases if one.machine == machine and not one.version.is_prerelease), default=None)


def verify(file: Path, *, keys: Iterable[str] = RELEASE_KEYS, unsigned_ok: bool = False) -> Trust:
    """Whether the file is the one that SHA256SUMS beside it tells of, and a key of ours signed that.

    Without a signature, or without a key to check it with, it fails unless `unsigned_ok`; a signature that is wrong
    fails always. Raises BadRelease, and OSError for what cannot be read.
    """
    trusted = [PublicKey.of(line) for line in keys]
    sums, signature = file.with_name(SUMS), file.with_name(SIGNATURE)
    if not sums.exists():
        raise BadRelease("{sums} is missing: nothing tells what the file should be", sums=sums)
    told = sums.read_bytes()
    trust = Trust.CHECKSUM_ONLY
    if trusted and signature.exists():
        check_signature(told, signature.read_text("utf-8"), trusted)
        trust = Trust.SIGNED
    elif not unsigned_ok:
        raise BadRelease("{file} is not signed by a key that this program knows", file=file.name)
    check_sum(file, told.decode("utf-8"))
    return trust


def check_sum(file: Path, sums: str) -> None:
    """Raises BadRelease when the text of SHA256SUMS does not name the file, or with another sum."""
    found = (_SUM.fullmatch(line) for line in sums.splitlines())
    wanted = {one["name"]: one["sum"] for one in found if one}.get(file.name)
    if wanted is None:
        raise BadRelease("{sums} does not name {file}", sums=SUMS, file=file.name)
    with file.open("rb") as opened:
        got = hashlib.file_digest(opened, "sha256").hexdigest()
    if not compare_digest(got, wanted):
        raise BadRelease("{file} is not what was released: its checksum is another", file=file.name)


def check_signature(signed: bytes, signature: str, keys: Iterable[PublicKey]) -> str:
    """Raises BadRelease unless one of the keys signed it; returns the trusted comment, which is signed too."""
    lines = signature.splitlines()
    if len(lines) < 4 or not lines[2].startswith(_TRUSTED):
        raise BadRelease("the signature is not one of minisign")
    raw = _decoded(lines[1], _SIGNATURE_FORM, "signature")
    comment = lines[2].removeprefix(_TRUSTED)
    key = next((one.key for one in keys if one.id == raw[_KEY_ID]), None)
    if key is None:
        raise BadRelease("the signature was made with a key that this program does not know")
    try:
        key.verify(raw[10:], hashlib.blake2b(signed).digest())
        key.verify(_bytes(lines[3]), raw[10:] + comment.encode())
    except InvalidSignature as error:
        raise BadRelease("the signature is wrong: this is not what was released") from error
    return comment


def _decoded(line: str, form: tuple[bytes, int], what: str) -> bytes:
    raw = _bytes(line)
    kind, length = form
    if raw[:2] != kind or len(raw) != length:
        raise BadRelease("this is no {what} of minisign", what=what)
    return raw


def _bytes(line: str) -> bytes:
    try:
        return base64.b64decode(line.strip(), validate=True)
    except binascii.Error as error:
        raise BadRelease("this is not base64") from error
