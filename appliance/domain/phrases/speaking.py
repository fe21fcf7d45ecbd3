"""A sentence of the catalogue with its facts put in, as it is spoken."""

import re
from functools import cache
from itertools import chain
from string import Formatter

from appliance.domain.phrases.catalogue import ES_EN, FRAGMENTS

_NEEDLESS_COMMA = re.compile(r",(?=[,;:.?!])")
_UNCONTRACTED = re.compile(r"\b([Dd]e|[Aa]) el\b")


def language(locale: str) -> str:
    """The catalogue's language for a locale: Spanish unless it is English."""
    return "en" if locale[:2].lower() == "en" else "es"


def phrase(code: str, lang: str, **facts: object) -> str:
    """The sentence of `code` with `facts` put in, beginning with a capital; a fragment begins as it is."""
    spanish, english = ES_EN[code]
    words = english.format(**facts) if lang == "en" else contracted(spanish.format(**facts))
    words = _NEEDLESS_COMMA.sub("", words)
    return words if code in FRAGMENTS else _capitalised(words)


@cache
def takes(code: str) -> frozenset[str]:
    """The names of the facts that the sentence of `code` puts in, in either language."""
    parsed = chain.from_iterable(map(Formatter().parse, ES_EN[code]))
    return frozenset(name for _, name, _, _ in parsed if name)


def contracted(spanish: str) -> str:
    """Spanish as it is spoken: "de el sábado" is "del sábado"; a proper name's capital (de El Pardo) stays apart."""
    # The pattern takes eight times as long as these looks, which mostly tell that there is nothing to contract.
    suspect = "e el" in spanish or "a el" in spanish or "A el" in spanish
    return _UNCONTRACTED.sub(lambda match: f"{match[1]}l", spanish) if suspect else spanish


def _capitalised(words: str) -> str:
    for position, letter in enumerate(words):
        if letter.isalpha():
            return words[:position] + letter.upper() + words[position + 1 :]
    return words
