"""In which language a client is answered, and what our sentences are in it."""

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

from appliance.errors import Say

ENGLISH, SPANISH = "en", "es"
_READ_CHARS = 200
"""Of a header of any length; what stands further back is wished for least."""


@lru_cache(maxsize=256)
def language_of(accept: str) -> str:
    """The one of ours that an Accept-Language header (RFC 9110) asks for most; English where it asks for neither."""
    best, liked = ENGLISH, 0.0
    for wish in accept[:_READ_CHARS].split(","):
        tag, _, parameter = wish.partition(";")
        language, quality = tag.strip().lower().partition("-")[0], _quality(parameter)
        if language in (SPANISH, ENGLISH, "*") and quality > liked:
            best, liked = SPANISH if language == SPANISH else ENGLISH, quality
    return best


def _quality(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def speaker(language: str) -> Say:
    return in_spanish if language == SPANISH else in_english


def say_to(headers: Mapping[str, str]) -> Say:
    """In the language that a request's headers ask for."""
    return speaker(language_of(headers.get("accept-language", "")))


def in_english(sentence: str, /, **words: object) -> str:
    # Without words it is a sentence as it should be said, braces and all.
    return sentence.format(**words) if words else sentence


def in_spanish(sentence: str, /, **words: object) -> str:
    """What the catalogue does not have stays English: better than nothing said."""
    return in_english(spanish().get(sentence, sentence), **words)


@cache
def spanish() -> Mapping[str, str]:
    """The catalogue: every English sentence and its Spanish one."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 — a tenth of a second that only a server need wait

    with files("appliance").joinpath("locale", "es.po").open("rb") as file:
        catalogue = read_po(file, locale=SPANISH, abort_invalid=True)
    return {str(entry.id): str(entry.string) for entry in catalogue if entry.id and entry.string}
