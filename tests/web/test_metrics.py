import re
import shutil
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from support.retell_bodies import sample
from support.serving import EVENTS, House

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


async def figures(house: House) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels, read as Prometheus reads them."""
    answer = await house.http.get("/metrics")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    families = text_string_to_metric_families(answer.text)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def counted(found: dict[tuple[str, ...], float], name: str) -> dict[tuple[str, ...], float]:
    return {labels: value for (of, *rest), value in found.items() if of == name for labels in [tuple(rest)]}


async def test_the_figures_are_what_was_sent_to_the_unit(house: House) -> None:
    for name in ("10", "10", "11", "12"):
        assert (await house.post(EVENTS, sample(name))).status_code == 204
    assert (await house.http.post(EVENTS, content=sample("10"))).status_code == 401
    assert (await house.tool(sample("20")))["ok"] is True
    assert (await house.tool(sample("21")))["code"] == "booked"
    assert (await house.tool({"name": "juggle", "call": {"agent_id": "agent_nobody"}, "args": {}}))["ok"] is False
    await house.settled()
    found = await figures(house)
    assert counted(found, "maitre_webhook_events_total") == {
        ("call_started", "accepted"): 1,
        ("call_started", "duplicate"): 1,
        ("call_ended", "accepted"): 1,
        ("call_analyzed", "accepted"): 1,
        ("unknown", "rejected"): 1,
    }
    assert counted(found, "maitre_webhook_ack_seconds_count") == {(): 4}
    assert counted(found, "maitre_tool_seconds_count") == {
        ("done", "check_availability"): 1,
        ("done", "create_reservation"): 1,
    }
    answers = counted(found, "maitre_request_seconds_count")
    assert answers["webhooks", EVENTS, "204"] == 4
    assert answers["webhooks", EVENTS, "401"] == 1
    assert answers["tools", "/tools/retell", "200"] == 3
    assert found["maitre_queue_outcomes_total", "done", "events"] == 3
    assert found["maitre_queue_tasks", "ready"] == found["maitre_queue_tasks", "dead"] == 0


async def test_an_event_nobody_knows_the_restaurant_of_is_counted_as_set_aside(house: House) -> None:
    stranger = {"event": "call_started", "call": {"call_id": "call_x", "agent_id": "agent_nobody"}}
    assert (await house.post(EVENTS, stranger)).status_code == 204
    found = await figures(house)
    assert found["maitre_webhook_events_total", "call_started", "quarantined"] == 1
    assert found["maitre_queue_tasks", "held"] == 1


async def test_the_machine_and_the_process_are_told_as_they_are(house: House, tmp_path: Path) -> None:
    found = await figures(house)
    disk = shutil.disk_usage(tmp_path)
    assert found["maitre_database_up",] == 1
    assert found["maitre_process_memory_bytes",] > 50e6
    assert found["maitre_process_open_files",] > 5
    assert found["maitre_host_disk_ratio",] == pytest.approx(disk.used / (disk.used + disk.free), abs=0.02)
    assert found["maitre_host_disk_free_bytes",] == pytest.approx(disk.free, rel=0.2)
    assert found["maitre_process_cpu_seconds_total",] > 0
    assert found["maitre_restaurants",] == 1


async def test_nothing_in_it_is_about_a_guest_or_a_call(house: House) -> None:
    await house.post(EVENTS, sample("12"))
    await house.tool(sample("21"))
    text = (await house.http.get("/metrics")).text
    series = re.sub(r" \S+$", "", text, flags=re.MULTILINE)  # any figure may look like a number of Spain
    assert not re.search(r"\+?34\d{6}|call_[0-9a-f]{8}|@|Luc", series)


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip"])
async def test_what_a_proxy_of_this_machine_passes_on_needs_an_operator_s_token(house: House, header: str) -> None:
    forwarded = {header: "203.0.113.9"}
    assert (await house.http.get("/metrics", headers=forwarded)).status_code == 401
    known = forwarded | {"authorization": f"Bearer {house.token}"}
    assert (await house.http.get("/metrics", headers=known)).status_code == 200


async def test_what_a_client_asks_for_that_is_no_route_makes_no_series(house: House) -> None:
    for n in range(20):
        await house.http.get(f"/made/up/{n}")
    routes = {route for _, route, _ in counted(await figures(house), "maitre_request_seconds_count")}
    assert "(no route)" in routes
    assert not any(route.startswith("/made") for route in routes)
