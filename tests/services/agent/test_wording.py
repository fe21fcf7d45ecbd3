"""What is really said, sentence after sentence: all answers that are put together, in every case."""

import ast
import asyncio
import re
from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from msgspec.structs import replace

from appliance.contract import ToolAnswer
from appliance.domain import availability
from appliance.domain.availability import Offer, Refusal, Wish
from appliance.domain.hours import Start, starts_from, starts_on
from appliance.domain.opening import opening_at
from appliance.domain.phrases.catalogue import ES_EN
from appliance.domain.reservation import Reservation, ReservationStatus, Source
from appliance.domain.restaurant import Closure, RestaurantCard, RestaurantStatus, Seating, Shift, SpecialDay
from appliance.domain.seating import DayBook
from appliance.services.agent import asking, booking_words, opening, own_words, wording
from appliance.services.agent.arguments import Ask
from appliance.services.agent.hearing import hear
from appliance.services.agent.status import _answer as tell_now
from appliance.services.agent.status import _Now
from support.desk import CALLER, gaviota
from support.fake_clock import START_MS

HOUSES = (gaviota(), gaviota(transfer_number="+34600700800"))
SATURDAY = date(2026, 11, 28)
BOTH = (False, True)
NEEDS = ((), ("shellfish",), ("coeliac", "reduced_mobility", "anniversary", "wheelchair", "kiwi"))
TERRACE, ROOM = "rest_gaviota_terraza", "rest_gaviota_salon"
READ_OUT = frozenset({"which_one", "another_found", "booked", "modified", "hours", "paused"})
LONGEST, LONGEST_READ_OUT = 260, 420
"""A sentence that says first what cannot be had is longer than a plain one."""


def _refusals() -> list[str]:
    """The codes of all refusals there are, as the source of the rules has them."""
    source = ast.parse(Path(availability.__file__).read_text("utf-8"))
    said = {node.value for node in ast.walk(source) if isinstance(node, ast.Constant)}
    return sorted(code for code in said if code in ES_EN)


def _ask(card: RestaurantCard, lang: str) -> Ask:
    return Ask(
        card=card,
        lang=lang,
        arguments={},
        call_id="call_1",
        tool_call_id="",
        caller=CALLER,
        now_ms=START_MS,
        today=date(2026, 11, 25),
        act_by_us=0,
    )


def _starts(card: RestaurantCard) -> tuple[Start, ...]:
    """At lunch, in the evening and in the small hours."""
    return starts_on(card, SATURDAY)[::9]


def _booked(**changes: object) -> Reservation:
    usual = {
        "id": "resv_1",
        "restaurant_id": "rest_gaviota",
        "date": "2026-11-28",
        "time": "21:00",
        "starts_at": 0,
        "ends_at": 0,
        "free_at": 0,
        "party_size": 2,
        "status": ReservationStatus.CONFIRMED,
        "name": "Lucía Fernández",
        "area_id": TERRACE,
        "table_ids": ("rest_gaviota_t1",),
    }
    return Reservation(**usual | changes)  # type: ignore[arg-type]


OFFERED = _booked(status=ReservationStatus.PENDING, source=Source.WAITLIST)


def _refused(ask: Ask) -> Iterator[ToolAnswer]:
    for code, number, party in product(_refusals(), (0, 1, 3), (1, 12)):
        wish = Wish(day=SATURDAY, minutes=(540, 1260), party=party, area_id=TERRACE)
        # Which of two is only asked where there are two.
        if code != "ambiguous_time" or number > 1:
            refusal = Refusal(code=code, minute=1260, alternatives=_starts(ask.card)[:number])
            yield wording.refused(ask, wish, refusal)
            yield from (own_words.not_moved(ask, wish, refusal, known) for known in (_booked(), OFFERED))


