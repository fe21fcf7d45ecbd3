"""A telephone number as it is dictated: every way in which the words can be dialled.

"Sesenta y cinco" is 65 and "sixty five" 65 or 605; after "seiscientos" comes either a number of its own or what is left
of one ("seiscientos doce": 612, 60012). Figures are dialled as they were written.
"""

import re
from collections.abc import Iterator, Sequence

from appliance.domain.spoken.numerals import NUMBER_WORDS

_LONGEST = 17
"""Of the digits of any number in the world, with the longest prefix to dial abroad."""

_TOKEN = re.compile(r"\d+|[^\W\d_]+(?:-[^\W\d_]+)?|[^\s./-]")
_PAUSE = re.compile(r", (?:y|and) ")
_IDLE = frozenset(
    "mi my el la the es is it s este this telefono numero movil fijo contacto phone number mobile cell cellphone tel "
    "de del al a on at en para apunte apunta apunten apuntad anote anota tome toma nota si yes me you can reach call "
    "pueden puede puedes llamar llamarme localizar luego despues then guion dash , : tengo doy le te lo i ve ll give "
    "have got nuestro our su trabajo oficina casa work office home mujer marido novia novio hija hijo madre padre "
    "hermana hermano pareja wife husband partner mother father daughter son s llamame llamadme llamenme whatsapp "
    "repito movistar vodafone orange".split()
)
# "Un número de México, …": where a number belongs that is said without its country code.
_COUNTRIES = {
    word: region
    for region, words in {
        "ES": "espana espanol espanola spain spanish",
        "GB": "inglaterra ingles inglesa britanico britanica uk british english",
        "IE": "irlanda irlandes irlandesa ireland irish",
        "FR": "francia frances francesa france french",
        "DE": "alemania aleman alemana germany german",
        "IT": "italia italiano italiana italy italian",
        "PT": "portugal portugues portuguesa portuguese",
        "NL": "holanda holandes holandesa holland dutch",
        "US": "americano americana american us usa",
        "MX": "mexico mexicano mexicana mexican",
        "AR": "argentina argentino argentinian",
        "CO": "colombia colombiano colombiana colombian",
    }.items()
    for word in words.split()
}
_FOREIGN = frozenset(_COUNTRIES) | frozenset("un a an extranjero foreign international internacional".split())
_PREFIX = frozenset("prefijo prefix country code".split())
_PLUS = frozenset("+ mas plus".split())
_TIMES = {"doble": 2, "double": 2, "triple": 3, "treble": 3}
_NUMBERS = NUMBER_WORDS | {"oh": 0, "nought": 0}
_SEVERAL = {
    word: str(digit)
    for words in (
        "ceros unos doses treses cuatros cincos seises sietes ochos nueves",
        "zeros ones twos threes fours fives sixes sevens eights nines",
    )
    for digit, word in enumerate(words.split())
}


_DIALLED = (
    frozenset(_NUMBERS)
    | frozenset(_TIMES)
    | frozenset(_SEVERAL)
    | frozenset(_COUNTRIES)
    | _PLUS
    | _PREFIX
    | frozenset("hundred cero extension ext anexo interno antiguo antigua viejo vieja old former era was were".split())
)


def region_said(text: str) -> str | None:
    """The region of the country that was named beside a number, if it is one we know."""
    regions = {_COUNTRIES[word] for word in text.replace(",", " ").split() if word in _COUNTRIES}
    return regions.pop() if len(regions) == 1 else None


def is_dialled(word: str) -> bool:
    """Whether a word may be part of a number that is dictated, or say which one it is."""
    return word in _DIALLED or any(letter.isdigit() for letter in word)


def dialled(text: str) -> frozenset[str]:
    """All that folded words may be dialled as, with "+" where it was said; nothing when a word is left over."""
    tokens = [token for token in _TOKEN.findall(_PAUSE.sub(" ", text)) if token not in _IDLE]
    tokens = tokens[_lead(tokens) :]
    digits = [token for token in tokens if token not in _PREFIX]
    abroad = bool(digits) and digits[0] in _PLUS
    ways = frozenset(_ways(digits[abroad:]))
    if not abroad and len(digits) == len(tokens):
        return ways
    # A prefix may be that of a country or of a town.
    return frozenset(f"+{way}" for way in ways) | (frozenset() if abroad else ways)


def _lead(tokens: Sequence[str]) -> int:
    """How many words say whose number it is; "un" alone may be its first digit."""
    first = next((place for place, token in enumerate(tokens) if token not in _FOREIGN), len(tokens))
    prefixed = first < len(tokens) and tokens[first] in _PLUS | _PREFIX
    return first if prefixed or not _COUNTRIES.keys().isdisjoint(tokens[:first]) else 0


def _ways(tokens: Sequence[str]) -> set[str]:
    """From the last word to the first: what each may begin, before all that may follow it."""
    after: list[set[str]] = [{""}]
    for start in reversed(range(len(tokens))):
        heads = _heads(tokens[start : start + 5])
        ways = {head + rest for head, length in heads for rest in after[-length] if len(head + rest) <= _LONGEST}
        after.append(ways)
    return after[-1] if tokens else set()


def _heads(tokens: Sequence[str]) -> Iterator[tuple[str, int]]:
    """What the first words can be dialled as, and how many of them that takes."""
    first, second = tokens[0], tokens[1] if len(tokens) > 1 else ""
    if first.isdecimal():
        yield first, 1
    elif first in {"y", "and"}:
        yield "", 1
    if first in _TIMES and _digit(second):
        yield _digit(second) * _TIMES[first], 2
    elif _digit(first) and second in _SEVERAL:
        yield _SEVERAL[second] * int(_digit(first)), 2
    elif not first.isdecimal():
        yield from _numbers(tokens)


def _digit(token: str) -> str:
    digit = token if token.isdecimal() else str(_NUMBERS.get(token, ""))
    return digit if len(digit) == 1 else ""


def _numbers(tokens: Sequence[str]) -> Iterator[tuple[str, int]]:
    number, length = _NUMBERS.get(tokens[0], 1000), 1
    if number < 10 and tokens[1:2] == ["hundred"]:
        number, length = number * 100, 2
    if number < 100:
        yield from ((str(below), taken) for below, taken in _below_hundred(tokens))
    elif number < 1000:
        if tokens[0] != "ciento":
            yield str(number), length
        if tokens[0] != "cien":
            length += tokens[length : length + 1] in (["y"], ["and"])
            rest = _below_hundred(tokens[length:])
            yield from ((str(number + below), length + taken) for below, taken in rest if below)


def _below_hundred(tokens: Sequence[str]) -> Iterator[tuple[int, int]]:
    number = _NUMBERS.get(tokens[0], 100) if tokens else 100
    if number >= 100:
        return
    joined = 1 + (tokens[1:2] in (["y"], ["and"]))
    unit = _NUMBERS.get(tokens[joined], 0) if len(tokens) > joined else 0
    if number >= 20 and number % 10 == 0 and 1 <= unit <= 9:
        yield number + unit, joined + 1
        if joined == 2 and tokens[0].endswith("nta"):
            return  # "sesenta y cinco" is one number; "veinte y cinco" may be two
    yield number, 1
