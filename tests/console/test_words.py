"""The catalogue: nothing is missing in either language, and every id that is asked for is there."""

import re
from pathlib import Path
from string import Formatter

import pytest

import tui
from tui.keys import KEYS
from tui.screens import PLACES
from tui.theme import THEMES
from tui.words import CATALOGUE, LANGUAGES, Words, language_of

SOURCE = Path(tui.__file__).parent
ASKED = re.compile(r"""words\(\s*"([a-z_]+\.[a-z_.]+)\"""")


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_every_sentence_is_there_in_both_languages_and_fills_in_the_same() -> None:
    assert all(len(both) == len(LANGUAGES) and all(both) for both in CATALOGUE.values())
    assert [id_ for id_, (spanish, english) in CATALOGUE.items() if fields(spanish) != fields(english)] == []


def test_every_id_that_is_asked_for_has_words() -> None:
    asked = {id_ for file in SOURCE.rglob("*.py") for id_ in ASKED.findall(file.read_text("utf-8"))}
    assert len(asked) > 30
    assert asked - CATALOGUE.keys() == set()


def test_every_key_every_screen_and_every_theme_is_called_something() -> None:
    wanted = {word for id_ in KEYS for word in (id_, f"{id_}.help")}
    wanted |= {word for place in PLACES for word in (f"screen.{place.id}", f"{place.id}.help")}
    wanted |= {f"theme.{theme.name}" for theme in THEMES}
    assert wanted - CATALOGUE.keys() == set()


@pytest.mark.parametrize(
    ("env", "language"),
    [
        ({"LANG": "es_ES.UTF-8"}, "es"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "es_ES.UTF-8"}, "en"),
        ({"LC_MESSAGES": "es_AR", "LANG": "C"}, "es"),
        ({}, "en"),
    ],
)
def test_the_terminal_s_locale_says_which_language(env: dict[str, str], language: str) -> None:
    assert language_of(env) == language


def test_a_code_of_a_newer_server_is_shown_as_it_is() -> None:
    assert Words("es").known("reason.moon_phase", "moon_phase") == "moon_phase"
