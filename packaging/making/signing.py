"""SHA256SUMS and its signature, in the form of minisign."""

import base64
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SUMS = "SHA256SUMS"
SIGNATURE = f"{SUMS}.minisig"

_NO_PASSWORD = b"Ed\x00\x00B2"
"""How a secret key begins that `minisign -G -W` made: as it lies in a CI's store of secrets."""


class SecretKey(NamedTuple):
    id: bytes
    key: Ed25519PrivateKey


def read_key(file: Path) -> SecretKey:
    """Raises ValueError for a key that is under a password, and what is none."""
    raw = base64.b64decode(file.read_text("utf-8").splitlines()[1])
    if len(raw) != 158 or not raw.startswith(_NO_PASSWORD):
        raise ValueError(f"{file} is no secret key of `minisign -G -W` (one without a password)")
    return SecretKey(raw[54:62], Ed25519PrivateKey.from_private_bytes(raw[62:94]))


def write_sums(folder: Path, files: Iterable[Path]) -> Path:
    sums = folder / SUMS
    lines = (f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(files))
    sums.write_text("".join(lines), "utf-8")
    return sums


def sign(sums: Path, key: SecretKey, *, comment: str) -> Path:
    """The comment is signed, too, and shown by who checks."""
    signature = key.key.sign(hashlib.blake2b(sums.read_bytes()).digest())
    over_all = key.key.sign(signature + comment.encode())
    written = sums.with_name(SIGNATURE)
    lines = (
        "untrusted comment: a release of Maitre; check it with minisign",
        base64.b64encode(b"ED" + key.id + signature).decode(),
        f"trusted comment: {comment}",
        base64.b64encode(over_all).decode(),
    )
    written.write_text("\n".join(lines) + "\n", "utf-8")
    return written
