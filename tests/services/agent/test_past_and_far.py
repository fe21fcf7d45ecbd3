"""Days that have passed, and those beyond what can be booked: what is said of them."""

import pytest

from support.desk import Desk, wish


@pytest.mark.parametrize(
    ("said", "say"),
    [
        (
            {"date": "26 de febrero"},
            (
                "Todavía no tomamos reservas para el viernes 26 de febrero de 2027; por ahora reservamos hasta "
                "el 24 de enero. ¿Quiere que mire otro día?"
            ),
        ),
        (
            {"date": "February 26", "language": "en"},
            (
                "I can't book a table on Friday, February 26, 2027, yet; for now we take bookings up to January 24. "
                "Shall I look at another day?"
            ),
        ),
    ],
)
async def test_beyond_the_last_day_that_can_be_booked_that_day_is_named(
    desk: Desk, said: dict[str, str], say: str
) -> None:
    answer = await desk.check(wish(**said))
    assert (answer.ok, answer.code, answer.say) == (False, "too_far_ahead", say)
    assert (await desk.check(wish(date="2027-01-24"))).code == "available"
    assert (await desk.check(wish(date="2027-01-25"))).code == "too_far_ahead"


@pytest.mark.parametrize(
    ("said", "say"),
    [
        (
            {"date": "sábado 24 de octubre"},
            "He entendido el sábado 24 de octubre, y esa fecha ya ha pasado. ¿Para qué día la quería?",
        ),
        (
            {"date": "Saturday, October 24", "language": "en"},
            "I can't book a table on Saturday, October 24: that date has passed. Which day would you like?",
        ),
    ],
)
async def test_a_weekday_with_a_date_that_has_gone_by_is_told_so_and_nothing_else_is_offered(
    desk: Desk, said: dict[str, str], say: str
) -> None:
    for time in ("21:00", None):
        answer = await desk.book(wish(**said, time=time))
        assert (answer.ok, answer.code, answer.date, answer.say) == (False, "past_date", "2026-10-24", say)
        assert not answer.alternatives
