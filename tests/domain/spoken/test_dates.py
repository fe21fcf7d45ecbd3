from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.spoken.dates import is_every_week, read_date
from appliance.domain.spoken.outcome import IMPOSSIBLE, MISSING, UNCLEAR, Unclear
from appliance.domain.spoken.say import day_words

TODAY = date(2026, 11, 25)
"""A Wednesday."""

UNDERSTOOD = {
    # ISO
    "2026-11-28": "2026-11-28",
    " 2026-11-28 ": "2026-11-28",
    "2026-11-28T21:00": "2026-11-28",
    "2026-11-28 21:00": "2026-11-28",
    "2019-03-01": "2019-03-01",
    # near days
    "hoy": "2026-11-25",
    "hoy mismo": "2026-11-25",
    "hoy día": "2026-11-25",
    "later today": "2026-11-25",
    "hoy por la noche": "2026-11-25",
    "para cenar hoy": "2026-11-25",
    "este mediodía": "2026-11-25",
    "el día de hoy": "2026-11-25",
    "hoy, miércoles": "2026-11-25",
    "esta noche": "2026-11-25",
    "esta noche a las nueve": "2026-11-25",
    "today": "2026-11-25",
    "tonight": "2026-11-25",
    "this evening": "2026-11-25",
    "mañana": "2026-11-26",
    "manana": "2026-11-26",
    "Mañana, por favor": "2026-11-26",
    "mañana por la mañana": "2026-11-26",
    "mañana por la noche": "2026-11-26",
    "mañana jueves": "2026-11-26",
    "mañana a mediodía": "2026-11-26",
    "tomorrow": "2026-11-26",
    "tomorrow evening": "2026-11-26",
    "pasado mañana": "2026-11-27",
    "Pasado mañana por la noche": "2026-11-27",
    "pasadomañana": "2026-11-27",
    "pasado": "2026-11-27",
    "pasado por la noche": "2026-11-27",
    "the day after tomorrow": "2026-11-27",
    # gone by, so that the refusal can name them
    "ayer": "2026-11-24",
    "anoche": "2026-11-24",
    "anteayer": "2026-11-23",
    "hace tres días": "2026-11-22",
    "el viernes pasado": "2026-11-20",
    "el viernes de la semana pasada": "2026-11-20",
    "el pasado miércoles": "2026-11-18",
    "yesterday": "2026-11-24",
    "two days ago": "2026-11-23",
    "last Friday": "2026-11-20",
    # weekdays
    "viernes": "2026-11-27",
    "el viernes": "2026-11-27",
    "este viernes": "2026-11-27",
    "VIERNES": "2026-11-27",
    "el próximo lunes": "2026-11-30",
    "este próximo viernes": "2026-11-27",
    "este viernes que viene": "2026-11-27",
    "este mismo viernes": "2026-11-27",
    "Sunday lunch": "2026-11-29",
    "this coming friday": "2026-11-27",
    "the coming Sunday": "2026-11-29",
    "Fri": "2026-11-27",
    "sab": "2026-11-28",
    "savado": "2026-11-28",
    "Thurs": "2026-11-26",
    "friday": "2026-11-27",
    "on Friday": "2026-11-27",
    "sábado": "2026-11-28",
    "SABADO": "2026-11-28",
    "el sábado por la noche": "2026-11-28",
    "el sábado a las nueve y media de la noche": "2026-11-28",
    "para el sábado": "2026-11-28",
    "saturday night": "2026-11-28",
    "saturday at nine, please": "2026-11-28",
    "domingo": "2026-11-29",
    "el domingo": "2026-11-29",
    "el domingo a mediodía": "2026-11-29",
    "lunes": "2026-11-30",
    "el lunes que viene": "2026-11-30",
    "next monday": "2026-11-30",
    "martes": "2026-12-01",
    "miercoles": "2026-12-02",
    "el miércoles que viene": "2026-12-02",
    "el viernes de la semana que viene": "2026-12-04",
    "friday next week": "2026-12-04",
    "el viernes de esta semana": "2026-11-27",
    "el lunes de esta semana": "2026-11-23",
    "la semana que viene, el jueves": "2026-12-03",
    "el jueves de la próxima semana": "2026-12-03",
    "next week on Friday": "2026-12-04",
    "the Friday of the week after next": "2026-12-11",
    "el sábado de este finde": "2026-11-28",
    # nights
    "la noche del sábado": "2026-11-28",
    "the night of Saturday, November 28": "2026-11-28",
    "la noche del sábado al domingo": "2026-11-28",
    "la noche del 28 al 29": "2026-11-28",
    "la noche del sábado 28 al domingo 29 de noviembre": "2026-11-28",
    "la noche del lunes 30 de noviembre al martes 1 de diciembre": "2026-11-30",
    "la noche del 31 de diciembre al 1 de enero de 2027": "2026-12-31",
    # a week after a day
    "del viernes en ocho": "2026-12-04",
    "para el viernes en ocho días": "2026-12-04",
    "de hoy en ocho": "2026-12-02",
    "de hoy en quince": "2026-12-09",
    "de mañana en ocho": "2026-12-03",
    "de hoy en una semana": "2026-12-02",
    "Friday week": "2026-12-04",
    "a week on Friday": "2026-12-04",
    "a week from Friday": "2026-12-04",
    "a fortnight on Friday": "2026-12-11",
    "a week tomorrow": "2026-12-03",
    "a week today": "2026-12-02",
    # counted
    "dentro de quince días": "2026-12-09",
    "en 15 días": "2026-12-09",
    "dentro de ocho días": "2026-12-02",
    "dentro de diez días": "2026-12-05",
    "de aquí a una semana": "2026-12-02",
    "dentro de un mes": "2026-12-25",
    "en dos meses": "2027-01-25",
    "el viernes dentro de dos semanas": "2026-12-11",
    "in eight days": "2026-12-03",
    "in ten days": "2026-12-05",
    "in a fortnight": "2026-12-09",
    "in a week's time": "2026-12-02",
    "in a month": "2026-12-25",
    "three days from today": "2026-11-28",
    "in two weeks on Friday": "2026-12-11",
    "dentro de 3 días": "2026-11-28",
    "en tres dias": "2026-11-28",
    "in three days": "2026-11-28",
    "en una semana": "2026-12-02",
    "in a week": "2026-12-02",
    "dentro de dos semanas": "2026-12-09",
    "two weeks from today": "2026-12-09",
    # day and month
    "15/10": "2027-10-15",
    "15-10": "2027-10-15",
    "15/10/2026": "2026-10-15",
    "15/10/26": "2026-10-15",
    "5/6": "2027-06-05",
    "25/11": "2026-11-25",
    "24/11": "2027-11-24",
    "15 de octubre": "2027-10-15",
    "quince de octubre": "2027-10-15",
    "el 15 de octubre de 2026": "2026-10-15",
    "el quince de octubre de dos mil veintiséis": "2026-10-15",
    "treinta y uno de diciembre": "2026-12-31",
    "primero de diciembre": "2026-12-01",
    "1º de diciembre": "2026-12-01",
    "uno de enero": "2027-01-01",
    "28 nov": "2026-11-28",
    "28 noviembre": "2026-11-28",
    "28-nov-2026": "2026-11-28",
    "28.11": "2026-11-28",
    "28-11-2026": "2026-11-28",
    "28 / 11": "2026-11-28",
    "el 28 del 11": "2026-11-28",
    "el tres del doce": "2026-12-03",
    "28 de noviembre de este año": "2026-11-28",
    "28 de noviembre del año que viene": "2027-11-28",
    "28 de noviembre, que es sábado": "2026-11-28",
    "sábado 28 de noviembre": "2026-11-28",
    "el sábado, 28 de noviembre": "2026-11-28",
    "October 15": "2027-10-15",
    "15th of October": "2027-10-15",
    "the fifteenth of october 2026": "2026-10-15",
    "Saturday, November 28th": "2026-11-28",
    "November the twenty-eighth": "2026-11-28",
    "November twenty-eighth": "2026-11-28",
    "the 28th of November": "2026-11-28",
    "January first": "2027-01-01",
    "the 3rd of next month": "2026-12-03",
    "el 28 de este mes": "2026-11-28",
    "el viernes que viene, 27 de noviembre": "2026-11-27",
    "el viernes que viene, día 4": "2026-12-04",
    "el 3 del mes que viene": "2026-12-03",
    # day only
    "el quince": "2026-12-15",
    "el 15": "2026-12-15",
    "15": "2026-12-15",
    "the 15th": "2026-12-15",
    "el veinticinco": "2026-11-25",
    "el 31": "2026-12-31",
    "el sábado 28": "2026-11-28",
    "el sábado 28 por la noche": "2026-11-28",
    "sábado, 28": "2026-11-28",
    "Sat. 28": "2026-11-28",
    "el viernes que viene 27": "2026-11-27",
    "on the 28th": "2026-11-28",
    "el día quince": "2026-12-15",
    "el miércoles 9 por la noche": "2026-12-09",
    "Friday the 27th": "2026-11-27",
    # the first and the last
    "el último sábado de mes": "2026-11-28",
    "el primer domingo de mes": "2026-12-06",
    "el primer domingo de diciembre": "2026-12-06",
    "el segundo viernes de diciembre": "2026-12-11",
    "el primer sábado del mes que viene": "2026-12-05",
    "el último viernes de octubre de 2027": "2027-10-29",
    "the first Sunday of December": "2026-12-06",
    "last Saturday of the month": "2026-11-28",
    # as people talk
    "sería el sábado": "2026-11-28",
    "el sábado si puede ser": "2026-11-28",
    "pues el viernes": "2026-11-27",
    "a ver, el sábado": "2026-11-28",
    "creo que el sábado día 28": "2026-11-28",
    "quería una mesa para el sábado por la noche": "2026-11-28",
    "for this Saturday please": "2026-11-28",
    "it'd be on Friday": "2026-11-27",
    "I'd like to book for Saturday": "2026-11-28",
    "me gustaría reservar para mañana": "2026-11-26",
    "it’d be Friday, if possible": "2026-11-27",
    # with its time, before or after
    "sábado 21:00": "2026-11-28",
    "a las nueve y media de la noche del sábado 28": "2026-11-28",
    "el miércoles 9 de la noche": "2026-12-02",
    "at nine on Saturday": "2026-11-28",
    "Saturday 9pm": "2026-11-28",
    "nine tonight": "2026-11-25",
    "de aquí a una semana a las nueve": "2026-12-02",
}

