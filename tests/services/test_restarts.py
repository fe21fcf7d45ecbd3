"""A restart is for who is begun anew."""

import os

import pytest

from appliance.errors import Conflict
from appliance.services.host import kept_by_systemd
from appliance.services.restarts import Restarts
from appliance.store.engine import Database
from support.fake_clock import FakeClock


async def test_where_nobody_would_begin_it_anew_it_does_not_end(database: Database, clock: FakeClock) -> None:
    restarts = Restarts(database, clock, kept=False, drain_s=5)
    with pytest.raises(Conflict, match="systemd"):
        await restarts.ask()
    assert not restarts.asked.is_set()


async def test_a_service_is_to_end_once_it_was_asked(database: Database, clock: FakeClock) -> None:
    restarts = Restarts(database, clock, kept=True, drain_s=5)
    assert (await restarts.ask()).drain_s == 5
    assert restarts.asked.is_set()


@pytest.mark.parametrize(
    ("env", "kept"),
    [
        ({}, False),
        ({"INVOCATION_ID": ""}, False),
        ({"INVOCATION_ID": "4f"}, True),
        ({"INVOCATION_ID": "4f", "SYSTEMD_EXEC_PID": str(os.getpid())}, True),
        ({"INVOCATION_ID": "4f", "SYSTEMD_EXEC_PID": str(os.getppid())}, True),
        ({"INVOCATION_ID": "4f", "SYSTEMD_EXEC_PID": "0"}, False),  # nobody's number
    ],
)
def test_a_terminal_of_a_session_is_no_service(env: dict[str, str], *, kept: bool) -> None:
    assert kept_by_systemd(env) is kept
