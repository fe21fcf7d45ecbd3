"""What a guest says beyond the catalogue of needs, as it is read back: an allergy it lacks, a state, a pet, or more."""

import re
from collections.abc import Iterable, Mapping

from appliance.domain.needs_hearing import KITCHEN, Ear
from appliance.domain.phrases import phrase
from appliance.domain.spoken.companions import DOGS, OTHER_PETS
from appliance.domain.spoken.text import fold

_WHAT = r"[^,.;:!?()\n]{2,40}(?=[,.;:!?()\n]|\Z)"
_ALLERGY: Mapping[str, re.Pattern[str]] = {
    "es": re.compile(rf"\bal[eé]rgi(?:as?|c[oa]s?) (?P<to>a(?:l| la| las| los)? {_WHAT})", re.IGNORECASE),
    "en": re.compile(
        rf"\ballerg(?:y|ies|ic) (?P<to>to {_WHAT})|"
        r"\b(?!(?:an?|the|any|no|food) )(?P<of>[^\W\d_]+) allerg(?:y|ies)\b(?! to\b)",
        re.IGNORECASE,
    ),
}
_PETS = (
    ("needs_dog", re.compile(DOGS)),
    ("needs_pet", re.compile(OTHER_PETS)),
)
_STATES = (
    ("needs_diabetes", re.compile(r"\bdiabet\w+")),
    ("needs_pregnancy", re.compile(r"\b(?:embarazad\w+|embarazo|pregnan\w+)")),
    ("needs_salt", re.compile(r"\b(?:hipertens\w+|sin sal|hypertens\w+|low salt|no salt)\b")),
    ("needs_halal", re.compile(r"\bhalal\b")),
    ("needs_kosher", re.compile(r"\bkosher\b")),
)
"""What the kitchen can do something about, though it is no need of the catalogue."""
_DENIED = re.compile(r"\b(?:no|not|nadie|nobody|ningun\w*|isn t|aren t)\b(?! (?:salt|sal)\b)")
_JOINT = re.compile(r",? (?:y|e|and|ni|or) (?:con )?|, ", re.IGNORECASE)
_SAUSAGES = re.compile(r"\bhot dogs?\b|\bperritos? calientes?\b")
_NONE = frozenset("no not without sin".split())


def told(remarks: Iterable[str], lang: str) -> tuple[list[str], list[str], bool]:
    """The allergies and the states that they name, the pets that come along, and whether they say anything else."""
    named, pets, rest = [], [], False
    for words in remarks:
        allergy, states, pet = _allergy(words, lang), _states(words), _pet(words)
        named += [allergy] if allergy else []
        named += [phrase(state, lang) for state in states]
        pets += [phrase(pet, lang)] if pet else []
        rest |= not (allergy or states or pet)
    return list(dict.fromkeys(named)), list(dict.fromkeys(pets)), rest


def _states(words: str) -> list[str]:
    text = fold(words)
    return [] if _DENIED.search(text) else [code for code, said in _STATES if said.search(text)]


def _allergy(words: str, lang: str) -> str:
    """In the guest's words where these are few, and in the language of the call."""
    if not Ear(words).tells_allergy:
        return ""
    said = _ALLERGY[lang].search(words)
    if said is None:
        return phrase("needs_allergy", lang)
    to = said["to"] or f"to {said['of']}"
    return phrase("needs_allergy_to", lang, to=_without_needs(to))


def _without_needs(to: str) -> str:
    """Without what stands beside it that nobody is allergic to: "al kiwi y trona"."""
    end = next((joint.start() for joint in _JOINT.finditer(to) if _is_no_food(to[joint.end() :])), len(to))
    return to[:end]


def _is_no_food(words: str) -> bool:
    ear = Ear(words)
    return bool(ear.found) and ear.found.isdisjoint(KITCHEN) and not ear.tells_allergy


def _pet(words: str) -> str:
    said = _SAUSAGES.sub("", fold(words)).split()
    if not _NONE.isdisjoint(said):
        return ""
    return next((kind for kind, pet in _PETS if any(pet.fullmatch(word.strip(".,:")) for word in said)), "")
