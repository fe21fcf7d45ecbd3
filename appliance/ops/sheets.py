"""A restaurant's spreadsheet from the command line: the same use case as over HTTP, on the database itself."""

from collections.abc import Sequence
from pathlib import Path

from appliance.clock import SystemClock
from appliance.config import Settings
from appliance.contract import ImportReport
from appliance.domain.sheet_cells import words_of
from appliance.errors import Invalid
from appliance.ops.database import opened
from appliance.services.daybooks import DayBooks
from appliance.services.directory import Directory
from appliance.services.house import House
from appliance.services.restaurants import RestaurantService
from appliance.services.sheets.columns import Tab, rows_of
from appliance.services.sheets.importing import SheetImport
from appliance.store import restaurants as store
from appliance.web.languages import in_english


async def take_over(
    settings: Settings, restaurant_id: str, files: Sequence[Path], *, dry_run: bool
) -> list[ImportReport]:
    """Take over the files in the order of their tabs. Raises NotFound, or Invalid for a file that is none."""
    tabs = sorted(((_tab(file), _read(file)) for file in files), key=lambda one: list(Tab).index(one[0]))
    for tab, data in tabs:
        rows_of(tab, data)  # before anything is taken over
    async with opened(settings) as database:
        directory, clock = Directory(database), SystemClock()
        books = DayBooks(database, clock)
        await directory.refresh()
        restaurants = RestaurantService(database, clock, directory)
        sheets = SheetImport(database, clock, books, House(database, clock, directory, books))
        # The card is looked up for each anew: a tab before may have changed it.
        reports = [
            await sheets.take_over(restaurants.one(restaurant_id), tab, data, in_english, dry_run=dry_run)
            for tab, data in tabs
        ]
        if not dry_run:
            async with database.write() as tx:
                await store.touch(tx)
        return reports


def _tab(file: Path) -> Tab:
    """What the file's name ends in: a tab of a spreadsheet is saved as "La Marea - Reservas.csv"."""
    said = words_of(file.stem).split()
    for tab in Tab:
        if said[-1:] == words_of(tab).split():
            return tab
    raise Invalid(f"{file}: its name must end in that of its tab: {', '.join(Tab)}")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Invalid(f"{file}: cannot be read: {error.strerror}") from error
