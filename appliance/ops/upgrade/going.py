"""The steps of an upgrade. Until `stop` the service goes on as ever; whatever fails after it leads back."""

import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from appliance.errors import UpgradeError
from appliance.ops.upgrade import journal as journals
from appliance.ops.upgrade.journal import Journal, Outcome, with_step
from appliance.ops.upgrade.means import Means
from appliance.ops.upgrade.program import LONG_S, Program
from appliance.ops.upgrade.returning import Return

_RELEASES_KEPT = 3
_ROOM_FOR_RELEASE = 4
"""The file is packed: unpacked it takes several times as much."""
_LOOK_EVERY_S = 1.0
_UNPACK = "unpack"


class _Step(Struct, frozen=True, kw_only=True):
    name: str
    do: Callable[["Upgrade", Journal], tuple[Journal, str]]
    leads_back: bool = False


class Upgrade:
    """Goes from the installed release to that of a file, or back to where it was."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._places = means.places

    def run(self, file: Path, version: str) -> Journal:
        """Do it, or what is left of it. Raises UpgradeError when it failed before anything was changed."""
        with self._places.alone():
            journal = self._begun(file, version)
            for step in _STEPS:
                if step.name in journal.done:
                    continue
                self._means.tell(step.name, "")
                try:
                    journal, what = step.do(self, journal)
                    journal = self._noted(with_step(journal, step.name, what))
                except (UpgradeError, OSError) as error:
                    if step.leads_back:
                        return self._without_what_failed(Return(self._means, journal).go(str(error)))
                    if step.name == _UNPACK or _UNPACK in journal.done:
                        self._delete(journal.new)
                    raise UpgradeError(str(error)) from error
                self._means.tell(step.name, what)
            return journals.write(self._places.journal, replace(journal, outcome=Outcome.UPGRADED))

    def _without_what_failed(self, journal: Journal) -> Journal:
        what = self._delete(journal.new)
        return journals.write(self._places.journal, with_step(journal, "tidy", what))

    def _delete(self, version: str) -> str:
        """A release that did not do; not where it is what runs, or what `rollback` goes back to. What came of it."""
        last, release = journals.read(self._places.journal), self._places.release(version)
        needed = {self._places.current(), last.old if last and last.outcome is Outcome.UPGRADED else ""}
        if version in needed or Path(sys.executable).is_relative_to(release.resolve()):
            what = f"{version} is needed, and stays"
        else:
            try:
                shutil.rmtree(release)
                what = f"deleted {release}, which did not do"
            except OSError as error:
                what = f"{release} did not do, and cannot be deleted: {error.strerror}"
        self._means.tell("tidy", what)
        return what

    def _begun(self, file: Path, version: str) -> Journal:
        """A new journal, or that of the same upgrade which was interrupted."""
        last, current = journals.read(self._places.journal), self._places.current()
        if last and last.why and last.outcome is not Outcome.RETURNED:
            raise UpgradeError(f"The way back to {last.old} was interrupted: finish it with `maitre rollback` first.")
        if last and last.outcome is Outcome.UNDER_WAY and _has_stopped(last):
            if last.new != version:
                raise UpgradeError(
                    f"An upgrade to {last.new} was interrupted: go on with its file, or return with `maitre rollback`."
                )
            # Once it has switched, what it would copy is the new release's, whether that was still written down or not.
            return last if current == version else _again_from(last, "stop")
        if current == version:
            raise UpgradeError(f"{version} is what is installed.")
        return Journal(old=current, new=version, file=str(file), began_at=self._means.clock.now_ms())

    def _noted(self, journal: Journal) -> Journal:
        """Until the service is touched one begins anew, and the last upgrade is still the one to go back from."""
        return journals.write(self._places.journal, journal) if _has_stopped(journal) else journal

    def space(self, journal: Journal) -> tuple[Journal, str]:
        needed = Path(journal.file).stat().st_size * _ROOM_FOR_RELEASE
        free = shutil.disk_usage(self._places.prefix).free
        if free < needed:
            raise UpgradeError(f"{self._places.prefix} has {_mb(free)} free, and the release takes {_mb(needed)}.")
        return journal, f"{_mb(free)} free, {_mb(needed)} needed"

    def verify(self, journal: Journal) -> tuple[Journal, str]:
        return journal, self._means.verify(Path(journal.file))

    def unpack(self, journal: Journal) -> tuple[Journal, str]:
        release = self._places.release(journal.new)
        shutil.rmtree(release, ignore_errors=True)  # what an interrupted one left
        self._means.unpack(Path(journal.file), release)
        told = self._new(journal).version()
        if told != journal.new:
            raise UpgradeError(f"The file is called {journal.new}, and says it is {told}.")
        return journal, str(release)

    def config(self, journal: Journal) -> tuple[Journal, str]:
        """The new release reads the settings as they are."""
        self._new(journal).does("config", "check")
        return journal, f"{journal.new} takes the settings"

    def backup(self, journal: Journal) -> tuple[Journal, str]:
        journal = replace(journal, schema=self._old(journal).schema().current)
        made = self._old(journal).told("backup", "create", "--before-upgrade", as_=_Made, within_s=LONG_S)
        return replace(journal, backup=made.entry.name), f"{made.path}, tried out"

    def rehearse(self, journal: Journal) -> tuple[Journal, str]:
        """The new release migrates a copy: it is disturbed by none, and disturbs nobody."""
        self._new(journal).told("backup", "verify", journal.backup, as_=Any, within_s=LONG_S)
        newest = self._new(journal).schema().newest
        what = (
            f"schema {journal.schema} stays" if newest == journal.schema else f"{journal.schema} → {newest} on a copy"
        )
        return replace(journal, new_schema=newest), what

    def stop(self, journal: Journal) -> tuple[Journal, str]:
        """From here on callers wait, or hear the phone platform's own words."""
        journal = replace(journal, stopped_at=journal.stopped_at or self._means.clock.now_ms())
        journals.write(self._places.journal, journal)  # should we be killed now, it is known how far we had come
        self._means.service.stop()
        return journal, f"{journal.old} has finished what it was doing"

    def copy(self, journal: Journal) -> tuple[Journal, str]:
        """Only a changed schema needs it: without one the old release takes the data as they are."""
        if not journal.moves_schema:
            return journal, "not needed: the schema stays"
        made = self._old(journal).told("backup", "create", "--before-upgrade", as_=_Made, within_s=LONG_S)
        return replace(journal, copy=made.entry.name, copy_path=made.path), made.path

    def switch(self, journal: Journal) -> tuple[Journal, str]:
        self._places.switch(journal.new)
        return journal, f"{self._places.prefix}/current → {journal.new}"

    def units(self, journal: Journal) -> tuple[Journal, str]:
        """Those of the release that is current now, so the way back brings the old ones in the same way."""
        return journal, self._means.service.bring_units(self._means.installed)

    def start(self, journal: Journal) -> tuple[Journal, str]:
        if journal.moves_schema:  # as the account of this command: on Postgres the server's may not have the right
            self._new(journal).does("db", "migrate", within_s=LONG_S)
        self._means.service.start()
        self._new(journal).wait_until_well(within_s=self._means.well_within_s)
        return journal, f"{journal.new} answers"

    def watch(self, journal: Journal) -> tuple[Journal, str]:
        """It has to stay well, and may not have to be begun anew."""
        until = time.monotonic() + self._means.window_s
        while time.monotonic() < until:
            time.sleep(_LOOK_EVERY_S)
            self._new(journal).told("health", as_=Any)
            if self._means.service.restarts():
                raise UpgradeError(f"{journal.new} ended by itself, and was begun anew.")
        return journal, f"well for {self._means.window_s:g} s"

    def tidy(self, journal: Journal) -> tuple[Journal, str]:
        gone = self._places.let_go(keep={journal.old, journal.new}, most=_RELEASES_KEPT)
        return journal, f"deleted {', '.join(gone)}" if gone else "nothing to delete"

    def _old(self, journal: Journal) -> Program:
        return self._means.program(journal.old)

    def _new(self, journal: Journal) -> Program:
        return self._means.program(journal.new)


