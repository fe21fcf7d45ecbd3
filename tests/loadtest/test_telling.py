import json

import pytest

from appliance.contract import Booking
from appliance.loadtest.ready import DemoReady, RestaurantInfo
from appliance.loadtest.report import Summary
from appliance.loadtest.telling import JsonShow, booking_words, introduction, summary_lines

INFO = RestaurantInfo(
    id="rest_1", name="La Marea", plan="basic", agent_id="a", phone="+34910", timezone="Europe/Madrid"
)
READY = DemoReady(url="http://127.0.0.1:8080", retell_api_key="key_1", admin_token="maitre_t", restaurants=[INFO])


def summary(*problems: str) -> Summary:
    return Summary(
        calls=3,
        booked=2,
        outcomes={"booked": 2, "hung_up": 1},
        problems=list(problems),
        tool_p50_ms=4.0,
        tool_p95_ms=9.5,
    )


def test_the_introduction_says_what_it_is_and_how_to_look_further() -> None:
    lines = introduction(READY, data="/tmp/x", calls=True)
    assert lines[0].startswith("Maitre demo: 1 made-up restaurants")
    text = "\n".join(lines)
    assert "http://127.0.0.1:8080/api/docs" in text
    assert 'curl -H "Authorization: Bearer maitre_t" http://127.0.0.1:8080/api/restaurants' in text
    assert "maitre simulate call --url http://127.0.0.1:8080 --key key_1" in text


def test_a_summary_tells_the_outcomes_and_the_times() -> None:
    assert list(summary_lines(summary())) == [
        "3 calls: 2 booked, 1 hung up.",
        "Tools answered in 4.0 ms (p50), 9.5 ms (p95).",
        "No problems.",
    ]


def test_problems_are_listed_up_to_a_bearable_number() -> None:
    lines = list(summary_lines(summary(*["odd"] * 30)))
    assert lines.count("Problem: odd") == 20
    assert lines[-1] == "… and 10 problems more."


@pytest.mark.parametrize(
    ("party", "area", "words"),
    [(1, "", "Sat 5 Dec 21:00, 1 person"), (4, "Terraza", "Sat 5 Dec 21:00, 4 people, Terraza")],
)
def test_a_booking_is_told_as_an_operator_reads_it(party: int, area: str, words: str) -> None:
    booking = Booking(
        id="r", date="2026-12-05", time="21:00", party_size=party, area=area, status="confirmed", name="L"
    )
    assert booking_words(booking) == words


def test_ready_is_one_line_with_exactly_the_fields_that_scripts_rely_on(capsys: pytest.CaptureFixture[str]) -> None:
    JsonShow(with_summary=False).ready(READY)
    (line,) = capsys.readouterr().out.splitlines()
    ready = json.loads(line)
    assert list(ready) == ["url", "retell_api_key", "admin_token", "restaurants"]
    assert list(ready["restaurants"][0]) == ["id", "name", "plan", "agent_id", "phone", "timezone"]
