from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.nights import NIGHT_ENDS
from appliance.domain.spoken.dates import read_date
from appliance.domain.spoken.say import (
    day_words,
    join_words,
    moment_words,
    moments_words,
    party_words,
    span_words,
    time_words,
    weekdays_words,
)
from appliance.domain.spoken.times import read_times

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("day", "spanish", "english"),
    [
        (date(2026, 11, 25), "hoy, miércoles 25 de noviembre", "today, Wednesday, November 25"),
        (date(2026, 11, 26), "mañana, jueves 26 de noviembre", "tomorrow, Thursday, November 26"),
        (date(2026, 11, 28), "el sábado 28 de noviembre", "on Saturday, November 28"),
        (date(2027, 1, 1), "el viernes 1 de enero de 2027", "on Friday, January 1, 2027"),
    ],
)
def test_a_day_is_said_with_its_weekday_and_as_near_as_it_is(day: date, spanish: str, english: str) -> None:
    assert day_words(day, "es", today=TODAY) == spanish
    assert day_words(day, "en", today=TODAY) == english


def test_a_day_is_said_without_a_year_when_today_is_not_known() -> None:
    assert day_words(date(2027, 1, 1), "es") == "el viernes 1 de enero"


@pytest.mark.parametrize(
    ("day", "spanish", "english"),
    [
        (date(2026, 11, 25), "hoy, miércoles 25 de noviembre,", "today, Wednesday, November 25,"),
        (date(2026, 11, 28), "el sábado 28 de noviembre", "on Saturday, November 28,"),
    ],
)
def test_a_day_inside_a_sentence_closes_the_commas_that_it_opens(day: date, spanish: str, english: str) -> None:
    assert day_words(day, "es", today=TODAY, inside=True) == spanish
    assert day_words(day, "en", today=TODAY, inside=True) == english


@pytest.mark.parametrize(
    ("minute", "spanish", "english"),
    [
        (21 * 60 + 30, "las nueve y media de la noche", "half past nine in the evening"),
        (21 * 60, "las nueve de la noche", "nine in the evening"),
        (21 * 60 + 10, "las nueve y diez de la noche", "ten past nine in the evening"),
        (20 * 60 + 45, "las nueve menos cuarto de la noche", "a quarter to nine in the evening"),
        (13 * 60, "la una de la tarde", "one in the afternoon"),
        (12 * 60, "las doce del mediodía", "noon"),
        (12 * 60 + 30, "las doce y media del mediodía", "half past twelve in the afternoon"),
        (0, "las doce de la noche", "midnight"),
        (30, "las doce y media de la noche", "half past midnight"),
        (1470, "las doce y media de la noche", "half past midnight"),
        (9 * 60 + 7, "las nueve y siete de la mañana", "seven minutes past nine in the morning"),
        (61, "la una y un minuto de la madrugada", "one minute past one in the morning"),
    ],
)
def test_a_time_is_said_as_people_say_it(minute: int, spanish: str, english: str) -> None:
    assert (time_words(minute, "es"), time_words(minute, "en")) == (spanish, english)


@given(st.integers(0, 2879), st.sampled_from(["es", "en"]))
def test_a_time_is_said_without_digits(minute: int, lang: str) -> None:
    assert not any(letter.isdigit() for letter in time_words(minute, lang))


@pytest.mark.parametrize(
    ("minutes", "spanish", "english"),
    [
        ((), "", ""),
        ((840,), "las dos de la tarde", "two in the afternoon"),
        (
            (855, 870, 885),
            "las dos y cuarto, las dos y media o las tres menos cuarto de la tarde",
            "a quarter past two, half past two or a quarter to three in the afternoon",
        ),
        ((540, 1260), "las nueve de la mañana o las nueve de la noche", "nine in the morning or nine in the evening"),
        (
            (900, 930, 1200),
            "las tres, las tres y media de la tarde o las ocho de la noche",
            "three, half past three in the afternoon or eight in the evening",
        ),
        (
            (720, 735),
            "las doce o las doce y cuarto del mediodía",
            "noon or a quarter past twelve in the afternoon",
        ),
    ],
)
def test_times_of_one_part_of_the_day_name_it_once(minutes: tuple[int, ...], spanish: str, english: str) -> None:
    moments = [(TODAY, minute) for minute in minutes]
    assert (moments_words(moments, "es"), moments_words(moments, "en")) == (spanish, english)


