"""Messages about alerts on their way: through Apprise to a real web server, and what comes of it otherwise."""

import subprocess
import sys
from collections.abc import AsyncIterator

import msgspec
import pytest
from sqlalchemy import text

from appliance.errors import Unavailable, Unprocessable
from appliance.store import alerts, outbox, tasks
from appliance.store.engine import Database, Tx
from appliance.store.tasks import Task
from appliance.watch import logs
from appliance.work import alerts as work
from appliance.work.alerts import AlertDeliveries, AlertText, Channels
from appliance.work.queue import Finish
from support.alert_channel import Receiver, receiving
from support.fake_clock import FakeClock

TEXT = AlertText(title="CRITICAL: Maitre", body="The disk is full.\nSince 11:00.", kind="failure")
SECRET = "s3cret-token"


class Post:
    """Messages to one channel, each with its task taken."""

    def __init__(self, database: Database, clock: FakeClock, url: str) -> None:
        self.database, self.clock = database, clock
        self.channels = Channels((url,))
        self.delivery = AlertDeliveries(database, clock, self.channels)

    async def task(self, destination: str = "") -> Task:
        message = outbox.Message(
            id="message_1",
            restaurant_id="",
            topic="alert.opened",
            destination=destination or self.channels.usual[0],
            payload=msgspec.json.encode(TEXT).decode(),
            created_at=self.clock.now_ms(),
        )
        async with self.database.write() as tx:
            await outbox.add(tx, message, lock="alert_1/x", about="alert_1", kind=alerts.DELIVER)
            (task,) = await tasks.claim(
                tx, alerts.DELIVER, limit=1, after="", lease="l", lease_until=2**50, now_ms=self.clock.now_ms()
            )
        return task

    async def deliver(self, task: Task | None = None) -> None:
        task = task or await self.task()
        await self.delivery.deliver(task, finish_of(task))

    async def delivered_at(self) -> int | None:
        async with self.database.read() as tx:
            at: int | None = (await tx.execute(text("SELECT delivered_at FROM outbox"))).scalar_one()
            return at


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as opened:
        yield opened


def finish_of(task: Task) -> Finish:
    async def finish(tx: Tx) -> None:
        assert await tasks.finish(tx, [task])

    return finish


@pytest.fixture
def post(database: Database, clock: FakeClock, receiver: Receiver) -> Post:
    return Post(database, clock, f"json://127.0.0.1:{receiver.port}/{SECRET}")


async def test_a_message_reaches_its_channel_and_that_is_noted(post: Post, receiver: Receiver) -> None:
    await post.deliver()
    (body,) = receiver.bodies
    assert (body["title"], body["message"], body["type"]) == (TEXT.title, TEXT.body, "failure")
    assert receiver.paths == [f"/{SECRET}"]
    assert await post.delivered_at() == post.clock.now_ms()


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("status", [401, 403, 404])
async def test_a_refusal_is_final(post: Post, receiver: Receiver, status: int) -> None:
    receiver.status = status
    with pytest.raises(Unprocessable, match=f"^the channel refused it with status {status}$"):
        await post.deliver()
    assert await post.delivered_at() is None


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_refusal_is_told_from_a_failure_though_the_log_is_of_errors_only(
    post: Post, receiver: Receiver
) -> None:
    logs.configure(level="error", shape="json")
    receiver.status = 403
    with pytest.raises(Unprocessable, match="status 403"):
        await post.deliver()


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("status", [429, 500, 503])
async def test_what_speaks_of_the_moment_is_to_be_tried_again(post: Post, receiver: Receiver, status: int) -> None:
    receiver.status = status
    with pytest.raises(Unavailable, match=f"^the channel answered with status {status}$"):
        await post.deliver()


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_channel_that_is_not_there_is_to_be_tried_again(database: Database, clock: FakeClock) -> None:
    post = Post(database, clock, f"json://127.0.0.1:1/{SECRET}")
    with pytest.raises(Unavailable, match=r"^the channel could not be reached$"):
        await post.deliver()


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("url", ["nonsense://x/y", f"tgram://{SECRET}"])
async def test_an_address_that_is_none_is_final(database: Database, clock: FakeClock, url: str) -> None:
    with pytest.raises(Unprocessable, match=r"^the channel is no address that Apprise knows$"):
        await Post(database, clock, url).deliver()


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_channel_that_left_the_settings_is_final(post: Post) -> None:
    with pytest.raises(Unprocessable, match="no longer in the settings"):
        await post.deliver(await post.task(destination="channel:0123"))


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_channel_that_says_nothing_is_given_up_at_the_deadline_and_never_holds_too_many_threads(
    post: Post, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "_DEADLINE_S", 0.2)
    receiver.silent = True
    task = await post.task()
    for _ in range(work._MOST_THREADS):
        with pytest.raises(Unavailable, match="did not answer within"):
            await post.deliver(task)
    with pytest.raises(Unavailable, match="earlier messages still wait"):
        await post.deliver(task)


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_nothing_that_is_stored_shown_or_logged_holds_the_secret(
    post: Post, receiver: Receiver, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.configure(level="debug", shape="json")
    receiver.status = 500
    with pytest.raises(Unavailable) as failure:
        await post.deliver()
    with pytest.raises(Unprocessable):
        work._notify(f"tgram://{SECRET}", TEXT)
    async with post.database.read() as tx:
        stored = (await tx.execute(text("SELECT * FROM outbox"))).all()
    shown = post.channels.shown(post.channels.usual[0])
    assert shown.startswith("json ")
    logged = capfd.readouterr().err
    assert "apprise" not in logged
    assert SECRET not in str([failure.value, stored, shown, logged])


def test_a_server_without_channels_does_not_load_what_sends() -> None:
    program = "import sys, appliance.app; print('apprise' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
