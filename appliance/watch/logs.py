"""The log: one event, one line — JSON for machines, readable on a terminal — on stderr."""

import asyncio
import io
import logging
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

import structlog
import structlog.tracebacks

from appliance.watch.log_ring import LogRing
from appliance.watch.masking import hide, without_people

_SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]

# Without the local variables: they hold callers' names and numbers.
_TRACEBACKS = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))

# Beyond ASCII's, which JSON escapes by itself: what ends a line or commands a terminal somewhere.
_ODD = re.compile("[\x7f-\x9f\u2028\u2029]")
_JSON = structlog.processors.JSONRenderer(ensure_ascii=False)


# As sd-daemon(3) has it. Journald takes it off again, and finds lines by it: journalctl -p warning.
_PRIORITIES = {"critical": 2, "error": 3, "warning": 4, "info": 6, "debug": 7}
_AS_THEY_ARE = ("timestamp", "level", "exc_info")

log = structlog.get_logger()


def _without_people(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {name: value if name in _AS_THEY_ARE else without_people(name, value) for name, value in event.items()}


def _traceback(stream: TextIO, failure: Any) -> None:
    written = io.StringIO()
    structlog.dev.plain_traceback(written, failure)
    stream.write(hide(written.getvalue()))


def _journal_line(logger: object, name: str, event: structlog.typing.EventDict) -> str:
    priority = _PRIORITIES.get(event["level"], _PRIORITIES["error"])
    return f"<{priority}>{_json_line(logger, name, event)}"


def _json_line(logger: object, name: str, event: structlog.typing.EventDict) -> str:
    """One line, whatever a stranger sent, that is read again as it was."""
    line = _JSON(logger, name, event)
    return _ODD.sub(lambda found: f"\\u{ord(found[0]):04x}", str(line))


def _printable(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """For a terminal, which does what it is told: words of strangers without what cannot be printed."""
    return {name: _escaped(value) if isinstance(value, str) else value for name, value in event.items()}


def _escaped(words: str) -> str:
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in words)


def _keeping(ring: LogRing) -> structlog.typing.Processor:
    """Of a failure only what it was and where is kept; the log has it in full."""

    def keep(logger: object, name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        kept = dict(event)
        if "exc_info" in kept:
            kept = dict(_without_people(logger, name, _TRACEBACKS(logger, name, kept)))
        if isinstance(told := kept.get("exception"), list):
            kept["exception"] = " ← ".join(map(_failure, told))
        ring.keep(_printable(logger, name, kept))
        return event

    return keep


def _failure(told: Mapping[str, Any]) -> str:
    words = f"{told['exc_type']}: {told['exc_value']}"
    frames = told["frames"]
    return f"{words} ({Path(frames[-1]['filename']).name}:{frames[-1]['lineno']})" if frames else words


def is_the_journal(stream: TextIO, env: Mapping[str, str]) -> bool:
    """Whether systemd has connected it to the journal, as it says in JOURNAL_STREAM."""
    try:
        there = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return env.get("JOURNAL_STREAM") == f"{there.st_dev}:{there.st_ino}"


def configure(*, level: str, shape: str, ring: LogRing | None = None) -> None:
    """`level` is debug, info, warning or error; `shape` auto, json or pretty. What libraries log comes along.

    `ring` keeps the last lines.
    """
    tail = _tail(shape, [_keeping(ring)] if ring else [])
    structlog.configure(
        processors=[*_SHARED, *tail],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,  # else whoever logged before would go on as configured before
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *tail]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.getLogger().handlers = [handler]
    set_level(level)


def _tail(shape: str, keep: list[structlog.typing.Processor]) -> list[structlog.typing.Processor]:
    if shape == "pretty" or (shape == "auto" and sys.stderr.isatty()):
        return [_without_people, *keep, _printable, structlog.dev.ConsoleRenderer(exception_formatter=_traceback)]
    to_journal = shape == "auto" and is_the_journal(sys.stderr, os.environ)
    return [_TRACEBACKS, _without_people, *keep, _journal_line if to_journal else _json_line]


def set_level(level: str) -> None:
    """From here on, what is less severe is not logged."""
    least = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        **structlog.get_config() | {"wrapper_class": structlog.make_filtering_bound_logger(least)},
    )
    logging.getLogger().setLevel(max(least, logging.WARNING))


class LogLevel:
    """How much is logged: what is usual, or something else for a while."""

    def __init__(self, usual: str) -> None:
        self.usual = usual
        self.now = usual
        self._back: asyncio.TimerHandle | None = None

    def change(self, level: str, *, for_s: float | None = None) -> None:
        """Until the next change; with `for_s` what is usual comes back by itself then."""
        self.stop()
        log.warning("log_level_changed", level=level, before=self.now, for_s=for_s)
        set_level(level)
        self.now = level
        if for_s is not None:
            self._back = asyncio.get_running_loop().call_later(for_s, self.change, self.usual)

    def stop(self) -> None:
        """Nothing comes back by itself any more."""
        if self._back:
            self._back.cancel()
            self._back = None
