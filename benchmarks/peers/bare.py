"""The ceiling: Granian, set up as Maitre sets it up, that reads the whole body, answers 204 and does nothing else."""

import asyncio
import json
import socket

import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server


async def application(_scope, receive, send) -> None:
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def serve() -> None:
    port = _free_port()
    server = Server(
        application,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        backlog=1024,
        backpressure=900,
        log_enabled=False,
    )
    running = asyncio.create_task(server.serve())
    await asyncio.sleep(0)  # it binds in its first step
    print(json.dumps({"url": f"http://127.0.0.1:{port}"}), flush=True)
    await running


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


if __name__ == "__main__":
    uvloop.run(serve())
