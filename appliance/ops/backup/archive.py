"""The one file that a backup is: a tar, compressed with Zstandard, and encrypted with age where that is wished.

`zstd -d` and `tar` read it without Maitre, after `age -d`.
"""

import io
import sys
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import msgspec
import pyrage  # type: ignore[import-untyped]  # it ships no types

from appliance.errors import BackupError
from appliance.ops.backup.manifest import FORMAT, MANIFEST, Manifest, Part

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_BLOCK = 1 << 20
_MOST_OF_MANIFEST = 4 << 20
_CHECKED: dict[int, int] = {
    zstd.CompressionParameter.checksum_flag: 1,
    zstd.CompressionParameter.compression_level: 3,  # callers wait meanwhile
}
AGE = ".age"
TAR = ".tar.zst"


def part_of(file: Path) -> Part:
    """Its size and sum."""
    found = sha256()
    with file.open("rb") as source:
        while block := source.read(_BLOCK):
            found.update(block)
    return Part(bytes=file.stat().st_size, sha256=found.hexdigest())


def pack(manifest: Manifest, folder: Path, to: Path) -> None:
    """All parts of a backup into one file. The manifest comes first, so that whoever unpacks knows what to expect."""
    with zstd.open(to, "wb", options=_CHECKED) as packed, tarfile.open(fileobj=packed, mode="w|") as tar:
        told = msgspec.json.encode(manifest)
        _add(tar, MANIFEST, io.BytesIO(told), len(told), manifest)
        for name, part in manifest.parts.items():
            with (folder / name).open("rb") as source:
                _add(tar, name, source, part.bytes, manifest)


def _add(tar: tarfile.TarFile, name: str, source: IO[bytes], size: int, manifest: Manifest) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, manifest.made_at // 1000
    tar.addfile(member, source)


def read_manifest(file: Path) -> Manifest:
    """What an unencrypted backup says of itself. Raises BackupError."""
    with _reading(file) as tar:
        return _manifest(tar)


def unpack(file: Path, to: Path) -> Manifest:
    """All parts into an empty folder, each as it was packed. Raises BackupError for a file that is damaged."""
    with _reading(file) as tar:
        manifest = _manifest(tar)
        left = dict(manifest.parts)
        while member := tar.next():
            part = left.pop(member.name, None)  # names that the manifest does not have lead nowhere
            if part is None or not member.isreg() or member.size != part.bytes:
                raise BackupError(f"{file.name} holds {member.name!r}, which its manifest does not know so.")
            _take(tar, member, to / Path(member.name).name)
            if part_of(to / member.name) != part:
                raise BackupError(f"{file.name} is damaged: {member.name} is not what was packed.")
    if left:
        raise BackupError(f"{file.name} is cut off: {', '.join(sorted(left))} is missing.")
    return manifest


def _manifest(tar: tarfile.TarFile) -> Manifest:
    first = tar.next()
    if first is None or first.name != MANIFEST or first.size > _MOST_OF_MANIFEST:
        raise BackupError(f"{_name(tar)} is no backup of Maitre.")
    source = tar.extractfile(first)
    assert source
    return manifest_in(source.read(), of=_name(tar))


def manifest_in(told: bytes, *, of: str) -> Manifest:
    """Raises BackupError for one that is no backup's, or a newer program's."""
    try:
        made_by = msgspec.json.decode(told, type=_Format).format
        if made_by > FORMAT:
            raise BackupError(f"{of} was made by a newer program, in a form that this one does not know.")
        return msgspec.json.decode(told, type=Manifest)
    except msgspec.DecodeError as error:
        raise BackupError(f"{of} is no backup of Maitre: {error}.") from error


class _Format(msgspec.Struct):
    format: int


def _take(tar: tarfile.TarFile, member: tarfile.TarInfo, to: Path) -> None:
    source = tar.extractfile(member)
    assert source
    with to.open("xb") as target:
        while block := source.read(_BLOCK):
            target.write(block)


@contextmanager
def _reading(file: Path) -> Iterator[tarfile.TarFile]:
    try:
        with zstd.open(file, "rb") as packed, tarfile.open(name=str(file), fileobj=packed, mode="r|") as tar:
            yield tar
            while packed.read(_BLOCK):  # to the sum at its end
                pass
    except (zstd.ZstdError, EOFError, tarfile.TarError) as error:
        raise BackupError(f"{file.name} is damaged or no backup: {error}.") from error


def _name(tar: tarfile.TarFile) -> str:
    return Path(str(tar.name)).name


def encrypt(file: Path, to: Path, recipients: Sequence[str]) -> None:
    """For each of them to open alone. Raises BackupError for what is no recipient."""
    known = [_recipient(one) for one in recipients]
    with file.open("rb") as source, to.open("xb") as target:
        try:
            pyrage.encrypt_io(source, target, known)
        except pyrage.EncryptError as error:
            raise OSError(f"{error}") from error  # what writing met


def decrypt(file: Path, to: Path, identities: Path | None) -> None:
    """With the keys in a file, as age-keygen or ssh-keygen write them. Raises BackupError."""
    if identities is None:
        raise BackupError(f"{file.name} is encrypted: name the file with the key, --identity FILE.")
    keys = list(_identities(identities))
    with file.open("rb") as source, to.open("xb") as target:
        try:
            pyrage.decrypt_io(source, target, keys)
        except pyrage.DecryptError as error:
            raise BackupError(f"{identities} does not open {file.name}: {error}.") from error
        except OSError as error:
            if error.errno is not None:
                raise
            raise BackupError(f"{file.name} is damaged: {error}.") from error  # as age tells it


def _recipient(one: str) -> Any:
    try:
        return (pyrage.ssh if one.startswith("ssh-") else pyrage.x25519).Recipient.from_str(one)
    except pyrage.RecipientError as error:
        raise BackupError(f"backup_recipients: {one} is no recipient of age: {error}.") from error


def _identities(file: Path) -> Iterator[Any]:
    try:
        told = file.read_bytes()
        if told.startswith(b"-----BEGIN"):
            yield pyrage.ssh.Identity.from_buffer(told)
            return
        lines = [line.strip() for line in told.decode("ascii").splitlines()]
        for line in lines:
            if line and not line.startswith("#"):
                yield pyrage.x25519.Identity.from_str(line)
    except OSError as error:
        raise BackupError(f"{file} cannot be read: {error.strerror}.") from error
    except (pyrage.IdentityError, UnicodeDecodeError) as error:
        raise BackupError(f"{file} holds no key of age: {error}.") from error
