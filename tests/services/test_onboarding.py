import re
from ipaddress import ip_network
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from appliance.contract import RestaurantFile, ServiceFile
from appliance.errors import Invalid
from appliance.loadtest.restaurants import DemoRestaurant, demo_restaurants
from appliance.services.onboarding import card_of, file_of
from support.fake_clock import FakeClock

EXAMPLE = Path(__file__).parents[2] / "docs" / "restaurant.toml"
SHIFT = {"name": "Cena", "days": ["mon"], "opens": "20:00", "last_seating": "24:30", "closes": "26:00"}


def written(**fields: object) -> RestaurantFile:
    return msgspec.convert({"name": "La Marea", **fields}, RestaurantFile)


def problems(**fields: object) -> list[str]:
    with pytest.raises(Invalid) as refused:
        card_of(written(**fields), FakeClock())
    return str(refused.value).splitlines()


def test_the_example_says_what_is_so_when_a_key_is_left_out() -> None:
    said = re.findall(r"^(?:# )?(\w+) = .*\[(\w+(?:/\w+)?)]$", EXAMPLE.read_text("utf-8"), re.MULTILINE)
    assert len(said) >= 20
    fields = {one.name: one.default for kind in (ServiceFile, RestaurantFile) for one in msgspec.structs.fields(kind)}
    told = {"": "none", "None": "none", "False": "false", "True": "true"}
    words = {name: told.get(str(default), str(default)) for name, default in fields.items()}
    assert [(name, default) for name, default in said if words[name] != default] == []


@pytest.mark.parametrize("demo", demo_restaurants(12), ids=lambda demo: demo.card.id)
def test_an_exported_restaurant_is_the_same_when_added_again(demo: DemoRestaurant, clock: FakeClock) -> None:
    exported = file_of(demo.card, agents=[demo.agent_id], numbers=[demo.number])
    reread = msgspec.json.decode(msgspec.json.encode(exported), type=RestaurantFile)
    again = card_of(reread, clock)
    assert file_of(again, agents=[demo.agent_id], numbers=[demo.number]) == exported
    assert {shift.start_minutes() for shift in again.shifts} == {shift.start_minutes() for shift in demo.card.shifts}


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("El Rincón de Íñigo", "rest_el_rincon_de_inigo"),
        ("Bar 24/7", "rest_bar_24_7"),
        ("D'Anton & Co.", "rest_d_anton_co"),
        ("a" * 80, f"rest_{'a' * 59}"),
        (f"{'a' * 58} b", f"rest_{'a' * 58}"),
    ],
)
def test_the_id_is_made_from_the_name(clock: FakeClock, name: str, id_: str) -> None:
    assert card_of(written(name=name), clock).id == id_


@given(name=st.text(min_size=1, max_size=80))
def test_whatever_its_name_a_restaurant_can_be_exported_and_added_again(name: str) -> None:
    card = card_of(written(name=name), FakeClock())
    assert len(card.id) > len("rest_")
    exported = msgspec.json.encode(file_of(card, agents=[], numbers=[]))
    assert card_of(msgspec.json.decode(exported, type=RestaurantFile), FakeClock()).id == card.id


def test_names_that_no_id_can_be_made_from_get_ids_of_their_own(clock: FakeClock) -> None:
    assert card_of(written(name="寿司"), clock).id != card_of(written(name="天ぷら"), clock).id


def test_hours_go_on_counting_after_midnight(clock: FakeClock) -> None:
    (shift,) = card_of(written(shifts=[SHIFT]), clock).shifts
    assert (shift.last_seating, shift.closes) == (1470, 1560)


def test_a_restaurant_without_a_telephone_of_its_own_is_called_on_its_first_line(clock: FakeClock) -> None:
    assert card_of(written(numbers=["+34910123456", "+34910123457"]), clock).phone == "+34910123456"


def test_an_agent_or_number_that_is_there_twice_is_named() -> None:
    assert problems(agents=["agent_1", "agent_1"], numbers=["+34910123456"] * 3) == [
        "agents: 'agent_1' is there 2 times",
        "numbers: '+34910123456' is there 3 times",
    ]


def test_a_weekday_that_a_shift_has_twice_is_named() -> None:
    assert problems(shifts=[SHIFT | {"days": ["mon", "tue", "mon"]}]) == ["shift Cena: days: 'mon' is there 2 times"]


def test_starts_are_from_opening_to_the_last_seating() -> None:
    assert problems(shifts=[SHIFT | {"starts": ["19:45", "20:00", "24:30", "24:45"]}]) == [
        "shift Cena: starts: 19:45 is not from 20:00 to 24:30",
        "shift Cena: starts: 24:45 is not from 20:00 to 24:30",
    ]


def test_every_problem_is_named_on_a_line_of_its_own() -> None:
    table = {"name": "T1", "seats": 2, "shifts": ["Brunch"]}
    assert problems(
        timezone="Madrid",
        areas=[{"name": "Sala", "tables": [table, table]}, {"name": "Sala"}],
        joined=[{"tables": ["T1", "T9"], "seats": 4}],
        shifts=[SHIFT | {"last_seating": "00:30"}],
        closures=[{"date": "2026-12-25", "shift": "Comida"}],
    ) == [
        "timezone: 'Madrid' is no time zone; write it as Europe/Madrid",
        "areas: 'Sala' is there 2 times",
        "tables: 'T1' is there 2 times",
        "table T1: shifts: there is no 'Brunch'; there are Cena",
        "table T1: shifts: there is no 'Brunch'; there are Cena",
        "joined: tables: there is no 'T9'; there are T1, T1",
        "closure 2026-12-25: shift: there is no 'Comida'; there are Cena",
        "shift Cena: opens, last_seating, closes must be in order (after midnight: 24:30, not 00:30)",
    ]


HERE = (ip_network("127.0.0.0/8"), ip_network("10.8.0.0/16"))
INTERNAL = ["http://127.0.0.1/x", "http://localhost:8080/", "https://10.8.0.1/hook", "http://[::ffff:10.8.0.1]/"]


@pytest.mark.parametrize(
    "url", [*INTERNAL, "http://api.localhost/", "http://[fd00::1]/", "http://169.254.169.254/latest"]
)
def test_a_system_in_a_network_that_is_not_public_is_refused(url: str) -> None:
    with pytest.raises(Invalid, match=r"^notify_url: is not public; an operator can allow it with notify_networks$"):
        card_of(written(notify_url=url), FakeClock())


@pytest.mark.parametrize("url", ["http://[::bad/", "http:///hook"])
def test_a_system_without_a_host_is_refused(url: str) -> None:
    with pytest.raises(Invalid, match=r"^notify_url: names no host$"):
        card_of(written(notify_url=url), FakeClock())


@pytest.mark.parametrize("url", [*INTERNAL, "https://book.example.com/hook", "https://100.20.5.228/", ""])
def test_a_public_system_is_taken_and_one_in_a_network_that_is_allowed(url: str) -> None:
    assert card_of(written(notify_url=url), FakeClock(), receivers=HERE).notify_url == url


def test_a_system_that_was_taken_once_hinders_no_other_edit() -> None:
    known = card_of(written(notify_url=INTERNAL[0]), FakeClock(), receivers=HERE)
    file = file_of(known, agents=(), numbers=())
    assert card_of(replace(file, max_party=5), FakeClock(), old=known).max_party == 5
    with pytest.raises(Invalid, match="notify_url"):
        card_of(replace(file, notify_url=INTERNAL[1]), FakeClock(), old=known)
