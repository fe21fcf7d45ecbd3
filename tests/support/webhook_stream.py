"""Signed webhooks that pour in while something is done to the server, each counted: answered, and how, or lost.

As a program, in the network of another machine: `webhook_stream.py PORT` until its stdin ends; then what was counted.
"""

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from typing import NamedTuple

from appliance.voice.retell.signature import sign

KEY = "key_0123456789abcdef"
"""That of support.running_server."""
ANSWER_S = 20


class Sent(NamedTuple):
    """What came of each signed webhook: the status, or what broke."""

    answers: list[int]
    lost: list[str]


class Stream(threading.Thread):
    """Signed events one after the other, each of another call; `kept_alive` on one connection as long as it lasts."""

    def __init__(self, port: int, name: str, *, kept_alive: bool) -> None:
        super().__init__(name=name)
        self.sent = Sent([], [])
        self.slowest_s = 0.0
        self.over = threading.Event()
        self._port = port
        self._kept_alive = kept_alive
        self._http: HTTPConnection | None = None

    def run(self) -> None:
        number = 0
        while not self.over.is_set():
            number += 1
            begun = time.monotonic()
            try:
                self.sent.answers.append(self.post(f"call_{self.name}_{number}"))
            except (OSError, HTTPException) as error:
                self.sent.lost.append(repr(error))
                self.close()
                time.sleep(0.01)
            self.slowest_s = max(self.slowest_s, time.monotonic() - begun)
        self.close()

    def close(self) -> None:
        if self._http:
            self._http.close()
            self._http = None

    def post(self, call: str) -> int:
        body = json.dumps({"event": "call_started", "call": {"call_id": call, "agent_id": "agent_x"}}).encode()
        http = self._http = self._http or HTTPConnection("127.0.0.1", self._port, timeout=ANSWER_S)
        signed = {"x-retell-signature": sign(body, KEY, time.time_ns() // 1_000_000)}
        http.request("POST", "/webhooks/retell", body, signed | {"content-type": "application/json"})
        answer = http.getresponse()
        answer.read()
        if not self._kept_alive:
            self.close()
        return answer.status


@contextmanager
def streams(port: int, count: int = 4) -> Iterator[list[Stream]]:
    pouring = [Stream(port, f"s{number}", kept_alive=number % 2 == 0) for number in range(count)]
    for one in pouring:
        one.start()
    try:
        yield pouring
    finally:
        for one in pouring:
            one.over.set()
        for one in pouring:
            one.join()


def answered(pouring: list[Stream], more: int) -> None:
    goal = sum(len(one.sent.answers) for one in pouring) + more
    until = time.monotonic() + 30
    while sum(len(one.sent.answers) for one in pouring) < goal:
        assert time.monotonic() < until, [one.sent.lost for one in pouring]
        time.sleep(0.01)


def _main(port: int) -> None:
    with streams(port) as pouring:
        print("pouring", flush=True)
        sys.stdin.read()
    answers = [status for one in pouring for status in one.sent.answers]
    counts = {str(status): answers.count(status) for status in sorted(set(answers))}
    slowest_s = max(one.slowest_s for one in pouring)
    lost = [words for one in pouring for words in one.sent.lost]
    print(json.dumps({"answered": counts, "lost": lost, "slowest_s": round(slowest_s, 2)}))


if __name__ == "__main__":
    _main(int(sys.argv[1]))
