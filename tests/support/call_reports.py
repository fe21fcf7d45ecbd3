"""What a simulated call came to, as the reports and the audit read it."""

from typing import Any

from appliance.loadtest.conversation import Outcome
from appliance.loadtest.guests import Guest
from appliance.loadtest.report import CallReport
from appliance.loadtest.scenarios import Scenario


def call_report(outcome: Outcome, **changes: Any) -> CallReport:
    """A call of Lucía's to La Marea, in which nothing was asked."""
    usual: dict[str, Any] = {
        "call_id": "call_1",
        "scenario": Scenario.BOOK,
        "restaurant_id": "rest_1",
        "restaurant": "La Marea",
        "guest": Guest(name="Lucía Fernández", phone="+34600012345"),
        "outcome": outcome,
        "steps": [],
        "reservation": None,
        "problems": [],
    }
    return CallReport(**usual | changes)
