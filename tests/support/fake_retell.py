"""Retell's REST API, as its reference describes it: what it refuses, what it keeps, what goes wrong.

Bodies are held to the types of the `retell-sdk` package, published versions are immutable, a new version takes the
agent and its LLM along. `trouble` has the next answers go wrong; `requests` is what was asked, in order.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any, NamedTuple
from urllib.parse import unquote

from retell import BaseModel
from retell.types import AgentResponse, LlmResponse, PhoneNumberResponse

API_KEY = "key_of_the_rest_api_0123"
DEPRECATED = "Deprecated API usage is no longer supported"
_UNKNOWN = "Cannot find requested asset under given api key."
_SPEECH = (
    "transcript",
    "transcript_object",
    "transcript_with_tool_calls",
    "pre_session_transcript_with_tool_calls",
    "post_session_transcript_with_tool_calls",
)
"""What a list of calls leaves out."""

Json = dict[str, Any]


class Refused(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Trouble(NamedTuple):
    """An answer that goes wrong, for requests whose path has `where` in it. `body` is sent as it stands.

    `after` has the request carried out first: the answer is lost, the deed is not. `hang`: no answer before it is set.
    """

    status: int = 500
    where: str = ""
    headers: Mapping[str, str] = {}
    body: bytes | None = None
    after: bool = False
    hang: threading.Event | None = None


class Request(NamedTuple):
    method: str
    path: str
    body: Any


class FakeRetell:
    """`agents` and `llms` are kept by id and version, `numbers` by E.164, `calls` by id."""

    def __init__(self) -> None:
        self.url = ""
        self.keys = {API_KEY}
        self.agents: dict[str, dict[int, Json]] = {}
        self.llms: dict[str, dict[int, Json]] = {}
        self.numbers: dict[str, Json] = {}
        self.calls: dict[str, Json] = {}
        self.requests: list[Request] = []
        self.trouble: list[Trouble] = []
        self.page_size = 50
        self.lock = threading.Lock()
        self._ids = 0
        self._clock = 1_764_000_000_000

    def fail(self, status: int, *, times: int = 1, where: str = "", retry_after: str = "") -> None:
        """The next requests are answered so."""
        headers = {"Retry-After": retry_after} if retry_after else {}
        self.trouble += [Trouble(status=status, where=where, headers=headers)] * times

    def asked(self, method: str, start: str) -> list[Request]:
        """The requests of a method whose path starts so."""
        return [one for one in self.requests if one.method == method and one.path.startswith(start)]

    @property
    def written(self) -> list[str]:
        """The paths of all that may have changed something."""
        reads = ("/v2/list-", "/v3/list-")
        return [one.path for one in self.requests if one.method != "GET" and not one.path.startswith(reads)]

    def add_number(self, number: str, **more: Any) -> None:
        self.numbers[number] = {"phone_number": number, "phone_number_type": "retell-twilio"} | more

    def add_call(self, call_id: str, **more: Any) -> Json:
        """A call that has ended and was analysed."""
        usual = {
            "call_id": call_id,
            "call_type": "phone_call",
            "agent_id": "agent_rest_gaviota",
            "agent_version": 3,
            "call_status": "ended",
            "direction": "inbound",
            "from_number": "+34600111222",
            "to_number": "+34910000001",
            "transcript": "Agent: La Gaviota, dígame.\nUser: Quería una mesa.\n",
            "disconnection_reason": "user_hangup",
            "call_analysis": {"call_summary": "Booked a table.", "user_sentiment": "Positive", "call_successful": True},
        }
        self.calls[call_id] = {name: value for name, value in (usual | more).items() if value is not None}
        return self.calls[call_id]

    def newest(self, agent_id: str) -> Json:
        return self.agents[agent_id][max(self.agents[agent_id])]

    def llm_of(self, agent: Json) -> Json:
        engine = agent["response_engine"]
        return self.llms[engine["llm_id"]][engine["version"]]

    # --- what is asked ---

    def answer(self, request: Request, query: Json) -> tuple[int, Any]:
        """Status and body of what was asked. Raises Refused."""
        for method, start, take in self._routes():
            if request.method == method and request.path.startswith(start):
                rest = unquote(request.path.removeprefix(start))
                return take(rest, request.body if request.body is not None else {}, query)
        raise Refused(404, "The requested resource was not found.")

    def next_trouble(self, path: str) -> Trouble | None:
        """What is to go wrong with this request, if anything is."""
        trouble = next((one for one in self.trouble if one.where in path), None)
        if trouble:
            self.trouble.remove(trouble)
        return trouble

    def _routes(self) -> tuple[tuple[str, str, Callable[[str, Json, Json], tuple[int, Any]]], ...]:
        return (
            ("POST", "/v3/list-calls", self._list_calls),
            ("POST", "/v2/list-calls", self._deprecated),
            ("GET", "/v2/get-call/", self._get_call),
            ("POST", "/v2/list-agents", self._list_agents),
            ("GET", "/list-agents", self._deprecated),
            ("POST", "/create-agent-version/", self._create_version),
            ("POST", "/create-agent", self._create_agent),
            ("GET", "/get-agent/", self._get_agent),
            ("PATCH", "/update-agent/", self._update_agent),
            ("POST", "/publish-agent-version/", self._publish),
            ("POST", "/publish-agent/", self._deprecated),
            ("POST", "/create-retell-llm", self._create_llm),
            ("GET", "/get-retell-llm/", self._get_llm),
            ("PATCH", "/update-retell-llm/", self._update_llm),
            ("GET", "/v2/list-retell-llms", self._list_llms),
            ("GET", "/get-phone-number/", self._get_number),
            ("PATCH", "/update-phone-number/", self._update_number),
            ("GET", "/get-concurrency", self._concurrency),
        )

    def _deprecated(self, _rest: str, _body: Json, _query: Json) -> tuple[int, Any]:
        raise Refused(400, DEPRECATED)

    def _list_calls(self, _rest: str, body: Json, _query: Json) -> tuple[int, Any]:
        asked = body.get("filter_criteria", {})
        found = [call for call in self.calls.values() if _fits_filter(call, asked)]
        found.sort(key=_started, reverse=body.get("sort_order", "descending") == "descending")
        page = self._page(found, body)
        page["items"] = [{name: call[name] for name in call if name not in _SPEECH} for call in page["items"]]
        return 200, page

    def _get_call(self, call_id: str, _body: Json, _query: Json) -> tuple[int, Any]:
        if call_id not in self.calls:
            raise Refused(404, "The requested resource was not found.")
        return 200, self.calls[call_id]

    def _list_agents(self, _rest: str, body: Json, _query: Json) -> tuple[int, Any]:
        wanted = body.get("filter_criteria", {}).get("query", "").lower()
        newest = [self.newest(agent_id) for agent_id in self.agents]
        found = [one for one in newest if wanted in (one.get("agent_name") or "").lower() or wanted in one["agent_id"]]
        page = self._page(found, body)
        page["items"] = [
            {"agent_id": one["agent_id"], "agent_name": one.get("agent_name") or "", "channel": "voice", "tags": {}}
            for one in page["items"]
        ]
        return 200, page

    def _create_llm(self, _rest: str, body: Json, _query: Json) -> tuple[int, Any]:
        llm_id = self._new_id("llm")
        llm = deepcopy(body) | {"llm_id": llm_id, "version": 0, "is_published": False}
        self.llms[llm_id] = {0: self._written(llm, LlmResponse)}
        return 201, self.llms[llm_id][0]

    def _get_llm(self, llm_id: str, _body: Json, query: Json) -> tuple[int, Any]:
        return 200, _version_of(self.llms.get(llm_id), query)

    def _update_llm(self, llm_id: str, body: Json, query: Json) -> tuple[int, Any]:
        llm = _version_of(self.llms.get(llm_id), query)
        if llm["is_published"]:
            raise Refused(400, "Cannot update published LLM")
        self.llms[llm_id][llm["version"]] = self._written(llm | deepcopy(body), LlmResponse)
        return 200, self.llms[llm_id][llm["version"]]

    def _list_llms(self, _rest: str, _body: Json, query: Json) -> tuple[int, Any]:
        return 200, self._page([versions[max(versions)] for versions in self.llms.values()], query)

    def _create_agent(self, _rest: str, body: Json, _query: Json) -> tuple[int, Any]:
        engine = body.get("response_engine", {})
        if engine.get("type") == "retell-llm" and engine.get("llm_id") not in self.llms:
            raise Refused(422, _UNKNOWN)
        agent_id = self._new_id("agent")
        agent = deepcopy(body) | {"agent_id": agent_id, "version": 0, "is_published": False}
        agent["response_engine"] = {"version": 0} | engine
        self.agents[agent_id] = {0: self._written(agent, AgentResponse)}
        return 201, self.agents[agent_id][0]

    def _get_agent(self, agent_id: str, _body: Json, query: Json) -> tuple[int, Any]:
        return 200, _version_of(self.agents.get(agent_id), query)

    def _update_agent(self, agent_id: str, body: Json, query: Json) -> tuple[int, Any]:
        agent = _version_of(self.agents.get(agent_id), query)
        if agent["is_published"] and set(body) - {"version_title"}:
            raise Refused(422, "Cannot update published agent other than version title")
        self.agents[agent_id][agent["version"]] = self._written(agent | deepcopy(body), AgentResponse)
        return 200, self.agents[agent_id][agent["version"]]

    def _create_version(self, agent_id: str, body: Json, _query: Json) -> tuple[int, Any]:
        base = _version_of(self.agents.get(agent_id), {"version": body.get("base_version")})
        number, engine = max(self.agents[agent_id]) + 1, base["response_engine"]
        draft = deepcopy(base) | {"version": number, "base_version": base["version"], "is_published": False}
        if engine["type"] == "retell-llm":
            draft["response_engine"] = engine | {"version": number}
            llm = deepcopy(self.llm_of(base)) | {"version": number, "is_published": False}
            self.llms[engine["llm_id"]][number] = llm
        self.agents[agent_id][number] = draft
        return 201, draft

    def _publish(self, agent_id: str, body: Json, _query: Json) -> tuple[int, Any]:
        if not isinstance(body.get("version"), int):
            raise Refused(400, "Invalid request format, please check API reference.")
        agent = _version_of(self.agents.get(agent_id), body)
        agent["is_published"] = True
        if agent["response_engine"]["type"] == "retell-llm":
            self.llm_of(agent)["is_published"] = True
        return 200, None

    def _get_number(self, number: str, _body: Json, _query: Json) -> tuple[int, Any]:
        if number not in self.numbers:
            raise Refused(404, "The requested resource was not found.")
        return 200, self.numbers[number]

    def _update_number(self, number: str, body: Json, query: Json) -> tuple[int, Any]:
        known = self._get_number(number, {}, query)[1]
        if {"inbound_agent_id", "outbound_agent_id"} & set(body):
            raise Refused(400, DEPRECATED)
        agents = body.get("inbound_agents") or []
        if any(one.get("agent_id") not in self.agents for one in agents):
            raise Refused(422, _UNKNOWN)
        if agents and abs(sum(one.get("weight", 0) for one in agents) - 1) > 1e-9:
            raise Refused(400, "Total weights must add up to 1.")
        if body.get("fallback_number") == number:
            raise Refused(400, "Fallback number cannot be the same as this phone number.")
        self.numbers[number] = self._written(known | deepcopy(body), PhoneNumberResponse)
        return 200, self.numbers[number]

    def _concurrency(self, _rest: str, _body: Json, _query: Json) -> tuple[int, Any]:
        ongoing = sum(call["call_status"] == "ongoing" for call in self.calls.values())
        return 200, {"current_concurrency": ongoing, "concurrency_limit": 20, "base_concurrency": 20}

    def _page(self, found: list[Json], asked: Json) -> Json:
        """`pagination_key` says where to go on; nobody may guess what it means."""
        first = int(asked.get("pagination_key", "page_0").removeprefix("page_"))
        last = first + min(int(asked.get("limit", self.page_size)), self.page_size)
        more = {"pagination_key": f"page_{last}"} if last < len(found) else {}
        return {"items": found[first:last], "has_more": last < len(found)} | more

    def _new_id(self, kind: str) -> str:
        self._ids += 1
        return f"{kind}_{self._ids:026x}"

    def _written(self, thing: Json, model: type[BaseModel]) -> Json:
        """The thing as it is stored. Raises Refused unless the SDK's types know all that it says."""
        self._clock += 1
        thing["last_modification_timestamp"] = self._clock
        try:
            read = model.model_validate(thing)
        except ValueError as error:
            raise Refused(400, f"Invalid request format, please check API reference. {error}") from error
        if strange := sorted(_strange(read)):
            raise Refused(400, f"Invalid request format, please check API reference. {strange}")
        return thing


