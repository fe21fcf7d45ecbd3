"""Restaurants' agents made and kept over HTTP at a fake of the platform's API, which holds all to the SDK's types."""

from typing import Any

import pytest
from msgspec.structs import replace

from appliance.errors import Conflict, NotFound, PlatformDown, PlatformRefused
from appliance.services.house import House
from appliance.services.provisioning import Provisioning
from appliance.voice.retell.api import RetellApi
from appliance.voice.retell.payloads import PROVIDER
from support.desk import Desk, gaviota, one_table
from support.fake_retell import FakeRetell, Trouble

URL = "https://voz.example"
NUMBER = "+34910123456"
HOUSE = "rest_gaviota"


@pytest.fixture
async def provisioning(desk: Desk, api: RetellApi, retell: FakeRetell) -> Provisioning:
    """The Gaviota has one number, which the platform knows, and an agent that it does not."""
    await edit(desk, numbers=[NUMBER])
    retell.add_number(NUMBER, nickname="de la casa")
    return provisioner(desk, api)


def provisioner(desk: Desk, api: RetellApi, voice_id: str = "11labs-Adrian") -> Provisioning:
    return Provisioning(api, desk.restaurants, house(desk), public_url=URL, voice_id=voice_id)


def house(desk: Desk) -> House:
    return House(desk.database, desk.clock, desk.directory, desk.books)


async def edit(desk: Desk, **changes: Any) -> None:
    file = replace(desk.restaurants.file(HOUSE, provider=PROVIDER), **changes)
    await house(desk).rewrite(HOUSE, file, provider=PROVIDER)


def agents_of(desk: Desk, restaurant: str = HOUSE) -> list[str]:
    return desk.restaurants.file(restaurant, provider=PROVIDER).agents


def wheres(differences: list[Any]) -> list[str]:
    return [one.where for one in differences]


# --- made ---


async def test_a_restaurant_gets_an_agent_with_its_tools_published_and_bound_to_its_number(
    desk: Desk, provisioning: Provisioning, retell: FakeRetell
) -> None:
    done = await provisioning.provision(HOUSE)
    assert (done.left, done.problems, done.version) == ([], [], 0)
    assert wheres(done.differences) == ["agent", f"{NUMBER}.inbound_agents", f"{NUMBER}.inbound_webhook_url"]
    agent = retell.newest(done.agent_id)
    llm = retell.llm_of(agent)
    assert (agent["is_published"], llm["is_published"]) == (True, True)
    assert (agent["agent_name"], agent["voice_id"]) == ("La Gaviota · rest_gaviota", "11labs-Adrian")
    assert agent["webhook_url"] == f"{URL}/webhooks/retell"
    assert len([tool for tool in llm["general_tools"] if tool["type"] == "custom"]) == 11
    bound = retell.numbers[NUMBER]
    assert bound["inbound_agents"] == [{"agent_id": done.agent_id, "agent_version": "latest_published", "weight": 1}]
    assert (bound["inbound_webhook_url"], bound["nickname"]) == (f"{URL}/webhooks/retell/inbound", "de la casa")


async def test_the_new_agents_calls_are_the_restaurants_and_an_agent_that_is_gone_is_forgotten(
    desk: Desk, provisioning: Provisioning
) -> None:
    assert agents_of(desk) == ["agent_rest_gaviota"]
    done = await provisioning.provision(HOUSE)
    assert agents_of(desk) == [done.agent_id]


async def test_doing_it_again_changes_nothing(provisioning: Provisioning, retell: FakeRetell) -> None:
    first = await provisioning.provision(HOUSE)
    retell.requests.clear()
    again = await provisioning.provision(HOUSE)
    assert (again.agent_id, again.version, again.differences, again.left) == (first.agent_id, 0, [], [])
    assert retell.written == []


async def test_a_look_changes_nothing(desk: Desk, provisioning: Provisioning, retell: FakeRetell) -> None:
    told = await provisioning.check(HOUSE)
    assert (told.agent_id, told.is_right) == ("", False)
    assert retell.written == []
    assert agents_of(desk) == ["agent_rest_gaviota"]


