"""From a commit to dist/: one file, a .deb, a wheel, their sums and signature, what they carry and its licences."""

import argparse
import platform
import shutil
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import bill
import debian
import image
import signing
from contents import parts
from elf import glibc_floor
from freezing import Frozen, freeze
from packing import pack
from source import Source, changed, export

_ROOT = Path(__file__).parents[2]


class Made(NamedTuple):
    source: Source
    floor: str
    files: list[Path]


def main() -> int:
    asked = _arguments()
    for line in changed(_ROOT):
        print(f"not in what is built, as it is not committed: {line}", file=sys.stderr)
    if asked.image:
        _make_image(asked.work, asked.image)
        return 0
    made = _make(asked.work, asked.out)
    _tell(made)
    if asked.twice:
        with tempfile.TemporaryDirectory(prefix="maitre-build-") as elsewhere:
            again = _make(Path(elsewhere, "a longer path"), Path(elsewhere, "dist"))
            if not _same(made, again):
                return 1
    _sign(made, asked.out, asked.sign)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="packaging/build", description=__doc__)
    parser.add_argument("--out", type=Path, default=_ROOT / "dist", help="where it is put  [default: dist]")
    parser.add_argument("--work", type=Path, default=_ROOT / "build", help="where it is made  [default: build]")
    parser.add_argument("--sign", type=Path, metavar="KEY", help="a secret key of `minisign -G -W`, to sign with")
    parser.add_argument("--twice", action="store_true", help="make it again in another folder, and compare")
    parser.add_argument("--image", type=Path, metavar="DIR", help="make a container image's files there, and no more")
    asked = parser.parse_args()
    asked.out, asked.work = asked.out.resolve(), asked.work.resolve()
    return asked


def _frozen(scraps: Path) -> tuple[Source, Frozen]:
    shutil.rmtree(scraps, ignore_errors=True)
    scraps.mkdir(parents=True)
    source = export(_ROOT, scraps / "source")
    print(f"Building {source.version} from {source.commit[:12]} ...", file=sys.stderr)
    frozen = freeze(source, scraps)
    sys.path.insert(0, str(frozen.site))  # the commands that are described, and what is ours, are the commit's
    return source, frozen


def _make_image(work: Path, root: Path) -> None:
    source, frozen = _frozen(work / "making")
    loaded = image.libraries(frozen.folder)
    _add_papers(frozen.folder, _papers([*frozen.carried, *image.carried(loaded)], source), source)
    image.lay_out(root, frozen.folder, loaded)


def _make(work: Path, out: Path) -> Made:
    scraps = work / "making"
    source, frozen = _frozen(scraps)
    floor = glibc_floor(frozen.folder)
    out.mkdir(parents=True, exist_ok=True)
    papers = _papers(frozen.carried, source)
    _add_papers(frozen.folder, papers, source)
    _add_pages(frozen.folder, source)
    files = [out / name for name in papers]
    for name, text in papers.items():
        (out / name).write_text(text, "utf-8")
    files.append(Path(shutil.copy(frozen.wheel, out)))
    files.append(_single_file(frozen, source, out / f"maitre-{source.version}-linux-{platform.machine()}"))
    files.append(debian.package(frozen.folder, source, glibc=str(floor), scraps=scraps / "deb", out=out))
    return Made(source, f"{floor} (asked for by {', '.join(floor.asked_by[:3])})", files)


def _papers(carried: list[tuple[str, Path]], source: Source) -> dict[str, str]:
    listed = parts(carried)
    return {f"maitre-{source.version}.cdx.json": bill.bill(listed, source), "THIRD-PARTY.txt": bill.licences(listed)}


def _add_papers(folder: Path, papers: dict[str, str], source: Source) -> None:
    """Beside the program: what it carries of others, and on which terms."""
    doc = folder / "share" / "doc"
    doc.mkdir(parents=True)
    shutil.copy(source.folder / "LICENSE", doc)
    for name, text in papers.items():
        (doc / name).write_text(text, "utf-8")


def _add_pages(folder: Path, source: Source) -> None:
    """Beside the program: what an installer sets up from a release, and what one may want to read."""
    share = folder / "share"
    debian.write_pages(share, source)
    if (source.folder / "systemd").is_dir():
        shutil.copytree(source.folder / "systemd", share / "systemd")


def _single_file(frozen: Frozen, source: Source, file: Path) -> Path:
    packed = pack(frozen.folder, version=source.version, machine=platform.machine(), epoch_s=source.epoch_s)
    file.write_bytes(packed)
    file.chmod(0o755)
    return file


def _tell(made: Made) -> None:
    print(f"glibc {made.floor} or newer")
    for file in made.files:
        print(f"{sha256(file.read_bytes()).hexdigest()}  {file.stat().st_size / 1e6:6.1f} MB  {file.name}")


def _same(made: Made, again: Made) -> bool:
    pairs = zip(made.files, again.files, strict=True)
    different = [one.name for one, other in pairs if one.read_bytes() != other.read_bytes()]
    print(f"made twice: {'different: ' + ', '.join(different) if different else 'the same, byte for byte'}")
    return not different


def _sign(made: Made, out: Path, key: Path | None) -> None:
    (out / signing.SIGNATURE).unlink(missing_ok=True)
    sums = signing.write_sums(out, made.files)
    if key is None:
        print("NOT SIGNED: nobody can tell who made it. --sign KEY signs it.")
        return
    comment = f"maitre {made.source.version}, commit {made.source.commit}"
    print(f"signed: {signing.sign(sums, signing.read_key(key), comment=comment)}")


if __name__ == "__main__":
    sys.exit(main())
