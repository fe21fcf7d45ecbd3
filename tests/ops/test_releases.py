import base64
import hashlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.ops.releases import BadRelease, PublicKey, Release, Trust, check_signature, newest, verify, version_of

# Made by minisign 0.11: a key, and its signature of "hi\n".
KEY = "RWQokP1ExazV6T0YY+/LA11gdbVz/A4lco5SKufJT08XcHI9XSgG3ZYS"
SIGNATURE = """\
untrusted comment: signature from minisign secret key
RUQokP1ExazV6Zi0sxD9wgknymqyoIIXCweg/oFfxrAmNhCEl4UIRyNn9Jt9UKSlBpZzSnMfJnfxJsaj3LIT0lxGpkLkTFIEUg4=
trusted comment: trusted words
IZ6Qo5hNNACBpfHnrGmDqIjqOk7f9W3eq3rdzTL1zlw/qPuSQMQ3m2mseeDO6BRjYRDJY4QJLsLeAPXisWgJCg==
"""
NAME = "maitre-0.1.0-linux-x86_64"


class Signer:
    """Somebody who releases."""

    def __init__(self, seed: int) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self._id = bytes([seed]) * 8

    @property
    def public(self) -> str:
        return base64.b64encode(b"Ed" + self._id + self._key.public_key().public_bytes_raw()).decode()

    def signature(self, signed: bytes, *, comment: str = "maitre 0.1.0") -> str:
        raw = self._key.sign(hashlib.blake2b(signed).digest())
        over_all = self._key.sign(raw + comment.encode())
        first, last = (base64.b64encode(part).decode() for part in (b"ED" + self._id + raw, over_all))
        return f"untrusted comment: x\n{first}\ntrusted comment: {comment}\n{last}\n"


ANA, EVE = Signer(1), Signer(2)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A release with its sums, not signed."""
    made = tmp_path / NAME
    made.write_bytes(b"the program")
    (tmp_path / "SHA256SUMS").write_text(f"{hashlib.sha256(b'the program').hexdigest()}  {NAME}\n")
    return made


def sign(file: Path, signer: Signer) -> None:
    signed = (file.parent / "SHA256SUMS").read_bytes()
    (file.parent / "SHA256SUMS.minisig").write_text(signer.signature(signed))


def test_a_signature_that_minisign_made_is_right() -> None:
    assert check_signature(b"hi\n", SIGNATURE, [PublicKey.of(KEY)]) == "trusted words"


@pytest.mark.parametrize(
    ("signed", "signature"),
    [
        (b"hi", SIGNATURE),
        (b"hi\n", SIGNATURE.replace("trusted words", "other words")),
        (b"hi\n", SIGNATURE.replace("6Zi0", "6Zi1")),
        (b"hi\n", "untrusted comment: x\n"),
        (b"hi\n", SIGNATURE.replace("RUQok", "RWQok")),
        (b"hi\n", SIGNATURE.replace("RUQok", "!!!!!")),
    ],
)
def test_one_byte_that_is_another_makes_a_signature_wrong(signed: bytes, signature: str) -> None:
    with pytest.raises(BadRelease):
        check_signature(signed, signature, [PublicKey.of(KEY)])


def test_a_release_that_a_known_key_signed_is_trusted(file: Path) -> None:
    sign(file, ANA)
    assert verify(file, keys=[EVE.public, ANA.public]) is Trust.SIGNED


def test_a_release_that_somebody_else_signed_is_refused_even_where_unsigned_ones_are_taken(file: Path) -> None:
    sign(file, EVE)
    with pytest.raises(BadRelease, match="does not know"):
        verify(file, keys=[ANA.public], unsigned_ok=True)


def test_a_file_that_is_not_what_was_signed_is_refused(file: Path) -> None:
    sign(file, ANA)
    file.write_bytes(b"another program")
    with pytest.raises(BadRelease, match="its checksum is another"):
        verify(file, keys=[ANA.public])


def test_sums_that_were_changed_after_they_were_signed_are_refused(file: Path) -> None:
    sign(file, ANA)
    file.write_bytes(b"another program")
    (file.parent / "SHA256SUMS").write_text(f"{hashlib.sha256(b'another program').hexdigest()}  {NAME}\n")
    with pytest.raises(BadRelease, match="signature is wrong"):
        verify(file, keys=[ANA.public])


def test_an_older_release_under_a_newer_ones_name_is_refused(file: Path) -> None:
    sign(file, ANA)
    renamed = file.rename(file.with_name("maitre-9.9.9-linux-x86_64"))
    with pytest.raises(BadRelease, match="does not name"):
        verify(renamed, keys=[ANA.public])


def test_without_a_signature_a_release_is_taken_only_by_who_says_so(file: Path) -> None:
    with pytest.raises(BadRelease, match="not signed"):
        verify(file, keys=[ANA.public])
    assert verify(file, keys=[ANA.public], unsigned_ok=True) is Trust.CHECKSUM_ONLY


def test_without_a_key_to_check_it_with_a_signature_is_worth_nothing(file: Path) -> None:
    sign(file, ANA)
    with pytest.raises(BadRelease, match="not signed by a key that this program knows"):
        verify(file, keys=[])
    assert verify(file, keys=[], unsigned_ok=True) is Trust.CHECKSUM_ONLY


def test_without_its_sums_a_release_is_refused(file: Path) -> None:
    (file.parent / "SHA256SUMS").unlink()
    with pytest.raises(BadRelease, match="is missing"):
        verify(file, keys=[], unsigned_ok=True)


def test_a_release_says_its_version_and_machine_in_its_name() -> None:
    release = Release.of(NAME)
    assert (str(release.version), release.machine, release.name) == ("0.1.0", "x86_64", NAME)


@pytest.mark.parametrize("name", ["maitre", "maitre-linux-x86_64", "maitre-1.0-linux-", "../maitre-1.0-linux-x86_64"])
def test_other_files_are_no_releases(name: str) -> None:
    with pytest.raises(BadRelease):
        Release.of(name)


def test_versions_are_in_the_order_of_their_numbers() -> None:
    told = ["1.10.0", "1.9.0", "1.9.0rc1", "0.12.4"]
    assert [str(one) for one in sorted(map(version_of, told))] == ["0.12.4", "1.9.0rc1", "1.9.0", "1.10.0"]


def test_the_newest_release_is_a_final_one_for_the_same_machine() -> None:
    names = [NAME, "maitre-1.0.0-linux-aarch64", "maitre-0.3.0rc1-linux-x86_64", "maitre-0.2.0-linux-x86_64", "README"]
    found = newest(names, "x86_64")
    assert found is not None
    assert found.name == "maitre-0.2.0-linux-x86_64"
    assert newest(names, "riscv64") is None
