"""Verbs that ask a running server: where it is, who asks, and every way in which that can fail, in a line each."""

import os
from collections.abc import Mapping
from typing import Any, TypeVar

import click
import httpx
import msgspec

from appliance.cli import settings_from
from appliance.contract import Health, Problem, harmless, server_at
from appliance.domain.networks import is_this_machine
from appliance.errors import MaitreError

T = TypeVar("T")

_DEADLINE_S = 10
_JSON = {"Content-Type": "application/json"}


class NoAnswer(MaitreError):
    """The server did not answer as it should."""


url_option = click.option(
    "--url",
    metavar="URL",
    help="The server, or unix:PATH for its socket, asked with the token in MAITRE_TOKEN.  "
    "[default: as these settings say]",
)


class Client:
    """A running server, asked as whoever the token in the environment belongs to; `params` are a verb's own.

    Not an option: what a command is given, every user of the machine can read. `anybody`: it may be asked without.
    """

    def __init__(self, *, url: str | None, anybody: bool = False, **params: Any) -> None:
        token = os.environ.get("MAITRE_TOKEN") if anybody else token_of_environment()
        self._url = url_of(url, params)
        self._headers = {"Accept-Language": "en"} | ({"Authorization": f"Bearer {token}"} if token else {})

    def get(self, path: str, shape: type[T], **asked: object) -> T:
        """What the server says at `path`; parameters that are None are not sent. Raises NoAnswer."""
        return self._ask("GET", path, shape, {name: value for name, value in asked.items() if value is not None})

    def health(self) -> Health:
        """How it says it is, also when that is not well. Raises NoAnswer."""
        response = self._send("GET", "/api/health", {})
        if response.status_code not in (200, 503):
            raise NoAnswer(_refusal(response))
        return self._read(response, Health)

    def put(self, path: str, body: object, shape: type[T]) -> T:
        """What the server says to what was set at `path`. Raises NoAnswer."""
        return self._ask("PUT", path, shape, {}, body)

    def post(self, path: str, shape: type[T]) -> T:
        """What the server says of what it did at `path`. Raises NoAnswer."""
        return self._ask("POST", path, shape, {})

    def delete(self, path: str, shape: type[T]) -> T:
        """What the server says of what it took away at `path`. Raises NoAnswer."""
        return self._ask("DELETE", path, shape, {})

    def _ask(self, method: str, path: str, shape: type[T], asked: Mapping[str, Any], body: object = None) -> T:
        response = self._send(method, path, asked, body)
        if not response.is_success:
            raise NoAnswer(_refusal(response))
        return self._read(response, shape)

    def _read(self, response: httpx.Response, shape: type[T]) -> T:
        try:
            return msgspec.json.decode(harmless(response.content), type=shape)
        except msgspec.MsgspecError as error:
            raise NoAnswer(f"{self._url} does not answer like a Maitre of this version: {error}") from error

    def _send(self, method: str, path: str, asked: Mapping[str, Any], body: object = None) -> httpx.Response:
        content, headers = (None, None) if body is None else (msgspec.json.encode(body), _JSON)
        base, socket = server_at(self._url)
        try:
            with httpx.Client(
                transport=None if socket is None else httpx.HTTPTransport(uds=socket, verify=False),
                trust_env=not is_this_machine(httpx.URL(base).host),
                timeout=_DEADLINE_S,
                headers=self._headers,
            ) as http:
                return http.request(method, base + path, params=asked, content=content, headers=headers)
        except httpx.TimeoutException as error:
            raise NoAnswer(f"the server at {self._url} did not answer within {_DEADLINE_S} seconds") from error
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise NoAnswer(f"no server answers at {self._url}: {error}") from error


def token_of_environment() -> str:
    """Raises NoAnswer."""
    token = os.environ.get("MAITRE_TOKEN")
    if not token:
        raise NoAnswer("no token: set MAITRE_TOKEN to an operator's; `maitre token create` makes one")
    return token


def url_of(url: str | None, params: Mapping[str, Any]) -> str:
    """The server named, or else the one that these settings are for."""
    if url:
        return url.rstrip("/")
    settings = settings_from(params)
    return f"http://{settings.host}:{settings.port}"


def _refusal(response: httpx.Response) -> str:
    try:
        told = msgspec.json.decode(harmless(response.content), type=Problem)
    except msgspec.MsgspecError:
        return (
            f"the server at {response.url.copy_with(query=None)} answered {response.status_code}, and no Maitre does so"
        )
    return f"{told.detail} ({told.status}, request {told.instance})"
