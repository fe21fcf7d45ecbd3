"""Whose call and which restaurant it is about: whatever is logged from there on, in that task, stands under them."""

from contextvars import ContextVar

from structlog.contextvars import STRUCTLOG_KEY_PREFIX

# By their names they are structlog's own, whose way to set them takes ten times as long.
_call: ContextVar[str] = ContextVar(f"{STRUCTLOG_KEY_PREFIX}call_id")
_restaurant: ContextVar[str] = ContextVar(f"{STRUCTLOG_KEY_PREFIX}restaurant_id")


def about(*, restaurant_id: str = "", call_id: str = "") -> None:
    """To the end of this task; what is empty stays as it is."""
    if restaurant_id:
        _restaurant.set(restaurant_id)
    if call_id:
        _call.set(call_id)
