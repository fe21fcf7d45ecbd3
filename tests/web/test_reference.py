import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from support.serving import House

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
async def document(house: House) -> dict[str, Any]:
    response = await house.http.get("/api/docs/openapi.json")
    assert response.headers["content-type"] == "application/vnd.oai.openapi+json"
    read: dict[str, Any] = response.json()
    return read


def everything(value: Any) -> Iterator[tuple[str, Any]]:
    """All names and their values, however deep."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name, inner
            yield from everything(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from everything(inner)


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for operation in item.values():
            yield path, operation


async def test_every_route_of_the_server_is_in_the_document(document: dict[str, Any]) -> None:
    assert set(document["paths"]) == {
        "/livez",
        "/readyz",
        "/api/health",
        "/metrics",
        "/api/auth/login",
        "/api/auth/refresh",
        "/api/auth/logout",
        "/api/auth/me",
        "/api/auth/password",
        "/api/auth/factor",
        "/api/auth/factor/confirm",
        "/api/auth/sessions",
        "/api/auth/sessions/{session_id}",
        "/api/auth/tokens",
        "/api/auth/tokens/{token_id}",
        "/api/restaurants/{restaurant_id}/users",
        "/api/restaurants/{restaurant_id}/users/{user_id}",
        "/api/restaurants",
        "/api/restaurants/{restaurant_id}",
        "/api/restaurants/{restaurant_id}/file",
        "/api/restaurants/{restaurant_id}/terms",
        "/api/restaurants/{restaurant_id}/reservations",
        "/api/restaurants/{restaurant_id}/reservations/{reservation_id}",
        "/api/restaurants/{restaurant_id}/reservations/{reservation_id}/{deed}",
        "/api/restaurants/{restaurant_id}/walk-ins",
        "/api/restaurants/{restaurant_id}/book",
        "/api/restaurants/{restaurant_id}/calendar",
        "/api/restaurants/{restaurant_id}/tables",
        "/api/restaurants/{restaurant_id}/customers",
        "/api/restaurants/{restaurant_id}/customers/{customer_id}",
        "/api/restaurants/{restaurant_id}/customers/{customer_id}/export",
        "/api/restaurants/{restaurant_id}/waitlist",
        "/api/restaurants/{restaurant_id}/waitlist/{entry_id}",
        "/api/restaurants/{restaurant_id}/messages",
        "/api/restaurants/{restaurant_id}/messages/{message_id}/handled",
        "/api/restaurants/{restaurant_id}/hours",
        "/api/restaurants/{restaurant_id}/special-days",
        "/api/restaurants/{restaurant_id}/special-days/{day}",
        "/api/restaurants/{restaurant_id}/closures",
        "/api/restaurants/{restaurant_id}/holidays",
        "/api/restaurants/{restaurant_id}/holidays/close",
        "/api/restaurants/{restaurant_id}/floor",
        "/api/restaurants/{restaurant_id}/tables/{table_id}",
        "/api/restaurants/{restaurant_id}/reservations.csv",
        "/api/restaurants/{restaurant_id}/sheets/{tab}",
        "/api/restaurants/{restaurant_id}/calendar-feed",
        "/api/restaurants/{restaurant_id}/calendar.ics",
        "/api/restaurants/{restaurant_id}/calls",
        "/api/restaurants/{restaurant_id}/calls/{call_id}",
        "/api/admin/overview",
        "/api/admin/metrics",
        "/api/admin/system",
        "/api/admin/scores",
        "/api/admin/stream",
        "/api/admin/calls",
        "/api/admin/calls/{call_id}/replay",
        "/api/admin/inbox",
        "/api/admin/tasks",
        "/api/admin/tasks/{deed}",
        "/api/admin/errors",
        "/api/admin/limits",
        "/api/admin/log-level",
        "/api/admin/backups",
        "/api/admin/restart",
        "/api/admin/logs",
        "/api/admin/limits/{restaurant_id}",
        "/api/admin/alerts",
        "/api/admin/alerts/test",
        "/api/admin/alerts/test/{test_id}",
        "/api/admin/alerts/{alert_id}/acknowledge",
        "/api/admin/alerts/{alert_id}/resolve",
        "/api/admin/audit",
        "/api/admin/users/{user_id}/factor",
        "/webhooks/retell",
        "/webhooks/retell/inbound",
        "/tools/retell",
        "/tools/retell/{tool}",
    }


async def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    references = [value for name, value in everything(document) if name == "$ref"]
    assert references
    for reference in references:
        place: Any = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


async def test_every_operation_says_how_it_answers_and_what_it_asks_for(document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        assert {"429", "500", "503"} < set(operation["responses"]), path
        assert "default" not in operation["responses"], "it would allow whatever is answered"
        assert any(status.startswith("2") for status in operation["responses"]), path
        declared = {one["name"] for one in operation.get("parameters", []) if one["in"] == "path"}
        assert declared == set(re.findall(r"{(\w+)}", path))
        for scheme in operation["security"]:
            assert set(scheme) <= set(document["components"]["securitySchemes"])


async def test_a_request_too_many_is_said_to_hear_when_to_come_again_and_which_quota_it_was(
    document: dict[str, Any],
) -> None:
    told = document["components"]["responses"]["429"]["headers"]
    assert {"Retry-After", "RateLimit", "RateLimit-Policy"} < set(told)
    assert told["RateLimit"]["required"] is False, "a ban is no quota"


async def test_whatever_is_made_is_said_to_have_an_address(document: dict[str, Any]) -> None:
    made = [one["responses"]["201"] for _, one in operations(document) if "201" in one["responses"]]
    assert len(made) == 5
    assert all("Location" in one["headers"] for one in made)


async def test_what_takes_a_file_says_of_which_kind(document: dict[str, Any]) -> None:
    body = document["paths"]["/api/restaurants/{restaurant_id}/sheets/{tab}"]["post"]["requestBody"]
    assert (body["required"], list(body["content"])) == (True, ["text/csv"])


async def test_what_is_shown_on_condition_and_edited_on_condition_says_so(document: dict[str, Any]) -> None:
    hours = document["paths"]["/api/restaurants/{restaurant_id}/hours"]
    assert ("304" in hours["get"]["responses"], "412" in hours["get"]["responses"]) == (True, False)
    assert ("304" in hours["put"]["responses"], "412" in hours["put"]["responses"]) == (False, True)
    named = [[one["name"] for one in hours[method]["parameters"] if one["in"] == "header"] for method in ("get", "put")]
    assert named == [["If-None-Match"], ["If-Match"]]


async def test_only_health_and_signing_in_are_open(document: dict[str, Any]) -> None:
    open_to_all = {
        path for path, operation in operations(document) if operation["security"] in ([], [{}, {"token": []}])
    }
    assert open_to_all == {"/livez", "/readyz", "/api/health", "/metrics", "/api/auth/login", "/api/auth/refresh"}


class Links(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.ids: list[str] = []
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self.targets += [value for name in ("href", "src") if (value := given.get(name))]
        self.ids += [value for value in [given.get("id")] if value]


async def test_the_page_needs_nothing_from_elsewhere(house: House) -> None:
    response = await house.http.get("/api/docs")
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    links = Links(response.text)
    assert "//" not in response.text
    assert not links.tags & {"script", "link", "img", "iframe"}
    assert {target for target in links.targets if not target.startswith("#")} == {"/api/docs/openapi.json"}
    assert {target[1:] for target in links.targets if target.startswith("#")} <= set(links.ids)


async def test_the_page_names_every_route_and_shape(house: House, document: dict[str, Any]) -> None:
    page = (await house.http.get("/api/docs/")).text
    for path in document["paths"]:
        assert f"<code>{path}</code>" in page
    assert set(Links(page).ids) == set(document["components"]["schemas"])
