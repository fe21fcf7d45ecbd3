import pytest

from appliance.domain.reservation import HOLDING, ReservationStatus
from appliance.domain.transitions import Deed, led_to, possible

S = ReservationStatus
EVERY = [(deed, status) for deed in Deed for status in S]


@pytest.mark.parametrize(
    ("status", "deeds"),
    [
        (S.PENDING, "confirm seat cancel no-show"),
        (S.CONFIRMED, "seat cancel no-show"),
        (S.SEATED, "confirm complete"),
        (S.COMPLETED, "reopen"),
        (S.CANCELLED, "reopen"),
        (S.NO_SHOW, "seat reopen"),
    ],
)
def test_each_state_allows_its_own_deeds(status: ReservationStatus, deeds: str) -> None:
    assert possible(status) == tuple(map(Deed, deeds.split()))


@pytest.mark.parametrize(("deed", "status"), EVERY)
def test_what_was_done_once_changes_nothing_when_it_is_done_again(deed: Deed, status: ReservationStatus) -> None:
    after = led_to(deed, status)
    if after is not None:
        assert led_to(deed, after) is after


@pytest.mark.parametrize(("deed", "status"), EVERY)
def test_everything_can_be_taken_back(deed: Deed, status: ReservationStatus) -> None:
    after = led_to(deed, status)
    if after is not None and after is not status and status is not S.PENDING:
        assert any(_leads_back(after, status))


def _leads_back(after: ReservationStatus, before: ReservationStatus) -> list[bool]:
    """By one deed, or by two."""
    once = {led_to(deed, after) for deed in Deed} - {None}
    twice = {led_to(deed, one) for deed in Deed for one in once if one}
    return [before in once | twice]


def test_what_was_called_off_is_opened_again_only_by_name() -> None:
    assert led_to(Deed.CONFIRM, S.CANCELLED) is None
    assert led_to(Deed.REOPEN, S.CANCELLED) is S.CONFIRMED
    assert led_to(Deed.REOPEN, S.COMPLETED) is S.SEATED


def test_there_is_nothing_to_reopen_in_what_is_open() -> None:
    assert {led_to(Deed.REOPEN, status) for status in HOLDING} == set(HOLDING)
