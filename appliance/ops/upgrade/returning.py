"""The way back: the release of before, and its data where the schema had changed. Interrupted, it is gone once more.

What came while the new release served is kept and taken over into the data of before, or events that had been
acknowledged and tables that had been promised would be lost.
"""

from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from appliance.errors import UpgradeError
from appliance.ops.upgrade import journal as journals
from appliance.ops.upgrade.journal import Journal, Outcome
from appliance.ops.upgrade.means import Means
from appliance.ops.upgrade.program import LONG_S

GOING_BACK = "return"
"""What is told under this name is why."""


class Return:
    def __init__(self, means: Means, journal: Journal) -> None:
        self._means = means
        self._journal = journal
        self._old, self._new = means.program(journal.old), means.program(journal.new)

    def go(self, why: str) -> Journal:
        """Be where it was before. Raises UpgradeError when that fails too; then the message says what is left to do.

        What came meanwhile and cannot be taken over keeps nobody from being answered: `left` of the journal names it.
        """
        self._write(replace(self._journal, why=why))
        self._means.tell(GOING_BACK, why)
        try:
            self._means.service.stop()
            if self._has_moved():
                self._put_data_back()
            if self._means.places.current() != self._journal.old:
                self._means.places.switch(self._journal.old)
            self._bring_units_back()
            left = self._take_over()
            self._means.service.start()
            self._old.wait_until_well(within_s=self._means.well_within_s)
        except (UpgradeError, OSError) as error:
            raise UpgradeError(
                f"{why}\nThe way back to {self._journal.old} failed as well: {error}\n"
                "Mend that and run `maitre rollback`, which goes on from here."
            ) from error
        self._means.tell("returned", f"{self._journal.old} answers")
        self._write(replace(self._journal, outcome=Outcome.RETURNED, left="\n".join(left.values())))
        for file in self._kept():
            if file not in left:
                file.unlink()  # names and numbers of guests, which are in the book now
        return self._journal

    def _write(self, journal: Journal) -> None:
        """A disk that is full keeps nobody from going back."""
        self._journal = journal
        try:
            journals.write(self._means.places.journal, journal)
        except UpgradeError as error:
            self._means.tell("journal", str(error))

    @property
    def journal(self) -> Journal:
        return self._journal

    def refuse_what_cannot_be(self) -> None:
        """Raises UpgradeError, while the service still runs, where the release or the data of before are gone."""
        places, journal = self._means.places, self._journal
        if not places.program(journal.old).exists():
            raise UpgradeError(f"{journal.old} is not there any more; install it with `maitre upgrade --from FILE`.")
        if journal.copy:
            self._old.told("backup", "verify", journal.copy, as_=Any, within_s=LONG_S)

    def _bring_units_back(self) -> None:
        """Should that fail, the old release is begun by the units of the new one, and callers are answered."""
        try:
            what = self._means.service.bring_units(self._means.installed)
        except UpgradeError as error:
            what = f"left as they are; mend this, then `maitre service install` and restart it: {error}"
        self._means.tell("units", what)

    def _has_moved(self) -> bool:
        """Whether the new release has migrated the data already, and nobody has put them back."""
        if not self._journal.copy:
            return False
        return self._new.schema().current != self._journal.schema

    def _put_data_back(self) -> None:
        """An earlier way back may have come so far already, and the new release have served once more after it."""
        journal = self._journal
        since = self._in_folder(f"since-{journal.stopped_at}-{len(self._kept()) + 1}.jsonl")
        self._new.does("db", "save-since", str(journal.stopped_at), str(since), within_s=LONG_S)
        self._old.told("backup", "restore", journal.copy, "--yes", as_=Any, within_s=LONG_S)
        self._means.tell("restore", f"the data of {journal.copy}")

    def _take_over(self) -> dict[Path, str]:
        """What could not be, by the file that keeps it."""
        left = {}
        for file in self._kept():
            again = f"`maitre db take-over {file}`"
            try:
                taken = self._old.told("db", "take-over", str(file), as_=_Taken, within_s=LONG_S, even_if_failed=True)
            except UpgradeError as error:
                left[file] = f"What came meanwhile is not taken over yet; mend this, then {again}: {error}"
                self._means.tell("take over", left[file])
                continue
            if taken.left:
                left[file] = f"{len(taken.left)} bookings found their table taken; {again} names them."
            self._means.tell("take over", f"{taken.events} events and {taken.reservations} reservations")
        return left

    def _kept(self) -> list[Path]:
        """The files with what came since: beside the copy, where nobody but the service can look."""
        if not self._journal.copy:
            return []
        folder = Path(self._journal.copy_path).parent
        return sorted(folder.glob(f"since-{self._journal.stopped_at}-*.jsonl"))

    def _in_folder(self, name: str) -> Path:
        return Path(self._journal.copy_path).with_name(name)


class _Taken(Struct):
    """Of what `maitre db take-over` tells."""

    events: int
    reservations: int
    left: list[Any]
