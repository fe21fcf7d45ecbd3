import subprocess
import sys
from datetime import date

import pytest

from appliance.domain.public_holidays import public_holidays, region_parts


def names(region: str, year: int) -> dict[str, str]:
    return {one.date.isoformat(): one.name_es for one in public_holidays(region, year)}


def test_a_part_of_the_country_has_its_own_days_beside_the_country_s() -> None:
    spain, valencia = names("ES", 2026), names("ES-VC", 2026)
    assert spain.items() <= valencia.items()
    assert valencia["2026-10-09"] == "Día de la Comunidad Valenciana"
    assert "2026-10-09" not in spain


def test_a_holiday_has_its_name_in_both_languages() -> None:
    (christmas,) = [one for one in public_holidays("ES", 2026) if one.date == date(2026, 12, 25)]
    assert (christmas.name("es"), christmas.name("en")) == ("Natividad del Señor", "Christmas Day")


def test_easter_moves_with_the_year() -> None:
    assert {"2026-04-03", "2027-03-26"} <= names("ES-MD", 2026).keys() | names("ES-MD", 2027).keys()


def test_a_country_whose_holidays_have_no_spanish_names_gives_its_own() -> None:
    assert names("PT", 2026)["2026-12-25"] == "Dia de Natal"
    assert names("GB-ENG", 2026)["2026-12-25"] == "Christmas Day"


def test_holidays_come_in_order_and_lie_in_the_year_asked_for() -> None:
    for region in ("ES", "ES-CT", "PT", "FR", "GB", "US-CA"):
        days = [one.date for one in public_holidays(region, 2028)]
        assert days == sorted(days)
        assert {day.year for day in days} == {2028}


@pytest.mark.parametrize("region", ["ES-XX", "XX", "XX-VC", "Spain", "es"])
def test_an_unknown_region_has_no_holidays_to_guess(region: str) -> None:
    with pytest.raises(ValueError, match=region):
        public_holidays(region, 2026)


def test_the_parts_of_a_country_are_known_by_their_codes() -> None:
    spain = region_parts("ES") or ()
    assert {"VC", "MD", "CT", "AN"} <= set(spain)
    assert all(len(code) == 2 for code in spain)
    assert region_parts("XX") is None


def test_the_calendars_of_the_world_are_not_read_before_one_is_asked_for() -> None:
    asked = "import sys, appliance.app; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
