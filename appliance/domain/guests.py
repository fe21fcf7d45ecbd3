"""What is remembered of a guest: their class, and so how they are greeted; what they will need next time too."""

from collections.abc import Iterable
from enum import StrEnum

import phonenumbers

from appliance.domain.needs import NEEDS

REGULAR_FROM_VISITS = 5
VIP_FROM_VISITS = 10
_OF_THE_BODY = frozenset({"wheelchair", "reduced_mobility", "hearing", "visual"})
_LASTING = tuple(need.id for need in NEEDS if need.for_kitchen or need.id in _OF_THE_BODY)


class GuestClass(StrEnum):
    NEW = "new"
    REGULAR = "regular"
    VIP = "vip"


def guest_class(*, visits: int, vip: bool) -> GuestClass:
    """By the visits made so far; whom the staff have marked is a VIP from the first."""
    if vip or visits >= VIP_FROM_VISITS:
        return GuestClass.VIP
    return GuestClass.REGULAR if visits >= REGULAR_FROM_VISITS else GuestClass.NEW


def lasting(needs: Iterable[str]) -> tuple[str, ...]:
    """Those that a guest has every time: what they cannot eat, what their body needs; not a birthday, nor a child's."""
    wanted = frozenset(needs)
    return tuple(need for need in _LASTING if need in wanted)


def carried(needs: Iterable[str], *, accessible: bool) -> tuple[str, ...]:
    """The needs of a guest that a new booking tells the staff though nobody spoke of them.

    A wheelchair only where the table suits it: a booking must not claim what was not asked for and cannot be had.
    """
    return tuple(need for need in lasting(needs) if accessible or need != "wheelchair")


def spellings(phone: str) -> tuple[str, ...]:
    """How a number in E.164 may also be written, as the telephone network hands numbers on."""
    digits = phone.removeprefix("+")
    try:
        national = str(phonenumbers.parse(phone).national_number)
    except phonenumbers.NumberParseException:
        national = digits
    return tuple(dict.fromkeys((phone, digits, f"00{digits}", national)))