UNCLEAR_WORDS = [
    # two dates at once
    "el 28 y el 29",
    "el lunes o el miércoles o el viernes",
    "el 1 o 2 de enero",
    "jueves o viernes de la semana que viene",
    "el 15, 20",
    "la semana que viene, de esta semana",
    # any of four
    "el finde que viene",
    "next weekend",
    # May the tenth, or a wrong month
    "10/15",
    # from one day to another that is not the next
    "la noche del sábado al lunes",
    "la noche del sábado 28 al domingo 30 de noviembre",
    "la noche del viernes 28 al domingo 29 de noviembre",
    "la noche del 28 de octubre al 29 de noviembre",
    "del sábado al domingo",
    # whose clock?
    "2026-11-28T21:00:00+01:00",
    # a time or a party, not a date
    "la una",
    "para dos",
    "for two",
    "doce a una",
    "de doce a una",
    "9 de la noche",
    "9 por la noche",
    "9 in the evening",
    "21:00",
    "el 15:30",
    "por la noche",
    # not a day
    "a finales de mes",
    "mediados de diciembre",
    "un domingo de diciembre",
    "el primer viernes",
    "el otro viernes",
    "de aquí al viernes",
    "antes del viernes",
    "pasado el viernes",
    "dentro de un par de días",
    "in a couple of days",
    "a la una semana",
    "la semana que viene",
    "los viernes",
    "el 10 de",
    "cuando sea",
    "no el viernes",
    "mar 15",
    "garbage",
    "fecha",
    "el viernes no",
    "20261128999999",
    "9" * 5000,
]