class _Entry(Struct):
    name: str


class _Made(Struct):
    """Of what `maitre backup create` tells."""

    entry: _Entry
    path: str


def _has_stopped(journal: Journal) -> bool:
    """Whether it had come so far that the service was touched: before that, one begins anew."""
    return bool(journal.stopped_at)


def _again_from(journal: Journal, step: str) -> Journal:
    """Without what was done from there on: the old release may have run, and written, meanwhile."""
    names = [one.name for one in _STEPS]
    return replace(journal, done={name: journal.done[name] for name in names[: names.index(step)]})


def _mb(size: int) -> str:
    return f"{size >> 20} MB"


_STEPS: Sequence[_Step] = (
    _Step(name="space", do=Upgrade.space),
    _Step(name="verify", do=Upgrade.verify),
    _Step(name=_UNPACK, do=Upgrade.unpack),
    _Step(name="config", do=Upgrade.config),
    _Step(name="backup", do=Upgrade.backup),
    _Step(name="rehearse", do=Upgrade.rehearse),
    _Step(name="stop", do=Upgrade.stop, leads_back=True),
    _Step(name="copy", do=Upgrade.copy, leads_back=True),
    _Step(name="switch", do=Upgrade.switch, leads_back=True),
    _Step(name="units", do=Upgrade.units, leads_back=True),
    _Step(name="start", do=Upgrade.start, leads_back=True),
    _Step(name="watch", do=Upgrade.watch, leads_back=True),
    _Step(name="tidy", do=Upgrade.tidy),
)
