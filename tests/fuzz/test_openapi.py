"""What the API's document says is what the server does, whoever asks and whatever they send: schemathesis tries it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec import Struct

from appliance.contract import NewToken, NewUser, TokenMade
from appliance.domain.access import AT_THE_MACHINE
from appliance.loadtest.restaurants import demo_restaurants
from support.people import PASSWORD
from support.retell_bodies import sample
from support.serving import House, serving

HOME = "/api/restaurants/rest_la_marea"
CONFIG = """
hooks = "support.signing_hook"
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
tab = {{ values = ["Reservas", "Mesas", "Horarios"] }}
tool = {{ values = ["check_availability", "book", "get_hours"] }}

[parameters]
"path.restaurant_id" = "rest_la_marea"
"path.token_id" = "{spare_token}"  # not the one that it asks with
"path.reservation_id" = {{ dictionary = "reservation", probability = 0.8 }}
"path.customer_id" = {{ dictionary = "customer", probability = 0.8 }}
"path.table_id" = {{ dictionary = "table", probability = 0.8 }}
"path.user_id" = {{ dictionary = "user", probability = 0.8 }}
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
[[operations]]
include-name = ["POST /api/restaurants", "PUT /api/restaurants/{restaurant_id}"]
phases.coverage.enabled = false
"""

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


class Campaign(Struct, frozen=True, kw_only=True):
    """A server, and schemathesis to try it. `examples` of each operation are tried at random; 0 for a brief campaign.

    A brief one is the same every time, and in it only an operator sends what is wrong in every single way.
    """

    house: House
    config: Path
    examples: int

    async def run(self, token: str, *, phases: str = "coverage,fuzzing,stateful") -> None:
        """Fails with what schemathesis has to say against the server."""
        credential = ["--header", f"Authorization: Bearer {token}"] if token else []
        brief = ["--generation-deterministic", "--max-examples", "3", "--phases", phases]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "schemathesis.cli", "--no-color", "--config-file", str(self.config)),
            *("run", f"{self.house.url}/api/docs/openapi.json", "--continue-on-failure", *credential),
            *(["--max-examples", str(self.examples)] if self.examples else brief),
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "NO_PROXY": "127.0.0.1"},
            cwd=self.config.parent,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        assert process.returncode == 0, said.decode()


@pytest.fixture
async def campaign(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Campaign]:
    examples = request.config.getoption("fuzz_examples")
    # From a trusted proxy nobody is banned; what a quota would refuse is served.
    edge = {"trusted_proxies": ("127.0.0.1",), "limits_mode": "shadow"}
    async with serving(database_url, tmp_path / "data", **edge) as house:
        spare = demo_restaurants(2)[1]
        await house.add(spare)
        told = CONFIG.format(**await furnished(house), spare_restaurant=spare.card.id)
        config = tmp_path / "schemathesis.toml"
        config.write_text(told if examples else told + BRIEFLY)
        yield Campaign(house=house, config=config, examples=examples)


async def furnished(house: House) -> dict[str, str]:
    """The ids of what is there to be asked about."""
    assert (await house.tool(sample("21")))["code"] == "booked"
    await house.server.users.add(
        AT_THE_MACHINE,
        NewUser(email="eva@example.com", name="Eva", role="staff", password=PASSWORD),
        restaurant_id="rest_la_marea",
    )
    return {
        "reservation": (await house.read(f"{HOME}/reservations"))["items"][0]["id"],
        "customer": (await house.read(f"{HOME}/customers"))["items"][0]["id"],
        "table": (await house.read(HOME))["tables"][0]["id"],
        "user": (await house.read(f"{HOME}/users"))["items"][0]["id"],
        "spare_token": (await new_token(house, "ana@example.com")).row.id,
    }


async def new_token(house: House, email: str) -> TokenMade:
    whose = await house.server.users.one(email)
    return await house.server.api_tokens.make_for(whose, NewToken(name="fuzz"))


async def me(house: House, token: str) -> int:
    return (await house.http.get("/api/auth/me", headers={"authorization": f"Bearer {token}"})).status_code


async def test_who_shows_no_credential_meets_nothing_that_the_document_does_not_say(campaign: Campaign) -> None:
    await campaign.run("", phases="fuzzing")


async def test_an_operator_meets_nothing_that_the_document_does_not_say(campaign: Campaign) -> None:
    token = campaign.house.token
    await campaign.run(token)
    assert await me(campaign.house, token) == 200, "it has taken its own credential away, and tried nothing since"


async def test_staff_meet_nothing_that_the_document_does_not_say(campaign: Campaign) -> None:
    token = (await new_token(campaign.house, "eva@example.com")).token
    await campaign.run(token, phases="fuzzing,stateful")
    assert await me(campaign.house, token) == 200, "it has taken its own credential away, and tried nothing since"
