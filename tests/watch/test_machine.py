from pathlib import Path

import psutil

from appliance.watch.machine import Machine


def test_a_folder_that_is_not_made_yet_lies_on_the_disk_of_the_one_it_will_be_in(tmp_path: Path) -> None:
    state = Machine(tmp_path / "not" / "yet").state()
    assert abs(state.disk_free_bytes - psutil.disk_usage(str(tmp_path)).free) < 1 << 30


def test_the_files_that_are_open_are_counted(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    before = machine.state().process_files
    with (tmp_path / "one").open("w"), (tmp_path / "two").open("w"):
        assert machine.state().process_files == before + 2
    assert 0 < before < machine.state().process_files_most
