"""What must be read again, but not by whoever has only the database: sealed with a key that is kept elsewhere."""

import os
import secrets
from base64 import b64decode, b64encode
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from appliance.errors import Conflict

_KEY_BYTES = 32
_NONCE_BYTES = 12


class Sealer:
    """AES-256-GCM under the key that is given, or else the one in a file, which is made when first needed.

    With neither nothing can be sealed: servers that share a database must share the key, and cannot share a file.
    """

    def __init__(self, key: str = "", *, file: Path | None = None) -> None:
        self._key = key
        self._file = file

    def seal(self, secret: str, *, of: str) -> bytes:
        """It opens only as that which it is the secret `of`. Raises Conflict where there is no key."""
        if not self._key and self._file:
            _make(self._file)
        key = self._found()
        if key is None:
            raise Conflict("The server has no key for second factors: its operator sets factor_key first.")
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(key).encrypt(nonce, secret.encode(), of.encode())

    def open(self, sealed: bytes, *, of: str) -> str | None:
        """None where it was sealed with another key, or as something else's."""
        key = self._found()
        if key is None:
            return None
        try:
            return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], of.encode()).decode()
        except InvalidTag:
            return None

    def _found(self) -> bytes | None:
        text = self._key
        if not text and self._file and self._file.exists():
            text = self._file.read_text("ascii")
        return b64decode(text) if text else None


def _make(file: Path) -> None:
    """Put a new key there, for nobody else to read, unless there is one. It is there whole or not at all."""
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile("w", dir=file.parent, prefix=f".{file.name}.") as fresh:
        fresh.write(b64encode(secrets.token_bytes(_KEY_BYTES)).decode())
        fresh.flush()
        os.fsync(fresh.fileno())
        with suppress(FileExistsError):  # somebody else was quicker
            os.link(fresh.name, file)
    _keep_the_name_of(file)


def _keep_the_name_of(file: Path) -> None:
    """A name is on the disk once its directory is."""
    directory = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
