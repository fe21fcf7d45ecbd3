"""docs/console.md has every screen and every key in it."""

from pathlib import Path

from tui.keys import KEYS
from tui.screens import PLACES
from tui.words import CATALOGUE

PAGE = (Path(__file__).parents[2] / "docs" / "console.md").read_text("utf-8")


def test_every_screen_is_on_the_page_under_its_key() -> None:
    for place in PLACES:
        assert f"| `{place.key}` | {CATALOGUE[f'screen.{place.id}'][1]} |" in PAGE


def test_every_key_is_on_the_page_with_what_it_does() -> None:
    for key in KEYS.values():
        assert f"| `{key.id}` | {CATALOGUE[f'{key.id}.help'][1]}" in PAGE