def _version_of(versions: dict[int, Json] | None, asked: Json) -> Json:
    """The version that is asked for, else the newest."""
    if not versions:
        raise Refused(422, _UNKNOWN)
    said = asked.get("version")
    number = max(versions) if said is None else int(said)
    if number not in versions:
        raise Refused(404, "The requested resource was not found.")
    return versions[number]


def _strange(value: Any) -> Iterator[str]:
    """The fields that no type of the SDK has."""
    if isinstance(value, BaseModel):
        yield from value.model_extra or ()
        for name in type(value).model_fields:
            yield from _strange(getattr(value, name))
    elif isinstance(value, list):
        for item in value:
            yield from _strange(item)


def _started(call: Json) -> int:
    return int(call.get("start_timestamp", 0))


def _fits_filter(call: Json, asked: Json) -> bool:
    unknown = set(asked) - {"start_timestamp", "call_status", "agent"}
    if unknown:
        raise Refused(400, f"Invalid request format, please check API reference. {unknown}")
    agents = [one["agent_id"] for one in asked.get("agent", ())]
    wanted = asked.get("call_status", {}).get("value")
    return (
        (not agents or call["agent_id"] in agents)
        and (wanted is None or call["call_status"] in wanted)
        and _in_time(call.get("start_timestamp"), asked.get("start_timestamp"))
    )


def _in_time(started: int | None, asked: Json | None) -> bool:
    if asked is None or started is None:
        return asked is None
    if asked["type"] == "range" and asked["op"] == "bt":
        first, last = asked["value"]
        return bool(first <= started <= last)
    if asked["type"] == "number" and asked["op"] == "ge":
        return bool(started >= asked["value"])
    raise Refused(400, "Invalid request format, please check API reference.")
