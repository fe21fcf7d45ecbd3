"""Whom the doctor looks at: this machine under these settings, and what several looks want to know of it."""

import asyncio
import socket
import threading
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec
from msgspec import Struct

from appliance.clock import Clock
from appliance.config import Readable, Settings
from appliance.contract import Health
from appliance.errors import Unreachable

T = TypeVar("T")

LOOKUP_S = 4.0
SERVER_S = 3.0


class System(Struct, frozen=True, kw_only=True):
    """Where the operating system keeps what is looked at: elsewhere in tests."""

    systemd: Path = Path("/run/systemd/system")
    credentials: Path = Path("/etc/maitre/credentials")
    unit: str = "maitre.service"


class Subject:
    """`config` is what could be read of the settings; of names and of the server everybody asks once, together."""

    def __init__(
        self, config: Readable, clock: Clock, env: Mapping[str, str], *, token: str = "", system: System | None = None
    ) -> None:
        self.config = config
        self.clock = clock
        self.env = env
        self.token = token
        self.system = system or System()
        self._lookups: dict[str, asyncio.Task[list[str]]] = {}
        self._server: asyncio.Task[Health] | None = None

    @property
    def settings(self) -> Settings:
        return self.config.resolved.settings

    @property
    def listen_url(self) -> str:
        host = _here(self.settings.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.settings.port}"

    async def addresses(self, host: str) -> list[str]:
        """What the name stands for. Raises Unreachable, and after `LOOKUP_S` at the latest."""
        task = self._lookups.get(host)
        if task is None:
            task = self._lookups[host] = asyncio.create_task(_look_up(host))
        return await asyncio.shield(task)

    async def reach(self, url: str) -> None:
        """Have the name in the address looked up, before anything else waits for it. Raises Unreachable."""
        if host := urlsplit(url).hostname:
            await self.addresses(host)

    async def server(self) -> Health:
        """How the server at our own address says it is. Raises Unreachable where none of ours answers."""
        if self._server is None:
            self._server = asyncio.create_task(self._ask_server())
        return await asyncio.shield(self._server)

    async def get(self, path: str, **asked: str | int) -> httpx.Response:
        """What the server at our own address answers. Raises Unreachable."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=SERVER_S) as http:
                return await http.get(self.listen_url + path, headers=headers, params=asked)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(f"nothing answers at {self.listen_url}") from error

    async def _ask_server(self) -> Health:
        response = await self.get("/api/health")
        try:
            return msgspec.json.decode(response.content, type=Health)
        except msgspec.MsgspecError as error:
            raise Unreachable(f"what answers at {self.listen_url} is no Maitre") from error


def _here(host: str) -> str:
    """Where a server that listens there is to be asked: one that listens everywhere, on this machine itself."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not address.is_unspecified:
        return host
    return "127.0.0.1" if address.version == 4 else "::1"


async def aside(work: Callable[[], T], *, within_s: float) -> T:
    """Work that blocks, in a thread that nobody waits for any more once it is late. Raises TimeoutError.

    A resolver without network blocks for half a minute, and the interpreter would wait for a thread of its own pools.
    """
    loop, told = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if not told.done():
            if error is None:
                told.set_result(result)
            else:
                told.set_exception(error)

    def tell(result: T | None, error: BaseException | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, result, error)

    def run() -> None:
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 — handed to whoever waits
            tell(None, error)
        else:
            tell(result, None)

    threading.Thread(target=run, daemon=True, name="doctor-aside").start()
    async with asyncio.timeout(within_s):
        found: T = await told
        return found


async def _look_up(host: str) -> list[str]:
    try:
        found = await aside(lambda: socket.getaddrinfo(host, None, type=socket.SOCK_STREAM), within_s=LOOKUP_S)
    except TimeoutError as error:
        raise Unreachable(f"no answer about {host} within {LOOKUP_S:g} s") from error
    except OSError as error:
        raise Unreachable(f"{host} cannot be resolved: {error.strerror or error}") from error
    return sorted({str(address[0]) for *_, address in found})
