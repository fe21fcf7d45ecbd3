import pytest

from appliance.errors import Conflict
from appliance.store import answers
from appliance.store.answers import ToolAnswer, ToolCall
from appliance.store.engine import Database


def answer(id_: str, **changes: str) -> ToolAnswer:
    row = {
        "id": id_,
        "intent": "book for four",
        "tool_call_id": f"invocation of {id_}",
        "restaurant_id": "rest_a",
        "call_id": "call_1",
        "tool": "create_reservation",
        "reservation_id": "res_1",
        "answer": f"answer {id_}",
    }
    return ToolAnswer(**row | changes, created_at=1)


async def keep(database: Database, *kept: ToolAnswer) -> None:
    for one in kept:
        async with database.write() as tx:
            await answers.keep(tx, one)


async def standing(database: Database, tool_call_id: str = "", intent: str = "book for four") -> str | None:
    async with database.read() as tx:
        return await answers.standing(tx, intent, tool_call_id)


async def undo(database: Database, reservation_id: str = "res_1") -> None:
    async with database.write() as tx:
        await answers.undo_for_reservation(tx, reservation_id)


async def test_an_intent_without_an_answer_has_none(database: Database) -> None:
    assert await standing(database) is None


@pytest.mark.parametrize("invocation", ["", "invocation of a1", "another invocation"])
async def test_an_answer_stands_for_its_intent_whoever_asks_again(database: Database, invocation: str) -> None:
    await keep(database, answer("a1"))
    assert await standing(database, invocation) == "answer a1"
    assert await standing(database, invocation, intent="book for five") is None


async def test_an_intent_has_one_standing_answer(database: Database) -> None:
    await keep(database, answer("a1"))
    with pytest.raises(Conflict):
        await keep(database, answer("a2"))


async def test_an_undone_answer_stands_only_for_its_own_invocation(database: Database) -> None:
    await keep(database, answer("a1"))
    await undo(database)
    assert await standing(database, "invocation of a1") == "answer a1"
    assert await standing(database, "another invocation") is None
    assert await standing(database) is None


async def test_after_an_undo_the_intent_takes_a_new_answer(database: Database) -> None:
    await keep(database, answer("a1"))
    await undo(database)
    await keep(database, answer("a2", reservation_id="res_2"))
    assert await standing(database) == "answer a2"
    assert await standing(database, "invocation of a1") == "answer a1"
    await undo(database, "res_3")
    assert await standing(database) == "answer a2"


async def test_answers_that_name_no_invocation_are_not_mistaken_for_one_another(database: Database) -> None:
    await keep(database, answer("a1", tool_call_id=""))
    await undo(database)
    assert await standing(database, "") is None


async def test_undoing_a_tool_leaves_other_tools_and_calls(database: Database) -> None:
    other_tool = answer("a2", intent="cancel", tool="cancel_reservation")
    other_call = answer("a3", intent="of another call", call_id="call_2")
    await keep(database, answer("a1"), other_tool, other_call)
    async with database.write() as tx:
        await answers.undo_for_tool(tx, "rest_b", "call_1", "create_reservation")
    assert await standing(database) == "answer a1"
    async with database.write() as tx:
        await answers.undo_for_tool(tx, "rest_a", "call_1", "create_reservation")
    assert await standing(database) is None
    assert await standing(database, intent="cancel") == "answer a2"
    assert await standing(database, intent="of another call") == "answer a3"


async def test_invocations_are_listed_by_call_oldest_first(database: Database) -> None:
    def invocation(id_: str, **changes: object) -> ToolCall:
        row: dict[str, object] = {"restaurant_id": "rest_a", "call_id": "call_1", "tool": "get_hours", "code": "ok"}
        row |= {"arguments": "{}", "answer": "{}", "ok": True, "replayed": False, "duration_us": 900, "at": 5}
        return ToolCall(**{"id": id_} | row | changes)  # type: ignore[arg-type]

    second, first = invocation("tc_2"), invocation("tc_1", at=4, ok=False)
    await answers.record(database, [second, first, invocation("tc_3", restaurant_id="rest_b")])
    async with database.read() as tx:
        assert await answers.of_call(tx, "rest_a", "call_1") == [first, second]
