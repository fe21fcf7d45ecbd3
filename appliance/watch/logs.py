"""The log: one event, one line — JSON for machines, readable on a terminal — on stderr."""

import logging
import re
import sys

import structlog
import structlog.tracebacks

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


def _json_line(logger: object, name: str, event: structlog.typing.EventDict) -> str:
    """One line, whatever a stranger sent, that is read again as it was."""
    line = _JSON(logger, name, event)
    return _ODD.sub(lambda found: f"\\u{ord(found[0]):04x}", str(line))


def _printable(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """For a terminal, which does what it is told: words of strangers without what cannot be printed."""
    return {name: _escaped(value) if isinstance(value, str) else value for name, value in event.items()}


def _escaped(words: str) -> str:
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in words)


def configure(*, level: str, shape: str) -> None:
    """`level` is debug, info, warning or error; `shape` auto, json or pretty. What libraries log comes along."""
    pretty = shape == "pretty" or (shape == "auto" and sys.stderr.isatty())
    least = logging.getLevelNamesMapping()[level.upper()]
    tail: list[structlog.typing.Processor] = (
        [_printable, structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if pretty
        else [_TRACEBACKS, _json_line]
    )
    structlog.configure(
        processors=[*_SHARED, *tail],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,  # else whoever logged before would go on as configured before
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *tail]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(least, logging.WARNING))
