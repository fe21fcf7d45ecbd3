"""The .deb: the same program under /usr/lib/maitre, with what Debian's policy asks of a package.

dpkg-deb alone makes it: debhelper builds from sources, and would strip, split and search for dependencies what is
a frozen whole.
"""

import gzip
import os
import platform
import shutil
import subprocess
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pages
from source import Source

_TEMPLATES = Path(__file__).parent / "deb"
_PACKAGE = "maitre"
_MAINTAINER = "Maitre maintainers <maintainers@maitre.invalid>"
_COMPLETIONS = {
    "bash": "bash-completion/completions/maitre",
    "zsh": "zsh/vendor-completions/_maitre",
    "fish": "fish/vendor_completions.d/maitre.fish",
}
_SCRIPTS = ("postinst", "prerm", "postrm")
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def package(folder: Path, source: Source, *, glibc: str, scraps: Path, out: Path) -> Path:
    """Make the .deb in `out` from the folder of the frozen program."""
    usr = scraps / "usr"
    program = usr / "lib" / "maitre"
    shutil.copytree(folder, program, symlinks=True, ignore=lambda at, _: ["share"] if Path(at) == folder else [])
    (usr / "bin").mkdir(parents=True)
    (usr / "bin" / "maitre").symlink_to("../lib/maitre/maitre")
    _shared(folder / "share", usr, source)
    (usr / "share" / "maitre").mkdir(parents=True)
    (usr / "share" / "maitre" / "maitre.toml").write_text(_example(), "utf-8")
    units = _units(folder / "share" / "systemd", usr / "lib" / "systemd" / "system")
    _control(scraps / "DEBIAN", source, glibc=glibc, size_kb=_size_kb(scraps), units=units)
    _modes(scraps, source.epoch_s)
    made = out / f"{_PACKAGE}_{source.version}_{_architecture()}.deb"
    env = os.environ | {"SOURCE_DATE_EPOCH": str(source.epoch_s)}
    command = ("dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(scraps), str(made))
    subprocess.run(command, env=env, check=True, capture_output=True)
    return made


def write_pages(share: Path, source: Source) -> None:
    """The manual and the completions, made from the commands."""
    from appliance.cli import maitre  # noqa: PLC0415 — of the commit, not of the working tree

    (share / "man").mkdir(parents=True)
    manual = pages.manual(maitre, version=source.version, epoch_s=source.epoch_s)
    (share / "man" / "maitre.1").write_text(manual, "utf-8")
    (share / "completions").mkdir()
    for shell in pages.SHELLS:
        (share / "completions" / f"maitre.{shell}").write_text(pages.completion(maitre, shell), "utf-8")


def _shared(share: Path, usr: Path, source: Source) -> None:
    _write_gz(usr / "share" / "man" / "man1" / "maitre.1.gz", (share / "man" / "maitre.1").read_bytes())
    for shell, place in _COMPLETIONS.items():
        target = usr / "share" / place
        target.parent.mkdir(parents=True)
        shutil.copy(share / "completions" / f"maitre.{shell}", target)
    doc = usr / "share" / "doc" / _PACKAGE
    doc.mkdir(parents=True)
    shutil.copy(share / "doc" / f"maitre-{source.version}.cdx.json", doc / "maitre.cdx.json")
    licence, others = (share / "doc" / name for name in ("LICENSE", "THIRD-PARTY.txt"))
    (doc / "copyright").write_text(_copyright(licence.read_text("utf-8")), "utf-8")
    _write_gz(doc / "THIRD-PARTY.txt.gz", others.read_bytes())
    _write_gz(doc / "changelog.gz", _changelog(source).encode())
    overrides = usr / "share" / "lintian" / "overrides"
    overrides.mkdir(parents=True)
    shutil.copy(_TEMPLATES / "lintian-overrides", overrides / _PACKAGE)


def _copyright(licence: str) -> str:
    indented = "\n".join(f" {line}" if line.strip() else " ." for line in licence.strip().splitlines())
    return (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
        "Upstream-Name: maitre\n"
        "Comment: What the program carries of others is under their licences, see THIRD-PARTY.txt.gz.\n\n"
        f"Files: *\nCopyright: the maintainers of Maitre\nLicense: Expat\n{indented}\n"
    )


def _changelog(source: Source) -> str:
    when = format_datetime(datetime.fromtimestamp(source.epoch_s, UTC))
    head = f"{_PACKAGE} ({source.version}) stable; urgency=medium"
    return f"{head}\n\n  * Built from commit {source.commit}.\n\n -- {_MAINTAINER}  {when}\n"


def _example() -> str:
    from appliance.config.toml import render_toml  # noqa: PLC0415 — of the commit, not of the working tree

    return render_toml({})


def _units(units: Path, target: Path) -> list[str]:
    """Those of the commit's systemd/, whose program is at another place here; their names."""
    if not units.is_dir():
        return []
    target.mkdir(parents=True)
    for unit in sorted(units.iterdir()):
        if unit.suffix in {".service", ".socket", ".timer"}:
            text = unit.read_text("utf-8")
            for place in ("/usr/local/bin/maitre", "/opt/maitre/current/maitre"):
                text = text.replace(place, "/usr/bin/maitre")
            (target / unit.name).write_text(text, "utf-8")
    return [unit.name for unit in sorted(target.iterdir())]


def _control(folder: Path, source: Source, *, glibc: str, size_kb: int, units: list[str]) -> None:
    folder.mkdir()
    # What is asked for by name runs by itself; what a timer starts does not.
    started = [unit for unit in units if unit.endswith((".socket", ".timer")) or unit == "maitre.service"]
    words = {
        "@VERSION@": source.version,
        "@ARCHITECTURE@": _architecture(),
        "@GLIBC@": glibc,
        "@SIZE_KB@": str(size_kb),
        "@MAINTAINER@": _MAINTAINER,
        "@UNITS@": " ".join(started),
    }
    for name in ("control", *_SCRIPTS):
        text = (_TEMPLATES / name).read_text("utf-8")
        for mark, word in words.items():
            text = text.replace(mark, word)
        (folder / name).write_text(text, "utf-8")


def _modes(folder: Path, epoch_s: int) -> None:
    scripts = (folder / "DEBIAN" / name for name in _SCRIPTS)
    programs = {folder / "usr" / "lib" / "maitre" / "maitre", *scripts}
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path in programs else 0o644)
        os.utime(path, (epoch_s, epoch_s), follow_symlinks=False)


def _write_gz(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(content, compresslevel=9, mtime=0))


def _size_kb(folder: Path) -> int:
    return sum(-(-path.lstat().st_size // 1024) for path in folder.rglob("*") if not path.is_dir())


def _architecture() -> str:
    return _ARCHITECTURES[platform.machine()]
