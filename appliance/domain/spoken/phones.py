"""Telephone numbers as callers and phone platforms give them, as E.164.

"Seiscientos doce" is dialled 612 or 60012. A number in words is read in every way it can be dialled, and is understood
when exactly one of these is a number that exists.
"""

import re
from collections.abc import Callable
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumber

from appliance.domain.spoken.clauses import Kind, again
from appliance.domain.spoken.dictation import dialled, is_dialled, region_said
from appliance.domain.spoken.framing import bare
from appliance.domain.spoken.outcome import MISSING, UNCLEAR, Unclear, known
from appliance.domain.spoken.text import heard

_WITHHELD_WORDS = frozenset(
    "anonymous anonimo anonima unknown desconocido private privado oculto restricted withheld blocked unavailable "
    "no not disponible available caller call phone telephone telefono numero number from to user customer cliente id "
    "de del el la the sin".split()
)
# The words ANONYMOUS, RESTRICTED, UNAVAILABLE, BLOCKED, UNKNOWN on a keypad: how carriers put them in a number field.
_WITHHELD_NUMBERS = frozenset({"266696687", "7378742833", "86282452253", "2562533", "8656696"})
# "El mismo desde el que llamo": none but the one on the line was given.
_SAME = frozenset("mi my mismo misma same llamo llamando calling este this".split())
_SAME_WORDS = _SAME | frozenset(
    "el la al the es is it s de del desde from on a con que cual le os te i m am estoy one numero number telefono "
    "phone movil mobile line linea".split()
)
_MOST_WAYS = 16
# A number is corrected as a whole: which digits "no, perdona, 5 5 3" replaces is not known.
_PHONES = Kind(bears=is_dialled, replaces=lambda _taken_back, _instead: True, bare=True, least=3)
_WRITTEN = re.compile(r"\+?[\d ,./-]*\d")


def read_phone(words: object, *, region: str) -> str | Unclear:
    """The number in E.164; `region` (such as "ES") is where a number without country code belongs."""
    text = heard(words)
    if isinstance(text, Unclear):
        return text
    if _WRITTEN.fullmatch(text):
        return _written(re.sub(r"[^\d+]", "", text), region)
    number = _dictated(text, region)
    if number != UNCLEAR:
        return number
    if _is_withheld(text):
        return MISSING
    return again(text, lambda said: known(_dictated(said, region)), _PHONES) or UNCLEAR


def _dictated(text: str, region: str) -> str | Unclear:
    ways = dialled(bare(text))
    if len(ways) > _MOST_WAYS:
        return UNCLEAR
    # A spoken number must exist in its plan, or was misheard.
    numbers = {_parsed(way, region_said(text) or region, phonenumbers.is_valid_number) for way in ways} - {UNCLEAR}
    return numbers.pop() if len(numbers) == 1 else UNCLEAR


def _written(digits: str, region: str) -> str | Unclear:
    if digits.removeprefix("+") in _WITHHELD_NUMBERS:
        return MISSING
    # With its country code it came from a telephone network.
    return _parsed(
        digits,
        region,
        phonenumbers.is_possible_number if digits.startswith("+") else phonenumbers.is_valid_number,
    )


def _is_withheld(text: str) -> bool:
    words = set(re.split(r"[\W_]+", text))
    return words <= _WITHHELD_WORDS or (words <= _SAME_WORDS and bool(words & _SAME))


def _parsed(digits: str, region: str, is_sound: Callable[[PhoneNumber], bool]) -> str | Unclear:
    try:
        number = phonenumbers.parse(digits, region.upper())
    except phonenumbers.NumberParseException:
        return UNCLEAR
    if not is_sound(number):
        return UNCLEAR
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    # A number that changes again when read again (rows of zeros do) would be two keys for one guest.
    again = written if written == digits else _parsed(written, region, phonenumbers.is_possible_number)
    return written if again == written else UNCLEAR


@lru_cache(maxsize=1024)
def region_of(number: str, *, default: str = "ES") -> str:
    """The region (such as "ES") that an E.164 number belongs to; `default` when it tells none."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or default
    except phonenumbers.NumberParseException:
        return default
