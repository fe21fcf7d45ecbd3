import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from appliance import cli
from appliance.clock import SystemClock
from appliance.contract import (
    AreaFile,
    ClosureFile,
    JoinedFile,
    RestaurantFile,
    ShiftFile,
    SpecialDayFile,
    TableFile,
    TurnFile,
)
from appliance.domain.restaurant import QUARTER_MS
from appliance.store import reservations, restaurants
from appliance.store.engine import Database
from support.books import booking

EXAMPLE = Path(__file__).parents[2] / "docs/restaurant.toml"


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data directory that was set up."""
    assert run(tmp_path, "setup", "--retell-key", "key_0123456789abcdef").exit_code == 0
    return tmp_path


def run(data_dir: Path, *arguments: str, typed: str | None = None) -> Result:
    env = {"MAITRE_DATA_DIR": str(data_dir), "HOME": str(data_dir)}
    return CliRunner().invoke(cli.maitre, arguments, env=env, prog_name="maitre", input=typed)


def test_the_example_of_the_docs_can_be_added_and_is_listed(data_dir: Path) -> None:
    assert run(data_dir, "restaurant", "add", str(EXAMPLE)).output.startswith("added rest_la_marea;")
    listed = run(data_dir, "restaurant", "list").stdout.splitlines()
    assert listed[1].split() == ["rest_la_marea", "La", "Marea", "premium", "6", "22", "+34910123456"]


def test_what_is_exported_can_be_added_elsewhere(data_dir: Path, tmp_path: Path) -> None:
    run(data_dir, "restaurant", "add", str(EXAMPLE))
    exported = json.loads(run(data_dir, "restaurant", "export", "rest_la_marea").stdout)
    file = tmp_path / "again.json"
    file.write_text(json.dumps(exported | {"id": "rest_again", "agents": [], "numbers": []}))
    assert json.loads(run(data_dir, "restaurant", "add", str(file), "--json").stdout) == {"id": "rest_again"}


def test_a_restaurant_that_is_there_already_is_refused_by_name(data_dir: Path) -> None:
    run(data_dir, "restaurant", "add", str(EXAMPLE))
    again = run(data_dir, "restaurant", "add", str(EXAMPLE))
    assert again.exit_code == 1
    assert again.stderr == (
        "maitre: Taken already: rest_la_marea (La Marea), agent_0123456789abcdef (La Marea), +34910123456 (La Marea).\n"
    )


def test_a_number_of_another_restaurant_is_named_with_its_owner(data_dir: Path, tmp_path: Path) -> None:
    run(data_dir, "restaurant", "add", str(EXAMPLE))
    other = tmp_path / "other.toml"
    other.write_text('name = "El Faro"\nagents = ["agent_new"]\nnumbers = ["+34910123456"]')
    refused = run(data_dir, "restaurant", "add", str(other))
    assert refused.stderr == "maitre: Taken already: +34910123456 (La Marea).\n"


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("no.toml", None, "cannot be read"),
        ("odd.toml", "name = ", "Invalid value"),
        ("odd.json", "{", "truncated"),
        ("odd.json", '{"name": "X", "planet": 1}', "planet: there is no such field"),
        ("odd.toml", 'nmae = "X"', "nmae: there is no such field; did you mean name?"),
        (
            "odd.toml",
            'name = "X"\nareas = [{ name = "A", tabels = [] }]',
            "areas[0].tabels: there is no such field; did",
        ),
        ("odd.toml", 'name = "X"\nmax_party = 0', "max_party: "),
        ("odd.toml", 'name = "X"\nplan = "gold"', "plan: must be one of basic, enterprise, premium"),
        ("odd.toml", 'name = "X"\nnumbers = ["6"]', "numbers[0]: must be a telephone number such as +34600123456"),
        ("odd.toml", 'name = "X"\nclosures = [{ date = "25/12" }]', "closures[0].date: must be a date such as 2026-"),
        ("odd.toml", 'name = "X"\ntimezone = "Mars"', "'Mars' is no time zone"),
    ],
)
def test_a_file_that_is_wrong_is_told_so_in_words(
    data_dir: Path, tmp_path: Path, name: str, text: str | None, complaint: str
) -> None:
    file = tmp_path / name
    if text is not None:
        file.write_text(text)
    refused = run(data_dir, "restaurant", "add", str(file))
    assert refused.exit_code == 1
    assert complaint in refused.stderr


def test_without_a_database_a_visit_makes_none(tmp_path: Path) -> None:
    refused = run(tmp_path, "restaurant", "list")
    assert refused.exit_code == 1
    assert "maitre setup" in refused.stderr
    assert not (tmp_path / "maitre.db").exists()


@pytest.mark.parametrize("verb", ["export", "show"])
def test_an_unknown_restaurant_cannot_be_looked_at(data_dir: Path, verb: str) -> None:
    assert run(data_dir, "restaurant", verb, "rest_nowhere").exit_code == 1


def test_a_restaurant_is_shown_with_its_lines_floor_and_hours(data_dir: Path) -> None:
    assert run(data_dir, "restaurant", "add", str(EXAMPLE)).exit_code == 0
    file = json.loads(run(data_dir, "restaurant", "export", "rest_la_marea").stdout)
    shown = run(data_dir, "restaurant", "show", "rest_la_marea").stdout
    said = [file["name"], *file["numbers"], *(area["name"] for area in file["areas"]), file["shifts"][0]["opens"]]
    assert [word for word in said if word not in shown] == []
    assert json.loads(run(data_dir, "restaurant", "show", "rest_la_marea", "--json").stdout) == file


@pytest.fixture
def la_marea(data_dir: Path) -> Path:
    """The data directory with the example of the docs in it."""
    assert run(data_dir, "restaurant", "add", str(EXAMPLE)).exit_code == 0
    return data_dir


def exported(data_dir: Path) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(run(data_dir, "restaurant", "export", "rest_la_marea").stdout)
    return shown


def edited(data_dir: Path, **changes: Any) -> Result:
    file = data_dir / "edited.json"
    file.write_text(json.dumps(exported(data_dir) | changes))
    return run(data_dir, "restaurant", "edit", str(file), "--json")


async def book(data_dir: Path, **changes: Any) -> None:
    """A booking to come, at T1."""
    database = Database(f"sqlite:///{data_dir / 'maitre.db'}")
    async with database.read() as tx:
        card = await restaurants.card(tx, "rest_la_marea")
    assert card
    (table,) = [table.id for table in card.tables if table.name == "T1"]
    days = 86_400_000
    starts_at = SystemClock().now_ms() // days * days + 3 * days
    day = card.local(starts_at).date().isoformat()
    times = {"date": day, "time": "21:00", "starts_at": starts_at, "ends_at": starts_at + 8 * QUARTER_MS}
    async with database.write() as tx:
        await reservations.insert(tx, booking(restaurant_id=card.id, table_ids=(table,), **times | changes))
    await database.close()


def test_what_is_exported_and_edited_is_what_is_exported_again(la_marea: Path) -> None:
    before = exported(la_marea)
    changed = before | {"max_party": 5, "numbers": ["+34910999999"], "closures": [{"date": "2027-01-06"}]}
    told = json.loads(edited(la_marea, **changed).stdout)
    assert (told["restaurant"]["max_party"], told["affected"]) == (5, [])
    assert exported(la_marea) == changed


def test_an_edit_is_told_in_words_with_the_bookings_that_it_leaves_without_a_place(la_marea: Path) -> None:
    asyncio.run(book(la_marea))
    file = la_marea / "edited.json"
    file.write_text(json.dumps(exported(la_marea) | {"shifts": [], "areas": without_shifts(exported(la_marea))}))
    told = run(la_marea, "restaurant", "edit", str(file)).output
    assert told.startswith("changed rest_la_marea; a running server")
    assert told.splitlines()[-1].split()[-2:] == ["Ana", "outside_hours"]


def without_shifts(file: dict[str, Any]) -> list[dict[str, Any]]:
    """Its areas, with tables that serve all shifts."""
    return [
        area | {"tables": [{name: table[name] for name in ("name", "seats")} for table in area["tables"]]}
        for area in file["areas"]
    ]


def test_an_edit_that_makes_no_sense_is_refused_by_the_field(la_marea: Path) -> None:
    before = exported(la_marea)
    for changes, complaint in (
        ({"max_party": 0}, "max_party: "),
        ({"areas": [{"name": "Sala", "tables": [{"name": "T1"}]}]}, "areas[0].tables[0].seats: is missing"),
        ({"region": "ES-XX"}, "region: 'ES-XX' is not known"),
        ({"id": "rest_nowhere"}, "no such restaurant"),
    ):
        refused = edited(la_marea, **changes)
        assert (refused.exit_code, complaint in refused.stderr) == (1, True), refused.stderr
    assert exported(la_marea) == before


def test_a_restaurant_is_paused_and_resumed(la_marea: Path) -> None:
    for verb, status in (("pause", "paused"), ("resume", "active")):
        told = json.loads(run(la_marea, "restaurant", verb, "rest_la_marea", "--json").stdout)
        assert told["restaurant"]["status"] == status
        assert run(la_marea, "restaurant", verb, "rest_la_marea").output.startswith(f"{verb}d rest_la_marea;")
        assert run(la_marea, "restaurant", verb, "rest_nowhere").exit_code == 1


def test_a_restaurant_is_removed_by_typing_its_id(la_marea: Path) -> None:
    refused = run(la_marea, "restaurant", "remove", "rest_la_marea", typed="yes\n")
    assert (refused.exit_code, "nothing was removed" in refused.stderr) == (1, True)
    assert run(la_marea, "restaurant", "remove", "rest_la_marea").exit_code == 1  # nobody there to type
    done = run(la_marea, "restaurant", "remove", "rest_la_marea", typed="rest_la_marea\n")
    assert (done.exit_code, done.stdout) == (0, "removed rest_la_marea\n")
    assert run(la_marea, "restaurant", "export", "rest_la_marea").exit_code == 1


def test_a_restaurant_with_bookings_to_come_is_removed_by_force_only(la_marea: Path) -> None:
    asyncio.run(book(la_marea))
    refused = run(la_marea, "restaurant", "remove", "rest_la_marea", "--yes")
    assert (refused.exit_code, "bookings to come (1)" in refused.stderr) == (1, True)
    told = run(la_marea, "restaurant", "remove", "rest_la_marea", "--yes", "--force", "--json").stdout
    assert json.loads(told) == {"id": "rest_la_marea"}


def test_the_example_of_the_docs_shows_every_field_there_is() -> None:
    text = EXAMPLE.read_text("utf-8")
    for struct in (RestaurantFile, AreaFile, TableFile, JoinedFile, ShiftFile, TurnFile, SpecialDayFile, ClosureFile):
        for name in struct.__struct_fields__:
            assert re.search(rf"\b{name}\b", text), f"{struct.__name__}.{name}"
