"""Platforms as a console may find them: nothing in it yet, at work, and in trouble."""

from typing import Any

from appliance.contract import (
    AlertDelivery,
    AlertRow,
    BackupState,
    HealthReason,
    HealthRow,
    LastMinute,
    LimitRow,
    LiveSecond,
    LiveView,
    MachineView,
    MetricPoint,
    MetricSeries,
    Overview,
    QueueDepth,
    TaskRow,
)
from support import lines, logged, nights
from support.engine_room import NOW, engine_room, in_trouble
from support.stage import Stage

_MINUTE_MS = 60_000
_FAILING = "Fracasa el 30 % de lo que pide el agente, por culpa nuestra: pidió 160 veces en un día."
_NAMES = (
    "La Marea", "Casa Benita", "El Jilguero", "Mesón del Alba", "La Perdiz Roja", "Sidrería El Lagar",
    "Los Girasoles", "Azafrán y Romero", "Marisquería Punta Brava", "Taberna del Farol", "La Higuera", "El Drago",
    "Asador Don Celedonio",
)  # fmt: skip
_PLANS = ("basic", "premium", "enterprise")


def served(**more: Any) -> dict[str, Any]:
    none = {"requests": 0, "errors": 0, "p50_ms": 0.0, "p95_ms": 0.0, "p99_ms": 0.0}
    return none | {"tools": 0, "tool_failures": 0, "tool_p95_ms": 0.0} | more


def health(number: int, **more: Any) -> HealthRow:
    usual: dict[str, Any] = {
        "restaurant_id": f"rest_{number:02}",
        "name": _NAMES[number % len(_NAMES)],
        "plan": _PLANS[number % 3],
        "status": "active",
        "score": 100,
        "reasons": [],
        "calls": 40 - number,
        "bookings": 25 - number,
        "success_rate": 0.92,
        "negative_rate": 0.02,
        "tools": 160,
        "tool_failures": 0,
        "tool_p95_ms": 84.0 + number,
        "cost_cents": 412.5,
        "plan_share": 0.31,
    }
    return HealthRow(**(usual | more))


def reason(code: str, points: int, value: float, of: int = 0) -> HealthReason:
    return HealthReason(code=code, points=points, value=value, of=of)


def alert(number: int, **more: Any) -> AlertRow:
    usual: dict[str, Any] = {
        "id": f"alert_{number}",
        "rule": "queue_age",
        "restaurant_id": "",
        "level": "warning",
        "state": "open",
        "message": "Hay eventos que esperan desde hace 2 min.",
        "value": 120.0,
        "unit": "seconds",
        "opened_at": NOW - 7 * _MINUTE_MS,
        "seen_at": NOW,
        "acknowledged_at": None,
        "acknowledged_by": "",
        "resolved_at": None,
        "resolved_by": "",
        "deliveries": [],
    }
    return AlertRow(**(usual | more))


def task(number: int, **more: Any) -> TaskRow:
    usual: dict[str, Any] = {
        "id": f"event_{number:04}",
        "kind": "event",
        "lock": f"call_{number}",
        "restaurant_id": f"rest_{number % 5:02}",
        "state": "ready",
        "attempts": 0,
        "run_at": NOW,
        "error": None,
        "created_at": NOW - number * 1_000,
    }
    return TaskRow(**(usual | more))


def limit(number: int, **more: Any) -> LimitRow:
    plan = number % 3
    requests = (100, 500, 2_000)[plan]
    usual: dict[str, Any] = {
        "restaurant_id": f"rest_{number:02}",
        "name": _NAMES[number % len(_NAMES)],
        "plan": _PLANS[plan],
        "requests": requests,
        "window_s": 900,
        "used": number,
        "remaining": requests - number,
        "refused": 0,
        "enforced": True,
        "phone_webhooks": 6,
        "phone_tools": 9 + number,
        "phone_refused": 0,
        "phone_in_plan": 15 + number,
        "phone_percent": 3 + number,
    }
    return LimitRow(**(usual | more))


def overview(**more: Any) -> Overview:
    usual: dict[str, Any] = {
        "version": "0.1.0",
        "started_at": NOW - 86_400_000,
        "now": NOW,
        "restaurants": 0,
        "calls_today": 0,
        "calls_now": 0,
        "reservations_today": 0,
        "queue": QueueDepth(ready=0, running=0, dead=0, held=0, oldest_age_ms=0),
        "success_rate": None,
        "negative_rate": None,
        "cost_cents_today": 0.0,
        "last_minute": LastMinute(seconds=60.0, events={}, **served()),
        "machine": machine(),
        "backup": BackupState(made_at=None, late=False),
        "worst": [],
    }
    return Overview(**(usual | more))


def machine(**more: Any) -> MachineView:
    usual: dict[str, Any] = {"cpu": 0.04, "memory": 0.22, "disk": 0.31, "disk_free_bytes": 76_900_000_000}
    usual |= {"process_memory_bytes": 120_000_000, "process_files": 40, "loop_lag_ms": 2.0}
    return MachineView(**(usual | more))


def stage(told: Overview, restaurants: list[HealthRow], **more: Any) -> Stage:
    wave = more.pop("wave", 0)
    view = LiveView(at=NOW, second=_second(NOW, wave), overview=told, restaurants=restaurants)
    points = [_point(NOW - (120 - n) * 1_000, wave) for n in range(120)] if wave else []
    series = MetricSeries(restaurant_id=None, from_=NOW - 120_000, to=NOW, step_s=1, points=points)
    return Stage(view, series=series, **({"alerts": [], "tasks": [], "system": engine_room()} | more))


