"""What the console says, in Spanish and English: each sentence once, under its id, both languages side by side."""

from collections.abc import Mapping

from msgspec import Struct

from tui.words import alerts, book, calls, common, keys, limits, logs, pulse, queue, restaurants, system, web

CATALOGUE: Mapping[str, tuple[str, str]] = (
    common.WORDS
    | keys.WORDS
    | pulse.WORDS
    | restaurants.WORDS
    | calls.WORDS
    | queue.WORDS
    | limits.WORDS
    | alerts.WORDS
    | system.WORDS
    | logs.WORDS
    | book.WORDS
    | web.WORDS
)
"""Spanish, English."""
LANGUAGES = ("es", "en")


class Words(Struct, frozen=True):
    """Says a sentence, whose {names} are filled."""

    language: str

    def __call__(self, id_: str, /, **filled: object) -> str:
        return CATALOGUE[id_][LANGUAGES.index(self.language)].format(**filled)

    def known(self, id_: str, otherwise: str) -> str:
        """What the server calls by a code; a newer one may have codes that no word is known for."""
        return self(id_) if id_ in CATALOGUE else otherwise


def language_of(env: Mapping[str, str]) -> str:
    """As the locale of the terminal says."""
    locale = env.get("LC_ALL") or env.get("LC_MESSAGES") or env.get("LANG") or ""
    return "es" if locale.lower().startswith("es") else "en"
