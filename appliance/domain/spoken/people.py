"""The words for those who come: what each says of who they are, and how many when no number is said with it."""

import re
from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct

Kind = Literal["anyone", "adult", "child", "baby", "speaker"]
Tie = Literal["list", "and", "plus", "with"]


class Some(Struct, frozen=True, kw_only=True):
    """Some of those who come, tied to those said before; `within` when they are counted there already.

    `near` are named by what they are to the speaker ("tres amigos"), who need not be among them. A bare number says
    no more than how many.
    """

    count: int
    kind: Kind = "anyone"
    near: bool = False
    bare: bool = False
    within: bool = False
    tie: Tie = "list"


_ADULTS = (
    r"adult[oa]?s?|adolescentes?|teen(?:ager)?s?|seniors?|jubilad[oa]s?|mayor(?:es)?|senor[aes]?s?|hombres?|"
    r"mujer(?:es)?|chic[oa]s?|m[ae]n|wom[ae]n|lady|ladies|grown[- ]ups?|grandes"
)
_CHILDREN = (
    r"nin(?:it)?[oa]s?|nen(?:it)?[ea]s?|child(?:ren)?|kids?|pequ(?:e|en[oa])s?|cri[oa]s?|chiquill[oa]s?|chaval(?:es)?|"
    r"little ones?|menor(?:es)?"
)
# Sons and daughters are no children here: "mi hijo" may be forty.
RELATIONS = (
    r"hij[oa]s?|sons?|daughters?|marido|espos[oa]|novi[oa]s?|herman[oa]s?|padre|madre|papa|mama|abuel[oa]|suegr[oa]|"
    r"amig[oa]s?|jef[ea]s?|companer[oa]s?|colegas?|prim[oa]s?|ti[oa]s?|soci[oa]s?|cunad[oa]s?|sobrin[oa]s?|niet[oa]s?|"
    r"wife|husband|partner|boyfriend|girlfriend|fiancee?|brothers?|sisters?|father|mother|dad|mum|mom|friends?|"
    r"colleagues?|co-?workers?|boss|uncle|aunt|cousins?|grandfather|grandmother|grandsons?|granddaughters?|nieces?|"
    r"nephews?|others?|otr[oa]s?|more|mas"
)
_ANYONE = (
    r"person(?:it)?as?|people|ppl|persons?|pers|pax|comensal(?:es)?|invitad[oa]s?|guests?|diners?|clientes?|cubiertos?|"
    r"covers?|seats?|lugares|plazas|sitios|puestos|asientos"
)
_NOUNS = (
    ("speaker", r"yo|me|i|myself"),
    ("anyone", _ANYONE),
    ("adult", _ADULTS),
    ("child", _CHILDREN),
    ("baby", r"bebes?|bebit[oa]s?|baby|babies|toddlers?|infants?"),
    ("couple", r"parej(?:it)?as?|matrimonios?|couples?|par|pair"),
    ("pair", r"padres|abuelos|suegros|parents|grandparents"),
    ("relation", RELATIONS),
)
_PERSON = re.compile("|".join(words for kind, words in _NOUNS if kind != "speaker") + "|yo|myself|grown|little")
_KINDS: Mapping[str, Kind] = {
    "adult": "adult",
    "couple": "adult",
    "child": "child",
    "baby": "baby",
    "speaker": "speaker",
}
_MANY = re.compile(r"children|men|women|more|mas|.*[^s]s")
_OWN = r"mis?|my|our|nuestr[oa]s?|sus?|her|his|their"
_TIE = re.compile(
    r"(?P<within>,? (?:incluyendo|incluid[oa]s?|contando(?: con)?|including|counting) (?:a (?=l[oa]s ))?)"
    r"|(?P<with> (?:con|with) )"
    r"|(?P<and>,?(?: (?:y|e|and|plus|mas(?= (?:\d|an? |mis? |my ))))+ (?:(?:para|for) )?| ?\+ ?)"
    # A comma, or where a transcript left it out: before a number or "mi" that belongs to no word before it.
    r"|, ?"
    r"| (?=(?:\d|mis? |my |our |(?:l[oa]s|the) \d))(?<!\bmis )(?<!\bmy )(?<!\bour )(?<!\bl[oa]s )(?<!\botr[oa]s )"
    r"(?<!\bthe )(?<!\bother )"
)
_ADDING = frozenset({"+", "mas", "plus"})
"""Between two numbers they leave nothing open: "dos más dos" are four, "dos y dos" may be two and two of them."""
_PEOPLE = re.compile(
    rf"(?:(?:(?P<own>{_OWN})|(?P<other>otr[oa]s?|another|other)|el|la|al|los|las(?! \d+$)|the)\b ?)*"
    r"(?:(?P<count>\d{1,4}|an?)\b ?)?"
    r"(?P<within>(?:(?:de (?:ellos|ellas)|of (?:them|whom|which|us)|son|are|is|es) ){1,2})?"
    rf"(?:{'|'.join(f'(?P<is_{kind}>{words})' for kind, words in _NOUNS)})?(?P<more> mas| more)?(?: pequen[oa]s?)?"
)


def is_person(word: str) -> bool:
    """Whether a word is one for those who come; "I" and "me" are also said of other things."""
    return _PERSON.fullmatch(word) is not None


def people(text: str) -> Iterator[Some | None]:
    """Those who come, one after the other; None for words that are no people."""
    position, tie = 0, None
    for following in _TIE.finditer(text):
        yield _some(text[position : following.start()], tie)
        position, tie = following.end(), following
    yield _some(text[position:], tie)


def _some(words: str, tie: re.Match[str] | None) -> Some | None:
    said = _PEOPLE.fullmatch(words)
    if said is None:
        return None
    noun, within = _noun(said), bool(said["within"] or (tie and tie["within"]))
    # "Seis contando a los niños" need not say how many of them are.
    count = 0 if within and _is_open(said) else _count(said)
    if count is None:
        return None
    near = noun in {"pair", "relation"} or bool(said["own"] or said["other"] or said["more"])
    if noun == "couple" and not said["own"]:
        count *= 2
    return Some(
        count=count,
        kind=_KINDS.get(noun, "anyone"),
        near=near,
        bare=not (noun or near or within),
        within=within,
        tie=_tied(tie),
    )


def _tied(tie: re.Match[str] | None) -> Tie:
    if tie is None or not (tie["with"] or tie["and"]):
        return "list"
    return "with" if tie["with"] else "plus" if tie["and"].strip() in _ADDING else "and"


def _noun(said: re.Match[str]) -> str:
    return next((noun for noun, _ in _NOUNS if said[f"is_{noun}"]), "")


def _is_open(said: re.Match[str]) -> bool:
    return not said["count"] and _noun(said) in {"child", "baby", "relation"} and _count(said) is None


def _count(said: re.Match[str]) -> int | None:
    """How many the words count; None when they leave it open ("mis hijos")."""
    if said["count"]:
        return int(said["count"]) if said["count"].isdigit() else 1
    noun = _noun(said)
    if noun == "pair":
        return 2
    if noun == "" or (noun == "anyone" and not said["other"]):
        return None
    return None if _MANY.fullmatch(said[f"is_{noun}"]) else 1
