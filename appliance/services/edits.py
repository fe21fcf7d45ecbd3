"""What an edit makes of a restaurant: from the card as it is, the restaurant as it is to be written anew. Pure."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from msgspec import UNSET
from msgspec.structs import asdict, replace

from appliance.contract import (
    ClosingFile,
    ClosureFile,
    FloorFile,
    RestaurantFile,
    RulesEdit,
    ServiceFile,
    ShiftFile,
    SpecialDayFile,
    TableEdit,
    TableFile,
    TermsEdit,
)
from appliance.domain.public_holidays import PublicHoliday, public_holidays
from appliance.domain.restaurant import RestaurantCard
from appliance.errors import Conflict, Invalid, NotFound
from appliance.services.onboarding import file_of

_MOST_DAYS = 366


def written(card: RestaurantCard) -> RestaurantFile:
    """The restaurant as it is, without its lines: these are edited with the whole file only."""
    return file_of(card, agents=(), numbers=())


def with_rules(card: RestaurantCard, edit: RulesEdit) -> RestaurantFile:
    changes = _given(edit)
    changes.pop("status", None)  # no part of the file: a restaurant written anew stays as active as it was
    return replace(written(card), **changes)


def with_terms(card: RestaurantCard, edit: TermsEdit) -> RestaurantFile:
    return replace(written(card), **_given(edit))


def with_hours(card: RestaurantCard, shifts: Sequence[ShiftFile], *, today: date) -> RestaurantFile:
    """With that week."""
    return without_stale_closures(replace(written(card), shifts=list(shifts)), today=today)


def without_stale_closures(file: RestaurantFile, *, today: date) -> RestaurantFile:
    """Past closures of a shift that is no more are history and must not stand in a new week's way."""
    names = {shift.name for shift in (*file.shifts, *(one for day in file.special_days for one in day.shifts))}
    closures = [one for one in file.closures if one.date >= today or not one.shift or one.shift in names]
    return replace(file, closures=closures)


def with_special_day(card: RestaurantCard, day: date, shifts: Sequence[ServiceFile]) -> RestaurantFile:
    file = written(card)
    others = [one for one in file.special_days if one.date != day]
    special = SpecialDayFile(date=day, shifts=list(shifts))
    return replace(file, special_days=sorted([*others, special], key=lambda one: one.date))


def without_special_day(card: RestaurantCard, day: date) -> RestaurantFile:
    """Raises NotFound."""
    file = written(card)
    others = [one for one in file.special_days if one.date != day]
    if others == file.special_days:
        raise NotFound("{date} has no hours of its own.", date=day)
    return replace(file, special_days=others)


def with_closures(card: RestaurantCard, closures: Iterable[ClosureFile]) -> RestaurantFile:
    """With those, too. What is closed already gets the new reason."""
    file = written(card)
    by_day = {(one.date, one.shift): one for one in (*file.closures, *closures)}
    return replace(file, closures=sorted(by_day.values(), key=lambda one: (one.date, one.shift)))


def without_closure(card: RestaurantCard, day: date, shift: str) -> RestaurantFile:
    """Raises NotFound."""
    file = written(card)
    others = [one for one in file.closures if (one.date, one.shift) != (day, shift)]
    if others == file.closures:
        if shift:
            raise NotFound("{shift} is not closed on {date}.", shift=shift, date=day)
        raise NotFound("{date} as a whole is not closed.", date=day)
    return replace(file, closures=others)


def with_floor(card: RestaurantCard, floor: FloorFile) -> RestaurantFile:
    return replace(written(card), areas=floor.areas, joined=floor.joined)


def renamed(card: RestaurantCard, table_id: str, name: str) -> RestaurantCard:
    """As if the table had always been called that: by its old name it would be another table."""
    return replace(card, tables=tuple(replace(one, name=name) if one.id == table_id else one for one in card.tables))


def with_table(card: RestaurantCard, table_id: str, edit: TableEdit) -> RestaurantFile:
    """Its name is changed beforehand. Raises NotFound."""
    table = card.tables_by_id.get(table_id)
    if table is None:
        raise NotFound("There is no such table.")

    def edited(one: TableFile) -> TableFile:
        return replace(one, **_given(edit)) if one.name == table.name else one

    file = written(card)
    return replace(file, areas=[replace(area, tables=list(map(edited, area.tables))) for area in file.areas])


def closings(closing: ClosingFile) -> list[ClosureFile]:
    """One for each day. Raises Invalid."""
    first, last = closing.date or closing.first, closing.date or closing.last
    if not first or not last or (closing.date and (closing.first or closing.last)):
        raise Invalid("date: name one date, or the first and the last as from and to")
    days = (last - first).days + 1
    if not 1 <= days <= _MOST_DAYS:
        raise Invalid("to: must be from the date in `from` to {most} days later", most=_MOST_DAYS)
    return [
        ClosureFile(date=first + timedelta(days=n), shift=closing.shift, reason=closing.reason) for n in range(days)
    ]


def holidays_of(card: RestaurantCard, year: int) -> tuple[PublicHoliday, ...]:
    """Raises Conflict while it is not known where the restaurant is."""
    try:
        return public_holidays(card.region, year)
    except ValueError as error:
        raise Conflict(
            "Say in which region the restaurant is (region: ES-VC, say); its public holidays are known by that."
        ) from error


def holiday_closings(card: RestaurantCard, dates: Collection[date]) -> list[ClosureFile]:
    """Closed under the holiday's name. Raises Invalid for a date that is no public holiday there."""
    years = {day.year for day in dates}
    names = {one.date: one.name(card.locale) for year in years for one in holidays_of(card, year)}
    if others := tuple(sorted(day.isoformat() for day in dates if day not in names)):
        raise Invalid("dates: no public holiday of {region}: {dates}", region=card.region, dates=others)
    return [ClosureFile(date=day, reason=names[day]) for day in sorted(set(dates))]


def _given(edit: RulesEdit | TermsEdit | TableEdit) -> dict[str, Any]:
    return {name: value for name, value in asdict(edit).items() if value is not UNSET}
