import hashlib
import platform
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from appliance.errors import UpgradeError
from appliance.ops.upgrade.finding import Downloads, in_place, verified

MACHINE = platform.machine()


def release(folder: Path, version: str, content: bytes = b"the program") -> Path:
    file = folder / f"maitre-{version}-linux-{MACHINE}"
    file.write_bytes(content)
    with (folder / "SHA256SUMS").open("a") as sums:
        sums.write(f"{hashlib.sha256(content).hexdigest()}  {file.name}\n")
    return file


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with two releases."""
    folder = tmp_path / "shop"
    folder.mkdir()
    release(folder, "1.9.0", b"old")
    release(folder, "1.10.0", b"new")
    (folder / "LATEST").write_text("1.10.0\n")
    return folder


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def downloads(shop: Path) -> Iterator[Downloads]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(shop))) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield Downloads(f"http://127.0.0.1:{server.server_port}/")
        server.shutdown()
        serving.join()


def test_of_a_folder_the_newest_is_meant_or_the_one_that_is_asked_for(shop: Path) -> None:
    assert in_place(shop).version == "1.10.0"
    assert in_place(shop, "1.9.0").file == shop / f"maitre-1.9.0-linux-{MACHINE}"


def test_a_release_is_meant_by_its_own_file(shop: Path) -> None:
    file = shop / f"maitre-1.9.0-linux-{MACHINE}"
    assert (in_place(file).version, in_place(file).file) == ("1.9.0", file)


@pytest.mark.parametrize("wanted", ["", "2.0"])
def test_what_is_not_there_is_named(tmp_path: Path, wanted: str) -> None:
    with pytest.raises(UpgradeError, match=f"holds no maitre-{wanted}"):
        in_place(tmp_path, wanted)


def test_a_release_for_another_machine_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "maitre-1.0-linux-vax"
    other.touch()
    with pytest.raises(UpgradeError, match="is for vax, and this machine is"):
        in_place(other)


def test_a_file_that_is_called_otherwise_is_no_release(tmp_path: Path) -> None:
    (tmp_path / "song.mp3").touch()
    with pytest.raises(UpgradeError, match="is no release"):
        in_place(tmp_path / "song.mp3")


def test_the_newest_is_told_and_fetched_with_what_proves_it(downloads: Downloads, tmp_path: Path) -> None:
    assert downloads.chosen("").version == "1.10.0"
    file = downloads.fetch("1.10.0", tmp_path)
    assert file.read_bytes() == b"new"
    assert verified(file, unsigned_ok=True) == "checksum right, not signed"


def test_what_is_not_signed_is_taken_only_by_who_says_so(shop: Path) -> None:
    with pytest.raises(UpgradeError, match="--unsigned"):
        verified(shop / f"maitre-1.10.0-linux-{MACHINE}", unsigned_ok=False)


def test_a_file_that_is_not_what_was_released_is_refused_whatever_one_says(shop: Path) -> None:
    file = shop / f"maitre-1.10.0-linux-{MACHINE}"
    file.write_bytes(b"something else")
    with pytest.raises(UpgradeError, match="checksum is another"):
        verified(file, unsigned_ok=True)


def test_a_version_that_is_not_there_to_fetch_is_named(downloads: Downloads, tmp_path: Path) -> None:
    with pytest.raises(UpgradeError, match=r"maitre-3\.0-.* answers 404"):
        downloads.fetch("3.0", tmp_path)


def test_a_place_that_does_not_answer_is_named(tmp_path: Path) -> None:
    with pytest.raises(UpgradeError, match=r"127\.0\.0\.1:1 does not answer"):
        Downloads("http://127.0.0.1:1").chosen("")


@pytest.fixture
def dripping() -> Iterator[str]:
    """The address of a place that never falls silent, and never ends."""
    ended = threading.Event()

    class Drip(_Quiet):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            while not ended.wait(0.02):
                self.wfile.write(b"0")

        def handle(self) -> None:
            with suppress(ConnectionError):  # whoever gives up hangs up
                super().handle()

    with ThreadingHTTPServer(("127.0.0.1", 0), Drip) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}"
        ended.set()
        server.shutdown()
        serving.join()


def test_a_download_that_goes_on_for_ever_is_given_up(dripping: str, tmp_path: Path) -> None:
    with pytest.raises(UpgradeError, match=r"has not sent all of it within 0\.5 s"):
        Downloads(dripping, within_s=0.5).fetch("1.0", tmp_path)


@pytest.mark.parametrize("version", ["../../etc", "one"])
def test_what_is_no_version_is_not_asked_for(downloads: Downloads, tmp_path: Path, version: str) -> None:
    with pytest.raises(UpgradeError, match="is no version"):
        downloads.fetch(version, tmp_path)
