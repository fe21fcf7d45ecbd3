"""All live tools, by the names the platform calls them."""

from collections.abc import Callable, Mapping

from appliance.clock import Clock
from appliance.services.agent import opening
from appliance.services.agent.booking import Booking
from appliance.services.agent.changing import Changing
from appliance.services.agent.handover import Handover
from appliance.services.agent.lookup import Lookup
from appliance.services.agent.status import Status
from appliance.services.agent.talk import Talk
from appliance.services.agent.tools import Tool
from appliance.services.agent.waiting import Waiting
from appliance.services.daybooks import DayBooks
from appliance.services.deeds import CANCEL, CREATE, MESSAGE, MODIFY, TRANSFER, WAIT
from appliance.services.holds import Holds
from appliance.services.waitlist import Waitlist
from appliance.store.engine import Database


def toolbox(
    database: Database,
    clock: Clock,
    books: DayBooks,
    holds: Holds,
    *,
    waitlist: Waitlist,
    wake: Callable[[], None],
) -> Mapping[str, Tool]:
    """`wake` is called when there is a message to deliver."""
    talk = Talk()
    booking = Booking(database, clock, books, holds, waitlist, talk=talk, wake=wake)
    waiting = Waiting(clock, books, holds, talk=talk, wake=wake)
    changing = Changing(clock, books, holds, waitlist, waiting=waiting, talk=talk, wake=wake)
    lookup = Lookup(database, clock, books, waitlist, talk=talk, wake=wake)
    handover = Handover(database, clock, holds, wake)
    status = Status(books, holds)
    return {
        "check_availability": Tool(use=booking.check_availability),
        CREATE: Tool(use=booking.create_reservation, writes=True),
        MODIFY: Tool(use=changing.modify_reservation, writes=True),
        "find_reservation": Tool(use=lookup.find_reservation),
        CANCEL: Tool(use=lookup.cancel_reservation, writes=True),
        "get_hours": Tool(use=opening.get_hours),
        "restaurant_status": Tool(use=status.restaurant_status),
        WAIT: Tool(use=waiting.join_waitlist, writes=True),
        MESSAGE: Tool(use=handover.take_message, writes=True),
        TRANSFER: Tool(use=handover.transfer_call, writes=True),
        "end_call": Tool(use=handover.end_call),
    }