@pytest.mark.parametrize(("words", "day"), UNDERSTOOD.items())
def test_a_date_in_everyday_words_is_understood(words: str, day: str) -> None:
    assert read_date(words, today=TODAY) == date.fromisoformat(day)


@pytest.mark.parametrize("words", UNCLEAR_WORDS)
def test_words_that_are_no_certain_date_are_unclear(words: str) -> None:
    assert read_date(words, today=TODAY) == UNCLEAR


EITHER = {
    # this week's or next week's
    "el viernes que viene": ("2026-11-27", "2026-12-04"),
    "el próximo viernes": ("2026-11-27", "2026-12-04"),
    "el viernes siguiente": ("2026-11-27", "2026-12-04"),
    "el domingo que viene": ("2026-11-29", "2026-12-06"),
    "next friday": ("2026-11-27", "2026-12-04"),
    "the following Friday": ("2026-11-27", "2026-12-04"),
    "el sábado del finde que viene": ("2026-11-28", "2026-12-05"),
    # today or in a week
    "este miércoles": ("2026-11-25", "2026-12-02"),
    "this Wednesday": ("2026-11-25", "2026-12-02"),
    "del miércoles en ocho": ("2026-12-02", "2026-12-09"),
    # Saturday or Sunday
    "este finde": ("2026-11-28", "2026-11-29"),
    "el fin de semana": ("2026-11-28", "2026-11-29"),
    "at the weekend": ("2026-11-28", "2026-11-29"),
    # named both
    "el viernes o el sábado": ("2026-11-27", "2026-11-28"),
    "el 27 o el 28": ("2026-11-27", "2026-11-28"),
    "hoy o mañana": ("2026-11-25", "2026-11-26"),
    "mañana o pasado": ("2026-11-26", "2026-11-27"),
    "Thursday or Friday": ("2026-11-26", "2026-11-27"),
    "Nochebuena o Nochevieja": ("2026-12-24", "2026-12-31"),
}


