"""Opens the console as the terminal, its locale and the operator's own file say."""

from collections.abc import Mapping

import httpx

from tui.app import Console
from tui.config import ConfigFault, config_file, read_config
from tui.keys import unknown
from tui.link import Link
from tui.screens import PLACES
from tui.theme import usual_theme
from tui.words import Words, language_of


def console(url: str, token: str, *, env: Mapping[str, str], read_only: bool, start: str | None) -> Console:
    """Raises ConfigFault."""
    file = config_file(env)
    config = read_config(file)
    if strange := unknown(config.keys):
        raise ConfigFault(f"{file}: no key is called {strange[0]}")
    words = Words(config.language or language_of(env))
    try:
        link = Link(url, token, language=words.language)
    except (httpx.InvalidURL, ValueError) as error:
        raise ConfigFault(f"neither address nor token may look like that: {error}") from error
    return Console(
        link,
        words=words,
        theme=config.theme or usual_theme(env),
        keymap=config.keys,
        read_only=read_only,
        start=start or PLACES[0].id,
    )
