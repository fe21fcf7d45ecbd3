"""One console, run as a process for one browser; what it says and hears goes over the browser's connection."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from shlex import join

from aiohttp import web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

_ENDS_S = 5.0
_TERMINAL = {
    "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver",
    "TEXTUAL_FPS": "30",
    "TEXTUAL_COLOR_SYSTEM": "truecolor",
    "TERM_PROGRAM": "textual",
}


class ConsoleProcess(AppService):
    """`env` is all of its environment: what this server was started with is nothing to it."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], connection: web.WebSocketResponse) -> None:
        super().__init__(
            join(command),
            write_bytes=connection.send_bytes,
            write_str=connection.send_str,
            close=partial(_close, connection),
            download_manager=DownloadManager(),  # the console delivers no files
        )
        self._env = env

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        # Private upstream, hence the pinned version; tests/console/test_web.py fails when it is no longer asked.
        return {**self._env, **_TERMINAL, "COLUMNS": str(width), "ROWS": str(height)}

    async def stop(self) -> None:
        """Ask it to end; kill what does not. It has ended after that, and nothing of it is open."""
        try:
            async with asyncio.timeout(_ENDS_S):
                await super().stop()
                if self._process:
                    await self._process.wait()
        except TimeoutError:
            if self._process and self._process.returncode is None:
                self._process.kill()
        if self._process:
            await self._process.wait()


async def _close(connection: web.WebSocketResponse) -> None:
    await connection.close()