@pytest.mark.parametrize(("words", "days"), EITHER.items())
def test_words_that_can_mean_two_dates_ask_which(words: str, days: tuple[str, str]) -> None:
    assert read_date(words, today=TODAY) == Unclear("ambiguous", tuple(map(date.fromisoformat, days)))


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("12/3", ("2026-12-03", "2027-03-12")),
        ("3/12/2026", ("2026-03-12", "2026-12-03")),
        ("on 12/3", ("2026-12-03", "2027-03-12")),
    ],
)
def test_figures_in_english_may_have_the_month_first(words: str, days: tuple[str, str]) -> None:
    assert read_date(words, today=TODAY, lang="en") == Unclear("ambiguous", tuple(map(date.fromisoformat, days)))


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("28/11", "2026-11-28"),
        ("11/28", "2026-11-28"),
        ("5/5", "2027-05-05"),
        ("Saturday 12/5", "2026-12-05"),
        ("2026-03-12", "2026-03-12"),
    ],
)
def test_figures_in_english_that_fit_one_date_only_are_that(words: str, day: str) -> None:
    assert read_date(words, today=TODAY, lang="en") == date.fromisoformat(day)


def test_a_month_from_a_day_that_the_next_month_lacks_is_asked() -> None:
    assert read_date("dentro de un mes", today=date(2026, 8, 31)) == UNCLEAR


@pytest.mark.parametrize("words", ["el viernes que viene", "next Friday"])
def test_next_friday_said_on_a_saturday_is_the_only_one_in_sight(words: str) -> None:
    assert read_date(words, today=date(2026, 11, 28)) == date(2026, 12, 4)


def test_friday_in_two_weeks_said_on_a_saturday_may_be_counted_either_way() -> None:
    read = read_date("el viernes dentro de dos semanas", today=date(2026, 11, 28))
    assert read == Unclear("ambiguous", (date(2026, 12, 11), date(2026, 12, 18)))


