"""Whether a guest who has a table says that they want one more at the same hour."""

import re

from appliance.domain.spoken.text import fold

_SECOND = re.compile(
    r"(?<!\bno )(?<!\bno es )(?<!\bnot )\b(?:(?:otra|segunda) mesa|(?:dos|2) mesas|mesa (?:aparte|distinta|adicional)|"
    r"(?:another|second|separate|different) table|(?:two|2) (?:separate )?tables)\b"
)


def is_second_table(words: str) -> bool:
    return bool(_SECOND.search(fold(words)))
