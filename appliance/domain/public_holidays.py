"""The public holidays of a country or a part of it; which of them a restaurant keeps is its own decision."""

import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from holidays import HolidayBase

_SPANISH = ("es",)
_ENGLISH = ("en_US", "en_GB")
_COUNTRY = re.compile("[A-Z]{2}")
_PART = re.compile("[A-Z0-9]{1,3}")


class PublicHoliday(Struct, frozen=True, kw_only=True):
    """A day off. A language that the library does not know it in has the name that the country itself gives it."""

    date: date
    name_es: str
    name_en: str

    def name(self, lang: str) -> str:
        return self.name_en if lang == "en" else self.name_es


@lru_cache(maxsize=256)
def public_holidays(region: str, year: int) -> tuple[PublicHoliday, ...]:
    """Those of a region (ISO 3166, such as ES or ES-VC) in a year, in order. Raises ValueError for an unknown one."""
    spanish, english = _calendar(region, year, _SPANISH), _calendar(region, year, _ENGLISH)
    return tuple(
        PublicHoliday(date=day, name_es=spanish[day], name_en=english.get(day, spanish[day])) for day in sorted(spanish)
    )


def _calendar(region: str, year: int, languages: tuple[str, ...]) -> "HolidayBase":
    # Late: it brings all countries of the world with it, 17 MB that most servers never need.
    from holidays import country_holidays  # noqa: PLC0415

    country, _, part = region.partition("-")
    known = region_parts(country)
    if known is None or (part and part not in known):
        raise ValueError(region)
    own = country_holidays(country, subdiv=part or None)
    # Left to itself the library would speak the language of this machine.
    language = next((one for one in languages if one in own.supported_languages), own.default_language)
    return country_holidays(country, subdiv=part or None, years=year, language=language)


@lru_cache(maxsize=256)
def region_parts(country: str) -> tuple[str, ...] | None:
    """The codes of the country's parts that have holidays of their own; None when there is no such country."""
    from holidays import country_holidays  # noqa: PLC0415 — as above

    if not _COUNTRY.fullmatch(country):
        return None
    try:
        return tuple(filter(_PART.fullmatch, country_holidays(country).subdivisions))
    except NotImplementedError:
        return None