@pytest.mark.parametrize(
    "words", ["31 de noviembre", "2026-02-31", "29 de febrero", "32/10", "el 32", "0/1", "the 0th"]
)
def test_a_date_that_no_calendar_has_is_impossible(words: str) -> None:
    assert read_date(words, today=TODAY) == IMPOSSIBLE


@pytest.mark.parametrize("words", [None, "", "  ", "null", "None", "{{fecha}}", "<date>", "¿?", [], {}, "desconocido"])
def test_nothing_said_is_a_missing_date(words: object) -> None:
    assert read_date(words, today=TODAY) == MISSING


@pytest.mark.parametrize("words", [True, False, 15.5, ["hoy"], {"date": "hoy"}, float("nan"), 10**400])
def test_a_value_of_another_type_is_no_date(words: object) -> None:
    assert read_date(words, today=TODAY) == UNCLEAR


def test_a_leap_day_is_understood_when_it_comes_next() -> None:
    assert read_date("29 de febrero", today=date(2027, 11, 25)) == date(2028, 2, 29)


@pytest.mark.parametrize("days", range(7))
def test_a_weekday_named_today_is_a_week_away(days: int) -> None:
    today = TODAY + timedelta(days=days)
    name = "lunes martes miércoles jueves viernes sábado domingo".split()[today.weekday()]
    assert read_date(name, today=today) == today + timedelta(days=7)


@given(st.dates())
def test_an_iso_date_is_itself(day: date) -> None:
    assert read_date(day.isoformat(), today=TODAY) == day


@given(
    today=st.dates(min_value=date(2020, 1, 1), max_value=date(2090, 1, 1)),
    ahead=st.integers(0, 364),
    lang=st.sampled_from(["es", "en"]),
)
def test_what_we_say_of_a_day_we_understand(today: date, ahead: int, lang: str) -> None:
    day = today + timedelta(days=ahead)
    assert read_date(day_words(day, lang, today=today), today=today) == day
    if (day.month, day.day) != (2, 29) or day.year == today.year:
        assert read_date(day_words(day, lang), today=today) == day


# Around a comma or a condition, a word may be chatter that the answer stands without.
@pytest.mark.parametrize(
    "words", [words for words in (*UNDERSTOOD, *EITHER) if "," not in words and " si " not in words]
)
def test_a_word_that_is_not_understood_makes_the_whole_unclear(words: str) -> None:
    said = words.split()
    for place in range(len(said) + 1):
        with_it = " ".join([*said[:place], "paraguas", *said[place:]])
        assert read_date(with_it, today=TODAY) == UNCLEAR


@given(st.text(alphabet=st.characters(codec="ascii", categories=("Ll", "Zs")), max_size=30))
def test_garbage_is_no_date(words: str) -> None:
    read = read_date(f"x{words}x", today=TODAY)
    assert read in (UNCLEAR, MISSING)


@given(st.dates(min_value=date(2020, 1, 1), max_value=date(2090, 1, 1)), st.sampled_from([*UNDERSTOOD, *EITHER]))
def test_days_to_choose_from_are_two_and_in_order(today: date, words: str) -> None:
    read = read_date(words, today=today)
    if isinstance(read, Unclear):
        assert (read.why == "ambiguous") == (len(read.days) == 2)
        assert list(read.days) == sorted(set(read.days))


@pytest.mark.parametrize(
    "words",
    [
        *("los domingos", "domingos", "los lunes por la noche", "cada viernes", "todos los sábados", "entre semana"),
        *("los fines de semana", "festivos", "Sundays", "on Sundays", "every Sunday night", "weekends", "weekdays"),
    ],
)
def test_days_that_come_every_week_are_told_from_one_day(words: str) -> None:
    assert is_every_week(words)


@pytest.mark.parametrize("words", ["el domingo", "este fin de semana", "Sunday", "dentro de dos lunes", "", None])
def test_one_day_comes_once(words: str | None) -> None:
    assert not is_every_week(words)