def _offered(ask: Ask) -> Iterator[ToolAnswer]:
    for start, wished, in_area, chairs in product(_starts(ask.card), ("", TERRACE), BOTH, (0, 1, 2)):
        wish = Wish(day=SATURDAY, minutes=(1260,), party=2, area_id=wished, high_chairs=2)
        seating = Seating(table_ids=("rest_gaviota_t1",), area_id=TERRACE if in_area else ROOM, capacity=2, min_party=1)
        offer = Offer(start=start, seating=seating, in_area=in_area or not wished, high_chairs=chairs)
        yield wording.offered(ask, wish, offer, unknown_area=False)
        yield own_words.free_after_all(ask, wish, offer)
        if not wished:
            yield wording.offered(ask, wish, offer, unknown_area=True)
            yield own_words.waitlisted(ask, wish, unknown_area=True)
        if not offer.in_area:
            yield wording.area_full(ask, wish, offer)
            there = _booked(area_id=ROOM, starts_at=start.starts_at)
            yield from (own_words.not_moved(ask, wish, offer, known) for known in (_booked(), OFFERED, there))
        yield own_words.waitlisted(ask, wish, unknown_area=False)


def _of_bookings(ask: Ask) -> Iterator[ToolAnswer]:
    for at, wished, status in product(
        ("21:00", "00:30"), BOTH, (ReservationStatus.PENDING, ReservationStatus.CONFIRMED)
    ):
        known = _booked(time=at, area_wished=wished, status=status)
        one = booking_words.booking(known, ask.card)
        kept = booking_words.booking(OFFERED, ask.card)
        yield booking_words.cancelled(ask, kept)
        yield booking_words.cancel_too(ask, kept)
        for tell in (
            booking_words.found,
            booking_words.cancelled,
            booking_words.already_cancelled,
            booking_words.cancel_too,
        ):
            yield tell(ask, one)
        for unknown, chairs, short, needs in product(BOTH, (0, 2), BOTH, NEEDS):
            told = booking_words.booking(replace(known, high_chairs=chairs, needs=needs), ask.card, chairs_short=short)
            yield booking_words.booked(ask, told, unknown_area=unknown)
            yield booking_words.modified(ask, told, unknown_area=unknown)
        yield booking_words.kept_for_you(ask, kept)
        other = booking_words.booking(replace(known, name="Ana Ruiz"), ask.card)
        parties = [booking_words.booking(replace(known, party_size=party), ask.card) for party in (1, 2, 3, 4)]
        for several in ([one, kept], [one, one, kept], [one] * 4, [one, other], parties):
            yield booking_words.which_one(ask, several, ok=True)
        for several, days in product(([one], [kept], [one] * 3, [one] * 5), ((), (SATURDAY,), (date(2026, 11, 26),))):
            yield booking_words.another_found(ask, several, days=days)


HOUR_MS = 3_600_000
SPECIAL = SpecialDay(date=SATURDAY, shifts=(Shift(weekday=5, name="Brunch", opens=660, last_seating=780, closes=900),))
WEEKS = (
    gaviota(),
    gaviota(special_days=(SPECIAL,), closures=(Closure(date=date(2026, 11, 27), shift="Cena"),)),
    gaviota(closures=tuple(Closure(date=date(2026, 12, day)) for day in (5, 6, 7, 9))),
    gaviota(shifts=tuple(shift for shift in gaviota().shifts if shift.name == "Comida" or shift.weekday == 5)),
    gaviota(shifts=()),
)


def _of_hours(ask: Ask) -> Iterator[ToolAnswer]:
    for card, day in product(WEEKS, (None, "hoy", "mañana", "2026-11-27", "2026-11-28", "2026-12-01", "luego")):
        asked = replace(ask, card=card, arguments={"date": day})
        yield asyncio.run(opening.get_hours(asked)).answer


def _of_now(ask: Ask) -> Iterator[ToolAnswer]:
    """At every hour of two days, one of them the day off, with a table to come and without."""
    card = ask.card
    status = (RestaurantStatus.ACTIVE, RestaurantStatus.PAUSED)
    for hour, table, asked, state in product((*range(24), *range(134, 158)), BOTH, BOTH, status):
        at = START_MS + hour * HOUR_MS
        then = replace(ask, now_ms=at, today=card.local(at).date(), card=replace(card, status=state))
        book = DayBook(card, then.today, ())
        coming = starts_from(card, then.today, from_ms=at)
        now = _Now(opening=opening_at(card, at), book=book, party=4, table=coming[-1] if table and coming else None)
        yield tell_now(then, now, asked=asked)


