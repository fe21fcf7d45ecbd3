"""Numbers as words, both ways: 0 to 99 spelled, and number words within a text turned into digits."""

import re

from appliance.domain.spoken.text import fold

_SPANISH = (
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
    "dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete "
    "veintiocho veintinueve"
).split()
_SPANISH_TENS = "treinta cuarenta cincuenta sesenta setenta ochenta noventa".split()
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


def _readable() -> dict[str, int]:
    words = {"primero": 1, "primer": 1, "cien": 100, "one hundred": 100}
    words |= {ordinal: number for number, ordinal in enumerate(_ORDINALS, start=1)}
    for number in range(100):
        spanish, english = fold(_spanish(number)), _english(number)
        words |= {spanish: number, english: number}
        if spanish.endswith("uno"):
            words |= {f"{spanish[:-1]}a": number, spanish[:-1]: number}
    return words | {word.replace("-", " "): number for word, number in words.items()}


_READABLE = _readable()
# Longest first: "treinta y cinco" is one number, "treinta" only its beginning.
_WORDS = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(_READABLE, key=len, reverse=True))})(?!\w)")


def in_digits(text: str) -> str:
    """Folded words with every number word as digits: "nueve y treinta y cinco" becomes "9 y 35"."""
    return _WORDS.sub(lambda match: str(_READABLE[match[0]]), text)