# --- kept ---


async def test_what_changed_at_the_restaurant_is_published_as_a_new_version(
    desk: Desk, provisioning: Provisioning, retell: FakeRetell
) -> None:
    first = await provisioning.provision(HOUSE)
    before = retell.llm_of(retell.newest(first.agent_id))["general_prompt"]
    await edit(desk, max_party=5)
    done = await provisioning.provision(HOUSE)
    assert (done.agent_id, done.version, done.left) == (first.agent_id, 1, [])
    assert wheres(done.differences) == ["llm.general_prompt"]
    agent = retell.newest(first.agent_id)
    assert "Hasta 5 personas" in retell.llm_of(agent)["general_prompt"]
    assert retell.llm_of(retell.agents[first.agent_id][0])["general_prompt"] == before  # as it was published


async def test_what_somebody_changed_at_the_platform_is_told_and_put_right(
    provisioning: Provisioning, retell: FakeRetell
) -> None:
    done = await provisioning.provision(HOUSE)
    agent = retell.newest(done.agent_id)
    agent["webhook_url"] = "https://elsewhere.example"
    tools = {tool["name"]: tool for tool in retell.llm_of(agent)["general_tools"]}
    tools["get_hours"]["url"] = "https://elsewhere.example"
    retell.numbers[NUMBER]["inbound_agents"][0]["agent_version"] = 0  # pinned: later versions would do nothing
    wrong = ["llm.general_tools.get_hours.url", "agent.webhook_url", f"{NUMBER}.inbound_agents.0.agent_version"]
    assert wheres((await provisioning.check(HOUSE)).left) == wrong
    assert (await provisioning.provision(HOUSE)).left == []
    assert (await provisioning.check(HOUSE)).is_right


async def test_what_people_chose_at_the_platform_stays(
    desk: Desk, provisioning: Provisioning, retell: FakeRetell, api: RetellApi
) -> None:
    done = await provisioning.provision(HOUSE)
    agent = retell.newest(done.agent_id)
    agent |= {"voice_id": "cartesia-Isabel", "ambient_sound": "coffee-shop"}
    llm = retell.llm_of(agent)
    llm["model_config"]["primary"]["model"] = "gpt-5.4-mini"
    llm["general_tools"].append({"type": "press_digit", "name": "press_digit"})
    llm["default_dynamic_variables"]["menu"] = "paella"
    await edit(desk, name="Nueva Gaviota")
    assert (await provisioner(desk, api, voice_id="11labs-Other").provision(HOUSE)).left == []
    agent = retell.newest(done.agent_id)
    llm = retell.llm_of(agent)
    assert (agent["voice_id"], agent["ambient_sound"]) == ("cartesia-Isabel", "coffee-shop")
    assert (agent["agent_name"], agent["version"]) == ("Nueva Gaviota · rest_gaviota", 1)
    assert llm["model_config"]["primary"]["model"] == "gpt-5.4-mini"
    assert llm["general_tools"][-1]["name"] == "press_digit"
    assert llm["default_dynamic_variables"]["menu"] == "paella"


async def test_an_agent_made_by_hand_is_taken_over(
    desk: Desk, provisioning: Provisioning, retell: FakeRetell, api: RetellApi
) -> None:
    own_end = {"type": "end_call", "name": "end_call", "description": "Cuelga."}
    llm = await api.create_llm({"general_prompt": "A mano.", "general_tools": [own_end]})
    engine = {"type": "retell-llm", "llm_id": llm.llm_id, "version": 0}
    agent = await api.create_agent({"agent_name": "mi agente", "voice_id": "11labs-Adrian", "response_engine": engine})
    await api.publish(agent.agent_id, 0, title="mine")
    await edit(desk, agents=[agent.agent_id])
    done = await provisioning.provision(HOUSE)
    assert (done.agent_id, done.version, done.left) == (agent.agent_id, 1, [])
    assert len(retell.agents) == len(retell.llms) == 1
    assert retell.llms[llm.llm_id][0]["general_prompt"] == "A mano."


