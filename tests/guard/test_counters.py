from pathlib import Path

from appliance.guard.counters import BoundedMemory, CountersFile
from support.fake_clock import FakeClock


async def test_what_was_counted_is_kept_also_where_no_directory_was_made_for_it(tmp_path: Path) -> None:
    clock = FakeClock()
    counted, after = BoundedMemory(clock, most_keys=2), BoundedMemory(clock, most_keys=2)
    counted.count("api/rest_one", 60)
    path = tmp_path / "var" / "maitre" / "limits.bin"
    await CountersFile(path, api=counted).save()
    await CountersFile(path, api=after).load()
    assert after.weight("api/rest_one", 60) == 1
    assert path.parent.stat().st_mode & 0o777 == 0o700
