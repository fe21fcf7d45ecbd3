import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from appliance.domain.phrases.catalogue import ES_EN, FRAGMENTS
from appliance.services.agent.arguments import Ask
from appliance.services.agent.tools import ALIASES, Tool
from appliance.services.deeds import Reply
from appliance.store.engine import Database, Tx
from support.desk import Desk, gaviota, wish
from support.fake_clock import FakeClock

ASKED = ("_date", "_time", "_party_size")
"""What is asked for in one question, whose sentence is put together."""
TOOLS = sorted(ALIASES.values())
DOCS = Path(__file__).parents[3] / "docs" / "tools.md"
# Said with an answer of another code, or as a part of its sentence.
NO_CODES = FRAGMENTS | frozenset(
    "greeting one_moment few_high_chairs spot_noted spot_to_note available_no_such_area no_high_chair offer_times "
    "offer_other_day booking_name booking_phone booked_no_such_area modified_no_such_area to_be_confirmed "
    "which_of_many not_seen not_seen_on others_found serves waitlisted_area waitlisted_no_such_area "
    "not_booked_yet free_after_all waitlist_offered still_stands hours_closed_days opens_today opens_next "
    "table_today no_table_today somebody_today all_alike area_full_only given_up somebody_next which_of_names "
    "not_seen_named offer_days no_breakfast no_lunch no_dinner seats_today seats_next give_up_too which_party "
    "which_name offer_person offer_message wheelchair_before area_missed hours_other already_kept already_yours "
    "free_then free_then_one free_then_such_as full_then leave_too list_left outside_then waiting_found "
    "which_area which_surname which_hour wrong_weekday asked not_understood no_such_date no_such_time yours_under_name "
    "yours_under_number kept_under_name denied no_high_chairs_here moves_onto also_have".split()
)


def test_the_documents_name_every_code_that_is_answered() -> None:
    answers = DOCS.read_text("utf-8").partition("## Answers")[2]
    questions = ("missing_", "unclear_", "impossible_")
    codes = {next((f"{asks}…" for asks in questions if code.startswith(asks)), code) for code in ES_EN}
    assert [code for code in sorted(codes - NO_CODES) if f"`{code}`" not in answers] == []


async def test_a_tool_nobody_knows_is_declined_with_a_sentence(desk: Desk) -> None:
    answer = await desk.use("order_pizza")
    assert (answer.ok, answer.code) == (False, "unknown_tool")
    assert answer.say.startswith("Eso no lo puedo hacer desde aquí")


@pytest.mark.parametrize(
    ("arguments", "say"),
    [
        ({}, "Ahora mismo no puedo consultar la agenda."),
        ({"language": "en-GB"}, "I can't reach the book right now."),
    ],
)
async def test_a_call_of_an_unknown_restaurant_is_sent_to_it(desk: Desk, arguments: dict[str, Any], say: str) -> None:
    answer = await desk.use("check_availability", arguments, restaurant="rest_nobody")
    assert (answer.ok, answer.code) == (False, "unknown_restaurant")
    assert answer.say.startswith(say)


@pytest.mark.parametrize(
    ("locale", "language", "first"),
    [
        ("es", None, "¿Qué día"),
        ("en", None, "Which"),
        ("es", "inglés", "Which"),
        ("en", "Spanish", "¿Qué día"),
        ("en", 7, "W"),
    ],
)
async def test_an_answer_is_in_the_language_of_the_call(
    database: Database, clock: FakeClock, locale: str, language: object, first: str
) -> None:
    desk = Desk(database, clock)
    await desk.open(gaviota(locale=locale))
    answer = await desk.check({"idioma": language})
    assert answer.say.startswith(first)


_junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
    | st.sampled_from(["{{x}}", "null", "hoy", "mañana", "21:00", "a las nueve", "4", "cuatro", "en", "\0", "١٢"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
_fields = st.sampled_from(
    "date fecha time hora party_size personas name cliente phone telefono area zona notes needs language "
    "reservation_id other".split()
)


@given(
    tool=st.sampled_from(TOOLS), arguments=st.dictionaries(_fields, _junk), caller=st.sampled_from(["", "junk", "+1"])
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_is_sent_there_is_a_sentence_and_nothing_breaks(
    desk: Desk, tool: str, arguments: dict[str, Any], caller: str
) -> None:
    with capture_logs() as logs:
        answer = await desk.use(tool, arguments, caller=caller)
    assert logs == []
    assert answer.code in ES_EN or answer.code.endswith(ASKED)
    assert answer.say[-1] in ".?!"


async def test_a_tool_that_breaks_is_logged_and_the_caller_hears_a_sentence(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(ask: Ask) -> Reply:
        raise ZeroDivisionError(ask.call_id)

    desk.tools._tools = {"check_availability": Tool(use=broken)}
    with capture_logs() as logs:
        answer = await desk.check(wish())
    assert (answer.ok, answer.code) == (False, "temporarily_unavailable")
    assert answer.say
    assert [(log["event"], log["log_level"], type(log["exc_info"])) for log in logs] == [
        ("tool_broke", "error", ZeroDivisionError)
    ]
    assert desk.trace[-1].code == "temporarily_unavailable"


# --- the deadline ---


class _SlowBooks:
    """Holds every writer back until told."""

    def __init__(self, desk: Desk) -> None:
        self.go = asyncio.Event()
        self._writing = desk.books.writing

    @asynccontextmanager
    async def writing(self, restaurant_id: str) -> AsyncIterator[Tx]:
        await self.go.wait()
        async with self._writing(restaurant_id) as tx:
            yield tx


async def test_a_booking_that_misses_the_deadline_is_whole_and_the_next_try_hears_of_it(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(database, clock, deadline_s=0.01)
    await desk.open(gaviota())
    slow = _SlowBooks(desk)
    monkeypatch.setattr(desk.books, "writing", slow.writing)
    with capture_logs() as logs:
        late = await desk.book(wish(), invocation="tool_1")
    assert (late.ok, late.code) == (False, "temporarily_unavailable")
    assert [log["event"] for log in logs] == ["tool_deadline_missed"]
    slow.go.set()
    await desk.tools.drain()
    [kept] = await desk.everything()
    desk.tools._deadline_s = 60
    again = await desk.book(wish(), invocation="tool_1")
    assert again.reservation
    assert (again.code, again.reservation.id) == ("booked", kept.id)


async def test_a_request_that_is_given_up_does_not_cut_its_booking_in_two(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = _SlowBooks(desk)
    monkeypatch.setattr(desk.books, "writing", slow.writing)
    request = asyncio.create_task(desk.book(wish()))
    await asyncio.sleep(0)
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    slow.go.set()
    await desk.tools.drain()
    assert len(await desk.everything()) == 1


async def test_what_breaks_after_the_deadline_is_logged_too(desk: Desk) -> None:
    go = asyncio.Event()

    async def broken(ask: Ask) -> Reply:
        await go.wait()
        raise ZeroDivisionError

    desk.tools._tools = {"create_reservation": Tool(use=broken, writes=True)}
    desk.tools._deadline_s = 0.01
    with capture_logs() as logs:
        await desk.book(wish())
        go.set()
        await desk.tools.drain()
        await asyncio.sleep(0)
    assert [log["event"] for log in logs] == ["tool_deadline_missed", "tool_broke"]


# --- the record ---


async def test_every_use_leaves_a_record(desk: Desk) -> None:
    await desk.use("verificar_disponibilidad", wish(notes="a\0b"))
    [use] = desk.trace
    assert (use.tool, use.call_id, use.restaurant_id, use.ok) == ("check_availability", "call_1", "rest_gaviota", True)
    assert msgspec.json.decode(use.arguments) == wish(notes="a\0b")
    assert msgspec.json.decode(use.answer)["code"] == "available"


async def test_arguments_that_look_like_an_escaped_nul_are_recorded_as_they_are(desk: Desk) -> None:
    await desk.check({"notes": "\\u0000"})
    assert msgspec.json.decode(desk.trace[0].arguments) == {"notes": "\\u0000"}


async def test_endless_arguments_are_not_recorded(desk: Desk) -> None:
    await desk.check({"notes": "x" * 5000})
    assert msgspec.json.decode(desk.trace[0].arguments) == {"too_long": True}


def test_the_docs_name_every_tool_by_both_its_names(desk: Desk) -> None:
    page = (Path(__file__).parents[3] / "docs/tools.md").read_text()
    assert all(f"`{name}`" in page for name in (*desk.tools._tools, *ALIASES))
