import asyncio
from typing import Any

import msgspec
import pytest
from msgspec import UNSET
from msgspec.structs import replace
from sqlalchemy import select

from appliance.domain.restaurant import RestaurantStatus, TransferWhen
from appliance.services.messages import MessageService
from appliance.store import messages, transfers
from appliance.store.messages import LeftMessage
from appliance.store.schema import outbox
from appliance.store.transfers import Transfer
from support.desk import CALLER, OTHER, Desk, gaviota, wish

COLLEAGUE = "+34600700800"
HOUR_MS = 3_600_000
TOLD = "http://127.0.0.1:1/hook"


async def left(desk: Desk, restaurant: str = "rest_gaviota") -> list[LeftMessage]:
    """The messages of a restaurant, first to last."""
    async with desk.database.read() as tx:
        found, _ = await messages.page(tx, restaurant, open_only=False, limit=100, offset=0)
    return found[::-1]


async def handed_over(desk: Desk, call: str = "call_1", restaurant: str = "rest_colleague") -> list[Transfer]:
    async with desk.database.read() as tx:
        return await transfers.of_call(tx, restaurant, call)


async def with_colleague(desk: Desk, **changes: Any) -> dict[str, str]:
    """A restaurant whose calls a colleague takes over; how to use its tools."""
    rules = {"phone": "+34910000009", "transfer_number": COLLEAGUE} | changes
    await desk.open(gaviota("rest_colleague", **rules))
    return {"restaurant": "rest_colleague"}


# --- take_message ---


async def test_a_message_is_kept_for_the_team(desk: Desk) -> None:
    answer = await desk.use("dejar_recado", {"cliente": "Aitor", "mensaje": "Se dejó el paraguas.\n Es rojo."})
    assert (answer.ok, answer.code) == (True, "message_taken")
    assert answer.say.startswith("Tomo nota y se lo paso al equipo.")
    (one,) = await left(desk)
    assert (one.about, one.name, one.phone, one.text) == ("message", "Aitor", CALLER, "Se dejó el paraguas. Es rojo.")
    assert (one.call_id, one.created_at, one.handled_at) == ("call_1", desk.clock.now_ms(), None)


async def test_a_message_that_asks_for_a_call_is_a_callback(desk: Desk) -> None:
    await desk.use("take_message", {"message": "Que le llamen mañana", "phone": "+34 644 556 677"})
    (one,) = await left(desk)
    assert (one.about, one.phone) == ("callback", "+34644556677")


async def test_who_withholds_number_and_name_may_leave_word_all_the_same(desk: Desk) -> None:
    answer = await desk.use("take_message", {"message": "Gracias por la cena"}, caller="")
    assert answer.ok
    (one,) = await left(desk)
    assert (one.name, one.phone) == ("", "")


@pytest.mark.parametrize("words", ["Que me llamen mañana", "Please call me back"])
async def test_who_wants_to_be_called_is_asked_for_a_number_where_none_is_known(desk: Desk, words: str) -> None:
    answer = await desk.use("take_message", {"message": words}, caller="")
    assert (answer.ok, answer.code) == (False, "missing_phone")
    assert await left(desk) == []
    assert (await desk.use("take_message", {"message": words, "phone": CALLER}, caller="")).ok
    assert [one.phone for one in await left(desk)] == [CALLER]


async def test_who_gave_a_number_in_this_call_is_called_under_it(desk: Desk) -> None:
    await desk.book(wish(phone=OTHER), caller="")
    assert (await desk.use("take_message", {"message": "Que me llamen"}, caller="")).ok
    assert [one.phone for one in await left(desk)] == [OTHER]


async def test_a_number_that_is_none_is_kept_as_it_was_said(desk: Desk) -> None:
    await desk.use("take_message", {"message": "Llámenme", "phone": "seis cero cero", "name": "¿? 42"})
    (one,) = await left(desk)
    assert (one.phone, one.text) == (CALLER, "Llámenme (seis cero cero)")


@pytest.mark.parametrize("arguments", [{}, {"message": ""}, {"mensaje": "nada"}, {"message": "{{message}}"}])
async def test_a_message_without_words_is_asked_for(desk: Desk, arguments: dict[str, Any]) -> None:
    answer = await desk.use("take_message", arguments)
    assert (answer.ok, answer.code) == (False, "missing_message")
    assert await left(desk) == []


async def test_notes_are_a_message_too(desk: Desk) -> None:
    await desk.use("take_message", {"notes": "Llega tarde"})
    assert [one.text for one in await left(desk)] == ["Llega tarde"]


