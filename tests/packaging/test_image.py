"""The container image's files. No engine is needed; where buildah is, `buildah bud` builds the same."""

import fnmatch
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

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
    assert last.index("USER ") > last.rindex("RUN "), "nothing is installed as that user"
    assert re.search(r'^ENTRYPOINT \["maitre"\]$', last, re.MULTILINE), "no shell between it and the signals"
    assert re.search(r'^HEALTHCHECK .* CMD \["maitre", "health"\]$', last, re.MULTILINE)
    assert (ROOT / "packaging/maitre.sh").read_text("utf-8").splitlines()[-1].startswith("exec ")
    assert "pip" not in last


def test_every_base_is_of_a_named_release_and_every_instruction_one_of_ours() -> None:
    assert [stage.split()[0] for stage in STAGES] == ["debian:${DEBIAN}"] * len(STAGES)
    assert re.search(r"^ARG DEBIAN=[a-z]+-slim$", TEXT, re.MULTILINE)
    used = {line.split()[0] for line in LINES}
    assert "ADD" not in used
    assert "--no-install-recommends" in TEXT
    assert all("rm -rf /var/lib/apt/lists" in line for line in LINES if "apt-get install" in line)


@pytest.fixture(scope="module")
def slimmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two packages as the image has them."""
    folder = tmp_path_factory.mktemp("site")
    for name in ("babel", "phonenumbers"):
        found = find_spec(name)
        assert found
        assert found.origin
        shutil.copytree(Path(found.origin).parent, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run([ROOT / "packaging/slim", folder], check=True)
    return folder


def test_slimmed_packages_still_say_dates_and_know_numbers(slimmed: Path) -> None:
    program = """
import datetime, babel.dates, babel.units, phonenumbers
day = datetime.datetime(2026, 11, 27, 21, 0)
for locale in ("es", "es_ES", "es_MX", "en", "en_GB", "en_US"):
    hours = babel.units.format_unit(2, "duration-hour", locale=locale)
    print(babel.dates.format_datetime(day, "EEEE d MMMM", locale=locale), hours)
print(phonenumbers.is_valid_number(phonenumbers.parse("611 22 33 44", "ES")), phonenumbers.__file__)
"""
    path = f"import sys; sys.path.insert(0, {str(slimmed)!r})\n"
    told = subprocess.run([sys.executable, "-c", path + program], check=True, capture_output=True, text=True).stdout
    assert "viernes 27 noviembre 2 horas" in told
    assert "Friday 27 November 2 hours" in told
    assert f"True {slimmed}" in told


def test_slimming_takes_the_better_part_of_them(slimmed: Path) -> None:
    assert sum(file.stat().st_size for file in slimmed.rglob("*") if file.is_file()) < 12e6
    assert not [*slimmed.rglob("*.pyi")]
