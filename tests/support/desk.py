"""A restaurant with its live tools on a database, to be used as the phone platform uses them."""

from datetime import date
from typing import Any

from sqlalchemy import select

from appliance.contract import ToolAnswer
from appliance.domain.reservation import Reservation
from appliance.domain.restaurant import Area, Closure, Combination, Plan, RestaurantCard, Shift, Table
from appliance.domain.waitlist import Entry
from appliance.services.agent.toolbox import toolbox
from appliance.services.agent.tools import Tools
from appliance.services.daybooks import DayBooks
from appliance.services.directory import Directory
from appliance.services.holds import Holds
from appliance.services.restaurants import RestaurantService
from appliance.services.waitlist import Waitlist
from appliance.store import reservations, waitlist
from appliance.store.answers import ToolCall
from appliance.store.engine import Database
from appliance.store.schema import outbox
from appliance.voice.events import Origin, ToolRequest
from support.fake_clock import FakeClock

CALLER = "+34600111222"
OTHER = "+34600999888"
NUMBER = "+34910000001"
TUESDAY = 1
HOLD_S = 120


def gaviota(id_: str = "rest_gaviota", **changes: Any) -> RestaurantCard:
    """Lunch and dinner but on Tuesdays; a terrace for two, two tables of four that make one of eight; no Christmas."""
    terrace, room = f"{id_}_terraza", f"{id_}_salon"
    tables = (
        Table(id=f"{id_}_t1", name="T1", area_id=terrace, capacity=2),
        Table(id=f"{id_}_s1", name="S1", area_id=room, capacity=4),
        Table(id=f"{id_}_s2", name="S2", area_id=room, capacity=4),
    )
    card: dict[str, Any] = {
        "id": id_,
        "name": "La Gaviota",
        "plan": Plan.BASIC,
        "timezone": "Europe/Madrid",
        "phone": NUMBER,
        "areas": (
            Area(id=terrace, name="Terraza", synonyms=("fuera", "al aire libre")),
            Area(id=room, name="Salón", synonyms=("dentro",)),
        ),
        "tables": tables,
        "combinations": (Combination(id=f"{id_}_s1s2", table_ids=(f"{id_}_s1", f"{id_}_s2"), capacity=8),),
        "shifts": tuple(
            Shift(weekday=day, name=name, opens=opens, last_seating=last, closes=closes, step_minutes=15)
            for day in range(7)
            for name, opens, last, closes in (("Comida", 780, 930, 1050), ("Cena", 1200, 1365, 1485))
            if day != TUESDAY
        ),
        "closures": (Closure(date=date(2026, 12, 25), reason="Navidad"),),
    }
    return RestaurantCard(**card | changes)


def one_table(id_: str = "rest_one", **changes: Any) -> RestaurantCard:
    """Open as the Gaviota is, with a single table for four."""
    table = Table(id=f"{id_}_t1", name="T1", area_id=f"{id_}_salon", capacity=4)
    return gaviota(id_, tables=(table,), combinations=(), **changes)


class Desk:
    """One process's live tools. Several desks on one database are several processes."""

    def __init__(self, database: Database, clock: FakeClock, *, deadline_s: float = 60.0) -> None:
        self.database = database
        self.clock = clock
        self.directory = Directory(database)
        self.restaurants = RestaurantService(database, clock, self.directory)
        self.books = DayBooks(database, clock)
        self.trace: list[ToolCall] = []
        self.wakes = 0
        self.holds = Holds(clock, hold_s=HOLD_S)
        self.waitlist = Waitlist(database, clock, self.books, self.holds, self._wake)
        tools = toolbox(database, clock, self.books, self.holds, waitlist=self.waitlist, wake=self._wake)
        self.tools = Tools(clock, self.directory, tools, deadline_s=deadline_s, trace=self.trace.append)

    def _wake(self) -> None:
        self.wakes += 1

    async def open(self, card: RestaurantCard) -> RestaurantCard:
        """Take the restaurant on; its agent is `agent_<id>`."""
        await self.restaurants.add(card, agents=[("retell", f"agent_{card.id}")], numbers=[f"{card.phone}{card.id}"])
        return card

    async def use(
        self,
        tool: str,
        arguments: dict[str, Any] | None = None,
        *,
        restaurant: str = "rest_gaviota",
        call: str = "call_1",
        caller: str = CALLER,
        invocation: str = "",
    ) -> ToolAnswer:
        origin = Origin(provider="retell", call_id=call, agent_id=f"agent_{restaurant}", from_number=caller)
        request = ToolRequest(tool=tool, arguments=arguments or {}, origin=origin, tool_call_id=invocation)
        return await self.tools.use(request)

    async def check(self, arguments: dict[str, Any], **context: Any) -> ToolAnswer:
        return await self.use("check_availability", arguments, **context)

    async def book(self, arguments: dict[str, Any], **context: Any) -> ToolAnswer:
        return await self.use("create_reservation", arguments, **context)

    async def find(self, arguments: dict[str, Any] | None = None, **context: Any) -> ToolAnswer:
        return await self.use("find_reservation", arguments, **context)

    async def modify(self, arguments: dict[str, Any] | None = None, **context: Any) -> ToolAnswer:
        return await self.use("modify_reservation", arguments, **context)

    async def cancel(self, arguments: dict[str, Any] | None = None, **context: Any) -> ToolAnswer:
        return await self.use("cancel_reservation", arguments, **context)

    async def wait(self, arguments: dict[str, Any] | None = None, **context: Any) -> ToolAnswer:
        return await self.use("join_waitlist", arguments, **context)

    async def queue(self, restaurant: str = "rest_gaviota") -> list[Entry]:
        """The waiting list, whoever came first before the others."""
        async with self.database.read() as tx:
            found, _ = await waitlist.page(tx, restaurant, day=None, open_only=False, limit=1000, offset=0)
        return found

    async def topics(self) -> list[str]:
        """What the restaurants' own systems are to be told, oldest first."""
        async with self.database.read() as tx:
            return list((await tx.execute(select(outbox.c.topic).order_by(outbox.c.id))).scalars())

    async def everything(self, restaurant: str = "rest_gaviota") -> list[Reservation]:
        """All that was ever booked there, by start."""
        async with self.database.read() as tx:
            found, _ = await reservations.page(tx, restaurant, date=None, limit=1000, offset=0)
        return found


def wish(**changes: Any) -> dict[str, Any]:
    """Dinner for two on Saturday the 28th at nine."""
    usual = {"date": "2026-11-28", "time": "21:00", "party_size": 2, "name": "Lucía Fernández"}
    return usual | changes
