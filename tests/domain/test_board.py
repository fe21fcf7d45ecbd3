from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from appliance.domain.board import SHOWN_BEFORE_MS, TableStatus, board
from appliance.domain.reservation import Reservation, ReservationStatus
from appliance.domain.restaurant import Outage
from support.books import NOON, booking, small_restaurant

CARD = small_restaurant()
MINUTE = 60_000
S = ReservationStatus


def status(*parties: Reservation, at: int, now: int | None = None) -> TableStatus:
    """That of the first table."""
    return board(CARD, parties, at_ms=at, now_ms=at if now is None else now)[0].status


@pytest.mark.parametrize(
    ("state", "minutes", "shown"),
    [
        (S.CONFIRMED, -61, "free"),
        (S.CONFIRMED, -60, "reserved"),
        (S.PENDING, 0, "reserved"),
        (S.CONFIRMED, 119, "reserved"),
        (S.CONFIRMED, 120, "free"),
        (S.SEATED, 0, "seated"),
        (S.SEATED, 119, "seated"),
        (S.SEATED, 120, "overdue"),
        (S.SEATED, 600, "overdue"),
        (S.COMPLETED, 10, "free"),
        (S.CANCELLED, 10, "free"),
        (S.NO_SHOW, 10, "free"),
    ],
)
def test_a_table_looks_as_its_party_does(state: ReservationStatus, minutes: int, shown: str) -> None:
    assert status(booking(status=state), at=NOON + minutes * MINUTE) == shown


def test_who_was_seated_early_sits_there() -> None:
    early = booking(status=S.SEATED, seated_at=NOON - 90 * MINUTE)
    assert status(early, at=NOON - 80 * MINUTE) is TableStatus.SEATED


def test_nobody_is_overdue_in_the_future() -> None:
    seated = booking(status=S.SEATED)
    assert status(seated, at=NOON + 180 * MINUTE, now=NOON) is TableStatus.FREE


def test_the_next_party_is_told_beside_the_one_that_overstays() -> None:
    late = booking(status=S.SEATED)
    coming = booking("res_2", starts_at=late.ends_at, ends_at=late.ends_at + 60 * MINUTE)
    state = board(CARD, [coming, late], at_ms=late.ends_at + MINUTE, now_ms=late.ends_at + MINUTE)[0]
    assert (state.status, state.party, state.following) == (TableStatus.OVERDUE, late, coming)


def test_a_table_out_of_service_is_so_unless_somebody_sits_there() -> None:
    out = Outage(first=date(2026, 11, 25), last=date(2026, 11, 25))
    first, *others = CARD.tables
    card = replace(CARD, tables=(replace(first, outage=out), *others))
    seated, due = booking(status=S.SEATED), booking()
    states = [board(card, parties, at_ms=NOON, now_ms=NOON)[0] for parties in ([], [due], [seated])]
    assert [state.status for state in states] == ["out_of_service", "out_of_service", "seated"]
    assert states[1].following == due


@dataclass
class Evening:
    parties: list[Reservation]
    at_ms: int


@st.composite
def evenings(draw: st.DrawFn) -> Evening:
    parties = [
        booking(
            f"res_{n}",
            status=draw(st.sampled_from(S)),
            table_ids=tuple(draw(st.sets(st.sampled_from(["rest_a_t1", "rest_a_t2"]), min_size=1))),
            starts_at=start,
            ends_at=start + draw(st.integers(15, 240)) * MINUTE,
        )
        for n, start in enumerate(draw(st.lists(st.integers(-600, 600).map(lambda m: NOON + m * MINUTE), max_size=6)))
    ]
    return Evening(parties, NOON + draw(st.integers(-700, 700)) * MINUTE)


@given(evenings())
def test_every_table_is_shown_once_and_only_with_its_own_parties(evening: Evening) -> None:
    states = board(CARD, evening.parties, at_ms=evening.at_ms, now_ms=evening.at_ms)
    assert [state.table for state in states] == list(CARD.tables)
    for state in states:
        shown = [one for one in (state.party, state.following) if one]
        assert all(state.table.id in one.table_ids for one in shown)
        assert (state.party is None) == (state.status is TableStatus.FREE)
        if state.status is TableStatus.RESERVED:
            assert state.party
            assert state.party.starts_at <= evening.at_ms + SHOWN_BEFORE_MS
