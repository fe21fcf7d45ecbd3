"""A party that is left open: the question names the sizes that were said, and what is about so many is looked up."""

from typing import Any

import pytest
from msgspec import UNSET

from support.desk import Desk, wish

TOOLS = ("check_availability", "create_reservation", "join_waitlist")


@pytest.mark.parametrize(
    ("said", "say"),
    [
        ({"party_size": "seis o siete"}, "¿Para seis o siete personas el sábado 28 a las nueve de la noche?"),
        ({"party_size": "siete u ocho"}, "¿Para siete u ocho personas el sábado 28 a las nueve de la noche?"),
        ({"party_size": "uno o dos", "time": None}, "¿A qué hora el sábado 28 y para una o dos personas?"),
        ({"party_size": "cuatro no cinco"}, "¿Para cuatro o cinco personas el sábado 28 a las nueve de la noche?"),
        (
            {"party_size": "six or seven", "language": "en"},
            "For six or seven people on Saturday, November 28, at nine in the evening?",
        ),
    ],
)
@pytest.mark.parametrize("tool", TOOLS)
async def test_of_two_parties_it_is_asked_which(desk: Desk, tool: str, said: dict[str, Any], say: str) -> None:
    answer = await desk.use(tool, wish() | said)
    assert (answer.ok, answer.party_size, answer.say) == (False, UNSET, say)
    assert answer.code in {"unclear_party_size", "missing_time"}
    assert await desk.everything() == []


async def test_a_party_alone_that_may_be_either_is_named(desk: Desk) -> None:
    await desk.book(wish())
    answer = await desk.modify({"new_party_size": "tres o cuatro"})
    assert (answer.code, answer.say) == ("unclear_party_size", "¿Para tres o cuatro personas?")


@pytest.mark.parametrize(("party", "lang"), [("unas seis", "es"), ("about six", "en")])
async def test_whether_there_is_a_table_is_answered_for_about_so_many(desk: Desk, party: str, lang: str) -> None:
    answer = await desk.check(wish(party_size=party, language=lang))
    assert (answer.ok, answer.code, answer.party_size) == (True, "available", 6)


@pytest.mark.parametrize(
    ("party", "lang", "say"),
    [
        ("unas seis", "es", "¿Para seis personas exactamente el sábado 28 a las nueve de la noche?"),
        ("about six", "en", "For exactly six people on Saturday, November 28, at nine in the evening?"),
    ],
)
@pytest.mark.parametrize("tool", ["create_reservation", "join_waitlist"])
async def test_nothing_is_written_down_before_it_is_known_how_many_they_are(
    desk: Desk, tool: str, party: str, lang: str, say: str
) -> None:
    answer = await desk.use(tool, wish(party_size=party, language=lang))
    assert (answer.ok, answer.code, answer.party_size, answer.say) == (False, "unclear_party_size", UNSET, say)
    assert await desk.everything() == []


async def test_an_hour_and_a_party_left_open_are_looked_up_together(desk: Desk) -> None:
    answer = await desk.check(wish(time="entre las nueve y las diez", party_size="unos cuatro"))
    assert (answer.ok, answer.code, answer.party_size) == (True, "ambiguous_time", 4)
