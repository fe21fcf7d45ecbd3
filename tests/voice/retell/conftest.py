from collections.abc import AsyncIterator, Iterator

import pytest

from appliance.voice.retell.api import RetellApi
from support.fake_clock import FakeClock
from support.fake_retell import API_KEY, FakeRetell
from support.fake_retell_server import fake_retell


@pytest.fixture
def retell() -> Iterator[FakeRetell]:
    with fake_retell() as fake:
        yield fake


@pytest.fixture
def pauses() -> list[float]:
    """For how many seconds the client wished to wait before it tried again."""
    return []


@pytest.fixture
async def api(retell: FakeRetell, clock: FakeClock, pauses: list[float]) -> AsyncIterator[RetellApi]:
    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    opened = RetellApi(clock, url=retell.url, key=API_KEY, pause=pause)
    yield opened
    await opened.aclose()
