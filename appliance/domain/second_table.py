"""Whether a guest who has a table says that they want one more."""

import re

from appliance.domain.spoken.text import fold

_SECOND = re.compile(
    r"(?<!\bno )(?<!\bno es )(?<!\bnot )\b(?:(?:otra|segunda) (?:mesa|reserva)|(?:dos|2) (?:mesas|reservas)|"
    r"mesa (?:aparte|distinta|adicional)|(?:another|second|separate|different) (?:table|booking|reservation)|"
    r"(?:two|2) (?:separate )?(?:tables|bookings|reservations)|(?:los dos|ambos|2|both) (?:dias|days))\b"
)


def is_second_table(words: str) -> bool:
    return bool(_SECOND.search(fold(words)))
