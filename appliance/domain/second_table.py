"""Whether a guest who has a table says that they want one more."""

import re

from appliance.domain.spoken.text import fold

_SECOND = re.compile(
    r"\b(?:(?:otra|segunda) (?:mesa|reserva)(?! mas (?!a |al |el |la |para |por |y )\w)|(?:dos|2) (?:mesas|reservas)|"
    r"(?:una|1) (?:mesa|reserva) mas\b(?! \w+[ao]s?\b)|mesa (?:aparte|distinta|adicional)|"
    r"(?:another|second|separate|different|one more) (?:table|booking|reservation)|"
    r"(?:two|2) (?:separate )?(?:tables|bookings|reservations)|(?:los dos|ambos|2|both) (?:dias|days))\b"
)
_CLEARLY = re.compile(
    r"\b(?:aparte|adicional|ademas|tambien|segunda|(?:mesa|reserva) mas|dos|ambos|separate|second|as well|also|"
    r"additional|one more|two|both|2)\b"
)
"""Where it cannot be another table in place of the one they have."""
_OTHERWISE = re.compile(
    r"\b(?:no|ni|not|t|never|nunca|tampoco|sin|without|prefier\w*|prefer\w*|mejor|rather|cambi\w+|chang\w+|"
    r"mov\w+|pasar\w*|switch\w*)\b"
)
"""Before the words, in their clause: denied, or wished for instead."""
_INSTEAD = re.compile(r"\b(?<!no )(?<!not )(?:en (?:vez|lugar) de|instead)\b")
_NOT_INSTEAD = re.compile(r"\b(?:no|not) (?:en (?:vez|lugar) de|instead)\b")
_CLAUSE = re.compile(r"[.,;:!?()\n]+|\b(?:y|e|and|pero|but|sino)\b", re.IGNORECASE)


def is_second_table(words: str) -> bool:
    """Whether that may be meant: "otra mesa" may be another in place of the one they have."""
    return any(map(_says_so, _clauses(words)))


def is_clearly_second(words: str) -> bool:
    """Whether nothing else can be meant."""
    told = [clause for clause in _clauses(words) if _says_so(clause)]
    return any(map(_CLEARLY.search, told)) or bool(told and _NOT_INSTEAD.search(fold(words)))


def _says_so(clause: str) -> bool:
    found = _SECOND.search(clause)
    return found is not None and not (_OTHERWISE.search(clause[: found.start()]) or _INSTEAD.search(clause))


def _clauses(words: str) -> list[str]:
    return [fold(clause) for clause in _CLAUSE.split(words)]
