import pytest

from appliance.loadtest.restaurants import demo_restaurants
from support.retell_bodies import sample
from support.serving import EVENTS, House

MESSAGES = "/api/restaurants/rest_la_marea/messages"
CALL = "/api/restaurants/rest_la_marea/calls/call_84a0f3455dcca894ace136be62e"


async def handled(house: House, path: str) -> tuple[int, dict[str, object]]:
    response = await house.http.post(path, headers={"authorization": f"Bearer {house.token}"})
    return response.status_code, response.json()


async def test_a_message_left_on_the_phone_is_read_and_ticked_off(house: House) -> None:
    assert (await house.tool(sample("28")))["code"] == "message_taken"
    (left,) = (await house.read(MESSAGES, open="true"))["items"]
    assert (left["name"], left["phone"], left["about"]) == ("Aitor", "+34644556677", "callback")
    assert left["text"].startswith("Quiere presupuesto para una comida de empresa de 40 personas")
    status, ticked = await handled(house, f"{MESSAGES}/{left['id']}/handled")
    assert (status, ticked["handled_at"]) == (200, house.clock.now_ms())
    assert (await house.read(MESSAGES, open="true"))["items"] == []
    assert (await house.read(MESSAGES))["items"] == [ticked]


async def test_another_restaurant_s_message_is_not_found(house: House) -> None:
    await house.add(demo_restaurants(2)[1])
    await house.tool(sample("28"))
    (left,) = (await house.read(MESSAGES))["items"]
    for path in (f"/api/restaurants/rest_el_limonero/messages/{left['id']}/handled", f"{MESSAGES}/left_x/handled"):
        status, problem = await handled(house, path)
        assert (status, problem["detail"]) == (404, "There is no such message.")
    assert (await house.read(MESSAGES))["items"] == [left]


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_nobody_ticks_off_messages_without_a_token(house: House) -> None:
    response = await house.http.post(f"{MESSAGES}/left_x/handled")
    assert response.status_code == 401


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_parameter_is_complained_of_by_the_name_that_clients_know(house: House) -> None:
    """It was called `open_only`, which nobody can send."""
    for path in (MESSAGES, "/api/restaurants/rest_la_marea/waitlist"):
        refused = await house.get(path, open="maybe")
        assert (refused.status_code, refused.json()["detail"]) == (400, "open: must be true or false")


@pytest.mark.parametrize("order", [("50", "51", "54"), ("54", "51", "50"), ("51", "52", "54", "51")])
async def test_a_transfer_of_the_samples_shows_with_its_call_as_answered(house: House, order: tuple[str, ...]) -> None:
    for name in order:
        await house.post(EVENTS, sample(name))
    await house.settled()
    (transfer,) = (await house.read(CALL))["transfers"]
    assert (transfer["number"], transfer["outcome"]) == ("+34600111222", "answered")


async def test_a_cancelled_transfer_of_the_samples_is_unanswered(house: House) -> None:
    for name in ("50", "52"):
        await house.post(EVENTS, sample(name))
    await house.settled()
    (transfer,) = (await house.read(CALL))["transfers"]
    assert transfer["outcome"] == "unanswered"
