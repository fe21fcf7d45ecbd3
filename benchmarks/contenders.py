"""Who is measured: Maitre and its peers, each started on a fresh database and killed after its last answer."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct, convert

from appliance.loadtest.restaurants import demo_restaurants
from benchmarks import node
from benchmarks.processes import Server, demo, running
from benchmarks.requests import Line

_KEY = "key_of_the_benchmarks"
_PEERS = Path(__file__).parent / "peers"


class Started(Struct, frozen=True, kw_only=True):
    """A running contender: its process, the key that signs for it, and the restaurants that it knows."""

    server: Server
    key: str
    lines: list[Line]


class Contender(Struct, frozen=True, kw_only=True):
    """`start` takes an empty directory and the database's URL. `repeat`: it may see the same request twice."""

    name: str
    label: str
    database: str
    start: Callable
    most_per_s: int
    repeat: bool = False


@contextmanager
def _peer(command: list[str], home: Path, env: dict[str, str]) -> Iterator[Started]:
    lines = [
        Line(id=made_up.card.id, name=made_up.card.name, agent_id=made_up.agent_id, phone=made_up.number)
        for made_up in demo_restaurants()
    ]
    with running(command, home=home, env=env | {"RETELL_API_KEY": _KEY}) as server:
        yield Started(server=server, key=_KEY, lines=lines)


def _bare(home: Path, _url: str):
    return _peer([sys.executable, "-m", "benchmarks.peers.bare"], home, {})


def _usual(home: Path, url: str):
    return _peer([sys.executable, "-m", "benchmarks.peers.usual"], home, {"DATABASE_URL": url})


def _fastify(home: Path, url: str):
    env = {"DATABASE_FILE": url.removeprefix("sqlite:///"), "NODE_HOME": str(node.home())}
    return _peer(["node", str(_PEERS / "fastify.cjs")], home, env)


def _maitre(home: Path, url: str):
    return _our_own("appliance", home, url)


def _unwatched(home: Path, url: str):
    return _our_own("benchmarks.peers.unwatched", home, url)


@contextmanager
def _our_own(program: str, home: Path, url: str) -> Iterator[Started]:
    with demo(program, home, url) as server:
        lines = convert(server.ready["restaurants"], list[Line])
        yield Started(server=server, key=server.ready["retell_api_key"], lines=lines)


BARE = Contender(name="bare", label="bare Granian, 204", database="", start=_bare, most_per_s=10_000, repeat=True)
USUAL = Contender(name="usual", label="FastAPI + uvicorn + ORM", database="SQLite", start=_usual, most_per_s=6_000)
FASTIFY = Contender(
    name="fastify", label="Fastify + better-sqlite3", database="SQLite", start=_fastify, most_per_s=16_000
)
MAITRE = Contender(name="maitre", label="**Maitre**", database="SQLite", start=_maitre, most_per_s=20_000)
UNWATCHED = Contender(
    name="unwatched", label="Maitre, unwatched", database="SQLite", start=_unwatched, most_per_s=20_000
)
USUAL_PG = Contender(
    name="usual-pg", label="FastAPI + uvicorn + ORM", database="Postgres", start=_usual, most_per_s=6_000
)
MAITRE_PG = Contender(name="maitre-pg", label="**Maitre**", database="Postgres", start=_maitre, most_per_s=20_000)
