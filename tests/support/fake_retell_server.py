"""The fake of Retell's REST API as an HTTP server on loopback, in threads of its own: for tests of any kind."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from support.fake_retell import FakeRetell, Json, Refused, Request, Trouble

_MESSAGES = {
    402: "Trial has ended, please add payment method.",
    429: "Account rate limited, please throttle your requests.",
    500: "An unexpected server error occurred.",
}


@contextmanager
def fake_retell() -> Iterator[FakeRetell]:
    """The API, up as long as the block."""
    fake = FakeRetell()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"fake": fake}))
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer's body waits for the head to be acknowledged, which takes 40 ms
    fake: ClassVar[FakeRetell]

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        with self.fake.lock:
            trouble = self.fake.next_trouble(parts.path)
            status, body = self._answer(parts.path, query, raw, trouble)
        if trouble and trouble.hang:
            trouble.hang.wait(20)
        self._say(status, body, trouble)

    do_GET = do_POST = do_PATCH = _serve  # noqa: N815 — http.server's names

    def do_HEAD(self) -> None:
        with self.fake.lock:
            trouble = self.fake.next_trouble(self.path)
        if trouble and trouble.hang:
            trouble.hang.wait(20)
        self._say(trouble.status if trouble else 404, None, None)

    def _answer(self, path: str, query: Json, raw: bytes, trouble: Trouble | None) -> tuple[int, Any]:
        if self.headers.get("authorization", "").removeprefix("Bearer ") not in self.fake.keys:
            return 401, _told("API key is missing or invalid.")
        request = Request(self.command, path, json.loads(raw) if raw else None)
        self.fake.requests.append(request)
        try:
            if trouble is None or trouble.after:
                done = self.fake.answer(request, query)
            if trouble is None:
                return done
        except Refused as error:
            return error.status, _told(error.message)
        return trouble.status, _told(_MESSAGES.get(trouble.status, "Trouble."))

    def _say(self, status: int, body: Any, trouble: Trouble | None) -> None:
        sent = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        if trouble and trouble.body is not None:
            sent = trouble.body
        try:
            self.send_response(status)
            for name, value in (trouble.headers if trouble else {}).items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)
        except ConnectionError:  # who asked has given up
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Tests have their own log."""


def _told(message: str) -> Json:
    return {"status": "error", "message": message}
