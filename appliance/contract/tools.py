"""What a live tool answers."""

from msgspec import UNSET, Struct, UnsetType


class Slot(Struct, frozen=True, kw_only=True):
    """A start a guest may choose: ISO date and HH:MM."""

    date: str
    time: str


class Booking(Struct, frozen=True, kw_only=True):
    """A reservation as the agent sees it.

    `area_wished`: the guest asked for that area. `kept_for_you`: it is a table kept for them from the waiting list, and
    no booking before they say yes. `waiting`: it is a place in the waiting list, for any of `times` where
    several would do. `needs` are those of the catalogue by their ids, others in the guest's words; `chairs_short`: they
    have fewer `high_chairs` than they asked for; `spot_dropped`: where they wished to sit is noted no more, for it was
    in another area. Each is told only when it says something.
    """

    id: str
    date: str
    time: str
    party_size: int
    area: str
    status: str
    name: str
    area_wished: bool | UnsetType = UNSET
    kept_for_you: bool | UnsetType = UNSET
    waiting: bool | UnsetType = UNSET
    times: list[str] | UnsetType = UNSET
    needs: list[str] | UnsetType = UNSET
    high_chairs: int | UnsetType = UNSET
    chairs_short: bool | UnsetType = UNSET
    spot_dropped: bool | UnsetType = UNSET


class OpenSpan(Struct, frozen=True, kw_only=True):
    """One span of service; `weekday` counts from Monday = 0."""

    weekday: int
    shift: str
    opens: str
    last_seating: str
    closes: str


class RestaurantStatusView(Struct, frozen=True, kw_only=True):
    """How the restaurant stands right now, in numbers only: who sits there is nobody's business.

    `until` is HH:MM; `opens_next` when it opens the next time. `next_table` is the first start today with a table for
    the party. How many tables and seats are free is told while it is open.
    """

    open: bool
    until: str | None
    opens_next: Slot | None
    next_table: Slot | None
    tables: int
    tables_free_now: int | None
    seats_free_now: int | None


class ToolAnswer(Struct, frozen=True, kw_only=True):
    """What a live tool answers: `say` is for the caller; `date`, `time`, `party_size` are as they were understood.

    `dates` are those to choose from when the one that was said may be either. `transfer_to` is the number to pass the
    caller on to, `reason` why, in one of a few words.
    """

    ok: bool
    code: str
    say: str
    date: str | UnsetType = UNSET
    dates: list[str] | UnsetType = UNSET
    time: str | UnsetType = UNSET
    party_size: int | UnsetType = UNSET
    area: str | UnsetType = UNSET
    available: bool | UnsetType = UNSET
    alternatives: list[Slot] | UnsetType = UNSET
    reservation: Booking | UnsetType = UNSET
    reservations: list[Booking] | UnsetType = UNSET
    hours: list[OpenSpan] | UnsetType = UNSET
    closures: list[str] | UnsetType = UNSET
    status: RestaurantStatusView | UnsetType = UNSET
    transfer_to: str | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    end_call: bool | UnsetType = UNSET
