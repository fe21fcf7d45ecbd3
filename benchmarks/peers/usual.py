"""The usual way: FastAPI, uvicorn and an SQLAlchemy session, with one commit a request.

The signature check and the settings of the database are Maitre's.
"""

import json
import os
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from sqlalchemy import BigInteger, LargeBinary, event, make_url
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from appliance.voice.retell.signature import verify

_KEYS = [os.environ["RETELL_API_KEY"]]
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "wal_autocheckpoint=4000")


class Base(DeclarativeBase):
    pass


class Event(Base):
    __tablename__ = "inbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    event: Mapped[str]
    call_id: Mapped[str] = mapped_column(index=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[int] = mapped_column(BigInteger, index=True)


def _engine(url: str) -> AsyncEngine:
    address = make_url(url)
    is_sqlite = address.get_backend_name() == "sqlite"
    engine = create_async_engine(
        address.set(drivername=_DRIVERS[address.get_backend_name()]),
        # One connection suits SQLite's single writer: ten are no faster, and their p99 is three times as long.
        pool_size=1 if is_sqlite else 10,
        max_overflow=0,
        connect_args={"timeout": 30},
    )
    if is_sqlite:
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection, _record) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


engine = _engine(os.environ["DATABASE_URL"])
sessions = async_sessionmaker(engine, expire_on_commit=False)


async def session() -> AsyncIterator[AsyncSession]:
    async with sessions() as opened:
        yield opened


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield


app = FastAPI(lifespan=lifespan)


@app.post("/webhooks/retell")
async def receive(request: Request, opened: Annotated[AsyncSession, Depends(session)]) -> Response:
    body = await request.body()
    now_ms = time.time_ns() // 1_000_000
    if not verify(body, request.headers.get("x-retell-signature"), _KEYS, now_ms):
        raise HTTPException(401)
    payload = json.loads(body)
    name, call_id = payload["event"], payload["call"]["call_id"]
    opened.add(Event(idempotency_key=f"{name}:{call_id}", event=name, call_id=call_id, body=body, received_at=now_ms))
    try:
        await opened.commit()
    except IntegrityError:
        await opened.rollback()
    return Response(status_code=204)


if __name__ == "__main__":
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    print(json.dumps({"url": f"http://127.0.0.1:{listener.getsockname()[1]}"}), flush=True)
    config = uvicorn.Config(app, loop="uvloop", http="httptools", access_log=False, log_level="warning")
    uvicorn.Server(config).run(sockets=[listener])