def _second(at: int, wave: int) -> LiveSecond:
    beat = at // 1_000 % 17
    figures = served(requests=wave * beat, p95_ms=wave * beat * 2.0, errors=wave * (beat % 5 == 4) // 8)
    return LiveSecond(at=at, cpu=0.2 + beat / 40, memory=0.4, loop_lag_ms=3.0, **figures)


def _point(at: int, wave: int) -> MetricPoint:
    second = _second(at, wave)
    counted = ("calls", "calls_analyzed", "calls_judged", "calls_successful", "calls_negative", "bookings")
    figures = {name: getattr(second, name) for name in LiveSecond.__struct_fields__}
    return MetricPoint(**figures, **dict.fromkeys(counted, 0), cost_cents=0.0)


def empty() -> Stage:
    return stage(overview(), [])


def busy() -> Stage:
    rows = [health(number) for number in range(1, 13)]
    rows.append(health(0, score=84, reasons=[reason("unsuccessful_calls", 16, 0.42, 31)]))
    told = overview(
        restaurants=13,
        calls_today=412,
        calls_now=17,
        reservations_today=238,
        queue=QueueDepth(ready=6, running=4, dead=0, held=0, oldest_age_ms=800),
        success_rate=0.93,
        negative_rate=0.021,
        cost_cents_today=5_231.0,
        backup=BackupState(made_at=NOW - 6 * 3_600_000, late=False),
        last_minute=LastMinute(
            seconds=60.0,
            events={},
            **served(requests=2_530, errors=3, p50_ms=11.0, p95_ms=96.0, p99_ms=214.0, tools=640, tool_p95_ms=91.0),
        ),
        machine=machine(cpu=0.46, memory=0.41, loop_lag_ms=11.0),
    )
    tasks = [task(number, state="running" if number < 4 else "ready") for number in range(10)]
    limits = [limit(number, used=number * 3) for number in range(13)]
    calls = lines.busy(NOW)
    opened = [lines.in_full(row) for row in calls]
    return stage(told, rows, wave=4, tasks=tasks, past=[over()], calls=calls, opened=opened, limits=limits,
        system=engine_room(cores=[0.46, 0.31, 0.52, 0.38]), logged=logged.quiet(NOW),
        house=nights.house(), days=nights.busy(NOW),
    )  # fmt: skip


def over() -> AlertRow:
    return alert(
        9, state="resolved", message="El disco con los datos está lleno al 81 %.", rule="disk_full",
        opened_at=NOW - 9_000_000, resolved_at=NOW - 3_000_000, resolved_by="ana@example.com",
    )  # fmt: skip


def broken() -> Stage:
    tools_fail = reason("tool_failures", 35, 0.3, 160)
    rows = [health(number) for number in range(4, 13)]
    rows += [
        health(0, score=21, tool_failures=48, reasons=[tools_fail, reason("dead_letters", 25, 5)]),
        health(1, score=58, status="paused", tool_p95_ms=2_210.0, reasons=[reason("tool_latency", 20, 2210.0, 160)]),
        health(2, score=76, success_rate=0.4, reasons=[reason("unsuccessful_calls", 20, 0.6, 38)]),
        health(3, calls=0, bookings=0, success_rate=None, reasons=[reason("no_calls", 0, 0)]),
    ]  # fmt: skip
    told = overview(
        restaurants=13,
        calls_today=377,
        calls_now=3,
        reservations_today=164,
        queue=QueueDepth(ready=1_240, running=8, dead=6, held=2, oldest_age_ms=412_000),
        success_rate=0.61,
        negative_rate=0.12,
        cost_cents_today=4_812.0,
        backup=BackupState(made_at=NOW - 61 * 3_600_000, late=True),
        last_minute=LastMinute(
            seconds=60.0,
            events={},
            **served(
                requests=1_812, errors=153, p50_ms=240.0, p95_ms=812.0, p99_ms=4_120.0, tools=420, tool_failures=48
            ),
        ),
        machine=machine(cpu=0.97, memory=0.88, disk=0.93, disk_free_bytes=4_100_000_000, loop_lag_ms=412.0),
    )
    failed = AlertDelivery(
        id="d1", notice="opened", channel="tgram", state="failed", at=NOW, delivered_at=None, attempts=3,
        error="timed out",
    )  # fmt: skip
    alerts = [
        alert(1, level="critical", rule="disk_full", message="El disco está lleno al 93 %.", deliveries=[failed]),
        alert(2, level="critical", rule="tool_failures", restaurant_id="rest_00", message=_FAILING),
        alert(3, state="acknowledged", acknowledged_at=NOW, acknowledged_by="ana@example.com"),
        alert(4, level="notice", rule="plan_use_high", restaurant_id="rest_02", message="Ha usado el 95 % del plan."),
    ]  # fmt: skip
    tasks = [
        task(900, state="dead", attempts=1, error="no es un evento: falta call.call_id"),
        task(905, state="dead", attempts=12, kind="message", error="given up after 12 tries: HTTP 500"),
        task(700, state="held", attempts=1, error="no restaurant has agent_stranger"),
        task(60, attempts=3, run_at=NOW + 40_000, error="connection refused"),
        task(3, state="running", attempts=1),
        *(task(number) for number in range(20, 30)),
    ]  # fmt: skip
    limits = [limit(number) for number in range(4, 13)]
    limits += [
        limit(0, used=100, remaining=0, refused=412),
        limit(1, used=430, phone_percent=163, phone_in_plan=815, phone_refused=315),
        limit(3, used=91, remaining=9),
    ]
    calls = lines.broken(NOW)
    opened = [lines.gone_wrong(row) for row in calls]
    return stage(
        told, rows, wave=60, alerts=alerts, past=[over()], tasks=tasks, calls=calls, opened=opened, limits=limits,
        system=in_trouble(), logged=logged.bad(NOW), house=nights.house(), days=nights.bad(NOW),
    )  # fmt: skip