# --- cut off, and done again ---


WRITES = ("/create-retell-llm", "/create-agent", "/publish-agent-version/", "/update-phone-number/")


@pytest.mark.parametrize("trouble", [Trouble(502, where=one, after=done) for one in WRITES for done in (False, True)])
async def test_a_round_cut_off_anywhere_is_gone_on_with_and_makes_nothing_twice(
    desk: Desk, provisioning: Provisioning, retell: FakeRetell, api: RetellApi, trouble: Trouble
) -> None:
    retell.trouble = [trouble] * 4
    with pytest.raises(PlatformDown):
        await provisioning.provision(HOUSE)
    retell.trouble.clear()
    done = await provisioner(desk, api).provision(HOUSE)
    assert (done.left, done.problems, len(retell.agents), len(retell.llms)) == ([], [], 1, 1)
    assert agents_of(desk) == [done.agent_id]


@pytest.mark.parametrize(
    "where", ["/create-agent-version/", "/update-retell-llm/", "/update-agent/", "/publish-agent-version/"]
)
async def test_a_change_cut_off_anywhere_is_gone_on_with_in_the_same_draft(
    desk: Desk, provisioning: Provisioning, retell: FakeRetell, where: str
) -> None:
    await provisioning.provision(HOUSE)
    await edit(desk, name="Nueva Gaviota")
    retell.trouble = [Trouble(502, where=where, after=True)] * 4
    with pytest.raises(PlatformDown):
        await provisioning.provision(HOUSE)
    retell.trouble.clear()
    done = await provisioning.provision(HOUSE)
    assert (done.version, done.left) == (1, [])
    (versions,) = retell.agents.values()
    assert [one["is_published"] for one in versions.values()] == [True, True]


async def test_who_is_asked_to_slow_down_slows_down_and_ends_well(
    provisioning: Provisioning, retell: FakeRetell, pauses: list[float]
) -> None:
    for where in WRITES:
        retell.fail(429, times=2, where=where, retry_after="1")
    assert (await provisioning.provision(HOUSE)).is_right
    assert (len(retell.agents), len(retell.llms), len(pauses)) == (1, 1, 8)


async def test_a_version_that_somebody_publishes_meanwhile_is_left_and_another_made(
    desk: Desk, provisioning: Provisioning, retell: FakeRetell
) -> None:
    done = await provisioning.provision(HOUSE)
    await edit(desk, name="Nueva Gaviota")
    overtaken = b'{"status": "error", "message": "Cannot update published LLM"}'
    retell.trouble = [Trouble(400, where="/update-retell-llm/", body=overtaken)]
    again = await provisioning.provision(HOUSE)
    assert (again.agent_id, again.left) == (done.agent_id, [])


async def test_a_platform_that_keeps_something_else_than_it_was_sent_is_found_out(
    desk: Desk, provisioning: Provisioning, retell: FakeRetell
) -> None:
    await provisioning.provision(HOUSE)
    await edit(desk, name="Nueva Gaviota")
    retell.trouble = [
        Trouble(
            200,
            where="/update-agent/",
            body=b'{"agent_id": "a", "version": 1, "response_engine": {"type": "retell-llm"}}',
        )
    ]
    done = await provisioning.provision(HOUSE)
    assert wheres(done.left) == ["agent.agent_name", "agent.boosted_keywords"]
    assert not done.is_right


# --- what a person must see to ---


async def test_several_agents_of_one_restaurant_are_for_a_person_to_choose_from(
    desk: Desk, provisioning: Provisioning, api: RetellApi, retell: FakeRetell
) -> None:
    await provisioning.provision(HOUSE)
    (first,) = retell.agents
    twin = await api.create_agent(
        {"agent_name": "x · rest_gaviota", "voice_id": "v", "response_engine": retell.newest(first)["response_engine"]}
    )
    await edit(desk, agents=[first, twin.agent_id])
    with pytest.raises(Conflict, match=f"several agents at Retell.*{twin.agent_id}"):
        await provisioning.provision(HOUSE)


