"""Numbers as words, both ways: 0 to 99 spelled, and number words up to 999 within a text turned into digits."""

import re
from collections.abc import Iterable

from appliance.domain.spoken.text import fold

_SPANISH = (
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
    "dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete "
    "veintiocho veintinueve"
).split()
_SPANISH_TENS = "treinta cuarenta cincuenta sesenta setenta ochenta noventa".split()
_SPANISH_HUNDREDS = (
    "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"
).split()
_ENGLISH = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_ENGLISH_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third "
    "twenty-fourth twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
).split()


def spelled(number: int, lang: str, *, feminine: bool = False) -> str:
    """A number from 0 to 99 in words; others stay digits, which speech engines read well."""
    if not 0 <= number <= 99:
        return str(number)
    if lang == "en":
        return _english(number)
    words = _spanish(number)
    return f"{words[:-1]}a" if feminine and words.endswith("uno") else words


def _spanish(number: int) -> str:
    if number < 30:
        return _SPANISH[number]
    tens = _SPANISH_TENS[number // 10 - 3]
    return f"{tens} y {_SPANISH[number % 10]}" if number % 10 else tens


def _english(number: int) -> str:
    if number < 20:
        return _ENGLISH[number]
    tens = _ENGLISH_TENS[number // 10 - 2]
    return f"{tens}-{_ENGLISH[number % 10]}" if number % 10 else tens


def _cardinals() -> dict[str, int]:
    """What numbers under a hundred are called; as a transcript may write them, too: "treintaicinco", "ventiocho"."""
    words: dict[str, int] = {}
    for number in range(100):
        spanish, english = fold(_spanish(number)), _english(number)
        written = (spanish, spanish.replace(" y ", "i"), spanish.replace("veinti", "venti"))
        words |= dict.fromkeys(written, number)
        words |= {english: number, english.replace("-", " "): number}
        if spanish.endswith("uno"):
            words |= {f"{spanish[:-1]}a": number, spanish[:-1]: number}
    return words


def _hundreds() -> dict[str, int]:
    spanish = {word: number * 100 for number, word in enumerate(_SPANISH_HUNDREDS, start=1)}
    return {"cien": 100} | spanish | {word.replace("ientos", "ientas"): number for word, number in spanish.items()}


_CARDINALS, _HUNDREDS = _cardinals(), _hundreds()
NUMBER_WORDS = {word: number for word, number in (_CARDINALS | _HUNDREDS).items() if " " not in word}
"""What each word that is a number by itself says, hyphened ones too; folded."""


def _readable() -> dict[str, int]:
    words = {"primero": 1, "primer": 1} | {ordinal: number for number, ordinal in enumerate(_ORDINALS, start=1)}
    return _CARDINALS | words | {word.replace("-", " "): number for word, number in words.items()}


def _any_of(words: Iterable[str]) -> str:
    # Longest first: "treinta y cinco" is one number, "treinta" only its beginning.
    return "|".join(sorted(words, key=len, reverse=True))


_READABLE = _readable()
NUMERALS = frozenset(word for word in _READABLE | _HUNDREDS if " " not in word) | {"hundred", "mil", "thousand"}
"""Every word of a number, ordinals too; folded."""
ORDINALS = frozenset({"primero", "primer"}.union(word for word in _ORDINALS if "-" not in word))
_WORDS = re.compile(
    rf"(?<!\w)(?:(?P<below>{_any_of(_READABLE)})(?! hundred)"
    rf"|(?:(?P<hundreds>{_any_of(_HUNDREDS)})|(?P<times>{'|'.join(_ENGLISH[1:10])}|a) hundred)"
    rf"(?:(?: and)? (?P<rest>{_any_of(_CARDINALS)}))?)(?!\w)"
)


def in_digits(text: str) -> str:
    """Folded words with every number word as digits: "nueve y treinta y cinco" becomes "9 y 35"."""
    return _WORDS.sub(_digits, text)


def _digits(said: re.Match[str]) -> str:
    if said["below"]:
        return str(_READABLE[said["below"]])
    hundreds = _HUNDREDS[said["hundreds"]] if said["hundreds"] else 100 * _CARDINALS.get(said["times"], 1)
    return str(hundreds + _CARDINALS.get(said["rest"], 0))
