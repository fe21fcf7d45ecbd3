"""A server whose account on Postgres has only the rights that docs/operations.md gives it."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from appliance.loadtest.restaurants import demo_restaurants
from support.people import PASSWORD
from support.retell_bodies import sample
from support.serving import EVENTS, House, serving

pytestmark = pytest.mark.parametrize("backend", ["postgres"])
OPERATIONS = Path(__file__).parents[2] / "docs/operations.md"
ROLE = "maitre_server"
HOME = demo_restaurants(1)[0].card.id


@pytest.fixture
async def lesser_url(database_url: str) -> AsyncIterator[str]:
    """The database as that account has it. Roles are the cluster's: tests beside this one would see it, too."""
    [grants] = re.findall(r"```sql\n(.*?)```", OPERATIONS.read_text("utf-8"), re.DOTALL)
    owner = await asyncpg.connect(database_url)
    name = f"{ROLE}_{await owner.fetchval('SELECT pg_backend_pid()')}"
    await owner.execute(grants.replace(ROLE, name))
    yield f"{database_url}{'&' if '?' in database_url else '?'}role={name}"
    await owner.execute(f"DROP OWNED BY {name}; DROP ROLE {name}")
    await owner.close()


@pytest.fixture
async def house(lesser_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with serving(lesser_url, tmp_path) as opened:
        yield opened


async def test_it_books_applies_signs_in_changes_and_removes(house: House) -> None:
    auth = {"authorization": f"Bearer {house.token}"}
    assert (await house.tool(sample("21")))["code"] == "booked"
    for number in ("10", "11", "12"):
        assert (await house.post(EVENTS, sample(number))).status_code == 204
    await house.settled()
    user = {"email": "eva@example.com", "name": "Eva", "role": "owner", "password": PASSWORD}
    made = await house.http.post(f"/api/restaurants/{HOME}/users", json=user, headers=auth)
    assert made.status_code == 201
    said = {"email": "eva@example.com", "password": PASSWORD}
    assert (await house.http.post("/api/auth/login", json=said)).status_code == 200
    changed = await house.http.patch(f"/api/restaurants/{HOME}", json={"max_party": 6}, headers=auth)
    assert changed.status_code == 200
    removed = await house.http.delete(f"/api/restaurants/{HOME}?force=true", headers=auth)
    assert removed.status_code == 204
    assert (await house.read("/api/admin/errors"))["groups"] == []


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE reservations",
        "ALTER TABLE users ADD COLUMN door text",
        "CREATE TABLE door (id text)",
        "TRUNCATE reservations",
        "DELETE FROM audit",
        "UPDATE audit SET actor = ''",
        "UPDATE alembic_version SET version_num = '0001'",
        "ALTER TABLE audit DISABLE TRIGGER ALL",
    ],
)
async def test_the_schema_and_the_audit_are_beyond_it(lesser_url: str, statement: str) -> None:
    connection = await asyncpg.connect(lesser_url)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    finally:
        await connection.close()
