"""What the platform sends: signed, distinct requests of about 1.2 kB, whole as they go over the wire."""

import random
import time
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice

import msgspec
from msgspec import Struct

from appliance.voice.retell.signature import sign

WEBHOOK = "/webhooks/retell"
CHECK_AVAILABILITY = "/tools/retell/check_availability"

_ON_THE_LINE = 512
"""The calls that ask questions at the same time: sixteen at each of the demo's restaurants."""
_DAY_MS, _TOOK_MS = 86_400_000, 95_000


class Line(Struct, frozen=True, kw_only=True):
    """A restaurant as the platform knows it: its voice agent, its number and the metadata of its calls."""

    id: str
    name: str
    agent_id: str
    phone: str


def line_up(
    path: str, lines: list[Line], *, key: str, count: int, prefix: str, at_once: int = _ON_THE_LINE
) -> list[bytes]:
    """`count` requests for `path`, no two the same; their signatures are good for five minutes.

    Each event is of a call of its own. The ids of the calls begin with `prefix`; the rest of each is the same in every
    run.
    """
    bodies = _availability(lines, prefix, at_once) if path == CHECK_AVAILABILITY else _call_started(lines, prefix)
    now_ms = time.time_ns() // 1_000_000
    return [_request(path, next(bodies), key, now_ms) for _ in range(count)]


def ended_calls(lines: list[Line], *, key: str, count: int, prefix: str) -> list[bytes]:
    """`count` events, each the end of a call of its own, spread over the last day."""
    now_ms = time.time_ns() // 1_000_000
    apart_ms = _DAY_MS // (count + 1)
    bodies = []
    for serial, call in enumerate(islice(_calls(lines, prefix), count), 1):
        began = now_ms - serial * apart_ms - _TOOK_MS
        call |= {"call_status": "ended", "disconnection_reason": "user_hangup", "duration_ms": _TOOK_MS}
        call |= {"start_timestamp": began, "end_timestamp": began + _TOOK_MS}
        bodies.append(msgspec.json.encode({"event": "call_ended", "call": call}))
    return [_request(WEBHOOK, body, key, now_ms) for body in bodies]


def _request(path: str, body: bytes, key: str, now_ms: int) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: axios/1.7.9\r\nAccept: */*\r\n"
        f"Content-Type: application/json\r\nX-Retell-Signature: {sign(body, key, now_ms)}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _call_started(lines: list[Line], prefix: str) -> Iterator[bytes]:
    for call in _calls(lines, prefix):
        call["custom_sip_headers"] = {
            "x-carrier-trunk": "es-mad-02",
            "x-original-to": call["to_number"],
            "diversion": f"<sip:{call['to_number']}@sip.carrier.example>;reason=no-answer;counter=1",
            "p-asserted-identity": f"<sip:{call['from_number']}@sip.carrier.example;user=phone>",
        }
        yield msgspec.json.encode({"event": "call_started", "call": call})


def _availability(lines: list[Line], prefix: str, at_once: int) -> Iterator[bytes]:
    draw = random.Random(2)
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    # Those who are on the line ask again and again: what is on offer to each is kept from the others meanwhile.
    for call in map(deepcopy, cycle(list(islice(_calls(lines, prefix), at_once)))):
        arguments = {
            "date": str(tomorrow + timedelta(days=draw.randrange(14))),
            "time": f"{draw.choice((13, 14, 15, 20, 21, 22))}:{draw.choice(('00', '15', '30'))}",
            "party_size": draw.choices((2, 3, 4, 5, 6, 8), (40, 15, 25, 8, 8, 4))[0],
        }
        call["transcript_with_tool_calls"] = [
            {"role": "user", "content": "Hola, quería una mesa para esta semana, ¿puede ser?", "words": []},
            {
                "role": "tool_call_invocation",
                "tool_call_id": f"tool_{draw.getrandbits(96):024x}",
                "name": "check_availability",
                "arguments": msgspec.json.encode(arguments).decode(),
                "type": "custom",
            },
        ]
        yield msgspec.json.encode({"name": "check_availability", "args": arguments, "call": call})


def _calls(lines: list[Line], prefix: str) -> Iterator[dict]:
    draw = random.Random(1)
    now_ms = time.time_ns() // 1_000_000
    serial = 0
    while True:
        line = draw.choice(lines)
        yield _call(line, f"call_{prefix}{serial:0{27 - len(prefix)}x}", f"+346{draw.randrange(10**8):08}", now_ms)
        serial += 1


def _call(line: Line, call_id: str, caller: str, now_ms: int) -> dict:
    return {
        "call_id": call_id,
        "call_type": "phone_call",
        "agent_id": line.agent_id,
        "agent_version": 12,
        "agent_name": f"{line.name} – Recepción",
        "call_status": "ongoing",
        "from_number": caller,
        "to_number": line.phone,
        "direction": "inbound",
        "telephony_identifier": {"twilio_call_sid": "CAbee992bac239c8f62b21b9ec2078f61a"},
        "data_storage_setting": "everything",
        "opt_in_signed_url": True,
        "metadata": {"restaurant_id": line.id, "inbound_lookup_id": "lkp_01JDN8Q2"},
        "retell_llm_dynamic_variables": {
            "restaurant_name": line.name,
            "customer_name": "Lucía",
            "is_returning": "true",
            "local_datetime": "viernes 27 de noviembre de 2026, 18:42",
            "upcoming_reservation": "",
            "opening_hours": "De martes a domingo, de 13:00 a 17:30 y de 20:00 a 00:45. Lunes cerrado.",
            "areas": "Terraza, Salón, Comedor privado",
            "largest_party": "8",
        },
        "start_timestamp": now_ms,
    }
