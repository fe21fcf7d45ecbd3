"""What a guest says beyond the catalogue of needs, as it is read back: an allergy it does not list, a pet, or more."""

import re
from collections.abc import Iterable, Mapping

from appliance.domain.needs_hearing import Ear
from appliance.domain.phrases import phrase
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
    ("needs_dog", re.compile(r"(?:perr(?:it)?[oa]s?|dogs?|pupp(?:y|ies))")),
    ("needs_pet", re.compile(r"(?:mascotas?|gat(?:it)?[oa]s?|pets?|cats?)")),
)
_SAUSAGES = re.compile(r"\bhot dogs?\b|\bperritos? calientes?\b")
_NONE = frozenset("no not without sin".split())


def told(remarks: Iterable[str], lang: str) -> tuple[list[str], list[str], bool]:
    """The allergies that they name, the pets that come along, and whether they say anything else."""
    allergies, pets, rest = [], [], False
    for words in remarks:
        allergy, pet = _allergy(words, lang), _pet(words)
        allergies += [allergy] if allergy else []
        pets += [phrase(pet, lang)] if pet else []
        rest |= not (allergy or pet)
    return list(dict.fromkeys(allergies)), list(dict.fromkeys(pets)), rest


def _allergy(words: str, lang: str) -> str:
    """In the guest's words where these are few, and in the language of the call."""
    if not Ear(words).tells_allergy:
        return ""
    said = _ALLERGY[lang].search(words)
    if said is None:
        return phrase("needs_allergy", lang)
    return phrase("needs_allergy_to", lang, to=said["to"] or f"to {said['of']}")


def _pet(words: str) -> str:
    said = _SAUSAGES.sub("", fold(words)).split()
    if not _NONE.isdisjoint(said):
        return ""
    return next((kind for kind, pet in _PETS if any(pet.fullmatch(word.strip(".,:")) for word in said)), "")
