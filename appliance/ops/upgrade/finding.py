"""Which release is meant: a file, the newest in a folder, or of the place that `releases_url` names."""

import asyncio
import os
import platform
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import httpx
from msgspec import Struct
from packaging.version import Version

from appliance.errors import UpgradeError
from appliance.ops import releases
from appliance.ops.releases import BadRelease, Release, Trust

_SILENT_S = 30.0
"""So long nothing may come."""
_DOWNLOAD_S = 30 * 60.0
"""So long all of a download may take: fifty megabytes at 30 kB/s."""
_LATEST = "LATEST"
"""There, a file with the newest version and nothing else."""
_MOST_BYTES = 1 << 30


T = TypeVar("T")


class Found(Struct, frozen=True, kw_only=True):
    """A release that can be had: as a file here, or as one to be fetched."""

    version: str
    file: Path | None = None


def in_place(place: Path, wanted: str = "") -> Found:
    """The file itself, or the newest in a folder. Raises UpgradeError."""
    try:
        names = [place.name] if place.is_file() else [file.name for file in place.iterdir()]
        folder = place.parent if place.is_file() else place
        release = Release.of(place.name) if place.is_file() else _chosen(names, wanted)
    except BadRelease as error:
        raise UpgradeError(str(error)) from error
    except OSError as error:
        raise UpgradeError(f"{place} cannot be read: {error.strerror}.") from error
    if release is None:
        raise UpgradeError(f"{place} holds no maitre-{wanted or '<version>'}-linux-{platform.machine()}.")
    if release.machine != platform.machine():
        raise UpgradeError(f"{release.name} is for {release.machine}, and this machine is {platform.machine()}.")
    return Found(version=str(release.version), file=folder / release.name)


def _chosen(names: list[str], wanted: str) -> Release | None:
    if not wanted:
        return releases.newest(names, platform.machine())
    exact = f"maitre-{wanted}-linux-{platform.machine()}"
    return Release.of(exact) if exact in names else None


class Downloads:
    """The place on the network where releases lie. Raises UpgradeError for all that can go wrong there."""

    def __init__(self, url: str, *, within_s: float = _DOWNLOAD_S) -> None:
        self._url = url.rstrip("/")
        self._within_s = within_s

    def chosen(self, wanted: str) -> Found:
        """That version, or the newest there is."""
        return Found(version=str(_version(wanted))) if wanted else self._newest()

    def _newest(self) -> Found:
        return Found(version=str(_version(self._within(self._latest()))))

    async def _latest(self) -> str:
        async with self._http() as http:
            return (await http.get(f"/{_LATEST}")).raise_for_status().text.strip()

    def fetch(self, version: str, into: Path) -> Path:
        """The file, with what tells whether it is right beside it."""
        name = Release(_version(version), platform.machine()).name
        self._within(self._all(name, into))
        return into / name

    async def _all(self, name: str, into: Path) -> None:
        async with self._http() as http:
            for part in (releases.SUMS, releases.SIGNATURE, name):
                await self._fetch(http, part, into / part, needed=part != releases.SIGNATURE)

    def _within(self, asked: Coroutine[Any, Any, T]) -> T:
        """However slowly it comes, by then it is here, or given up."""

        async def bounded() -> T:
            async with asyncio.timeout(self._within_s):
                return await asked

        with _told(self._url):
            try:
                return asyncio.run(bounded())
            except TimeoutError as error:
                raise UpgradeError(f"{self._url} has not sent all of it within {self._within_s:g} s.") from error

    def _http(self) -> httpx.AsyncClient:
        # What is fetched is checked by its signature; the connection is nobody's to read all the same.
        return httpx.AsyncClient(base_url=self._url, timeout=_SILENT_S, follow_redirects=True)

    async def _fetch(self, http: httpx.AsyncClient, part: str, to: Path, *, needed: bool) -> None:
        async with http.stream("GET", f"/{part}") as answer:
            if answer.status_code == 404 and not needed:
                return
            answer.raise_for_status()
            size = 0
            opener = partial(os.open, mode=0o644)
            with open(to, "wb", opener=opener) as target:  # noqa: ASYNC230 — nobody else waits in this loop
                async for block in answer.aiter_bytes():
                    size += len(block)
                    if size > _MOST_BYTES:
                        raise UpgradeError(f"{self._url}/{part} does not end.")
                    target.write(block)


def verified(file: Path, *, unsigned_ok: bool) -> str:
    """How far it is known to be what was released. Raises UpgradeError."""
    try:
        trust = releases.verify(file, unsigned_ok=unsigned_ok)
    except BadRelease as error:
        hint = "" if unsigned_ok else " (--unsigned takes one whose checksum is right)"
        raise UpgradeError(f"{error}{hint}") from error
    except OSError as error:
        raise UpgradeError(f"{file} cannot be read: {error.strerror}.") from error
    return "signed, checksum right" if trust is Trust.SIGNED else "checksum right, not signed"


def _version(text: str) -> Version:
    try:
        return releases.version_of(text)
    except BadRelease as error:
        raise UpgradeError(str(error)) from error


@contextmanager
def _told(url: str) -> Iterator[None]:
    try:
        yield
    except httpx.HTTPStatusError as error:
        raise UpgradeError(f"{error.request.url} answers {error.response.status_code}.") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise UpgradeError(f"{url} does not answer: {error}.") from error
    except OSError as error:
        raise UpgradeError(f"{error.filename} cannot be written: {error.strerror}.") from error
