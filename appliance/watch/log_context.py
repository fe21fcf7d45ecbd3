"""Whose call and which restaurant a task is about: what is logged and counted from there on stands under them."""

from contextvars import ContextVar

from structlog.contextvars import STRUCTLOG_KEY_PREFIX

# By their names they are structlog's own, whose way to set them takes ten times as long.
_call: ContextVar[str] = ContextVar(f"{STRUCTLOG_KEY_PREFIX}call_id")
_restaurant: ContextVar[str] = ContextVar(f"{STRUCTLOG_KEY_PREFIX}restaurant_id")


def restaurant_id() -> str:
    """Which restaurant this task is about; empty for none, or several."""
    return _restaurant.get("")


def about(*, restaurant_id: str = "", call_id: str = "") -> None:
    """To the end of this task; what is empty stays as it is."""
    if restaurant_id:
        _restaurant.set(restaurant_id)
    if call_id:
        _call.set(call_id)
