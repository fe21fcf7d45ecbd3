import asyncio
from collections.abc import AsyncIterator
from ipaddress import ip_network

import pytest
from sqlalchemy import text

from appliance import __version__
from appliance.errors import Unavailable, Unprocessable
from appliance.store import outbox, tasks
from appliance.store.engine import Database, Tx
from appliance.store.tasks import Task
from appliance.work import outbox as work
from appliance.work.destinations import client_for
from appliance.work.outbox import Deliveries
from support.fake_clock import FakeClock

PAYLOAD = '{"guest": "José"}'


class Receiver:
    """A web server of one's own that notes what it is sent and answers as it is told."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.answer = b"HTTP/1.1 204 No Content\r\n\r\n"
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines if line)
        body = await reader.readexactly(int(headers["content-length"]))
        self.requests.append((first, headers, body))
        writer.write(self.answer)
        if self.answer:
            writer.close()
        else:
            await reader.read()  # say nothing until the sender hangs up
            writer.close()

    def status(self, status: int, *headers: str) -> None:
        self.answer = "\r\n".join([f"HTTP/1.1 {status} So", *headers, "content-length: 0", "", ""]).encode()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook?token=s3cret"
    async with server:
        yield receiver
        server.close()


@pytest.fixture
async def deliveries(database: Database, clock: FakeClock) -> AsyncIterator[Deliveries]:
    async with client_for([ip_network("127.0.0.0/8")]) as client:
        yield Deliveries(database, clock, client)


async def claimed(database: Database, clock: FakeClock, destination: str) -> Task:
    """A message to this destination, and the task to deliver it."""
    message = outbox.Message(
        id="msg_1",
        restaurant_id="rest_a",
        topic="reservation.created",
        destination=destination,
        payload=PAYLOAD,
        created_at=clock.now_ms(),
    )
    async with database.write() as tx:
        await outbox.add(tx, message, lock="res_1")
        [task] = await tasks.claim(
            tx, outbox.DELIVER, limit=1, after="", lease="l", lease_until=2**50, now_ms=clock.now_ms()
        )
    return task


async def delivered_at(database: Database) -> int | None:
    async with database.read() as tx:
        at: int | None = (await tx.execute(text("SELECT delivered_at FROM outbox"))).scalar_one()
        return at


def finish_of(task: Task) -> work.Finish:
    async def finish(tx: Tx) -> None:
        assert await tasks.finish(tx, [task])

    return finish


async def test_a_message_is_posted_once_with_its_key_and_its_task_is_gone(
    database: Database, clock: FakeClock, receiver: Receiver, deliveries: Deliveries
) -> None:
    task = await claimed(database, clock, receiver.url)
    await deliveries.deliver(task, finish_of(task))
    [(first, headers, body)] = receiver.requests
    assert first == "POST /hook?token=s3cret HTTP/1.1"
    assert body == PAYLOAD.encode()
    assert headers["idempotency-key"] == "msg_1"
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"] == f"maitre/{__version__}"
    assert await delivered_at(database) == clock.now_ms()
    async with database.read() as tx:
        assert await tasks.one(tx, "msg_1") is None


async def test_a_delivery_whose_task_is_somebody_elses_by_now_is_not_noted(
    database: Database, clock: FakeClock, receiver: Receiver, deliveries: Deliveries
) -> None:
    async def lost(_tx: Tx) -> None:
        raise Unavailable("the lease is lost")

    task = await claimed(database, clock, receiver.url)
    with pytest.raises(Unavailable, match="the lease is lost"):
        await deliveries.deliver(task, lost)
    assert await delivered_at(database) is None


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_any_2xx_is_a_delivery(
    database: Database, clock: FakeClock, receiver: Receiver, deliveries: Deliveries, status: int
) -> None:
    receiver.status(status)
    task = await claimed(database, clock, receiver.url)
    await deliveries.deliver(task, finish_of(task))
    assert await delivered_at(database) == clock.now_ms()


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413, 422])
async def test_a_refusal_is_final_and_says_its_status_but_not_the_address(
    database: Database, clock: FakeClock, receiver: Receiver, deliveries: Deliveries, status: int
) -> None:
    receiver.status(status)
    task = await claimed(database, clock, receiver.url)
    with pytest.raises(Unprocessable, match=f"^the receiver refused it with status {status}$"):
        await deliveries.deliver(task, finish_of(task))
    assert await delivered_at(database) is None


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("status", [302, 308, 408, 425, 429, 500, 502, 503, 504])
async def test_what_speaks_of_the_moment_is_to_be_tried_again(
    database: Database, clock: FakeClock, receiver: Receiver, deliveries: Deliveries, status: int
) -> None:
    receiver.status(status, f"location: {receiver.url}")
    task = await claimed(database, clock, receiver.url)
    with pytest.raises(Unavailable, match=f"^the receiver answered with status {status}$"):
        await deliveries.deliver(task, finish_of(task))
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("destination", ["ftp://example.com/hook", "nonsense", "http://[::bad/", "http:///hook"])
async def test_a_destination_that_is_no_web_address_is_final(
    database: Database, clock: FakeClock, deliveries: Deliveries, destination: str
) -> None:
    task = await claimed(database, clock, destination)
    with pytest.raises(Unprocessable, match="no http"):
        await deliveries.deliver(task, finish_of(task))


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_destination_that_no_message_may_go_to_is_final(
    database: Database, clock: FakeClock, deliveries: Deliveries
) -> None:
    task = await claimed(database, clock, "http://10.0.0.1/hook?token=s3cret")
    with pytest.raises(Unprocessable, match=r"^the receiver's address is not public, nor in one of notify_networks$"):
        await deliveries.deliver(task, finish_of(task))
    assert await delivered_at(database) is None


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_receiver_that_is_not_there_is_to_be_tried_again(
    database: Database, clock: FakeClock, receiver: Receiver, deliveries: Deliveries
) -> None:
    task = await claimed(database, clock, "http://127.0.0.1:1/hook?token=s3cret")
    with pytest.raises(Unavailable, match=r"^the receiver did not answer: ConnectError$"):
        await deliveries.deliver(task, finish_of(task))


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_receiver_that_says_nothing_is_given_up_at_the_deadline(
    database: Database,
    clock: FakeClock,
    receiver: Receiver,
    deliveries: Deliveries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(work, "_DEADLINE_S", 0.05)
    receiver.answer = b""
    task = await claimed(database, clock, receiver.url)
    with pytest.raises(Unavailable, match="did not answer within"):
        await deliveries.deliver(task, finish_of(task))


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_body_without_an_end_does_not_hold_the_delivery(
    database: Database, clock: FakeClock, receiver: Receiver, deliveries: Deliveries
) -> None:
    receiver.answer = b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\nonce upon a time"
    task = await claimed(database, clock, receiver.url)
    await deliveries.deliver(task, finish_of(task))
    assert await delivered_at(database) == clock.now_ms()


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_task_without_its_message_is_final(
    database: Database, clock: FakeClock, receiver: Receiver, deliveries: Deliveries
) -> None:
    task = await claimed(database, clock, receiver.url)
    async with database.write() as tx:
        await tx.execute(text("DELETE FROM outbox"))
    with pytest.raises(Unprocessable, match="gone"):
        await deliveries.deliver(task, finish_of(task))
    assert receiver.requests == []