async def test_an_endless_message_is_cut(desk: Desk) -> None:
    await desk.use("take_message", {"message": "muy largo " * 500})
    (one,) = await left(desk)
    assert len(one.text) <= 500


async def test_the_same_message_is_kept_once_a_call(desk: Desk) -> None:
    said = {"message": "Se dejó el paraguas", "name": "Aitor"}
    first = await desk.use("take_message", said, invocation="tool_1")
    again = await desk.use("take_message", said | {"message": "¡Se dejó  el PARAGUAS!"}, invocation="tool_1")
    assert again == first
    assert [use.replayed for use in desk.trace] == [False, True]
    assert len(await left(desk)) == 1


async def test_another_message_and_another_call_are_kept_beside_it(desk: Desk) -> None:
    await desk.use("take_message", {"message": "Se dejó el paraguas"})
    await desk.use("take_message", {"message": "Y el sombrero"})
    await desk.use("take_message", {"message": "Se dejó el paraguas"}, call="call_2", caller=OTHER)
    assert len(await left(desk)) == 3


async def test_the_same_message_at_once_is_kept_once(desk: Desk) -> None:
    said = {"message": "Se dejó el paraguas"}
    elsewhere = Desk(desk.database, desk.clock)
    await elsewhere.directory.refresh()
    answers = await asyncio.gather(*(one.use("take_message", said) for one in (desk, elsewhere) * 4))
    assert {answer.code for answer in answers} == {"message_taken"}
    assert len(await left(desk)) == 1


async def test_the_restaurant_s_own_system_hears_of_a_message(desk: Desk) -> None:
    how = await with_colleague(desk, notify_url=TOLD)
    await desk.use("take_message", {"message": "Que me llamen", "name": "Aitor"}, **how)
    async with desk.database.read() as tx:
        (sent,) = await tx.execute(select(outbox.c.topic, outbox.c.payload))
    told = msgspec.json.decode(sent.payload)
    assert sent.topic == "message.left"
    assert (told["message"]["name"], told["message"]["text"], told["message"]["about"]) == (
        "Aitor",
        "Que me llamen",
        "callback",
    )
    assert desk.wakes == 1


async def test_a_message_is_ticked_off_once_and_the_first_time_stands(desk: Desk) -> None:
    await desk.use("take_message", {"message": "Que me llamen"})
    service, card = MessageService(desk.database, desk.clock), gaviota()
    (one,) = (await service.list(card, open_only=True, limit=10, offset=0)).items
    first = await service.handled(card, one.id)
    desk.clock.advance(HOUR_MS)
    again = await service.handled(card, one.id)
    assert first.handled_at == again.handled_at == desk.clock.now_ms() - HOUR_MS
    assert (await service.list(card, open_only=True, limit=10, offset=0)).items == []
    assert (await service.list(card, open_only=False, limit=10, offset=0)).items == [again]


# --- transfer_call ---


async def test_a_caller_is_put_through_to_the_colleague(desk: Desk) -> None:
    how = await with_colleague(desk)
    answer = await desk.use("transferir_llamada", {"motivo": "quiere hablar con el encargado"}, **how)
    assert (answer.ok, answer.code, answer.say) == (True, "transfer", "Le paso con un compañero, un momento.")
    assert (answer.transfer_to, answer.reason) == (COLLEAGUE, "asked_for_person")
    (one,) = await handed_over(desk)
    assert (one.attempt, one.number, one.reason, one.outcome) == (1, COLLEAGUE, "asked_for_person", "requested")


async def test_without_a_colleague_a_message_is_offered(desk: Desk) -> None:
    answer = await desk.use("transfer_call", {"reason": "queja"})
    assert (answer.ok, answer.code, answer.transfer_to) == (False, "nobody_to_transfer", UNSET)
    assert (
        answer.say == "Lo siento, ahora mismo no puedo pasarle con nadie. ¿Quiere que tome nota y se lo paso al equipo?"
    )
    assert await handed_over(desk, restaurant="rest_gaviota") == []


