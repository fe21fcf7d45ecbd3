"""What the staff may do with a reservation, and which state that leads it to."""

from collections.abc import Mapping
from enum import StrEnum

from appliance.domain.reservation import HOLDING, ReservationStatus

_S = ReservationStatus


class Deed(StrEnum):
    CONFIRM = "confirm"
    SEAT = "seat"
    COMPLETE = "complete"
    CANCEL = "cancel"
    NO_SHOW = "no-show"
    REOPEN = "reopen"


_LEADS: Mapping[Deed, Mapping[ReservationStatus, ReservationStatus]] = {
    # Of a seated party: they were not the ones. What was called off is only opened again by saying just that.
    Deed.CONFIRM: {_S.PENDING: _S.CONFIRMED, _S.SEATED: _S.CONFIRMED},
    Deed.SEAT: {_S.PENDING: _S.SEATED, _S.CONFIRMED: _S.SEATED, _S.NO_SHOW: _S.SEATED},
    Deed.COMPLETE: {_S.SEATED: _S.COMPLETED},
    Deed.CANCEL: {_S.PENDING: _S.CANCELLED, _S.CONFIRMED: _S.CANCELLED},
    Deed.NO_SHOW: {_S.PENDING: _S.NO_SHOW, _S.CONFIRMED: _S.NO_SHOW},
    Deed.REOPEN: {_S.CANCELLED: _S.CONFIRMED, _S.NO_SHOW: _S.CONFIRMED, _S.COMPLETED: _S.SEATED},
}
_DONE: Mapping[Deed, frozenset[ReservationStatus]] = {
    Deed.CONFIRM: frozenset({_S.CONFIRMED}),
    Deed.SEAT: frozenset({_S.SEATED}),
    Deed.COMPLETE: frozenset({_S.COMPLETED}),
    Deed.CANCEL: frozenset({_S.CANCELLED}),
    Deed.NO_SHOW: frozenset({_S.NO_SHOW}),
    Deed.REOPEN: HOLDING,
}


def led_to(deed: Deed, status: ReservationStatus) -> ReservationStatus | None:
    """The state that follows; the same one when that was done already, None when it is not possible."""
    return status if status in _DONE[deed] else _LEADS[deed].get(status)


def possible(status: ReservationStatus) -> tuple[Deed, ...]:
    """What can be done with a reservation in that state."""
    return tuple(deed for deed in Deed if status in _LEADS[deed])
