"""Delivery of what the outbox holds: one POST a message, which its receiver may see twice and can tell by its key."""

import asyncio

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
        """Send the message and take the task away. Raises Unprocessable when the receiver will never take it."""
        async with self._database.read() as tx:
            message = await outbox.one(tx, task.id)
        if message is None:
            raise Unprocessable("the message is gone")
        _judge(await self._post(message))
        async with self._database.write(Lane.WORK) as tx:
            await outbox.mark_delivered(tx, message.id, now_ms=self._clock.now_ms())
            await finish(tx)

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


def _judge(status: int) -> None:
    if 200 <= status < 300:
        return
    if 400 <= status < 500 and status not in _TRY_AGAIN:
        raise Unprocessable(f"the receiver refused it with status {status}")
    raise Unreachable(f"the receiver answered with status {status}")
