"""The staff's use of a restaurant's book, beside its live tools on the same desk."""

from datetime import date
from typing import Any

from msgspec import convert

from appliance.contract import NewReservation, NewWalkIn, ReservationEdit, WalkIn
from appliance.domain.reservation import Reservation
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.transitions import Deed
from appliance.services.agenda import Agenda
from appliance.services.floor import Floor
from appliance.services.staff import Staff
from appliance.services.staff_booking import StaffBooking
from support.desk import Desk


class StaffDesk:
    """One restaurant as its staff have it; `desk` are the live tools of the same process."""

    def __init__(self, desk: Desk, restaurant: str = "rest_gaviota") -> None:
        self.desk = desk
        self.restaurant = restaurant
        self._booking = StaffBooking(desk.clock, desk.books, desk.holds, desk.waitlist, desk._wake)
        self.staff = Staff(
            desk.database, desk.clock, desk.directory, desk.books, waitlist=desk.waitlist, wake=desk._wake
        )
        self.floor = Floor(desk.database, desk.clock, desk.books, desk.holds, desk._wake)
        self.agenda = Agenda(desk.database)

    @property
    def card(self) -> RestaurantCard:
        return self.desk.restaurants.one(self.restaurant)

    async def write_down(self, **fields: Any) -> Reservation:
        """Dinner for two on Saturday the 28th at nine, unless said otherwise."""
        usual = {"date": "2026-11-28", "time": "21:00", "party_size": 2, "name": "Ana Ruiz"}
        return await self._booking.create(self.card, convert(usual | fields, NewReservation))

    async def change(self, known: Reservation, **fields: Any) -> Reservation:
        return await self._booking.edit(self.card, known.id, convert(fields, ReservationEdit))

    async def act(self, deed: str, known: Reservation) -> Reservation:
        return await self.staff.act(self.card, known.id, Deed(deed))

    async def walk_in(self, party: int = 2, **fields: Any) -> WalkIn:
        return await self.floor.walk_in(self.card, convert({"party_size": party} | fields, NewWalkIn))

    async def board(self, at_ms: int | None = None) -> dict[str, str]:
        """Each table's status by its name."""
        return {row.name: row.status for row in (await self.floor.tables(self.card, at_ms)).items}

    def go_to(self, text: str) -> None:
        """Let time pass until then, by the restaurant's clock ("2026-11-28T21:00")."""
        self.desk.clock.advance(self.at(text) - self.desk.clock.now_ms())

    def at(self, text: str) -> int:
        day, clock = text.split("T")
        hours, minutes = clock.split(":")
        return self.card.at(date.fromisoformat(day), int(hours) * 60 + int(minutes))

    def tables(self, known: Reservation) -> list[str]:
        return [self.card.tables_by_id[table_id].name for table_id in known.table_ids]
