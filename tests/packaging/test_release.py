"""The pieces of packaging/build, and that the program carries what it is looked for in."""

import hashlib
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, distribution
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.cli import maitre
from appliance.ops.releases import Trust, verify


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A frozen program, as far as the launcher knows one."""
    folder = tmp_path / "frozen"
    (folder / "_internal").mkdir(parents=True)
    (folder / "_internal" / "library").write_text("of its own")
    (folder / "maitre").write_text('#!/bin/sh\necho "$(dirname "$0") $*"\n')
    (folder / "maitre").chmod(0o755)
    return folder


class Launched:
    """The one file, and what its user has."""

    def __init__(self, file: Path, home: Path) -> None:
        self.file, self.home = file, home
        self.cache = home / ".cache" / "maitre"

    def run(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        given = {"PATH": "/usr/bin:/bin", "HOME": str(self.home)} | env
        return subprocess.run([self.file, *arguments], env=given, capture_output=True, text=True, check=False)


@pytest.fixture
def launched(making: Callable[[str], Any], program: Path, tmp_path: Path) -> Launched:
    return _launched(making, program, tmp_path, version="0.1.0")


def _launched(making: Callable[[str], Any], program: Path, place: Path, *, version: str) -> Launched:
    file = place / f"maitre-{version}-linux-x86_64"
    file.write_bytes(making("packing").pack(program, version=version, machine="x86_64", epoch_s=1_700_000_000))
    file.chmod(0o755)
    (place / "home").mkdir(exist_ok=True)
    return Launched(file, place / "home")


def test_the_one_file_unpacks_itself_once_and_hands_its_arguments_on(launched: Launched) -> None:
    first = launched.run("demo", "--name", "two words")
    (folder,) = launched.cache.iterdir()
    assert (first.returncode, first.stdout) == (0, f"{folder} demo --name two words\n")
    marked = folder / "mark"
    marked.touch()
    assert launched.run("serve").stdout == f"{folder} serve\n"
    assert marked.exists()


def test_it_says_its_version_without_unpacking(launched: Launched) -> None:
    assert launched.run("--version").stdout == "maitre 0.1.0\n"
    assert not launched.cache.exists()


def test_it_unpacks_where_it_is_told_to(launched: Launched, tmp_path: Path) -> None:
    done = launched.run("x", MAITRE_UNPACK_DIR=str(tmp_path / "elsewhere"))
    assert done.stdout.startswith(f"{tmp_path / 'elsewhere'}/")


def test_the_folder_that_systemd_made_for_the_service_comes_before_the_users_own(
    launched: Launched, tmp_path: Path
) -> None:
    (tmp_path / "of-the-service").mkdir(mode=0o700)
    done = launched.run("x", CACHE_DIRECTORY=str(tmp_path / "of-the-service"))
    assert done.stdout.startswith(f"{tmp_path / 'of-the-service'}/")


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_it_runs_nothing_from_a_folder_that_others_write_to(launched: Launched, tmp_path: Path, mode: int) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(mode)
    done = launched.run("x", MAITRE_UNPACK_DIR=str(shared))
    assert done.returncode == 1
    assert "set MAITRE_UNPACK_DIR to a folder that only you write to" in done.stderr
    assert list(shared.iterdir()) == []


def test_where_there_is_no_folder_it_says_what_to_do(launched: Launched) -> None:
    launched.home.rmdir()
    launched.home.touch()
    assert "set MAITRE_UNPACK_DIR" in launched.run("x").stderr


def test_a_damaged_file_is_not_run_and_leaves_nothing(launched: Launched) -> None:
    content = bytearray(launched.file.read_bytes())
    content[-20] ^= 1
    launched.file.write_bytes(content)
    done = launched.run("x")
    assert done.returncode == 1
    assert done.stdout == ""
    assert list(launched.cache.iterdir()) == []


def test_a_file_of_which_the_end_is_missing_is_not_run(launched: Launched) -> None:
    launched.file.write_bytes(launched.file.read_bytes()[:-30])
    assert launched.run("x").returncode == 1
    assert list(launched.cache.iterdir()) == []


def test_those_who_start_it_at_once_all_get_it_whole(launched: Launched) -> None:
    env = {"PATH": "/usr/bin:/bin", "HOME": str(launched.home)}
    started = [subprocess.Popen([launched.file, "x"], env=env, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    said = [process.communicate()[0] for process in started]
    (folder,) = launched.cache.iterdir()
    assert said == [f"{folder} x\n"] * 4


def test_a_new_version_forgets_the_old_one_unless_it_is_running(
    making: Callable[[str], Any], program: Path, tmp_path: Path
) -> None:
    (program / "maitre").write_text("#!/bin/sh\necho up; [ $# -eq 0 ] || exec cat\n")
    old, new = (_launched(making, program, tmp_path, version=version) for version in ("0.1.0", "0.2.0"))
    with subprocess.Popen(
        [old.file, "stay"],
        env={"PATH": "/usr/bin:/bin", "HOME": str(old.home)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout
        assert running.stdout.readline() == "up\n"
        new.run()
        assert len(list(old.cache.iterdir())) == 2
        running.communicate("")
    shutil.rmtree(next(old.cache.glob("0.2.0-*")))
    new.run()
    assert [folder.name.split("-")[0] for folder in old.cache.iterdir()] == ["0.2.0"]


def test_unpack_writes_a_release_folder_that_all_can_read(launched: Launched, tmp_path: Path) -> None:
    target = tmp_path / "releases" / "0.1.0"
    before = os.umask(0o077)
    try:
        assert launched.run("unpack", str(target)).returncode == 0
    finally:
        os.umask(before)
    assert target.stat().st_mode & 0o777 == 0o755
    assert (target / "_internal" / "library").stat().st_mode & 0o777 == 0o644
    assert subprocess.run([target / "maitre", "x"], check=True, capture_output=True, text=True).stdout.endswith(" x\n")


def test_unpack_overwrites_nothing(launched: Launched, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    assert "is there already" in launched.run("unpack", str(tmp_path / "there")).stderr
    assert launched.run("unpack").returncode == 2


def test_the_one_file_is_the_same_for_the_same_contents(
    making: Callable[[str], Any], program: Path, tmp_path: Path
) -> None:
    again = shutil.copytree(program, tmp_path / "elsewhere" / "again")
    os.utime(again / "maitre", (1, 1))
    pack, words = making("packing").pack, {"version": "0.1.0", "machine": "x86_64", "epoch_s": 1_700_000_000}
    one, other = pack(program, **words), pack(again, **words)
    assert one == other
    start = one.index(b"\x1f\x8b\x08")
    with tarfile.open(fileobj=BytesIO(one[start:])) as archive:
        assert {(entry.mtime, entry.uid, entry.uname) for entry in archive} == {(1_700_000_000, 0, "root")}


def test_what_python_starts_with_is_the_same_in_whatever_order_it_was_found(
    making: Callable[[str], Any], tmp_path: Path
) -> None:
    written = []
    for names in (("a", "b", "c"), ("c", "a", "b")):
        file = tmp_path / "base_library.zip"
        with ZipFile(file, "w") as archive:
            for name in names:
                archive.writestr(ZipInfo(f"{name}.pyc"), name)
        making("freezing").sort_archive(file)
        written.append(file.read_bytes())
    assert written[0] == written[1]


def test_what_is_signed_here_minisign_and_the_upgrade_check_alike(making: Callable[[str], Any], tmp_path: Path) -> None:
    import base64

    key = Ed25519PrivateKey.generate()
    public = b"Ed" + b"12345678" + key.public_key().public_bytes_raw()
    secret = b"Ed\0\0B2" + bytes(48) + b"12345678" + key.private_bytes_raw() + key.public_key().public_bytes_raw()
    secret_file = tmp_path / "secret"
    secret_file.write_text(f"untrusted comment: x\n{base64.b64encode(secret + bytes(32)).decode()}\n")
    file = tmp_path / "maitre-0.1.0-linux-x86_64"
    file.write_bytes(b"the program")
    signing = making("signing")
    signing.sign(signing.write_sums(tmp_path, [file]), signing.read_key(secret_file), comment="maitre 0.1.0")
    assert verify(file, keys=[base64.b64encode(public).decode()]) is Trust.SIGNED
    if minisign := shutil.which("minisign"):  # the same by hand
        (tmp_path / "public").write_text(f"untrusted comment: x\n{base64.b64encode(public).decode()}\n")
        command = [minisign, "-V", "-p", tmp_path / "public", "-m", tmp_path / "SHA256SUMS"]
        assert subprocess.run(command, check=False, capture_output=True).returncode == 0


def test_the_sums_are_those_of_sha256sum(making: Callable[[str], Any], tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"1")
    sums = making("signing").write_sums(tmp_path, [tmp_path / "one"])
    assert sums.read_text() == f"{hashlib.sha256(b'1').hexdigest()}  one\n"
    assert subprocess.run(["sha256sum", "-c", sums], cwd=tmp_path, check=False, capture_output=True).returncode == 0


def test_the_manual_has_every_verb_and_option(making: Callable[[str], Any]) -> None:
    page = making("pages").manual(maitre, version="0.1.0", epoch_s=1_700_000_000)
    assert page.startswith('.TH MAITRE 1 "2023-11-14" "maitre 0.1.0"')
    for verb in maitre.commands:
        assert f"\n.SS {verb}" in page
    assert r"\-\-no\-calls" in page


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_can_complete_the_command(making: Callable[[str], Any], shell: str) -> None:
    assert f"_MAITRE_COMPLETE={shell}_complete" in making("pages").completion(maitre, shell)


def test_every_file_of_ours_that_is_read_at_run_time_is_frozen_in(root: Path) -> None:
    """Python's own are found by import; of others the spec must name the package."""
    spec = (root / "packaging" / "making" / "maitre.spec").read_text()
    named = spec.split("WITH_FILES = (")[1].split(")")[0]
    read = {
        file.relative_to(root).parts[0]
        for package in ("appliance", "tui")
        for file in (root / package).rglob("*")
        if file.is_file() and file.suffix not in {".py", ".pyc"}
    }
    assert read
    assert [package for package in read if f'"{package}"' not in named] == []
    assert 'collect_data_files("appliance.store.migrations", include_py_files=True)' in spec


def test_every_package_that_the_spec_names_is_one_that_is_pinned(root: Path) -> None:
    import ast

    tree = ast.parse((root / "packaging" / "making" / "maitre.spec").read_text())
    named = {
        name.split(".")[0]
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in {"BY_NAME", "WITH_FILES"}
        for name in ast.literal_eval(node.value)
    }
    for name in named - {"appliance", "tui"}:
        try:
            distribution(name)
        except PackageNotFoundError:
            pytest.fail(f"{name} is not installed")


def test_no_private_key_lies_in_the_repository(root: Path) -> None:
    listed = subprocess.run(["git", "-C", root, "ls-files"], capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.fail(f"not a checkout: {listed.stderr}")
    for name in listed.stdout.splitlines():
        path = root / name
        if path.is_file() and path != Path(__file__):
            assert b"minisign " + b"encrypted secret key" not in path.read_bytes(), name