async def test_of_several_the_one_that_bears_the_restaurants_id_is_its_agent(
    desk: Desk, provisioning: Provisioning, api: RetellApi, retell: FakeRetell
) -> None:
    done = await provisioning.provision(HOUSE)
    engine = retell.newest(done.agent_id)["response_engine"]
    other = await api.create_agent({"agent_name": "de pruebas", "voice_id": "v", "response_engine": engine})
    await edit(desk, agents=[other.agent_id, done.agent_id])
    assert (await provisioning.provision(HOUSE)).agent_id == done.agent_id
    assert sorted(agents_of(desk)) == sorted([other.agent_id, done.agent_id])


async def test_an_agent_that_thinks_otherwise_is_left_alone(
    desk: Desk, provisioning: Provisioning, api: RetellApi, retell: FakeRetell
) -> None:
    engine = {"type": "conversation-flow", "conversation_flow_id": "flow_1"}
    agent = await api.create_agent({"agent_name": "a", "voice_id": "v", "response_engine": engine})
    await edit(desk, agents=[agent.agent_id])
    retell.requests.clear()
    with pytest.raises(Conflict, match="is run by a conversation-flow"):
        await provisioning.provision(HOUSE)
    assert retell.written == []


async def test_a_number_that_the_platform_does_not_have_is_told_and_the_rest_is_done(
    desk: Desk, provisioning: Provisioning, retell: FakeRetell
) -> None:
    await edit(desk, numbers=[NUMBER, "+34910999999"])
    done = await provisioning.provision(HOUSE)
    assert done.problems == ["+34910999999 is no number at Retell: buy it there, or import it from its SIP trunk"]
    assert (done.left, done.is_right) == ([], False)


async def test_a_number_that_is_refused_is_told_and_the_others_are_bound(
    desk: Desk, provisioning: Provisioning, retell: FakeRetell
) -> None:
    retell.add_number("+34910999999")
    await edit(desk, numbers=[NUMBER, "+34910999999"])
    retell.fail(409, where=f"/update-phone-number/%2B{NUMBER[1:]}")
    done = await provisioning.provision(HOUSE)
    assert [problem.partition(":")[0] for problem in done.problems] == [NUMBER]
    assert retell.numbers["+34910999999"]["inbound_agents"]
    assert wheres(done.left) == [f"{NUMBER}.inbound_agents", f"{NUMBER}.inbound_webhook_url"]


async def test_a_wrong_key_changes_nothing(desk: Desk, provisioning: Provisioning, retell: FakeRetell) -> None:
    retell.keys.clear()
    with pytest.raises(PlatformRefused, match="API key is missing or invalid"):
        await provisioning.provision(HOUSE)
    assert agents_of(desk) == ["agent_rest_gaviota"]


async def test_there_must_be_such_a_restaurant(provisioning: Provisioning) -> None:
    with pytest.raises(NotFound):
        await provisioning.provision("rest_nowhere")


# --- all of them ---


async def test_all_restaurants_are_gone_through_though_one_of_them_fails(
    desk: Desk, provisioning: Provisioning, api: RetellApi, retell: FakeRetell
) -> None:
    flow = {"type": "conversation-flow", "conversation_flow_id": "flow_1"}
    odd = await api.create_agent({"agent_name": "a", "voice_id": "v", "response_engine": flow})
    await desk.restaurants.add(
        one_table("rest_odd", name="Aurora"), agents=[("retell", odd.agent_id)], numbers=["+34910777777"]
    )
    await desk.restaurants.add(gaviota("rest_z", name="Zeta"), agents=[], numbers=["+34910888888"])
    retell.add_number("+34910888888")
    told = {one.restaurant_id: one for one in await provisioning.sync()}
    assert {id_: one.is_right for id_, one in told.items()} == {"rest_odd": False, HOUSE: True, "rest_z": True}
    assert "conversation-flow" in told["rest_odd"].problems[0]
    again = await provisioning.check_all()
    assert [len(one.differences) for one in again] == [0, 0, 0]
