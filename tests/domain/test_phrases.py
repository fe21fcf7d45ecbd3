import ast
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import product
from pathlib import Path
from string import Formatter
from typing import NamedTuple

import pytest

import appliance
from appliance.domain.needs_told import read_back
from appliance.domain.phrases import contracted, language, phrase
from appliance.domain.phrases.catalogue import ES_EN, FRAGMENTS, ROOMS
from appliance.domain.spoken.say import (
    chairs_words,
    day_briefly,
    day_words,
    days_words,
    join_words,
    moment_words,
    moments_words,
    party_words,
    span_words,
    weekday_told,
    weekdays_words,
)

HOUSE = Path(appliance.__file__).parent
TODAY = date(2026, 11, 25)


class Case(NamedTuple):
    """What the sentences may have to speak of."""

    day: date
    minute: int
    party: int
    area: str


CASES = [
    Case(*case)
    for case in product(
        (TODAY, date(2026, 11, 26), date(2026, 11, 28), date(2026, 12, 1), date(2027, 1, 1)),
        (13 * 60, 21 * 60, 22 * 60 + 45, 0, 30),
        (1, 4, 10),
        ("", "Terraza"),
    )
]
# Which argument of these tells what is said.
SPEAKERS = {"phrase": 0, "plain": 0, "question": 1, "for_a_person": 1, "_done": 1, "_about": 2, "_standing": 2}
NAMED = frozenset({"code", "words", "say", "today", "later"})
FIELDS = ("date", "time", "party_size", "area", "name", "phone")
LANGUAGES = ("es", "en")
CODES = frozenset(ES_EN)

# The guest chooses among what they read out: they may be longer.
READ_OUT = frozenset({"which_one", "others_found"})
WRITTEN = frozenset({"waitlist_offered", "wheelchair_before", "area_missed"})
WAITLISTED = frozenset({"waitlisted", "waitlisted_area", "waitlisted_no_such_area"})
READ_BACK = frozenset({"booked", "booked_no_such_area", "modified", "modified_no_such_area", "found", *WAITLISTED})
LONGEST, LONGEST_READ_OUT = 220, 350


def _bookings(code: str, lang: str, day: date) -> str:
    """One, or as many as are read out."""
    words = [
        phrase(kind, lang, day=said, time=time, party=party_words(4, lang))
        for kind, minute in (("booking_words", 21 * 60), ("kept_words", 30), ("waiting_words", 14 * 60))
        for said, time in [moment_words(day, minute, lang, today=TODAY)]
    ]
    return join_words(words if code in READ_OUT else words[1:2], lang, last="and")


def _options(code: str, lang: str, day: date, minute: int) -> str:
    if code in READ_OUT or code == "another_found":
        return _bookings(code, lang, day)
    if code == "ask_either_day":
        return days_words((day, day + timedelta(days=7)), lang, today=TODAY)
    return moments_words([(day, at) for at in (minute, 20 * 60, 21 * 60 + 30)], lang, today=TODAY)


def _spans(code: str, lang: str) -> str:
    if code in {"serves", "full_then", "outside_then", "which_hour"}:
        at = phrase("at_times", lang, options=moments_words([(TODAY, 14 * 60), (TODAY, 15 * 60)], lang))
        return join_words([at, span_words(20 * 60, 22 * 60 + 45, lang)], lang, last="and")
    return "30 minutos"


def _when(lang: str, case: Case) -> str:
    times = moments_words([(case.day, 14 * 60), (case.day, 20 * 60)], lang)
    return f"{day_briefly(case.day, lang, today=TODAY)} {phrase('at_times', lang, options=times)}"


def _facts(code: str, lang: str, case: Case) -> dict[str, object]:
    day_said, time_said = moment_words(case.day, case.minute, lang, today=TODAY)
    day_alone = day_words(case.day, lang, today=TODAY, inside=True)
    date_said, weekday = weekday_told(case.day, lang, today=TODAY)
    party, table = party_words(case.party, lang), phrase("accessible_table", lang)
    return {
        "day": date_said if code == "wrong_weekday" else day_alone if "_then" in code else day_said,
        "weekday": weekday,
        "time": time_said,
        "until": time_said,
        "party": phrase("party_in_area", lang, party=party, area=case.area)
        if case.area and "_then" not in code
        else party,
        "table": table,
        "lacking": phrase("none_left", lang, table=table, party=party),
        "name": "Lucía Fernández",
        "names": join_words(["Lucía Fernández", "Marta Gil", "Ana"], lang, last="and"),
        "area": "Salón Privado",
        "wished": "Terraza",
        "options": _options(code, lang, case.day, case.minute),
        "when": _when(lang, case),
        "what": phrase("the_day" if code == "not_understood" else "ask_day_of_month", lang),
        "days": weekdays_words([0, 1], lang),
        "last": weekday_told(case.day + timedelta(days=60), lang, today=TODAY)[0],
        "other": "Marta Gil",
        "wanted": f"{time_said}, {party}",
        "spans": f"{weekdays_words(range(1, 7), lang)}, {span_words(20 * 60, 24 * 60, lang)}",
        "span": _spans(code, lang),
        "chairs": chairs_words(case.party, lang),
        "needs": read_back(("shellfish",) if case.area else (), case.party % 2, lang),
        "given": chairs_words(case.party, lang),
        "dropped": "trona" if lang == "es" else "a high chair",
        "noted": "lo del marisco" if lang == "es" else "the shellfish allergy",
        "to": "al kiwi" if lang == "es" else "to kiwi",
        "restaurant": "La Gaviota",
    }