async def test_while_closed_it_is_told_when_somebody_will_be_there(desk: Desk) -> None:
    how = await with_colleague(desk, transfer_when=TransferWhen.OPEN)
    answer = await desk.use("transfer_call", **how)
    assert (answer.ok, answer.code) == (False, "nobody_to_transfer")
    assert "Hoy habrá alguien a partir de la una de la tarde." in answer.say
    desk.clock.advance(14 * HOUR_MS)
    tomorrow = await desk.use("transfer_call", {"language": "en"}, **how)
    assert "Somebody will be here today from one in the afternoon." in tomorrow.say
    desk.clock.advance(4 * 24 * HOUR_MS)  # the night to Monday; Tuesday is the day off
    desk.clock.advance(24 * HOUR_MS)
    rest = await desk.use("transfer_call", **how)
    assert "Habrá alguien mañana, miércoles 2 de diciembre, a partir de la una de la tarde." in rest.say


async def test_just_before_it_opens_somebody_takes_the_call(desk: Desk) -> None:
    how = await with_colleague(desk, transfer_when=TransferWhen.OPEN)
    desk.clock.advance(3 * HOUR_MS // 2)
    assert (await desk.use("transfer_call", **how)).code == "transfer"


FOR_A_PERSON = [
    ("check_availability", wish(party_size=12), "party_too_large"),
    ("check_availability", wish(party_size=40), "private_event"),
    ("create_reservation", wish(needs="silla de ruedas"), "not_accessible"),
    ("modify_reservation", {"new_party_size": 12}, "party_too_large"),
    ("join_waitlist", wish(party_size=12), "party_too_large"),
    ("order_a_pizza", {}, "unknown_tool"),
]
PUT_THROUGH = "¿Le paso con un compañero o prefiere que tome nota?"
TAKE_A_NOTE = "¿Quiere que tome nota y se lo paso al equipo?"


@pytest.mark.parametrize(
    ("rules", "offer"),
    [
        ({}, PUT_THROUGH),
        ({"transfer_when": TransferWhen.OPEN}, TAKE_A_NOTE),  # at eleven in the morning
        ({"transfer_number": ""}, TAKE_A_NOTE),
    ],
)
async def test_a_caller_is_offered_a_person_only_where_one_can_be_reached(
    desk: Desk, rules: dict[str, Any], offer: str
) -> None:
    how = await with_colleague(desk, event_party=30, **rules)
    await desk.book(wish(), call="before", **how)
    for tool, arguments, code in FOR_A_PERSON:
        answer = await desk.use(tool, arguments, **how)
        assert (answer.ok, answer.code) == (False, code)
        assert answer.say.endswith(f". {offer}")


async def test_where_no_bookings_are_taken_a_person_or_a_note_is_offered(desk: Desk) -> None:
    how = await with_colleague(desk, status=RestaurantStatus.PAUSED)
    answer = await desk.check(wish(), **how)
    assert answer.say == f"Ahora mismo no tomamos reservas por teléfono. {PUT_THROUGH}"
    assert (await desk.use("restaurant_status", **how)).say.endswith(answer.say)


async def test_the_same_request_is_noted_once_a_call_and_another_reason_beside_it(desk: Desk) -> None:
    how = await with_colleague(desk)
    for reason in ("queja", "una reclamación", "otra cosa"):
        assert (await desk.use("transfer_call", {"reason": reason}, **how)).ok
    assert [(one.attempt, one.reason) for one in await handed_over(desk)] == [(1, "complaint"), (2, "other")]
    assert [use.replayed for use in desk.trace] == [False, True, False]


async def test_a_request_outside_a_call_is_answered_and_not_noted(desk: Desk) -> None:
    how = await with_colleague(desk)
    assert (await desk.use("transfer_call", call="", **how)).transfer_to == COLLEAGUE
    assert await handed_over(desk, "") == []


# --- end_call ---


async def test_the_call_ends_with_a_goodbye(desk: Desk) -> None:
    answer = await desk.use("finalizar_llamada", {"motivo": "ya está"})
    assert (answer.ok, answer.code, answer.end_call) == (True, "goodbye", True)
    assert answer.say == "Gracias por llamar. ¡Hasta pronto!"
    assert [use.tool for use in desk.trace] == ["end_call"]


async def test_a_table_kept_for_the_call_is_free_again_when_it_ends(desk: Desk) -> None:
    card = replace(gaviota("rest_two", phone="+34910000008"), tables=gaviota("rest_two").tables[:1], combinations=())
    await desk.open(card)
    two = {"restaurant": "rest_two"}
    assert (await desk.check(wish(), **two)).available
    assert not (await desk.check(wish(), **two, call="call_2", caller=OTHER)).available
    await desk.use("end_call", **two)
    assert (await desk.check(wish(), **two, call="call_2", caller=OTHER)).available
