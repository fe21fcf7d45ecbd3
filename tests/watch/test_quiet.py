from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from appliance.watch.quiet import NEVER, QuietHours

MADRID = ZoneInfo("Europe/Madrid")
NIGHT = QuietHours(23 * 60, 8 * 60, MADRID)
SIESTA = QuietHours(14 * 60, 16 * 60 + 30, MADRID)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=MADRID).timestamp() * 1000)


@pytest.mark.parametrize(
    ("hours", "quiet", "loud"),
    [
        (NIGHT, ["23:00", "00:00", "07:59"], ["08:00", "12:00", "22:59"]),
        (SIESTA, ["14:00", "16:29"], ["13:59", "16:30", "00:00"]),
        (NEVER, [], ["00:00", "08:00", "23:59"]),
    ],
)
def test_quiet_hours_are_from_one_minute_to_another_also_over_midnight(
    hours: QuietHours, quiet: list[str], loud: list[str]
) -> None:
    assert [hours.at(at(f"2026-11-25T{time}")) for time in quiet] == [True] * len(quiet)
    assert [hours.at(at(f"2026-11-25T{time}")) for time in loud] == [False] * len(loud)


def test_they_are_of_the_wall_clock_in_summer_too() -> None:
    assert [NIGHT.at(at(f"2026-07-01T{time}")) for time in ("22:59", "23:00", "07:59", "08:00")] == [
        False,
        True,
        True,
        False,
    ]
