"""Made-up people who call: the same name always has the same number, as with real guests."""

import random
from hashlib import blake2b

from msgspec import Struct

ANONYMOUS = "anonymous"
"""What the platform sends as the number of a caller who withholds it."""

_FIRST = (
    *("Lucía", "Iñaki", "Begoña", "Álvaro", "Núria", "Joaquín", "Montse", "Íker", "Rocío", "Andrés", "Candela"),
    *("Mateo", "Carmen", "Xavi", "Pilar", "Hugo", "Inés", "Óscar", "Sofía", "Ramón", "Marta", "Tomás", "Elena"),
    *("Julián", "Aitana", "Gonzalo", "Noelia", "Esteban", "Macarena", "Pau", "Leire", "Fermín"),
)
_LAST = (
    *("Fernández", "Núñez", "García", "Ibáñez", "Muñoz", "Puig", "Etxeberria", "Peña", "Castaño", "Ordóñez"),
    *("Vázquez", "Ruiz", "Romero", "Quintana", "Sáez", "Cabrera", "Llorente", "Gutiérrez", "Bosch", "Iglesias"),
    *("Herrero", "Marín", "Santana", "Crespo", "Zubiri", "Lozano", "Arias", "Mosquera", "Belmonte", "Soler"),
)
_ENGLISH = (
    *("Emma Whitfield", "Oliver Hartley", "Grace Pemberton", "James O'Connor", "Sophie Ashdown", "Daniel Fairfax"),
    *("Charlotte Byrne", "Thomas Kettlewell", "Alice Thornbury", "Henry Marlowe", "Isla McAllister", "Ben Winslow"),
)

_ENGLISH_CALLERS = 0.12
_WITHHELD = 0.1


class Guest(Struct, frozen=True, kw_only=True):
    """Somebody on the line. `withheld` hides the number from the platform; the guest still tells it when asked."""

    name: str
    phone: str
    language: str = "es"
    withheld: bool = False

    @property
    def from_number(self) -> str:
        return ANONYMOUS if self.withheld else self.phone


def any_guest(rng: random.Random) -> Guest:
    """Somebody calls: mostly a Spaniard with a mobile, now and then an English speaker or a withheld number."""
    language = "en" if rng.random() < _ENGLISH_CALLERS else "es"
    return guest_speaking(language, rng)


def guest_speaking(language: str, rng: random.Random) -> Guest:
    name = rng.choice(_ENGLISH) if language == "en" else f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"
    return Guest(name=name, phone=_phone(name, language), language=language, withheld=rng.random() < _WITHHELD)


def _phone(name: str, language: str) -> str:
    # Kept to ranges where a stray message reaches nobody: Britain's numbers for fiction, Spain's 600 0xx xxx.
    number = int.from_bytes(blake2b(name.encode(), digest_size=6).digest())
    return f"+447700900{number % 1_000:03}" if language == "en" else f"+346000{number % 100_000:05}"
