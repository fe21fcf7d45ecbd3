"""A store that speaks S3, on loopback: objects in memory, every signature checked anew, faults when told to.

Signatures are reckoned as https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html says.
"""

import hashlib
import hmac
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

BUCKET, REGION, KEY_ID, SECRET = "house-backups", "eu-south-2", "AKIAMAITRE", "s3cret/with+signs"
_PAGE = 3
"""Few, so that a client has to ask for more."""


class FakeS3:
    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.asked: Counter[str] = Counter()
        self.refuse_next = 0
        """So many requests are answered 503."""
        self.hangs = False
        self.most_at_once_bytes = 0
        self._parts: dict[str, dict[int, bytes]] = {}
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def running(self) -> Iterator["FakeS3"]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield self
        finally:
            self.released.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        with self._lock:
            self.asked[method] += 1
            self.most_at_once_bytes = max(self.most_at_once_bytes, len(body))
            if self.refuse_next:
                self.refuse_next -= 1
                return 503, _error("SlowDown")
            if (fault := _fault(method, target, headers, body)) is not None:
                return 403, _error(fault)
            where = urlsplit(target)
            bucket, _, key = unquote(where.path).lstrip("/").partition("/")
            if bucket != BUCKET:
                return 404, _error("NoSuchBucket")
            return self._do(method, key, dict(parse_qsl(where.query, keep_blank_values=True)), body)

    def _do(self, method: str, key: str, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        if method == "POST":
            return 200, self._posted(key, query, body)
        if method == "PUT":
            kept: dict[Any, bytes] = self._parts[query["uploadId"]] if "uploadId" in query else self.objects
            kept[int(query["partNumber"]) if "uploadId" in query else key] = body
            return 200, b""
        if method == "DELETE":
            self._parts.pop(query.get("uploadId", ""), None)
            return 204, b""
        if not key:
            return 200, self._list(query)
        return (200, self.objects[key]) if key in self.objects else (404, _error("NoSuchKey"))

    def _posted(self, key: str, query: dict[str, str], body: bytes) -> bytes:
        if "delete" in query:
            return self._delete(body)
        if "uploads" in query:
            upload = f"upload-{len(self._parts)}"
            self._parts[upload] = {}
            return _xml("InitiateMultipartUploadResult", f"<UploadId>{upload}</UploadId>")
        parts = self._parts.pop(query["uploadId"])
        self.objects[key] = b"".join(parts[n] for n in sorted(parts))
        return _xml("CompleteMultipartUploadResult", f"<ETag>{_etag(self.objects[key])}</ETag>")

    def _list(self, query: dict[str, str]) -> bytes:
        keys = sorted(key for key in self.objects if key.startswith(query.get("prefix", "")))
        first = int(query.get("continuation-token", 0))
        shown, more = keys[first : first + _PAGE], len(keys) > first + _PAGE
        rows = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>2026-11-27T03:30:00.000Z</LastModified>"
            f"<ETag>{_etag(self.objects[key])}</ETag><Size>{len(self.objects[key])}</Size></Contents>"
            for key in shown
        )
        token = f"<NextContinuationToken>{first + _PAGE}</NextContinuationToken>" if more else ""
        return _xml("ListBucketResult", f"<IsTruncated>{str(more).lower()}</IsTruncated>{token}{rows}")

    def _delete(self, body: bytes) -> bytes:
        keys = [one.text or "" for one in ET.fromstring(body).iter() if one.tag.endswith("}Key")]
        for key in keys:
            self.objects.pop(key, None)
        return _xml("DeleteResult", "".join(f"<Deleted><Key>{escape(key)}</Key></Deleted>" for key in keys))

    def _handler(fake) -> type[BaseHTTPRequestHandler]:  # noqa: N805 — the handler inside has a self of its own
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # as in fake_retell_server

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                if fake.hangs:
                    fake.released.wait()
                headers = {name.lower(): value for name, value in self.headers.items()}
                status, told = fake.answer(self.command, self.path, headers, body)
                self.send_response(status)
                self.send_header("ETag", _etag(told if self.command == "GET" else body))
                self.send_header("Last-Modified", "Fri, 27 Nov 2026 03:30:00 GMT")
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            do_GET = do_PUT = do_POST = do_DELETE = _answer  # noqa: N815 — the names of http.server

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


def _fault(method: str, target: str, headers: dict[str, str], body: bytes) -> str | None:
    """What is wrong with who asks, as S3 calls it."""
    if headers.get("x-amz-content-sha256") != hashlib.sha256(body).hexdigest():
        return "XAmzContentSHA256Mismatch"
    given = dict(part.strip().split("=", 1) for part in headers["authorization"].partition(" ")[2].split(","))
    who, day, region, service, _ = given["Credential"].split("/")
    if (who, region, service) != (KEY_ID, REGION, "s3"):
        return "InvalidAccessKeyId"
    right = _signature(method, target, headers, given["SignedHeaders"].split(";"), day)
    return None if hmac.compare_digest(right, given["Signature"]) else "SignatureDoesNotMatch"


def _signature(method: str, target: str, headers: dict[str, str], signed: list[str], day: str) -> str:
    where = urlsplit(target)
    query = sorted(parse_qsl(where.query, keep_blank_values=True))
    canonical = "\n".join(
        (
            method,
            quote(unquote(where.path), safe="/-_.~"),
            "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in query),
            *(f"{name}:{headers[name].strip()}" for name in signed),
            "",
            ";".join(signed),
            headers["x-amz-content-sha256"],
        )
    )
    scope = f"{day}/{REGION}/s3/aws4_request"
    told = f"AWS4-HMAC-SHA256\n{headers['x-amz-date']}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, told.encode(), "sha256").hex()


def _etag(of: bytes) -> str:
    return f'"{hashlib.md5(of).hexdigest()}"'


def _xml(name: str, inner: str) -> bytes:
    return f'<?xml version="1.0"?><{name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{inner}</{name}>'.encode()


def _error(code: str) -> bytes:
    return f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>{code}</Message></Error>'.encode()
