"""What the API's document says is what the server does, whoever asks and whatever they send: schemathesis tries it."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Collection, Mapping
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from appliance.services.host import Host
from support.right_requests import OPERATOR, STAFF, furnished, right_requests, signed_in
from support.serving import House, serving

CONFIG = """
hooks = "support.campaign_hooks"
warnings = false

[dictionaries]
day = {{ values = ["2026-11-28", "2026-11-29", "2026-12-24"] }}
time = {{ values = ["14:00", "21:00", "21:30"] }}
month = {{ values = ["2026-11", "2026-12"] }}
zone = {{ values = ["Europe/Madrid", "Atlantic/Canary"] }}
region = {{ values = ["ES", "ES-VC"] }}
phone = {{ values = ["+34600123456", "600 123 456"] }}
email = {{ values = ["luz@example.com", "sol@example.com"] }}
url = {{ values = ["https://book.example.com/news"] }}
reservation = {{ values = ["{reservation}"] }}
customer = {{ values = ["{customer}"] }}
table = {{ values = ["{table}"] }}
user = {{ values = ["{user}"] }}
call = {{ values = ["{call}"] }}
message = {{ values = ["{message}"] }}
token = {{ values = ["{token}"] }}
entry = {{ values = ["{entry}"] }}
tab = {{ values = ["Reservas", "Mesas", "Horarios"] }}
tool = {{ values = ["check_availability", "book", "get_hours"] }}

[parameters]
"path.restaurant_id" = "rest_la_marea"
"path.session_id" = "{session}"  # not the one that it asks in
"path.token_id" = {{ dictionary = "token", probability = 0.8 }}
"path.reservation_id" = {{ dictionary = "reservation", probability = 0.8 }}
"path.customer_id" = {{ dictionary = "customer", probability = 0.8 }}
"path.table_id" = {{ dictionary = "table", probability = 0.8 }}
"path.user_id" = {{ dictionary = "user", probability = 0.8 }}
"path.call_id" = {{ dictionary = "call", probability = 0.8 }}
"path.message_id" = {{ dictionary = "message", probability = 0.8 }}
"path.entry_id" = {{ dictionary = "entry", probability = 0.8 }}
"path.tab" = {{ dictionary = "tab", probability = 0.5 }}
"path.tool" = {{ dictionary = "tool", probability = 0.5 }}
"path.day" = {{ dictionary = "day", probability = 0.5 }}
"query.month" = {{ dictionary = "month", probability = 0.8 }}
"query.date" = {{ dictionary = "day", probability = 0.5 }}
"body.date" = {{ dictionary = "day", probability = 0.5 }}
"body.time" = {{ dictionary = "time", probability = 0.5 }}
"body.timezone" = {{ dictionary = "zone", probability = 0.9 }}
"body.region" = {{ dictionary = "region", probability = 0.9 }}
"body.phone" = {{ dictionary = "phone", probability = 0.9 }}
"body.email" = {{ dictionary = "email", probability = 0.8 }}
"body.notify_url" = {{ dictionary = "url", probability = 0.9 }}

# Opening hours that contradict each other, a table that is not there: no schema can say what else is refused.
[checks.positive_data_acceptance]
enabled = false

[[operations]]  # the house that all the others are about
include-name = "DELETE /api/restaurants/{{restaurant_id}}"
parameters = {{ "path.restaurant_id" = "{spare_restaurant}" }}
"""
BRIEFLY = """
# A whole restaurant can be wrong in a thousand ways; most are those of its parts, which have routes of their own.
# What can be wrong with a special day can be with a week, and with a walk-in or a change with a new booking.
[[operations]]
include-name = [
    "POST /api/restaurants",
    "PUT /api/restaurants/{restaurant_id}",
    "PUT /api/restaurants/{restaurant_id}/special-days/{day}",
    "PATCH /api/restaurants/{restaurant_id}/reservations/{reservation_id}",
    "POST /api/restaurants/{restaurant_id}/walk-ins",
]
phases.coverage.enabled = false

