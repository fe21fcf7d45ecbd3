"""Logs as a console may find them: of a quiet morning, and of a bad one."""

from appliance.contract import LogLine

_QUIET = ("signed_in", "server_started", "plan_lapsed", "kept_long_enough")


def line(at: int, event: str, level: str = "info", *, call_id: str = "", where: str = "", **fields: str) -> LogLine:
    return LogLine(
        id=at * 1000, at=at, level=level, event=event, request_id=f"req_{at % 10_000}", call_id=call_id,
        restaurant_id=where, fields=fields,
    )  # fmt: skip


def quiet(now_ms: int) -> list[LogLine]:
    return [
        line(now_ms - (60 - n) * 7_000, _QUIET[n % 4], where=f"rest_{n % 5:02}", user_id=f"user_{n:02}")
        for n in range(60)
    ]


def bad(now_ms: int) -> list[LogLine]:
    late = {"tool": "create_reservation", "call_id": "call_0001", "where": "rest_00"}
    gone = {"tool": "check_availability", "call_id": "call_gone", "where": "rest_01"}
    full = "OSError: [Errno 28] No space left on device (sqlite.py:88)"
    return [
        *quiet(now_ms - 60_000)[-12:],
        line(now_ms - 9_000, "tool_deadline_missed", "error", **late),
        line(now_ms - 8_000, "job_failed", "warning", job="sessions", reason="database is locked"),
        line(now_ms - 7_000, "tool_failed", "warning", **gone),
        line(now_ms - 3_000, "loop_broke", "error", loop="events", exception=full),
        line(now_ms - 1_000, "signature_refused", "warning", path="/tools/retell", address="203.0.113.7", why="stale"),
        line(now_ms - 500, "signed_in", user_id="user_ana"),
    ]
