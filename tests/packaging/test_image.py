"""The container image's files. No engine is needed; where buildah is, `buildah bud` builds the same."""

import fnmatch
import os
import re
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
LINES = [line for line in TEXT.splitlines() if line and not line.startswith("#")]
STAGES = re.split(r"^FROM ", TEXT, flags=re.MULTILINE)[1:]


def sources() -> list[str]:
    """What is copied from the repository."""
    copies = (line.split()[1:] for line in LINES if line.startswith("COPY ") and "--from=" not in line)
    return [source for copy in copies for source in copy[:-1]]


def test_all_that_it_copies_is_there_and_goes_to_the_builder() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    let_through = [line[1:] for line in lines if line.startswith("!")]
    assert "*" in lines
    for source in sources():
        assert (ROOT / source).exists(), source
        assert any(fnmatch.fnmatch(source, pattern) for pattern in let_through), source


def test_the_last_stage_runs_as_nobody_of_importance_and_becomes_the_server() -> None:
    last = STAGES[-1]
    assert re.search(r"^USER \d{4,}:\d{4,}$", last, re.MULTILINE), "a number: an orchestrator cannot look up a name"
    assert "RUN " not in last, "there is nothing in it that could run it"
    assert re.search(r'^ENTRYPOINT \["maitre"\]$', last, re.MULTILINE), "no shell between it and the signals"
    assert re.search(r'^HEALTHCHECK .* CMD \["maitre", "health"\]$', last, re.MULTILINE)
    assert {line.split()[1] for line in last.splitlines() if line.startswith("COPY ")} == {"--from=build"}


def test_every_base_is_of_a_named_release_and_every_instruction_one_of_ours() -> None:
    assert [stage.split()[0] for stage in STAGES] == ["debian:${DEBIAN}", "scratch"]
    assert re.search(r"^ARG DEBIAN=[a-z]+-slim$", TEXT, re.MULTILINE)
    used = {line.split()[0] for line in LINES}
    assert "ADD" not in used
    assert "--no-install-recommends" in TEXT
    assert all("rm -rf /var/lib/apt/lists" in line for line in LINES if "apt-get install" in line)


@pytest.fixture(scope="module")
def laid_out(making: Callable[[str], ModuleType], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The image's files around a small program: one that asks the C library for names."""
    if not Path("/usr/share/ca-certificates/mozilla").is_dir():
        pytest.fail("an image carries the certificates of its builder: apt install ca-certificates")
    place = tmp_path_factory.mktemp("image")
    (place / "frozen" / "_internal").mkdir(parents=True)
    shutil.copy("/usr/bin/getent", place / "frozen" / "maitre")
    for file in making("image").libraries(place / "frozen"):  # carried as well, they are not found when it begins
        shutil.copy(file, place / "frozen" / "_internal")
    image = making("image")
    image.lay_out(place / "root", place / "frozen", image.libraries(place / "frozen"))
    return place / "root"


def inside(root: Path, *command: str) -> str:
    become = [] if os.geteuid() == 0 else ["unshare", "--map-root-user"]
    done = subprocess.run([*become, "chroot", root, *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_in_it_the_program_runs_and_knows_its_user_and_hosts(laid_out: Path) -> None:
    (laid_out / "etc/hosts").write_text("192.0.2.7 phone.example.com\n")  # as the engine writes it
    assert inside(laid_out, "/usr/local/bin/maitre", "passwd", "8080").startswith("maitre:x:8080:8080:")
    assert "192.0.2.7" in inside(laid_out, "/usr/local/bin/maitre", "ahosts", "phone.example.com")


def test_it_has_certificates_and_a_tmp_for_all_and_no_shell(laid_out: Path) -> None:
    assert "BEGIN CERTIFICATE" in (laid_out / "etc/ssl/certs/ca-certificates.crt").read_text()
    assert stat.S_IMODE((laid_out / "tmp").stat().st_mode) == 0o1777
    programs = [path for path in laid_out.rglob("*") if path.is_file() and os.access(path, os.X_OK)]
    assert {path.name for path in programs if not re.search(r"\.so(\.|$)", path.name)} == {"maitre"}


def test_a_library_that_is_not_there_is_no_image(making: Callable[[str], ModuleType], tmp_path: Path) -> None:
    (tmp_path / "frozen").mkdir()
    content = Path("/usr/bin/getent").read_bytes()
    (tmp_path / "frozen" / "maitre").write_bytes(content.replace(b"libc.so.6", b"libx.so.6"))
    with pytest.raises(LookupError, match=r"libx\.so\.6"):
        making("image").libraries(tmp_path / "frozen")


def test_without_a_checkout_what_lies_there_is_built(
    making: Callable[[str], ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in the builder of an image, to which no .git goes."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "315532800")
    place = tmp_path / "sources"
    place.mkdir()
    for name in ("LICENSE", "README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, place)
    for name in ("appliance", "systemd", "tui"):
        shutil.copytree(ROOT / name, place / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    source = making("source")
    one, other = (source.export(place, tmp_path / name) for name in ("one", "other"))
    assert (one.commit, one.epoch_s) == (other.commit, 315532800)
    assert (one.folder / "appliance" / "units" / "maitre.service").exists()
    (place / "tui" / "more.py").touch()
    assert source.export(place, tmp_path / "third").commit != one.commit
