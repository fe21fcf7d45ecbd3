"""Delivery of alerts to the channels of the operator, by Apprise: chats, e-mail, telephones, web hooks.

A channel's address holds its secret, so it stands in the settings alone: messages name it by a short hash.
"""

import asyncio
import logging
import re
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import TypeVar

import msgspec
from msgspec import Struct

from appliance.clock import Clock
from appliance.errors import Unprocessable, Unreachable
from appliance.store.engine import Database
from appliance.store.outbox import Message
from appliance.store.tasks import Task
from appliance.work.outbox import handed_over, refusal
from appliance.work.queue import Finish

T = TypeVar("T")

_DEADLINE_S = 15.0
_MOST_THREADS = 4
_STATUS = re.compile(r"error=(\d{3})\b")
_PREFIX = "channel:"


class AlertText(Struct, frozen=True, kw_only=True):
    """What a message's payload holds. `kind` is one of Apprise's: info, success, warning or failure."""

    title: str
    body: str
    kind: str


class Channels:
    """Where alerts go: `usual`, and `others` who are asked when nobody has acknowledged what is critical."""

    def __init__(self, usual: Sequence[str], others: Sequence[str] = ()) -> None:
        self._urls = {_destination(url): url for url in (*usual, *others)}
        self.usual = tuple(map(_destination, usual))
        self.others = tuple(map(_destination, others))

    def url(self, destination: str) -> str | None:
        return self._urls.get(destination)

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(map(self.kind, self._urls))

    def kind(self, destination: str) -> str:
        """What it is: `tgram`, `mailto` …; nothing where it is no longer set."""
        return (self.url(destination) or "").partition("://")[0]

    def shown(self, destination: str) -> str:
        """A channel as it may be shown: its kind, and enough of its hash to tell it from another."""
        return f"{self.kind(destination) or '(no longer set)'} {destination.removeprefix(_PREFIX)[:6]}"


def _destination(url: str) -> str:
    return _PREFIX + sha256(url.encode()).hexdigest()[:16]


class AlertDeliveries:
    """The handler of tasks of kind `store.alerts.DELIVER`."""

    def __init__(self, database: Database, clock: Clock, channels: Channels) -> None:
        self._database = database
        self._clock = clock
        self._channels = channels
        self._free = threading.BoundedSemaphore(_MOST_THREADS)

    async def deliver(self, task: Task, finish: Finish) -> None:
        """Raises Unprocessable when the channel will never take the message, Unreachable when it does not now."""
        await handed_over(self._database, self._clock, task, finish, send=self._send)

    async def _send(self, message: Message) -> None:
        url = self._channels.url(message.destination)
        if url is None:
            raise Unprocessable("its channel is no longer in the settings")
        text = msgspec.json.decode(message.payload, type=AlertText)
        await self._in_a_thread(lambda: _notify(url, text))

    async def _in_a_thread(self, work: Callable[[], T]) -> T:
        """Whoever does not come back in time keeps its thread, of which there are few; it does not keep the process."""
        if not self._free.acquire(blocking=False):
            raise Unreachable("earlier messages still wait for their channels")
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def run() -> None:
            try:
                outcome: T | Exception = work()
            except Exception as error:  # noqa: BLE001 — handed to whoever waits
                outcome = error
            finally:
                self._free.release()
            with suppress(RuntimeError):  # the loop is gone
                loop.call_soon_threadsafe(_settle, done, outcome)

        threading.Thread(target=run, name="alert", daemon=True).start()
        try:
            async with asyncio.timeout(_DEADLINE_S):
                return await done
        except TimeoutError as error:
            raise Unreachable(f"the channel did not answer within {_DEADLINE_S:g} s") from error


def _settle(done: asyncio.Future[T], outcome: T | Exception) -> None:
    if done.done():
        return
    if isinstance(outcome, Exception):
        done.set_exception(outcome)
    else:
        done.set_result(outcome)


def _notify(url: str, text: AlertText) -> None:
    """Raises Unprocessable or Unreachable; reasons name the kind of failure only, for an address holds a secret."""
    # Here, and not where the program begins: it takes 27 MB and two seconds, and many servers have no channel.
    import apprise  # noqa: PLC0415

    _keep_quiet(apprise.logger)
    asset = apprise.AppriseAsset(
        app_id="Maitre", app_desc="Maitre", storage_mode="memory", async_mode=False, service_timeout=0
    )
    sender = apprise.Apprise(asset=asset)
    if not sender.add(url):
        raise Unprocessable("the channel is no address that Apprise knows")
    with sender.notify(body=text.body, title=text.title, notify_type=text.kind, body_format="text") as result:
        if not result:
            _judge(" ".join(entry.message for entry in result.logs()))


def _keep_quiet(logger: logging.Logger) -> None:
    """What it logs may hold an address, so our log has none of it; why a message failed, a result has from there."""
    logger.propagate = False
    logger.setLevel(logging.WARNING)


def _judge(told: str) -> None:
    found = _STATUS.search(told)
    status = int(found[1]) if found else 0
    raise refusal(status, of="the channel") if status else Unreachable("the channel could not be reached")