@pytest.mark.parametrize("lang", ["es", "en"])
@given(st.lists(st.integers(NIGHT_ENDS, 1439), min_size=2, max_size=4))
def test_the_last_of_several_times_is_always_said_in_full(lang: str, minutes: list[int]) -> None:
    assert moments_words([(TODAY, minute) for minute in minutes], lang).endswith(time_words(minutes[-1], lang))


@pytest.mark.parametrize("lang", ["es", "en"])
@given(st.integers(0, 1439))
def test_a_time_that_is_said_is_understood(lang: str, minute: int) -> None:
    told = read_times(time_words(minute, lang))
    assert told == (minute,) or (minute < NIGHT_ENDS and told == (minute + 1440,))


@pytest.mark.parametrize(
    ("opens", "closes", "spanish", "english"),
    [
        (780, 1050, "de una a cinco y media de la tarde", "from one to half past five in the afternoon"),
        (
            1200,
            1485,
            "de ocho a una menos cuarto de la noche",
            "from eight in the evening to a quarter to one in the morning",
        ),
        (
            1230,
            1500,
            "de ocho y media de la noche a una de la madrugada",
            "from half past eight in the evening to one in the morning",
        ),
        (1200, 1440, "de ocho a doce de la noche", "from eight in the evening to midnight"),
        (720, 960, "de doce del mediodía a cuatro de la tarde", "from noon to four in the afternoon"),
        (1200, 2640, "de ocho de la noche a ocho de la noche", "from eight in the evening to eight in the evening"),
    ],
)
def test_a_service_is_said_from_when_to_when(opens: int, closes: int, spanish: str, english: str) -> None:
    assert (span_words(opens, closes, "es"), span_words(opens, closes, "en")) == (spanish, english)


@pytest.mark.parametrize(
    ("size", "spanish", "english"),
    [
        (1, "una persona", "one person"),
        (4, "cuatro personas", "four people"),
        (21, "veintiuna personas", "twenty-one people"),
        (500, "500 personas", "500 people"),
    ],
)
def test_a_party_is_counted_in_words(size: int, spanish: str, english: str) -> None:
    assert (party_words(size, "es"), party_words(size, "en")) == (spanish, english)


@pytest.mark.parametrize(
    ("weekdays", "spanish", "english"),
    [
        ([0], "los lunes", "on Mondays"),
        ([1, 0], "los lunes y martes", "on Mondays and Tuesdays"),
        ([5, 6], "los sábados y domingos", "on Saturdays and Sundays"),
        ([0, 2, 4], "los lunes, miércoles y viernes", "on Mondays, Wednesdays and Fridays"),
        (range(1, 7), "de martes a domingo", "from Tuesday to Sunday"),
        (range(6), "de lunes a sábado", "from Monday to Saturday"),
        ([6, 0, 5], "de sábado a lunes", "from Saturday to Monday"),
        ([0, 2, 3, 4, 5, 6], "todos los días menos los martes", "every day except on Tuesdays"),
        (range(7), "todos los días", "every day"),
        ([], "", ""),
    ],
)
def test_weekdays_are_said_as_a_habit(weekdays: list[int], spanish: str, english: str) -> None:
    assert (weekdays_words(weekdays, "es"), weekdays_words(weekdays, "en")) == (spanish, english)


