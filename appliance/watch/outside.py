"""Probes of what is outside: services that are called, and our own address as others see it."""

import asyncio
import ssl
from functools import partial
from urllib.parse import urlsplit

import httpx

from appliance.clock import Clock
from appliance.errors import Unreachable
from appliance.watch.probes import Found, Probe

_HTTPS = 443
_DAY_MS = 86_400_000
_WARN_DAYS = 14


def answers(name: str, url: str, http: httpx.AsyncClient, clock: Clock) -> Probe:
    """Whether a service answers at all: also one that asks for a credential does."""
    ask = partial(_time_of_answer, url, http, clock)
    return Probe(name=f"{name}:responseTime", ask=ask, every_s=60, deadline_s=5, rest_s=300, outside=True)


async def _time_of_answer(url: str, http: httpx.AsyncClient, clock: Clock) -> Found:
    began_us = clock.stopwatch_us()
    try:
        response = await http.head(url)
    except httpx.HTTPError as error:
        raise Unreachable(f"no answer: {type(error).__name__}") from error
    if response.is_server_error:
        raise Unreachable(f"it answered with status {response.status_code}")
    return Found(value=(clock.stopwatch_us() - began_us) / 1000, unit="ms")


def certificate(url: str, clock: Clock, trust: ssl.SSLContext | None = None) -> Probe:
    """How long the certificate of an https address is still good, as whoever connects there finds it."""
    ask = partial(_days_left, url, clock, trust)
    return Probe(name="certificate:daysLeft", ask=ask, every_s=300, deadline_s=10, rest_s=300, outside=True)


async def _days_left(url: str, clock: Clock, trust: ssl.SSLContext | None) -> Found:
    days = (await _valid_until_ms(url, trust or ssl.create_default_context()) - clock.now_ms()) / _DAY_MS
    if days >= _WARN_DAYS:
        return Found(value=days, unit="days")
    return Found(status="warn", value=days, unit="days", output=f"it ends in {days:.1f} days; is it renewed by itself?")


async def _valid_until_ms(url: str, trust: ssl.SSLContext) -> int:
    where = urlsplit(url)
    try:
        _, writer = await asyncio.open_connection(where.hostname, where.port or _HTTPS, ssl=trust)
    except ssl.SSLCertVerificationError as error:
        raise Unreachable(f"it is not good: {error.verify_message}") from error
    try:
        held = writer.get_extra_info("peercert")
    finally:
        writer.transport.abort()
    return int(ssl.cert_time_to_seconds(held["notAfter"])) * 1000
