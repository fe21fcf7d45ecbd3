"""What agents are told: held to the SDK's types by the fake API in tests/services/test_provisioning.py."""

import re
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from appliance.domain.calls import CallFacts
from appliance.domain.restaurant import RestaurantCard, TransferWhen
from appliance.services.aftercall import has_wish
from appliance.services.agent.arguments import _NAMES
from appliance.services.agent.changing import _NEW
from appliance.services.agent.tools import ALIASES
from appliance.voice.declarations import ARGUMENTS, BY_NAME, TOOLS
from appliance.voice.retell import blueprint as plans
from appliance.voice.retell.blueprint import blueprint
from support.desk import gaviota

URL = "https://voz.example"
TOOLS_PAGE = Path(__file__).parents[3] / "docs/tools.md"
LANGUAGES = pytest.mark.parametrize("lang", ["es", "en"])


def made(card: RestaurantCard | None = None) -> plans.Blueprint:
    return blueprint(card or gaviota(), schedule="de lunes a domingo", public_url=URL, voice_id="11labs-Adrian")


def tools(card: RestaurantCard | None = None) -> dict[str, Any]:
    return {tool["name"]: tool for tool in made(card).llm["general_tools"]}


# --- one table ---


def test_every_tool_that_there_is_is_declared() -> None:
    assert [one.name for one in TOOLS] == list(dict.fromkeys(one.name for one in TOOLS))
    assert {one.name for one in TOOLS} == set(ALIASES.values())


def test_every_argument_is_read_under_all_its_names() -> None:
    read = {name for names in _NAMES.values() for name in names} | set(_NEW)
    assert {name for one in ARGUMENTS for name in one.names} == read
    assert set(_NEW.values()) <= set(_NAMES)


def test_the_page_for_operators_says_what_each_tool_takes() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `\w+` \| (.+) \|$", TOOLS_PAGE.read_text("utf-8"), re.MULTILINE)
    words = re.compile(r"\b(\w+)(✱?)")
    said = {tool: words.findall(text) for tool, text in rows if tool in ALIASES.values()}
    page = {tool: {(name, bool(star)) for name, star in found if name in BY_NAME} for tool, found in said.items()}
    declared = {one.name: {(n, True) for n in one.needs} | {(n, False) for n in one.takes} for one in TOOLS}
    assert page == declared


# --- the tools ---


@LANGUAGES
def test_each_tool_leads_to_its_own_door_and_takes_what_it_needs(lang: str) -> None:
    declared = tools(gaviota(locale=lang))
    for one in TOOLS:
        tool = declared[one.name]
        assert (tool["url"], tool["method"], tool["args_at_root"]) == (f"{URL}/tools/retell/{one.name}", "POST", False)
        schema = tool["parameters"]
        assert schema["type"] == "object"
        assert set(schema["properties"]) == {*one.needs, *one.takes, "language"}
        assert schema.get("required", []) == list(one.needs)
        assert all(about["description"] for about in schema["properties"].values())
        assert 1000 <= tool["timeout_ms"] <= 10_000  # silence on the line


def test_how_many_people_is_a_number_and_an_area_is_told_by_name() -> None:
    properties = tools()["create_reservation"]["parameters"]["properties"]
    assert properties["party_size"]["type"] == "integer"
    assert properties["area"]["description"].endswith(": Terraza, Salón")
    assert properties["language"]["enum"] == ["es", "en"]


def test_a_house_without_areas_names_none() -> None:
    bare = replace(gaviota(), areas=(), tables=(), combinations=())
    assert ":" not in tools(bare)["create_reservation"]["parameters"]["properties"]["area"]["description"]


def test_hanging_up_and_passing_on_are_done_by_retells_own_tools() -> None:
    own = {name: tool["type"] for name, tool in tools().items() if tool["type"] != "custom"}
    assert own == {"hang_up": "end_call", "transfer_to_team": "transfer_call"}
    assert tools()["transfer_to_team"]["transfer_destination"]["number"] == "{{transfer_to}}"
    assert tools()["transfer_call"]["response_variables"] == {"transfer_to": "$.transfer_to"}


# --- what it says ---


@LANGUAGES
def test_the_first_thing_a_caller_hears_is_that_it_is_no_person_and_may_be_recorded(lang: str) -> None:
    said = made(gaviota(locale=lang)).llm["begin_message"]
    assert "La Gaviota" in said
    assert ("inteligencia artificial" if lang == "es" else "artificial intelligence") in said
    assert ("grabarse" if lang == "es" else "recorded") in said


