import pytest

from appliance.contract import ServerAddress, server_at


@pytest.mark.parametrize(
    "told", ["http://127.0.0.1:8080", "https://voice.example.com/maitre", "http://[::1]:1", "not an address", "unix"]
)
def test_what_names_no_socket_is_the_address_itself(told: str) -> None:
    assert server_at(told) == ServerAddress(base=told, socket=None)


@pytest.mark.parametrize("told", ["unix:/run/maitre/maitre.sock", "unix:///run/maitre/maitre.sock"])
def test_a_socket_is_named_by_its_path_and_asked_as_this_machine(told: str) -> None:
    assert server_at(told) == ServerAddress(base="http://localhost", socket="/run/maitre/maitre.sock")


def test_a_socket_may_be_named_from_where_one_is() -> None:
    assert server_at("unix:maitre.sock").socket == "maitre.sock"


def test_a_slash_at_the_end_of_an_address_means_nothing() -> None:
    assert server_at("http://127.0.0.1:8080/").base == "http://127.0.0.1:8080"