@pytest.mark.parametrize(
    ("items", "last", "joined"),
    [
        ([], "or", ""),
        (["a"], "or", "a"),
        (["a", "b"], "or", "a o b"),
        (["a", "b", "c"], "and", "a, b y c"),
        (["siete", "ocho"], "or", "siete u ocho"),
        (["ayer", "hoy"], "or", "ayer u hoy"),
        (["Ana", "Inés"], "and", "Ana e Inés"),
        (["agua", "hielo"], "and", "agua y hielo"),
    ],
)
def test_a_spanish_list_ends_in_the_joint_that_sounds_right(items: list[str], last: str, joined: str) -> None:
    assert join_words(items, "es", last=last) == joined  # type: ignore[arg-type]


def test_an_english_list_ends_in_its_plain_joint() -> None:
    assert join_words(["a", "b", "c"], "en", last="or") == "a, b or c"


@pytest.mark.parametrize("lang", ["es", "en"])
def test_no_times_are_no_words(lang: str) -> None:
    assert moments_words([], lang) == ""


# --- the small hours ---

NIGHTS = [
    (
        (date(2026, 11, 28), 1470),
        ("la noche del sábado 28 al domingo 29 de noviembre,", "las doce y media"),
        ("on the night of Saturday, November 28,", "half past twelve"),
    ),
    (
        (date(2026, 11, 29), 30),
        ("la noche del sábado 28 al domingo 29 de noviembre,", "las doce y media"),
        ("on the night of Saturday, November 28,", "half past twelve"),
    ),
    (
        (date(2026, 11, 30), 1440),
        ("la noche del lunes 30 de noviembre al martes 1 de diciembre,", "las doce"),
        ("on the night of Monday, November 30,", "midnight"),
    ),
    (
        (date(2027, 1, 1), 75),
        ("la noche del jueves 31 de diciembre al viernes 1 de enero de 2027,", "la una y cuarto"),
        ("on the night of Thursday, December 31,", "a quarter past one"),
    ),
    (
        (date(2026, 11, 26), 299),
        ("la noche del miércoles 25 al jueves 26 de noviembre,", "las cinco menos un minuto"),
        ("on the night of Wednesday, November 25,", "one minute to five"),
    ),
]


@pytest.mark.parametrize(("moment", "spanish", "english"), NIGHTS)
def test_small_hours_are_said_with_their_night(
    moment: tuple[date, int], spanish: tuple[str, str], english: tuple[str, str]
) -> None:
    assert moment_words(*moment, "es", today=TODAY) == spanish
    assert moment_words(*moment, "en", today=TODAY) == english


@pytest.mark.parametrize("lang", ["es", "en"])
@given(st.integers(NIGHT_ENDS, 1439))
def test_by_day_a_moment_is_its_day_and_its_time(lang: str, minute: int) -> None:
    day = date(2026, 11, 26)
    assert moment_words(day, minute, lang, today=TODAY) == (
        day_words(day, lang, today=TODAY, inside=True),
        time_words(minute, lang),
    )


@given(
    today=st.dates(date(2020, 1, 1), date(2090, 1, 1)),
    ahead=st.integers(0, 363),
    minute=st.integers(0, NIGHT_ENDS - 1),
    lang=st.sampled_from(["es", "en"]),
)
def test_a_night_that_is_said_is_understood(today: date, ahead: int, minute: int, lang: str) -> None:
    evening = today + timedelta(days=ahead)
    day, time = moment_words(evening, 1440 + minute, lang, today=today)
    assert read_date(day, today=today) == evening
    told = read_times(time)
    assert isinstance(told, tuple)
    assert 1440 + minute in told
    assert moment_words(evening + timedelta(days=1), minute, lang, today=today) == (day, time)


def test_times_to_choose_from_name_the_night_of_the_small_hours_once() -> None:
    saturday, sunday = date(2026, 11, 28), date(2026, 11, 29)
    moments = [(saturday, 1410), (sunday, 0), (sunday, 30)]
    assert moments_words(moments, "es", today=TODAY) == (
        "las once y media de la noche, las doce o las doce y media de la noche del sábado 28 al domingo 29 de noviembre"
    )
    assert moments_words(moments, "en", today=TODAY) == (
        "half past eleven at night, midnight or half past twelve on the night of Saturday, November 28"
    )
