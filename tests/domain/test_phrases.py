import re
from datetime import date
from string import Formatter

import pytest

from appliance.domain.phrases import _ES_EN, FRAGMENTS, contracted, language, phrase
from appliance.domain.spoken.say import day_words, join_words, moment_words, party_words, time_words, weekdays_words

TODAY = date(2026, 11, 25)
DAYS = (TODAY, date(2026, 11, 26), date(2026, 11, 28), date(2027, 1, 1))
MINUTES = (21 * 60, 30)
LANGUAGES = ("es", "en")
CODES = frozenset(_ES_EN)

ASKED_FOR = (
    "available available_elsewhere area_full full closed_day outside_hours time_not_offered ambiguous_time past_date "
    "ambiguous_date past_time too_soon too_far_ahead party_size_invalid party_too_large restaurant_paused offer_times "
    "offer_other_day missing_date unclear_date impossible_date missing_time unclear_time impossible_time "
    "missing_party_size unclear_party_size impossible_party_size missing_name unclear_name missing_phone "
    "unclear_phone booked cancelled already_cancelled cancel_too found which_one not_found booking_words hours "
    "hours_closed_days hours_none unknown_tool unknown_restaurant temporarily_unavailable race_lost "
    "open closed_now closed_today paused missing_message message_taken transfer nobody_to_transfer goodbye "
    "waitlisted kept_for_you"
).split()


def _facts(code: str, lang: str, day: date, minute: int) -> dict[str, object]:
    times = [time_words(minute, lang) for minute in (20 * 60, 21 * 60 + 30)]
    span = f"{weekdays_words(range(1, 7), lang)}, {join_words(times, lang, last='and')}"
    day_said, time_said = moment_words(day, minute, lang, today=TODAY)
    return {
        "day": day_said,
        "time": time_said,
        "party": party_words(4, lang),
        "name": "Lucía Fernández",
        "area": "Terraza",
        "wished": "Salón",
        "options": join_words(times, lang, last="or"),
        "days": weekdays_words([0, 1], lang) if code == "hours_closed_days" else 60,
        "spans": span,
        "span": "30 minutos",
        "restaurant": "La Gaviota",
    }


def _said(lang: str) -> list[tuple[str, str]]:
    return [
        (code, phrase(code, lang, **_facts(code, lang, day, minute)))
        for code in sorted(CODES)
        for day in DAYS
        for minute in MINUTES
    ]


def test_every_code_that_an_answer_may_have_has_a_sentence() -> None:
    assert set(ASKED_FOR) <= CODES


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sentence_begins_with_a_capital_and_ends_with_a_mark(lang: str) -> None:
    for code, words in _said(lang):
        if code not in FRAGMENTS:
            assert re.fullmatch(r"[¿¡]?[A-ZÁÉÍÓÚÑ].*[.?!]", words), (code, words)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_shows_a_brace_or_a_doubled_space_or_a_doubled_mark(lang: str) -> None:
    for code, words in _said(lang):
        assert not re.search(r"[{}]|  |\.\.|,,| [.,?!]", words), (code, words)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_says_an_hour_in_digits(lang: str) -> None:
    for code, words in _said(lang):
        assert not re.search(r"\d[:.h]\d|\blas? \d|\bat \d", words), (code, words)


def test_spanish_sentences_contract_their_articles() -> None:
    for code, words in _said("es"):
        assert not re.search(r"\b(?:de|a) el\b", words, re.IGNORECASE), (code, words)


def test_english_sentences_put_no_preposition_before_on_a_day() -> None:
    for code, words in _said("en"):
        assert not re.search(r"\b(?:for|of|to|on|understood) (?:on|today|tomorrow)\b", words), (code, words)


@pytest.mark.parametrize("code", sorted(CODES))
def test_both_languages_say_the_same_facts(code: str) -> None:
    for lang in LANGUAGES:
        facts = {name for template in _ES_EN[code] for _, name, _, _ in Formatter().parse(template) if name}
        sentence = phrase(code, lang, **{fact: f"<{fact}>" for fact in facts})
        assert set(re.findall(r"<(\w+)>", sentence.casefold())) == facts


def test_a_sentence_without_one_of_its_facts_is_refused() -> None:
    with pytest.raises(KeyError):
        phrase("booked", "es", day="hoy")


def test_a_cancelled_booking_is_del_sabado() -> None:
    words = phrase("cancelled", "es", day="el sábado 28 de noviembre", time="las nueve de la noche")
    assert words == (
        "Su reserva del sábado 28 de noviembre a las nueve de la noche queda cancelada. Gracias por avisarnos."
    )


def test_a_cancelled_booking_of_tomorrow_keeps_its_de() -> None:
    day = day_words(date(2026, 11, 26), "es", today=TODAY, inside=True)
    words = phrase("cancelled", "es", day=day, time="las nueve de la noche")
    assert words.startswith("Su reserva de mañana, jueves 26 de noviembre, a las nueve")


def test_a_comma_gives_way_to_the_stop_that_follows_it() -> None:
    day = day_words(date(2026, 11, 26), "en", today=TODAY, inside=True)
    assert phrase("hours_closed_days", "en", days=day) == "We close tomorrow, Thursday, November 26."


def test_a_name_that_begins_with_an_article_is_not_contracted() -> None:
    assert contracted("a nombre de El Pardo, de el jueves a el viernes") == (
        "a nombre de El Pardo, del jueves al viernes"
    )


def test_a_guest_named_like_a_placeholder_is_said_as_it_is() -> None:
    facts = {"day": "hoy", "time": "las dos", "party": "una persona"}
    assert "a nombre de {day}." in phrase("found", "es", **facts, name="{day}")


def test_a_question_begins_with_its_capital_after_the_opening_mark() -> None:
    assert phrase("ambiguous_time", "es", options="las nueve") == "¿Sería a las nueve?"


def test_words_for_inside_a_sentence_are_not_capitalised() -> None:
    words = phrase("booking_words", "es", day="el sábado", time="las nueve", party="dos personas")
    assert words == "el sábado a las nueve para dos personas"


@pytest.mark.parametrize(
    ("locale", "lang"), [("es", "es"), ("es-ES", "es"), ("en", "en"), ("en-GB", "en"), ("EN_us", "en"), ("ca-ES", "es")]
)
def test_a_locale_speaks_spanish_unless_it_is_english(locale: str, lang: str) -> None:
    assert language(locale) == lang