@cache
def _said(lang: str) -> Sequence[tuple[str, str]]:
    """The whole catalogue, each sentence in every case."""
    return [(code, phrase(code, lang, **_facts(code, lang, case))) for code in sorted(CODES) for case in CASES]


def _spoken_by(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions that say which sentence is to be spoken."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in NAMED:
        yield node.value
    if not isinstance(node, ast.Call):
        return
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in SPEAKERS:
        yield from node.args[SPEAKERS[name] : SPEAKERS[name] + 1]
    if name in SPEAKERS or name == "Refusal":
        yield from (keyword.value for keyword in node.keywords if keyword.arg in NAMED)


def _codes_in(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.IfExp):
        yield from (*_codes_in(value.body), *_codes_in(value.orelse))
    elif isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
        yield value.value


def _nodes(*files: Path) -> Iterator[ast.AST]:
    return (node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8"))))


def _asked_for() -> set[str]:
    """Every code that the live tools ask the catalogue for, as their source has it."""
    live = (
        HOUSE / "domain" / "availability.py",
        HOUSE / "services" / "agent" / "wording.py",
        HOUSE / "web" / "retell.py",
    )
    others = (file for file in (HOUSE / "services").rglob("*.py") if "wording" in file.read_text("utf-8"))
    return {code for node in _nodes(*live, *others) for spoken in _spoken_by(node) for code in _codes_in(spoken)}


def test_every_code_that_is_asked_for_has_a_sentence() -> None:
    asked = _asked_for()
    assert {"booked", "which_one", "unknown_tool", "missing_change", "no_high_chair"} <= asked
    assert asked <= CODES


def test_no_code_has_two_sentences() -> None:
    assert len(ES_EN) == sum(len(room.ES_EN) for room in ROOMS)


def test_no_sentence_is_there_that_nobody_speaks() -> None:
    questions = {f"{why}_{field}" for why in ("missing", "unclear", "impossible", "ambiguous") for field in FIELDS}
    house = (file for file in HOUSE.rglob("*.py") if "phrases" not in file.parts)
    named = {node.value for node in _nodes(*house) if isinstance(node, ast.Constant)}
    assert CODES - questions - named == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_is_short_enough_to_be_listened_to(lang: str) -> None:
    for code, words in _said(lang):
        longest = LONGEST_READ_OUT if code in READ_OUT | READ_BACK else LONGEST
        assert len(words) <= longest or code in WRITTEN, (len(words), code, words)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sentence_asks_one_question_at_most_and_last(lang: str) -> None:
    for code, words in _said(lang):
        assert "?" not in words[:-1], (code, words)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_speaks_of_the_house_s_own_things(lang: str) -> None:
    for code, words in _said(lang):
        assert not re.search(
            r"(?i)\b(?:none|unset|null|turnos?|shifts?|(?:mesa|table) (?:número|no\.|[a-z]?\d))", words
        ), (
            code,
            words,
        )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_says_a_word_twice_over(lang: str) -> None:
    for code, words in _said(lang):
        assert not re.search(r"(?i)\b([a-záéíóúñ]+),? \1\b", words), (code, words)


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
        facts = {name for template in ES_EN[code] for _, name, _, _ in Formatter().parse(template) if name}
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
    facts = {"day": "hoy", "time": "las dos", "party": "una persona", "needs": ""}
    assert "a nombre de {day}." in phrase("found", "es", **facts, name="{day}")


def test_a_question_begins_with_its_capital_after_the_opening_mark() -> None:
    assert phrase("ambiguous_time", "es", when="a las nueve") == "¿Sería a las nueve?"


def test_words_for_inside_a_sentence_are_not_capitalised() -> None:
    words = phrase("booking_words", "es", day="el sábado", time="las nueve", party="dos personas")
    assert words == "el sábado a las nueve para dos personas"


@pytest.mark.parametrize(
    ("locale", "lang"), [("es", "es"), ("es-ES", "es"), ("en", "en"), ("en-GB", "en"), ("EN_us", "en"), ("ca-ES", "es")]
)
def test_a_locale_speaks_spanish_unless_it_is_english(locale: str, lang: str) -> None:
    assert language(locale) == lang
