"""Names, the certificate of the public address, and the address that the server listens on."""

import asyncio
import errno
import socket
import ssl
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import psutil
from msgspec import UNSET

from appliance import __version__
from appliance.contract import Health
from appliance.domain.networks import is_this_machine
from appliance.errors import Unreachable
from appliance.ops.doctor.findings import Finding, fail, ok, probed, skipped, warn
from appliance.ops.doctor.limits import listening_process
from appliance.ops.doctor.subject import Subject
from appliance.watch import outside

_LISTEN = "listening"
_HANDSHAKE_S = 5.0
_FIRST_PROCESS = 1
"""Systemd's, which keeps the sockets of services open."""


async def look(subject: Subject) -> AsyncIterator[Finding]:
    yield await _listening(subject)
    settings = subject.settings
    for what, url in (("Retell", settings.retell_api_url), ("us", settings.public_url)):
        host = urlsplit(url).hostname
        if host and not is_this_machine(host):
            # Without a key nobody here asks Retell anything: it is Retell that calls.
            needed = url == settings.public_url or bool(settings.retell_api_key)
            yield await _name(subject, f"name of {what}", host, needed=needed)
    if subject.settings.public_url:
        yield await _certificate(subject)


async def _name(subject: Subject, name: str, host: str, *, needed: bool) -> Finding:
    try:
        return ok(name, f"{host} is {', '.join(await subject.addresses(host))}")
    except Unreachable as error:
        say = fail if needed else warn
        return say(name, str(error), "See /etc/resolv.conf, the firewall (port 53), and the domain's records.")


async def _certificate(subject: Subject) -> Finding:
    name, url = "certificate", subject.settings.public_url
    try:
        await subject.reach(url)
        async with asyncio.timeout(_HANDSHAKE_S):
            seen = await outside.certificate(url, subject.clock).ask()
    except Unreachable as error:
        if (urlsplit(url).hostname or url) in str(error):
            return skipped(name, "its name cannot be resolved")
        return fail(name, str(error), "Renew it, with its whole chain: without a good one Retell calls nobody.")
    except (OSError, TimeoutError) as error:
        advice = "Is the proxy up? Some networks do not let one reach oneself from inside: try from elsewhere."
        return warn(name, f"{url} cannot be reached from here: {_words(error)}", advice)
    return probed(name, seen, well=f"good for {seen.value or 0:.0f} days", advice="See that it is renewed by itself.")


def _words(error: OSError) -> str:
    return str(error.strerror or type(error).__name__) if not isinstance(error, ssl.SSLError) else "it speaks no TLS"


async def _listening(subject: Subject) -> Finding:
    settings = subject.settings
    where = f"{settings.host}:{settings.port}"
    try:
        return _running(where, await subject.server())
    except Unreachable:
        refused = _why_not_free(settings.host, settings.port)
    if refused is None:
        return warn(_LISTEN, f"no server runs; {where} is free", "`maitre serve`, or `systemctl start maitre`.")
    if refused == errno.EADDRINUSE:
        return _taken(where, listening_process(settings.port))
    return fail(_LISTEN, f"{where}: {errno.errorcode.get(refused, refused)}", "Set `host` and `port` to what is there.")


def _running(where: str, health: Health) -> Finding:
    if health.version != __version__:
        found = f"version {health.version} runs at {where}, this is {__version__}"
        return warn(_LISTEN, found, "Restart the server.")
    if health.status == "pass":
        return ok(_LISTEN, f"our server, version {health.version}, at {where}: pass")
    checks = {} if health.checks is UNSET else health.checks
    unwell = [
        f"{name} ({one.output or one.status})"
        for name, several in checks.items()
        for one in several
        if one.status != "pass"
    ]
    found = f"our server at {where} says {health.status}{': ' if unwell else ''}{', '.join(unwell)}"
    say = fail if health.status == "fail" else warn
    return say(_LISTEN, found, "`maitre health`, with a token in MAITRE_TOKEN, tells which of its checks.")


def _why_not_free(host: str, port: int) -> int | None:
    """The error that listening there meets; None where it would do."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)[
            0
        ]
        with socket.socket(family) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
            trial.listen(1)
    except socket.gaierror:
        return None  # a name, which the server itself resolves
    except OSError as error:
        return error.errno
    return None


def _taken(where: str, process: psutil.Process | None) -> Finding:
    if process and process.pid == _FIRST_PROCESS:
        found = f"{where} is kept open by maitre.socket, and no server behind it answers"
        return fail(_LISTEN, found, "`journalctl -u maitre.service -p warning` says why it does not start.")
    return fail(_LISTEN, f"{where} is taken by {_who(process)}", "End it, or set another `port`.")


def _who(process: psutil.Process | None) -> str:
    try:
        return f"{process.name()} (process {process.pid})" if process else "another program"
    except psutil.Error:
        return "another program"
