"""What operators are told of metrics is what the server tells: the page, the alert rules and the dashboard."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from support.fake_retell import API_KEY, FakeRetell
from support.retell_bodies import sample
from support.serving import EVENTS, House, serving

DOCS = Path(__file__).parents[1] / "docs"
ROW = re.compile(r"^\| `(?P<name>maitre_\w+)` \| (?P<kind>\w+) \| (?P<labels>[^|]*)\|", re.MULTILINE)
NAMED = re.compile(r"\bmaitre_\w+")
SUFFIX = re.compile(r"_(bucket|count|sum)$")

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

Shape = tuple[str, frozenset[str]]


@pytest.fixture
async def exposed(database_url: str, tmp_path: Path, retell: FakeRetell) -> dict[str, Shape]:
    """The kind and the labels of every metric that a server shows once a little has happened."""
    async with serving(database_url, tmp_path, retell_api_key=API_KEY, retell_api_url=retell.url) as house:
        await happened(house)
        text = (await house.http.get("/metrics")).text
    return {
        family.name + "_total" * (family.type == "counter"): (
            family.type,
            frozenset(name for one in family.samples for name in one.labels) - {"le"},
        )
        for family in text_string_to_metric_families(text)
    }


async def happened(house: House) -> None:
    await house.post(EVENTS, sample("10"))
    await house.tool(sample("20"))
    await house.read("/api/restaurants/rest_la_marea")
    await house.settled()


async def test_the_page_tells_of_every_metric_its_kind_and_its_labels(exposed: dict[str, Shape]) -> None:
    told = {
        row["name"]: (row["kind"], frozenset(re.findall(r"`(\w+)`", row["labels"])))
        for row in ROW.finditer((DOCS / "metrics.md").read_text())
    }
    assert told == exposed


async def test_the_alert_rules_ask_for_metrics_that_there_are(exposed: dict[str, Shape]) -> None:
    rules = [
        rule
        for group in yaml.safe_load((DOCS / "prometheus/maitre.yml").read_text())["groups"]
        for rule in group["rules"]
    ]
    assert len({rule["alert"] for rule in rules}) == len(rules) > 10
    asked = {name for rule in rules for name in named(rule["expr"])}
    assert asked <= set(exposed)


async def test_the_dashboard_shows_every_metric_and_no_other(exposed: dict[str, Shape]) -> None:
    board = json.loads((DOCS / "grafana/maitre.json").read_text())
    shown = {name for expression in expressions(board) for name in named(expression)}
    assert shown == set(exposed)


def named(expression: str) -> set[str]:
    return {SUFFIX.sub("", name) for name in NAMED.findall(re.sub(r"\{[^}]*\}", "", expression))}


def expressions(board: dict[str, Any]) -> list[str]:
    return [target["expr"] for panel in board["panels"] for target in panel.get("targets", ())]