[phases.coverage]
unexpected-methods = ["TRACE"]  # each of the others is tried in tests/web
"""

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


LOGOUT = "POST /api/auth/logout"
"""Who is signed in does not try it: it would end the session that all the rest is asked in."""
STREAM = "GET /api/admin/stream"
"""It never ends."""
OF_CODES = {"POST /api/auth/factor/confirm", "DELETE /api/auth/factor"}
"""They take a code of a secret that is made anew with each campaign."""
NEVER = {LOGOUT, STREAM, "POST /api/auth/password"} | OF_CODES
"""What grants the operator nothing: a new password would end the session that is to be ended by its id."""


class Campaign(Struct, frozen=True, kw_only=True):
    """A server, and schemathesis to try it. `examples` of each operation are tried at random; 0 for a brief campaign.

    A brief one is the same every time, and in it only an operator sends what is wrong in every single way.
    """

    house: House
    folder: Path
    ids: dict[str, str]
    examples: int

    async def run(
        self,
        token: str,
        *,
        phases: str,
        examples: int = 3,
        right: Mapping[str, Any] = {},
        but: Collection[str] = (),
    ) -> set[str]:
        """Fails with what schemathesis has to say against the server. The operations that granted something.

        `phases` and `examples` are those of a brief campaign; a long one has all. `right` requests are made first.
        """
        (self.folder / "right.json").write_text(json.dumps(right))
        credential = ["--header", f"Authorization: Bearer {token}"] if token else []
        brief = ["--generation-deterministic", "--max-examples", str(examples), "--phases", phases]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "schemathesis.cli", "--no-color"),
            *("--config-file", str(self.folder / "schemathesis.toml")),
            *("run", f"{self.house.url}/api/docs/openapi.json", "--continue-on-failure", *credential),
            *(f"--exclude-name={operation}" for operation in but),
            *(["--max-examples", str(self.examples)] if self.examples else brief),
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "NO_PROXY": "127.0.0.1"},
            cwd=self.folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        assert process.returncode == 0, said.decode()
        return set((self.folder / "granted.txt").read_text().splitlines())


@pytest.fixture
async def campaign(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Campaign]:
    examples = request.config.getoption("fuzz_examples")
    # From a trusted proxy nobody is banned; what a quota would refuse is served.
    edge = {"trusted_proxies": ("127.0.0.1",), "limits_mode": "shadow"}
    nobody = ("json://127.0.0.1:9",)
    host = Host(backup=("false",), is_kept=True)  # what becomes of a backup is told elsewhere
    async with serving(database_url, tmp_path / "data", host=host, alert_channels=nobody, **edge) as house:
        ids = await furnished(house)
        told = CONFIG.format(**ids)
        (tmp_path / "schemathesis.toml").write_text(told if examples else told + BRIEFLY)
        yield Campaign(house=house, folder=tmp_path, ids=ids, examples=examples)


async def me(house: House, token: str) -> int:
    return (await house.http.get("/api/auth/me", headers={"authorization": f"Bearer {token}"})).status_code


async def test_who_shows_no_credential_meets_nothing_that_the_document_does_not_say(campaign: Campaign) -> None:
    await campaign.run("", phases="fuzzing", examples=1)


async def test_an_operator_meets_nothing_that_the_document_does_not_say(campaign: Campaign) -> None:
    token = (await signed_in(campaign.house, OPERATOR))["access_token"]
    right = await right_requests(campaign.house, campaign.ids)
    granted = await campaign.run(token, phases="examples,coverage", right=right, but=[LOGOUT, STREAM])
    assert await me(campaign.house, token) == 200, "it has taken its own credential away, and tried nothing since"
    document = (await campaign.house.http.get("/api/docs/openapi.json")).json()
    every = {f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item}
    assert every - granted == NEVER, "what is never granted shows nothing of what it answers when it is"


async def test_staff_meet_nothing_that_the_document_does_not_say(campaign: Campaign) -> None:
    token = (await signed_in(campaign.house, STAFF))["access_token"]
    await campaign.run(token, phases="fuzzing", but=[LOGOUT, STREAM])
    assert await me(campaign.house, token) == 200, "it has taken its own credential away, and tried nothing since"