def _asked_back(ask: Ask) -> Iterator[ToolAnswer]:
    """Each question, with as much as can have been understood beside it."""
    for code in sorted(code for code in ES_EN if code.startswith(("missing_", "unclear_", "impossible_"))):
        yield asking.question(ask, code)
    days = ("el sábado", "el viernes que viene", "viernes 28 de noviembre", "hoy", "31/2", "luego", None)
    hours = (
        "las nueve",
        "entre las nueve y las diez",
        "de la una a las once",
        "las nueve o las diez",
        "25:00",
        "luego",
    )
    parts = ("las doce y media de la noche", "para cenar", "a mediodía", "por la tarde", None)
    parties = (2, "seis o siete", "unos diez", "varios", None)
    for card, day, time, party in product(WEEKS, days, (*hours, *parts), parties):
        asked = replace(ask, card=card, arguments={"date": day, "time": time, "party_size": party})
        heard = hear(asked)
        if heard.question:
            yield asking.questions(asked, heard.questions, heard)
        yield from (asking.question(asked, code, heard) for code in heard.questions)


def _answers(lang: str) -> Iterator[ToolAnswer]:
    for card in HOUSES:
        ask = _ask(card, lang)
        yield from _refused(ask)
        yield from _offered(ask)
        yield from _of_bookings(ask)
        yield from _of_hours(ask)
        yield from _of_now(ask)
        yield from _asked_back(ask)
        yield wording.for_a_person(ask, "unknown_tool")


@pytest.fixture(scope="module", params=["es", "en"])
def answers(request: pytest.FixtureRequest) -> list[ToolAnswer]:
    """In one language; of those that say the same one is enough."""
    return list({(answer.code, answer.say): answer for answer in _answers(request.param)}.values())


def test_every_answer_is_good_to_hear(answers: list[ToolAnswer]) -> None:
    for answer in answers:
        assert re.fullmatch(r"[¿¡]?[A-ZÁÉÍÓÚÑ].*[.?!]", answer.say), answer
        assert not re.search(r"[{}]|  |\.\.|,,| [.,?!]|\b(?:[Dd]e|[Aa]) el\b|None|UNSET", answer.say), answer
        assert not re.search(r"(?i)\b([a-záéíóúñ]{3,}),? \1\b", answer.say), answer


def test_an_answer_asks_one_question_at_most_and_last(answers: list[ToolAnswer]) -> None:
    for answer in answers:
        assert "?" not in answer.say[:-1], answer


def test_no_answer_names_a_table(answers: list[ToolAnswer]) -> None:
    for answer in answers:
        assert not re.search(r"\b[TS]\d\b|rest_gaviota", answer.say), answer


def test_no_answer_is_too_long_to_be_listened_to(answers: list[ToolAnswer]) -> None:
    for answer in answers:
        longest = LONGEST_READ_OUT if answer.code in READ_OUT else LONGEST
        assert len(answer.say) <= longest, (len(answer.say), answer)


def test_a_person_is_offered_in_no_answer_of_a_house_without_one() -> None:
    ask = _ask(HOUSES[0], "en")
    assert not [answer for answer in _refused(ask) if "put you through" in answer.say]


def test_that_no_high_chair_is_left_is_said_before_the_question() -> None:
    wish = Wish(day=SATURDAY, minutes=(1260,), party=2, high_chairs=1)
    seating = Seating(table_ids=("rest_gaviota_t1",), area_id=TERRACE, capacity=2, min_party=1)
    for lang, said in (("es", "A esa hora ya no me quedan tronas. Sí, "), ("en", "I have no high chair left at")):
        ask = _ask(HOUSES[0], lang)
        offer = Offer(start=_starts(ask.card)[0], seating=seating)
        answer = wording.offered(ask, wish, offer, unknown_area=False)
        assert answer.say.startswith(said)
        assert answer.say.endswith("?")
