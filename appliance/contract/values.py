"""What the texts and numbers of a request may be."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

Day = Annotated[date, Meta(description="As 2026-11-28.")]
Clock = Annotated[
    str, Meta(pattern=r"^([01]\d|2[0-9]):[0-5]\d$", description="HH:MM; 24:00 to 29:59 is after midnight.")
]
Name = Annotated[str, Meta(min_length=1, max_length=80)]
Guests = Annotated[int, Meta(ge=1, le=1000)]
HighChairs = Annotated[int, Meta(ge=0, le=100)]
Notes = Annotated[str, Meta(max_length=1000)]
Tables = Annotated[list[Name], Meta(min_length=1, max_length=30, description="Names of tables, joined for one party.")]
Wants = Annotated[list[Annotated[str, Meta(min_length=1, max_length=200)]], Meta(max_length=20)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Seats = Annotated[int, Meta(ge=1, le=100)]
Minutes = Annotated[int, Meta(ge=1, le=1440)]
Region = Annotated[str, Meta(pattern=r"^([A-Z]{2}(-[A-Z0-9]{1,3})?)?$", description="ISO 3166, as ES or ES-VC.")]
EventParty = Annotated[int, Meta(ge=0, le=1000)]
Notice = Annotated[int, Meta(ge=0, le=10_080)]
Horizon = Annotated[int, Meta(ge=0, le=730)]
Buffer = Annotated[int, Meta(ge=0, le=240)]
Cents = Annotated[int, Meta(ge=0, le=1_000_000)]
TransferNumber = Annotated[str, Meta(pattern=r"^(\+[1-9]\d{6,14})?$")]
Grace = Annotated[int, Meta(ge=0, le=1440)]
KeptDays = Annotated[int, Meta(ge=1, le=3650)]
ApiRequests = Annotated[int, Meta(ge=1, le=1_000_000)]
PlanWord = Literal["basic", "premium", "enterprise"]
Url = Annotated[str, Meta(pattern=r"^(https?://\S+)?$")]
