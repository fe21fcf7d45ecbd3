import os
import socket
from collections.abc import Callable

import pytest

from appliance.errors import StartError
from appliance.web import inherited
from appliance.web.inherited import inherited_listener

PID = 42


@pytest.fixture
def handed_over(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, str]]:
    """Sockets in a row, as systemd leaves them from descriptor 3 on; here from where there is room."""

    def hand_over(*sockets: socket.socket, names: str = "http", pid: int = PID) -> dict[str, str]:
        first = 200
        for number, one in enumerate(sockets):
            os.dup2(one.fileno(), first + number)
        monkeypatch.setattr(inherited, "_FIRST_FD", first)
        return {"LISTEN_PID": str(pid), "LISTEN_FDS": str(len(sockets)), "LISTEN_FDNAMES": names}

    return hand_over


def listening() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


def test_the_one_socket_is_taken_whatever_its_name(handed_over: Callable[..., dict[str, str]]) -> None:
    with listening() as one:
        taken = inherited_listener(handed_over(one, names="maitre.socket"), pid=PID)
        assert taken
        with taken:
            assert taken.getsockname() == one.getsockname()
            assert not taken.get_inheritable()


def test_of_several_the_one_for_http_is_taken(handed_over: Callable[..., dict[str, str]]) -> None:
    with listening() as other, listening() as ours:
        taken = inherited_listener(handed_over(other, ours, names="metrics:http"), pid=PID)
        assert taken
        with taken:
            assert taken.getsockname() == ours.getsockname()
        os.close(200)


def test_several_of_which_none_is_named_are_refused(handed_over: Callable[..., dict[str, str]]) -> None:
    with listening() as one, listening() as other, pytest.raises(StartError, match="FileDescriptorName=http"):
        inherited_listener(handed_over(one, other, names="a:b"), pid=PID)
    os.close(200)
    os.close(201)


def test_a_socket_that_does_not_listen_is_refused(handed_over: Callable[..., dict[str, str]]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other, pytest.raises(StartError, match="ListenStream="):
        inherited_listener(handed_over(other), pid=PID)


def test_sockets_for_another_process_are_left_alone(handed_over: Callable[..., dict[str, str]]) -> None:
    with listening() as one:
        assert inherited_listener(handed_over(one, pid=PID + 1), pid=PID) is None
    os.close(200)


def test_nothing_is_taken_twice(handed_over: Callable[..., dict[str, str]]) -> None:
    with listening() as one:
        env = handed_over(one)
        taken = inherited_listener(env, pid=PID)
        assert taken
        taken.close()
        assert env == {}
        assert inherited_listener(env, pid=PID) is None


@pytest.mark.parametrize("told", [{}, {"LISTEN_PID": "42"}, {"LISTEN_PID": "42", "LISTEN_FDS": "none"}])
def test_without_systemd_there_is_none(told: dict[str, str]) -> None:
    assert inherited_listener(told, pid=PID) is None
