import json
from pathlib import Path
from typing import Any, Protocol

import pytest
from click.testing import CliRunner, Result

from appliance import cli
from support.fake_retell import API_KEY, FakeRetell

EXAMPLE = Path(__file__).parents[2] / "docs/restaurant.toml"
ID, NUMBER = "rest_la_marea", "+34910123456"


class Run(Protocol):
    def __call__(self, *arguments: str, **env: str) -> Result: ...


@pytest.fixture
def run(tmp_path: Path, retell: FakeRetell) -> Run:
    """The command, on a machine with La Marea whose number is at the platform."""
    retell.add_number(NUMBER)
    usual = {
        "MAITRE_DATA_DIR": str(tmp_path),
        "HOME": str(tmp_path),
        "MAITRE_RETELL_API_KEY": API_KEY,
        "MAITRE_RETELL_API_URL": retell.url,
        "MAITRE_PUBLIC_URL": "https://voz.example",
    }

    def run(*arguments: str, **env: str) -> Result:
        told = {name: value for name, value in (usual | env).items() if value}
        return CliRunner().invoke(cli.maitre, arguments, env=told, prog_name="maitre")

    bare = dict.fromkeys(("MAITRE_RETELL_API_KEY", "MAITRE_RETELL_API_URL", "MAITRE_PUBLIC_URL"), "")
    assert run("setup", "--retell-key", "key_0123456789abcdef", **bare).exit_code == 0
    assert run("restaurant", "add", str(EXAMPLE)).exit_code == 0
    return run


def told(result: Result) -> list[dict[str, Any]]:
    answer: list[dict[str, Any]] = json.loads(result.stdout)
    return answer


def exported(run: Run) -> dict[str, Any]:
    file: dict[str, Any] = json.loads(run("restaurant", "export", ID).stdout)
    return file


def test_an_agent_is_made_and_from_then_on_it_is_as_it_should_be(run: Run, retell: FakeRetell) -> None:
    assert run("retell", "check").exit_code == 1
    made = run("retell", "provision", ID)
    (agent,) = retell.agents
    assert (made.exit_code, exported(run)["agents"]) == (0, [agent])
    assert made.stdout.splitlines()[:2] == [
        f"{ID}: {agent} version 0 3 changed",
        '  agent: null → "La Marea · rest_la_marea"',
    ]
    checked = run("retell", "check", ID)
    assert (checked.exit_code, checked.stdout) == (0, f"{ID}: {agent} version 0 is as it should be\n")


def test_a_dry_run_prints_what_differs_and_changes_nothing(run: Run, retell: FakeRetell) -> None:
    for verb in (("provision", ID), ("sync",)):
        dry = run("retell", *verb, "--dry-run")
        assert dry.exit_code == 0
        assert dry.stdout.startswith(f"{ID}: 3 to change\n")
    assert (retell.written, retell.agents) == ([], {})
    assert exported(run)["agents"] == ["agent_0123456789abcdef"]


def test_a_longer_text_is_told_by_the_lines_that_differ(run: Run, retell: FakeRetell) -> None:
    run("retell", "provision", ID)
    (agent,) = retell.agents
    llm = retell.llm_of(retell.newest(agent))
    llm["general_prompt"] = llm["general_prompt"].replace("# Terminar", "# El final")
    checked = run("retell", "check")
    assert checked.exit_code == 1
    assert checked.stdout.splitlines()[1:] == [
        "  llm.general_prompt:",
        "    -# El final",
        "    +# Terminar",
    ]


def test_programs_get_it_as_json(run: Run, retell: FakeRetell) -> None:
    (made,) = told(run("retell", "provision", ID, "--json"))
    assert (made["restaurant_id"], made["agent_id"], made["left"]) == (ID, *retell.agents, [])
    assert made["differences"][0]["where"] == "agent"
    assert told(run("retell", "check", "--json")) == [made | {"differences": []}]
    assert told(run("retell", "sync", "--json")) == [made | {"differences": []}]


def test_what_a_person_must_see_to_ends_with_code_1(run: Run, retell: FakeRetell) -> None:
    retell.numbers.clear()
    made = run("retell", "provision", ID)
    assert made.exit_code == 1
    assert f"{NUMBER} is no number at Retell" in made.stdout
    assert "needs somebody to look" in run("retell", "sync").stdout


@pytest.mark.parametrize("missing", ["MAITRE_RETELL_API_KEY", "MAITRE_PUBLIC_URL"])
def test_what_it_needs_to_be_set_is_named(run: Run, missing: str) -> None:
    refused = run("retell", "provision", ID, **{missing: ""})
    assert refused.exit_code == 1
    assert f"{missing.removeprefix('MAITRE_').lower()} is not set" in refused.stderr


def test_a_platform_that_refuses_the_key_is_told_in_a_line(run: Run, retell: FakeRetell) -> None:
    retell.keys.clear()
    refused = run("retell", "check", ID)
    assert refused.exit_code == 1
    assert refused.stderr == "maitre: The phone platform refuses it (401): API key is missing or invalid.\n"
    assert API_KEY not in refused.output
