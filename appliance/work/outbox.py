"""Delivery of what the outbox holds: a message is taken away once it was sent, and may be sent twice.

Messages to restaurants' systems are one POST each, whose receiver can tell by its key that it comes again.
"""

import asyncio
from collections.abc import Awaitable, Callable

import httpx

from appliance import __version__
from appliance.clock import Clock
from appliance.errors import Unprocessable, Unreachable
from appliance.store import outbox
from appliance.store.engine import Database, Lane
from appliance.store.outbox import Message
from appliance.store.tasks import Task
from appliance.work.queue import Finish

_DEADLINE_S = 10
_TRY_AGAIN = frozenset({408, 425, 429})
"""The statuses of class 4xx that speak of the moment and not of the message."""


class Deliveries:
    """The handler of tasks of kind `store.outbox.DELIVER`."""

    def __init__(self, database: Database, clock: Clock, client: httpx.AsyncClient) -> None:
        self._database = database
        self._clock = clock
        self._client = client

    async def deliver(self, task: Task, finish: Finish) -> None:
        """Raises Unprocessable when the receiver will never take the message, Unreachable when it does not now."""
        await handed_over(self._database, self._clock, task, finish, send=self._send)

    async def _send(self, message: Message) -> None:
        status = await self._post(message)
        if not 200 <= status < 300:
            raise refusal(status, of="the receiver")

    async def _post(self, message: Message) -> int:
        """The status of the answer, whose body is of no interest."""
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": message.id,
            "User-Agent": f"maitre/{__version__}",
        }
        request = self._client.stream(
            "POST", message.destination, content=message.payload, headers=headers, follow_redirects=False
        )
        # Reasons name the kind of failure only: a destination may carry a secret of its own.
        try:
            async with asyncio.timeout(_DEADLINE_S), request as response:
                return response.status_code
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise Unprocessable("the destination is no http(s) URL") from error
        except TimeoutError as error:
            raise Unreachable(f"the receiver did not answer within {_DEADLINE_S} s") from error
        except httpx.HTTPError as error:
            raise Unreachable(f"the receiver did not answer: {type(error).__name__}") from error


async def handed_over(
    database: Database, clock: Clock, task: Task, finish: Finish, *, send: Callable[[Message], Awaitable[object]]
) -> None:
    """Send the task's message and take the task away. Raises Unprocessable without one, and what `send` raises."""
    async with database.read() as tx:
        message = await outbox.one(tx, task.id)
    if message is None:
        raise Unprocessable("the message is gone")
    await send(message)
    async with database.write(Lane.WORK) as tx:
        await outbox.mark_delivered(tx, message.id, now_ms=clock.now_ms())
        await finish(tx)


def refusal(status: int, *, of: str) -> Unprocessable | Unreachable:
    """What a status of HTTP that is no success means: a refusal for good `of` the receiver, or trouble for now."""
    if 400 <= status < 500 and status not in _TRY_AGAIN:
        return Unprocessable(f"{of} refused it with status {status}")
    return Unreachable(f"{of} answered with status {status}")
