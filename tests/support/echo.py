"""An application that says little, for tests of what serves it."""

import asyncio
from typing import Any


class Echo:
    """Answers a request once `go` is set; `met` is set when one has come."""

    def __init__(self) -> None:
        self.met = asyncio.Event()
        self.go = asyncio.Event()
        self.go.set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.met.set()
        message = await receive()
        while message.get("more_body"):
            message = await receive()
        await self.go.wait()
        said = self.answer(scope)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(said))]})
        await send({"type": "http.response.body", "body": said})

    def answer(self, scope: Any) -> bytes:
        return b"ok"
