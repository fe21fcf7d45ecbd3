import socket
from pathlib import Path

import pytest

from appliance.app import Server
from appliance.clock import SystemClock
from appliance.config import Settings
from appliance.errors import StartError
from appliance.loadtest.house import DemoHouse, free_port
from appliance.loadtest.restaurants import demo_restaurants


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, port=0, log_level="error", retell_webhook_keys=("another_key",))


async def test_a_house_opens_with_its_restaurants_and_keys(settings: Settings) -> None:
    house = DemoHouse(settings, clock=SystemClock(), restaurants=3)
    ready = await house.open()
    try:
        assert {info.id for info in ready.restaurants} == {card.id for card in house.server.parts.restaurants.all()}
        assert await house.server.parts.api_tokens.principal(ready.admin_token)
        assert ready.retell_api_key in house.server.parts.settings.retell_webhook_keys
    finally:
        await house.server.stop()


async def test_the_demo_does_not_move_in_with_real_restaurants(settings: Settings) -> None:
    server = Server(settings)
    await server.start()
    await server.parts.restaurants.add(demo_restaurants(1)[0].card.__replace__(id="rest_real"), agents=[], numbers=[])
    await server.stop()
    with pytest.raises(StartError, match="rest_real"):
        await DemoHouse(settings, clock=SystemClock(), restaurants=2).open()


async def test_a_database_that_has_the_restaurants_already_gets_no_second_ones(
    settings: Settings, tmp_path: Path, database_url: str
) -> None:
    for data in ("first", "second"):
        (tmp_path / data).mkdir()
        there = settings.__replace__(database_url=database_url, data_dir=tmp_path / data)
        house = DemoHouse(there, clock=SystemClock(), restaurants=3)
        await house.open()
        assert len(house.server.parts.restaurants.all()) == 3
        await house.server.stop()


async def test_another_database_gets_a_token_of_its_own(settings: Settings, tmp_path: Path) -> None:
    tokens = []
    for name in ("one.db", "two.db"):
        elsewhere = settings.__replace__(database_url=f"sqlite:///{tmp_path / name}")
        house = DemoHouse(elsewhere, clock=SystemClock(), restaurants=1)
        tokens.append((await house.open()).admin_token)
        await house.server.stop()
    assert tokens[0] != tokens[1]


def test_keys_that_cannot_be_read_are_one_clear_line(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text("{")
    with pytest.raises(StartError, match=r"demo\.json cannot be read"):
        DemoHouse(settings, clock=SystemClock())


def test_a_port_that_is_taken_makes_way_for_any() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert free_port("127.0.0.1", taken.getsockname()[1]) == 0


def test_a_port_that_is_free_is_taken(unused_tcp_port: int) -> None:
    assert free_port("127.0.0.1", unused_tcp_port) == unused_tcp_port
