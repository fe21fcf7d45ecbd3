import json
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest
import structlog

from appliance.config import Settings
from appliance.errors import StartError
from appliance.ops.bundle import bundle
from appliance.ops.redaction import Redactor
from appliance.store.engine import Database
from appliance.store.inbox import NewEvent, accept
from support.examined import subject
from support.fake_clock import FakeClock
from support.retell_bodies import sample
from support.serve_process import KEY
from support.serving import EVENTS, serving

PARTS = {
    "README.txt",
    "version.json",
    "settings.json",
    "doctor.json",
    "health.json",
    "metrics.txt",
    "log.jsonl",
    "schema.json",
    "tables.json",
    "queue.json",
    "unit.json",
}
SECRETS = {
    "retell_api_key": "key_f00dfacef00dfacef00d",
    "factor_key": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "limits_url": "valkey://maitre:hunter2secret@127.0.0.1:9",
    "alert_channels": "tgram://7777777777:AAbbCCddEEffGGhh/123456789012",
}
HIDDEN = (
    KEY,
    "f00dface",
    "MDEyMzQ1Njc4",
    "hunter2secret",
    "AAbbCCddEEffGGhh",
    "123456789012",
    "Lucía",
    "Fernández",
    "611223344",
    "611 22 33 44",
    "ana@example.com",
    "Quería",
)
"""Keys, a guest, how she is reached, an operator, and a word of what was said on the telephone."""


def opened(file: Path) -> Mapping[str, str]:
    with tarfile.open(file) as archive:
        found = {entry.name: archive.extractfile(entry) for entry in archive}
        return {name.removeprefix("maitre-support/"): raw.read().decode() for name, raw in found.items() if raw}


async def planted(database_url: str) -> None:
    """Somebody's name and number where they should never be: in a log line, in the reason of a dead letter."""
    says = f"Lucía Fernández, LUCÍA FERNÁNDEZ, +34 611 22 33 44, 611223344, ana@example.com, {KEY}"
    structlog.get_logger().error("odd_thing", detail=says, **{SECRETS["retell_api_key"]: "x"})
    database = Database(database_url)
    event = {"idempotency_key": "k", "provider": "retell", "event": "call_ended", "call_id": "c", "restaurant_id": ""}
    row = NewEvent(
        id="event_0", headers="{}", body=b"{}", received_at=FakeClock().now_ms(), state="dead", error=says, **event
    )
    await accept(database, [row])
    await database.close()


async def test_nothing_that_is_secret_or_of_a_person_is_in_any_file(database_url: str, tmp_path: Path) -> None:
    async with serving(database_url, tmp_path) as house:
        await house.tool(sample("21"))
        await house.post(EVENTS, sample("11"))
        await house.settled()
        await planted(database_url)
        whom = subject(tmp_path, port=house.port, token=house.token, database_url=database_url, **SECRETS)
        told = await bundle(whom, tmp_path / "b.tar.gz")
        files = opened(tmp_path / "b.tar.gz")
    assert {name for name, why in told.items() if why} == {"unit.json"}
    assert set(files) == PARTS
    for name, text in files.items():
        assert [one for one in (*HIDDEN, house.token) if one.casefold() in text.casefold()] == [], name


async def test_it_holds_what_a_helper_asks_for_first(database_url: str, tmp_path: Path) -> None:
    async with serving(database_url, tmp_path) as house:
        await house.tool(sample("21"))
        await planted(database_url)
        whom = subject(tmp_path, port=house.port, token=house.token, database_url=database_url)
        await bundle(whom, tmp_path / "b.tar.gz")
        files = opened(tmp_path / "b.tar.gz")
    assert (tmp_path / "b.tar.gz").stat().st_mode & 0o777 == 0o600
    assert {row["name"]: row["rows"] for row in json.loads(files["tables.json"])}["reservations"] == 1
    assert json.loads(files["queue.json"])["depth"]["dead"] == 1
    assert json.loads(files["health.json"])["checks"]
    assert json.loads(files["schema.json"])["up_to_date"]
    assert "maitre_build_info{" in files["metrics.txt"]
    assert "odd_thing" in files["log.jsonl"]
    settings = {row["setting"]: row["value"] for row in json.loads(files["settings.json"])["settings"]}
    assert (settings["retell_webhook_keys"], settings["tool_deadline_ms"]) == ("1 set", 1500)


async def test_with_everything_down_it_says_so_in_each_place(tmp_path: Path) -> None:
    whom = subject(tmp_path, database_url="postgresql://ana:hunter2secret@127.0.0.1:9/book", log_level="loud")
    told = await bundle(whom, tmp_path / "b.tar.gz")
    files = opened(tmp_path / "b.tar.gz")
    assert set(files) == PARTS
    assert "does not answer" in told["tables.json"]
    assert "without the database" in files["log.jsonl"].lower()
    assert "log_level must be one of" in files["settings.json"]
    assert not any("hunter2secret" in text for text in files.values())


async def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "b.tar.gz"
    file.write_text("mine")
    with pytest.raises(StartError, match="exists"):
        await bundle(subject(tmp_path), file)
    assert file.read_text() == "mine"


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("para Ana María López a las nueve", "para •••• a las nueve"),
        ("ana maría  lópez", "••••"),
        ("O'Brien-Ruiz llegó", "•••• llegó"),
        ("anagrama y López", "anagrama y López"),
        ("<Ana María López>", "<••••>"),
    ],
)
def test_a_guest_is_hidden_by_the_whole_name_as_the_book_has_it(words: str, left: str) -> None:
    names = ["Ana María López", "O'Brien-Ruiz"]
    assert Redactor(Settings(), names=names).text(words) == left


def test_a_line_of_the_journal_is_gone_through_whether_it_is_json_or_not() -> None:
    redactor = Redactor(Settings(), names=["Lucía Fernández"])
    structured = json.loads(redactor.raw_line('<4>{"event": "x", "name": "Otra", "why": "Lucía Fernández"}'.encode()))
    assert structured == {"event": "x", "name": "••••", "why": "••••"}
    assert redactor.raw_line(b"<3>Traceback: +34611223344 called") == "Traceback: ••••344 called".encode()
