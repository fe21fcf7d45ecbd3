"""Telephone numbers as callers and phone platforms give them, as E.164."""

import re
from functools import lru_cache

import phonenumbers

from appliance.domain.spoken.numerals import in_digits
from appliance.domain.spoken.outcome import MISSING, UNCLEAR, Unclear
from appliance.domain.spoken.text import heard

_LEAD = re.compile(
    r"^(?:(?:mi|my|el|the|es|is|it s|telefono|numero|movil|phone|number|mobile|cell|tel|de|al|on|en)\b[ :.]*)+"
)
_WITHHELD_WORDS = frozenset(
    "anonymous anonimo anonima unknown desconocido private privado oculto restricted withheld blocked unavailable "
    "no not disponible available caller call phone telephone telefono numero number from to user customer cliente id "
    "de del el la the sin".split()
)
# The words ANONYMOUS, RESTRICTED, UNAVAILABLE, BLOCKED, UNKNOWN on a keypad: how carriers put them in a number field.
_WITHHELD_NUMBERS = frozenset({"266696687", "7378742833", "86282452253", "2562533", "8656696"})
_DIALLED = re.compile(r"\+?[\d ,./-]*\d")


def read_phone(words: object, *, region: str) -> str | Unclear:
    """The number in E.164; `region` (such as "ES") is where a number without country code belongs."""
    text = heard(words)
    if isinstance(text, Unclear):
        return text
    dialled = _as_dialled(text)
    if not any(letter.isdigit() for letter in dialled):
        named = set(re.split(r"[\W_]+", text)) <= _WITHHELD_WORDS
        return MISSING if named else UNCLEAR
    if dialled.removeprefix("+") in _WITHHELD_NUMBERS:
        return MISSING
    return _parsed(dialled, region) if _DIALLED.fullmatch(dialled) else UNCLEAR


def _as_dialled(text: str) -> str:
    """Spoken digits as digits: "más treinta y cuatro, seis doble cero" becomes "+34, 6 00"."""
    digits = re.sub(r"\boh\b", "0", in_digits(_LEAD.sub("", text)))
    doubled = re.sub(r"\b(?:doble|double) (\d)\b", r"\1\1", digits)
    tripled = re.sub(r"\b(?:triple) (\d)\b", r"\1\1\1", doubled)
    return re.sub(r"^(?:mas|plus) ", "+", tripled)


def _parsed(dialled: str, region: str) -> str | Unclear:
    digits = re.sub(r"[^\d+]", "", dialled)
    try:
        number = phonenumbers.parse(digits, region.upper())
    except phonenumbers.NumberParseException:
        return UNCLEAR
    # With its country code it came from a telephone network; a spoken one must exist in its plan, or was misheard.
    sound = phonenumbers.is_possible_number if digits.startswith("+") else phonenumbers.is_valid_number
    if not sound(number):
        return UNCLEAR
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    # A number that changes again when read again (rows of zeros do) would be two keys for one guest.
    return written if written == digits or _parsed(written, region) == written else UNCLEAR


@lru_cache(maxsize=1024)
def region_of(number: str, *, default: str = "ES") -> str:
    """The region (such as "ES") that an E.164 number belongs to; `default` when it tells none."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or default
    except phonenumbers.NumberParseException:
        return default
