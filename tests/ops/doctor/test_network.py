import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from appliance import __version__
from appliance.ops.doctor import machine, network
from appliance.ops.doctor import retell as of_retell
from appliance.ops.doctor.findings import Finding
from appliance.ops.doctor.subject import aside
from support.examined import found, subject
from support.fake_retell import API_KEY, FakeRetell
from support.serving import serving


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program listens on, and says nothing that is HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


async def test_an_address_that_another_program_has_is_told_with_who(taken: int, tmp_path: Path) -> None:
    check = (await found(network.look, subject(tmp_path, port=taken)))["listening"]
    assert check.outcome == "fail"
    assert f"127.0.0.1:{taken} is taken by " in check.found


async def test_the_socket_that_systemd_keeps_open_is_not_called_a_strangers(
    taken: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "listening_process", lambda _: psutil.Process(1))
    check = (await found(network.look, subject(tmp_path, port=taken)))["listening"]
    assert (check.outcome, "kept open by maitre.socket" in check.found) == ("fail", True)
    assert "End it" not in check.advice


async def test_an_address_that_this_machine_has_not_is_told(tmp_path: Path) -> None:
    check = (await found(network.look, subject(tmp_path, host="192.0.2.7")))["listening"]
    assert (check.outcome, check.found) == ("fail", "192.0.2.7:9: EADDRNOTAVAIL")


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_our_own_server_is_known(database_url: str, tmp_path: Path) -> None:
    async with serving(database_url, tmp_path) as house:
        whom = subject(tmp_path, port=house.port, token=house.token)
        check = (await found(network.look, whom))["listening"]
    assert (check.outcome, f"version {__version__}" in check.found) in {("ok", True), ("warn", False)}


async def test_a_name_that_stands_for_nothing_is_said_plainly(tmp_path: Path) -> None:
    seen = await found(network.look, subject(tmp_path, public_url="https://voz.invalid"))
    assert (seen["name of us"].outcome, "voz.invalid cannot be resolved" in seen["name of us"].found) == ("fail", True)
    assert seen["certificate"].outcome == "skipped"


async def test_a_public_address_where_nobody_listens_is_said_plainly(tmp_path: Path) -> None:
    check = (await found(network.look, subject(tmp_path, public_url="https://127.0.0.1:9")))["certificate"]
    assert (check.outcome, "cannot be reached from here" in check.found) == ("warn", True)


async def test_one_who_blocks_is_not_waited_for() -> None:
    never = asyncio.Event()
    with pytest.raises(TimeoutError):
        await aside(lambda: asyncio.run(asyncio.wait_for(never.wait(), 2)), within_s=0.05)


@pytest.mark.parametrize(
    ("ahead_ms", "outcome"), [(1_000, "ok"), (-9_000, "warn"), (61_000, "fail"), (-3_600_000, "fail")]
)
def test_a_clock_must_be_near_that_of_retell(ahead_ms: int, outcome: str) -> None:
    finding: Finding = machine.judged("clock", ahead_ms, of="Retell's")
    assert finding.check.outcome == outcome


async def test_without_an_answer_of_retells_the_clock_is_not_judged(tmp_path: Path) -> None:
    assert (await found(machine.look, subject(tmp_path)))["clock"].outcome == "skipped"


async def test_the_clock_is_compared_with_retells(tmp_path: Path, retell: FakeRetell) -> None:
    """The fake one stands at another day."""
    assert (await found(machine.look, subject(tmp_path, retell_api_url=retell.url)))["clock"].outcome == "fail"


async def test_a_key_that_retell_refuses_is_told_without_it(tmp_path: Path, retell: FakeRetell) -> None:
    wrong = "key_that_was_revoked_0001"
    check = (await found(of_retell.look, subject(tmp_path, retell_api_key=wrong, retell_api_url=retell.url)))["Retell"]
    assert (check.outcome, "401" in check.found, wrong in check.found) == ("fail", True, False)


async def test_without_a_key_retell_is_not_asked(tmp_path: Path, retell: FakeRetell) -> None:
    check = (await found(of_retell.look, subject(tmp_path, retell_api_url=retell.url)))["Retell"]
    assert (check.outcome, retell.requests) == ("skipped", [])


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_what_is_configured_at_retell_is_compared(database_url: str, tmp_path: Path, retell: FakeRetell) -> None:
    async with serving(database_url, tmp_path):
        settings = {"retell_api_key": API_KEY, "retell_api_url": retell.url, "public_url": "https://voz.example"}
        seen = await found(of_retell.look, subject(tmp_path, database_url=database_url, **settings))
    assert seen["Retell"].found.startswith("answers and takes the key")
    assert seen["agents at Retell"].outcome == "warn"
