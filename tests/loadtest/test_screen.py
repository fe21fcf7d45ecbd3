import io
import random

import pytest
from rich.console import Console

from appliance.contract import Booking
from appliance.loadtest.conversation import Outcome
from appliance.loadtest.ready import DemoReady
from appliance.loadtest.report import CallReport, Finished, Rang, Said, Step, Used
from appliance.loadtest.restaurants import demo_restaurants
from appliance.loadtest.scenarios import Line, plan_call
from appliance.loadtest.screen import ScreenShow

NOW_MS = 1_795_800_000_000
READY = DemoReady(url="http://127.0.0.1:8080", retell_api_key="key_1", admin_token="maitre_" + "x" * 43, restaurants=[])
BOOKING = Booking(
    id="res_1", date="2026-11-28", time="21:00", party_size=4, area="Terraza", status="confirmed", name="Lucía"
)


def screen(width: int, height: int) -> tuple[ScreenShow, Console]:
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=True, color_system=None)
    return ScreenShow(console, data="/tmp/x"), console


def drawn(show: ScreenShow, console: Console) -> list[str]:
    with console.capture() as captured:
        console.print(show.picture())
    return captured.get().splitlines()


def ring(show: ScreenShow, number: int) -> Rang:
    demo = demo_restaurants()[number % 32]
    line = Line(card=demo.card, agent_id=demo.agent_id, number=demo.number)
    rang = Rang(f"call_{number}", plan_call(line, random.Random(number), now_ms=NOW_MS))
    show.watch(rang)
    return rang


def finish(show: ScreenShow, rang: Rang, outcome: Outcome = Outcome.BOOKED, problems: tuple[str, ...] = ()) -> None:
    report = CallReport(
        call_id=rang.call_id,
        scenario=rang.plan.scenario,
        restaurant_id=rang.plan.line.card.id,
        restaurant=rang.plan.line.card.name,
        guest=rang.plan.guest,
        outcome=outcome,
        steps=[Step(tool="create_reservation", args={}, ms=4.2, ok=True, code="booked", say="Confirmada.")],
        reservation=BOOKING if outcome is Outcome.BOOKED else None,
        problems=list(problems),
    )
    show.watch(Finished(rang.call_id, report))


def test_a_call_shows_who_calls_whom_and_the_last_words() -> None:
    show, console = screen(120, 40)
    rang = ring(show, 0)
    show.watch(Said(rang.call_id, "user", "Quería una mesa para cuatro."))
    show.watch(Used(rang.call_id, Step(tool="get_hours", args={}, ms=3.1, ok=True, code="hours", say="")))
    row = next(line for line in drawn(show, console) if "La Marea" in line)
    assert all(words in row for words in (rang.plan.guest.name, "Quería una mesa para cuatro.", "get_hours 3 ms"))


def test_a_booking_is_listed_and_counted() -> None:
    show, console = screen(100, 30)
    finish(show, ring(show, 0))
    text = "\n".join(drawn(show, console))
    assert "1 booked" in text
    assert text.count("Sat 28 Nov 21:00, 4 people, Terraza") == 2


def test_a_problem_is_shown_where_the_call_was() -> None:
    show, console = screen(100, 30)
    finish(show, ring(show, 0), Outcome.NO_TABLE, problems=("POST /webhooks/retell answered 500",))
    text = "\n".join(drawn(show, console))
    assert "answered 500" in text
    assert "1 problem" in text


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40)])
def test_it_fits_beneath_the_introduction(width: int, height: int) -> None:
    show, console = screen(width, height)
    show.ready(READY)
    show._live.stop()
    for number in range(30):
        rang = ring(show, number)
        if number < 25:
            finish(show, rang)
    lines = drawn(show, console)
    assert show._above + len(lines) < height
    assert max(map(len, lines)) <= width


def test_a_call_stays_in_its_place_when_another_ends() -> None:
    show, console = screen(100, 30)
    first, second = ring(show, 0), ring(show, 1)
    before = [line.split()[0] for line in drawn(show, console)[2:4]]
    finish(show, first)
    assert [line.split()[0] for line in drawn(show, console)[2:4]] == before
    assert second.call_id in show._calls


def test_the_screen_forgets_calls_that_lost_their_place() -> None:
    show, _ = screen(100, 30)
    for number in range(100):
        finish(show, ring(show, number))
    assert len(show._calls) <= 8