@LANGUAGES
def test_every_variable_of_the_prompt_has_a_default_or_is_retells_own(lang: str) -> None:
    llm = made(gaviota(locale=lang)).llm
    used = set(re.findall(r"\{\{([^}]+)\}\}", str(llm)))
    assert "current_time_Europe/Madrid" in used
    assert used - {"current_time_Europe/Madrid"} <= set(llm["default_dynamic_variables"])
    assert all(isinstance(value, str) for value in llm["default_dynamic_variables"].values())
    assert "$" not in llm["general_prompt"]


@LANGUAGES
def test_every_tool_that_the_prompt_names_is_there(lang: str) -> None:
    card = gaviota(locale=lang)
    prompt = made(card).llm["general_prompt"]
    assert [name for name in tools(card) if name in prompt.split("`")[0] + prompt]
    named = set(re.findall(r"\b(?:[a-z]+_)+[a-z]+\b", re.sub(r"\{\{.*?\}\}", "", prompt)))
    codes = {
        "already_booked",
        "which_one",
        "another_found",
        "cancel_too",
        "missing_phone",
        "nobody_to_transfer",
        "new_",
    }
    assert named - codes <= set(tools(card))


@LANGUAGES
def test_the_prompt_says_up_to_how_many_it_books_and_where(lang: str) -> None:
    prompt = made(gaviota(locale=lang, max_party=6)).llm["general_prompt"]
    assert re.search(r"(?:Hasta|up to) 6 (?:personas|people)", prompt)
    assert "Terraza, Salón" in prompt


@LANGUAGES
def test_the_prompt_is_short_enough_not_to_cost_extra(lang: str) -> None:
    assert len(made(gaviota(locale=lang)).llm["general_prompt"]) < 4000 * 3  # tokens, of three letters at the least


# --- the agent ---


def test_the_analysis_asks_for_what_a_booking_nobody_made_is_known_by() -> None:
    asked = {one["name"] for one in made().agent["post_call_analysis_data"]}
    assert {"outcome", "callback_requested"} <= asked
    analysis = dict.fromkeys(asked, "algo")
    assert has_wish(CallFacts(analysis=analysis))


def test_an_agent_is_known_again_by_the_end_of_its_name() -> None:
    assert plans.is_of(made().name, "rest_gaviota")
    assert plans.is_of("Otro nombre · rest_gaviota", "rest_gaviota")
    assert not plans.is_of("La Gaviota · rest_gaviota_2", "rest_gaviota")
    assert not plans.is_of("La Gaviota · otro_rest_gaviota", "rest_gaviota")


def test_what_was_said_is_kept_at_the_platform_for_no_longer_than_here() -> None:
    assert made(gaviota(call_days=30)).agent["data_storage_retention_days"] == 30
    assert made(gaviota(call_days=3650)).agent["data_storage_retention_days"] == 730


def test_an_english_house_hears_english_first() -> None:
    assert made(gaviota(locale="en")).agent["language"] == ["en-GB", "es-ES"]


# --- the numbers ---


def test_a_number_answers_with_whatever_is_published_and_asks_us_first() -> None:
    bound = plans.number(gaviota(), "+34910000001", "agent_1", public_url=URL)
    assert bound == {
        "inbound_agents": [{"agent_id": "agent_1", "agent_version": "latest_published", "weight": 1}],
        "inbound_webhook_url": f"{URL}/webhooks/retell/inbound",
    }


@pytest.mark.parametrize(
    ("transfer", "when", "fallback"),
    [
        ("+34600000000", TransferWhen.ALWAYS, "+34600000000"),
        ("+34600000000", TransferWhen.OPEN, None),  # nobody is there at night
        ("+34910000001", TransferWhen.ALWAYS, None),  # the number itself
        ("", TransferWhen.ALWAYS, None),
    ],
)
def test_calls_beyond_the_lines_go_to_a_colleague_who_is_always_there(
    transfer: str, when: TransferWhen, fallback: str | None
) -> None:
    card = gaviota(transfer_number=transfer, transfer_when=when)
    assert plans.number(card, "+34910000001", "agent_1", public_url=URL).get("fallback_number") == fallback
