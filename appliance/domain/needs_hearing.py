"""How the needs of the catalogue are heard in free text, word by word.

It leans towards hearing: a need heard too often costs a question, one unheard may cost a guest their health. A "no"
reaches only over small words ("no va a hacer falta una trona"); any other word between ends it. What is denied is
taken back, unless it is the kitchen's concern: what somebody cannot eat is no less true for a "no". A food ("marisco")
is a need beside an allergy or a "sin", or when nothing else is said; otherwise it is what somebody would like to eat.
"""

import re
from collections.abc import Callable, Mapping
from typing import ClassVar

from appliance.domain.needs_catalogue import NEEDS
from appliance.domain.spoken.numerals import in_digits
from appliance.domain.spoken.text import fold

_NEEDS = frozenset(need.id for need in NEEDS)
KITCHEN = frozenset(need.id for need in NEEDS if need.for_kitchen)
"""The needs that the kitchen goes by."""
_FOODS = {f"food_{need.id}": need.id for need in NEEDS if need.es.foods}
_ALONE = {
    "movilidad": "reduced_mobility",
    "mobility": "reduced_mobility",
    "auditiva": "hearing",
    "hearing": "hearing",
    "visual": "visual",
    "negocios": "business",
    "business": "business",
}
"""Words too common to be heard within a sentence, which are a need when they are all that is said."""

_PEOPLE = (
    r"hij[oa]s?|nin(?:it)?[oa]s?|bebes?|mujer|marido|espos[oa]|novi[oa]s?|pareja|padres?|madre|abuel[oa]s?|suegr[oa]s?|"
    r"herman[oa]s?|amig[oa]s?|familia|daughters?|sons?|child(?:ren)?|kids?|baby|babies|wife|husband|partner|mother|"
    r"father|mum|mom|dad|sisters?|brothers?|friends?|family|girlfriend|boyfriend"
)
_OWN = r"mis?|su|sus|nuestr[oa]s?|my|our|his|her|their"
_OF_OURS = rf"(?:del?|of|in|en|a|to) (?:{_OWN}|l[oa]s|the) (?:{_PEOPLE})"
_KINDS = {
    # The most telling first: the same "no" begins several of these.
    "turn": (
        r"no (?:solo|solamente|fumador(?:es)?)|not (?:only|just)|non? smok(?:ing|ers?)|sin (?:falta|duda)|"
        r"si|yes|y|e|and"
    ),
    "except": r"pero|but|salvo|excepto|except|menos|aunque|although",
    "hedge": (
        r"muy|very|grave(?:s|mente)?|sever(?:[oae]s?|ely)|leves?|"
        r"mild|mortal|fatal|deadly|trazas?|traces?|ana(?:fil|phyl)\w*|epi ?pens?"
    ),
    "allergy": (
        r"aler[gj](?:ias?|ic[oa]s?|enos?)|all?erg(?:y|ies|ic|ens?)|intoleran(?:tes?|cias?|t|ces?)|"
        r"sensib(?:les?|ilidad)|sensitiv(?:e|ity)|no toleran?|no (?:com|tom)(?:e|en|o|emos|amos|a|an)|"
        r"no pued(?:e|en|o) (?:comer|tomar|probar|con)|no podemos (?:comer|tomar|probar)|evitar?|avoid(?:s|ing)?|"
        r"(?:can ?t|cannot|(?:do|does)(?:n t| not)) (?:eat|have any|tolerate)|nada (?:de|con)|nothing with|libres? de|"
        r"free (?:of|from)"
    ),
    "free": "free",
    "no": (
        r"no|ni|non|not|none|nor|neither|never|nunca|nadie|nobody|no one|ningun[oa]?s?|tampoco|cero|zero|0|cannot|"
        r"(?:do|does|did|is|are|was|wo|ca|has|have|would)n ?t"
    ),
    "without": (
        r"sin|without|quit(?:e|en|a|ar|amos)(?:me|nos|l[ea]s?)?|cancel(?:(?:e|en|a|ar)(?:me|nos)?)?|"
        r"(?:anul|borr|elimin)(?:e|en|a|ar)(?:me|nos)?|remove|delete|take (?:off|out|away)|olvid(?:ese|ense|ate|en|ar)|"
        r"forget(?: about)?"
    ),
    "verb": (
        r"es|soy|somos|son|sean?|sera|seran|esta|estan|hay|haya|habra|tien(?:e|en)|tenemos|tengo|tengan?|tendra|"
        r"necesit\w+|necesari[oa]s?|quier\w+|quer\w+|hace|hara|haga|hacer|falta|vamos|voy|va|van|ir|vien\w+|venimos|"
        r"precis\w+|requier\w+|pong\w+|cre[eo]\w*|is|am|are|be|being|was|have|has|having|had|need\w*|requir\w+|"
        r"want\w*|comes|coming|necessary|think|will|would|do|does|going|us(?:e|es|ing)"
    ),
    "small": (
        rf"{_OF_OURS}|"
        r"el|la|las|los?|un|una|un[oa]s|al?|del?|en|con|para|por|que|o|u|nada|algun\w*|tipo|menus?|carta|opcion(?:es)?|"
        r"comida|dietas?|platos?|personas?|gente|comensal(?:es)?|invitad[oa]s?|grupo|nosotros|me|le|les|nos|es[ae]|este|"
        r"otr[oa]s?|mas|tambien|ya|aqui|se|al final|de momento|por ahora|an|the|to|for|of|in|on|with|or|that|there|"
        r"here|us|we|i|you|s?he|they|it|s|m|re|ll|any|any(?:one|body)|people|person|guests?|party|group|meals?|food|diets?|"
        r"dietary|options?|longer|more|one|please|\d{1,2}|dos|tres|cuatro|two|three|four"
    ),
    "plain": rf"{_OWN}|{_PEOPLE}",
}
"""What the other words do: deny, end a denial, or only stand between."""


def _lexer() -> re.Pattern[str]:
    """Every word that matters, in a group named by what it does."""
    words = [(need.id, "|".join(filter(None, (need.es.words, need.en.words)))) for need in NEEDS]
    foods = [(f"food_{need.id}", f"{need.es.foods}|{need.en.foods}") for need in NEEDS if need.es.foods]
    groups = "|".join(f"(?P<{kind}>{pieces})" for kind, pieces in (*words, *foods, *_KINDS.items()) if pieces)
    return re.compile(rf"(?<!\w)(?:{groups})(?!\w)|(?P<stop>\.)|(?P<pause>[,:])")


_LEXER = _lexer()
_ENDS = str.maketrans({";": ".", "!": ".", "\n": ".", "|": ".", "?": ":"})
"""Marks that folding would lose. What follows a question mark belongs to the question: "¿Alergias? Marisco"."""
_JOINTS = str.maketrans("_/+-", "    ")
_WORD = re.compile(r"\w")
# What stands between most words: not worth a search.
_GAPS = ("", " ")
_NO = r"no|not|none|ningun[oa]|false"
_NEEDED = r"(?:es |son |sera )?(?:necesari[oa]s?|requerid[oa]s?)|(?:longer )?(?:needed|required|necessary)"
_UNWANTED = rf"(?:hacen? falta|hay|vienen?|coming|{_NEEDED})(?: al final| ya| after all| any ?more)?"
# "Celíaco, ¿no?" asks for a yes: a "no" alone takes a need of the kitchen back only after a colon.
_TAKEN_BACK = re.compile(
    rf"(?: ?: ?(?:{_NO})| (?P<bare>(?:al final )?(?:ya )?(?:{_NO})(?: ya| longer| any ?more)?)|"
    r",? ya no|,? (?:ya )?sobran?|"
    rf",? ?(?:al final )?(?:ya )?(?:(?:is |are )?(?:no|not)|(?:is|are)n t) {_UNWANTED})"
    r"(?= ?(?:[,.]|\Z))"
)
_COUNT_BEFORE = re.compile(
    r"(?:(?<!\d)(\d{1,4}) ?x?|par de|pair of|couple of)(?: (?:baby|child|little|extra|more|pequenas))?\Z"
)
_COUNT_AFTER = re.compile(r" ?[:x]? ?x?(\d{1,4})(?= ?(?:[,.]|\Z))")
# The last number before it, in the same breath: "dos de nosotros van en".
_OF_SEVERAL = re.compile(r"(?<!\d)(\d{1,2}|ambos|both)(?: (?!\d|con\b|with\b|y\b|and\b|para\b|for\b)\w+){0,5} ?\Z")
_WHEELCHAIRS = re.compile(r"sillas|\w*(?:chairs|scooters)\Z|wheel chairs")
# Behind a number, or before it: so many high chairs and no more.
_ENOUGH_BEFORE = re.compile(
    r"\b(?:solo|solamente|unicamente|nada mas|just|only)(?: (?:con|hara falta|we need|need))? (?:\w+ )?\Z"
)
_ENOUGH_AFTER = re.compile(
    r",? ?(?:(?:nos |me |ya |solo )*(?:bastan?|vale|es suficiente)|en (?:vez|lugar) de|instead of|only|solo|"
    r"nada mas|(?:is|will be|would be) enough|will do)\b"
)


class Ear:
    """One hearing of one text: the needs that are `found`, and those that are `dropped`, denied without being found.

    `denied` are those of the kitchen that are said not to be there: nobody is believed who says so on the phone. An
    allergy to nothing in particular is one to whatever there may be.
    `chairs_enough` when so many high chairs were said to be all that are wanted.

    `negated` and `shunned` are the reach of a "no" over needs and over foods; the foods `waiting` may yet turn out to
    be an allergy ("no nuts", "no nut allergy"). `says_more` when the kitchen should read the text itself.
    """

    def __init__(self, text: str) -> None:
        self.text = " ".join(fold(text.translate(_ENDS)).translate(_JOINTS).split())
        self.found: set[str] = set()
        self.dropped: set[str] = set()
        self.denied: set[str] = set()
        self.high_chairs = 0
        self.chairs_enough = False
        self._negated = self._shunned = self._allergic = False
        self._any_allergy = self._any_content = self._any_rest = self._any_several = False
        self._only_foods = True
        self._foods: set[str] = set()
        self._waiting: set[str] = set()
        self._unallergic = self._refuting = self._refuted_all = False
        self._refuted: set[str] = set()
        self._listen()

    @property
    def says_more(self) -> bool:
        """Whether it tells more than the catalogue's needs do: of an allergy, a diet, a second wheelchair."""
        return self.tells_allergy or self._any_several or (self._any_rest and not self.found.isdisjoint(KITCHEN))

    @property
    def tells_allergy(self) -> bool:
        """Whether it may be of an allergy that the catalogue lacks."""
        return self._any_allergy and (self._any_content or not self.found)

    @property
    def is_beside_needs(self) -> bool:
        """Whether it tells something, and nothing of a need or a food."""
        return self._any_content and not (self.found | self.dropped | self.denied | self._foods | self._refuted)

    @property
    def is_all_said(self) -> bool:
        """Whether the needs heard, wanted or not, are all that it tells."""
        denies_only = bool(self.denied) and not (self._any_content or self._any_rest or self._foods)
        return bool(self.found | self.dropped) or denies_only

    def _listen(self) -> None:
        if alone := _ALONE.get(self.text):
            self.found.add(alone)
            return
        end = 0
        for token in _LEXER.finditer(self.text):
            self._skip(end, token.start())
            self._take(token)
            end = token.end()
        self._skip(end, len(self.text))
        self._settle()
        if self._only_foods:
            self.found |= self._foods
        self.dropped -= self.found
        everything = KITCHEN if self._refuted_all and not self._foods else frozenset()
        self.denied = (self.dropped & KITCHEN | self._refuted | everything) - self.found
        self.dropped -= KITCHEN

    def _skip(self, start: int, end: int) -> None:
        """Any other word ends what was being said."""
        if self.text[start:end] in _GAPS or not _WORD.search(self.text, start, end):
            return
        self._any_rest |= self._shunned
        self._any_content = True
        self._only_foods = False
        self._settle()
        self._waiting.clear()
        self._negated = self._shunned = False

    def _take(self, token: re.Match[str]) -> None:
        kind = token.lastgroup or ""
        if kind in _NEEDS:
            self._need(kind, token)
        elif kind in _FOODS:
            self._food(_FOODS[kind])
        elif effect := self._EFFECTS.get(kind):
            effect(self, token)

    def _need(self, need_id: str, token: re.Match[str]) -> None:
        self._settle()
        back = _TAKEN_BACK.match(self.text, token.end())
        if not self._negated and not (back and (back["bare"] is None or need_id not in KITCHEN)):
            self._find(need_id, token.start(), token.end())
        else:
            self.dropped.add(need_id)
        self._pass_on(token)

    def _find(self, need_id: str, start: int, end: int) -> None:
        self.found.add(need_id)
        if need_id == "high_chair":
            self.high_chairs = max(self.high_chairs, _count(self.text, start, end))
            self.chairs_enough |= _is_enough(self.text, start, end)
        if need_id == "wheelchair":
            # How many there are is kept nowhere but in these words.
            self._any_several |= _is_several(self.text, start, end)

    def _food(self, need_id: str) -> None:
        self._foods.add(need_id)
        if self._refuting:
            self._refuted.add(need_id)
            return
        (self.found if self._allergic else self._waiting).add(need_id)

    def _allergy(self, token: re.Match[str]) -> None:
        self._allergic = not self._negated and not _TAKEN_BACK.match(self.text, token.end())
        self._any_allergy |= self._allergic
        self._only_foods &= self._allergic
        self._unallergic = self._refuting = not self._allergic
        if self._refuting:
            self._refuted_all = True
            self._refuted |= self._waiting
        self._free(token)

    def _free(self, token: re.Match[str]) -> None:
        """The foods before it are what it is about: "nut and shellfish allergy", "gluten free"."""
        if not self._negated:
            self.found |= self._waiting
        self._waiting.clear()
        self._pass_on(token)

    def _pass_on(self, token: re.Match[str]) -> None:
        """A "no" reaches what follows only over an "or"."""
        self._negated &= self.text.startswith((" o ", " u ", " or "), token.end())
        self._shunned = False

    def _no(self, _token: re.Match[str]) -> None:
        self._negated = self._shunned = True
        self._refuting = False

    def _without(self, _token: re.Match[str]) -> None:
        """Not without is with."""
        self._negated = self._shunned = not self._negated or bool(self._waiting)
        self._refuting = False

    def _verb(self, _token: re.Match[str]) -> None:
        self._only_foods = False

    def _turn(self, _token: re.Match[str]) -> None:
        self._settle()
        self._negated = self._refuting = False

    def _plain(self, token: re.Match[str]) -> None:
        self._turn(token)
        self._shunned = False

    def _hedge(self, token: re.Match[str]) -> None:
        self._plain(token)
        self._any_rest = True

    def _except(self, token: re.Match[str]) -> None:
        """What is left of no allergy is one: "ninguna alergia, salvo al marisco"."""
        self._allergic |= self._unallergic
        self._hedge(token)

    def _stop(self, token: re.Match[str]) -> None:
        self._plain(token)
        self._waiting.clear()
        self._allergic = self._unallergic = False

    def _settle(self) -> None:
        if self._shunned:
            self.found |= self._waiting
            self._waiting.clear()

    _EFFECTS: ClassVar[Mapping[str, Callable[["Ear", re.Match[str]], None]]] = {
        "turn": _turn,
        "pause": _turn,
        "except": _except,
        "hedge": _hedge,
        "allergy": _allergy,
        "free": _free,
        "no": _no,
        "without": _without,
        "verb": _verb,
        "plain": _plain,
        "stop": _stop,
    }


def _is_enough(text: str, start: int, end: int) -> bool:
    return bool(_ENOUGH_BEFORE.search(text, 0, start) or _ENOUGH_AFTER.match(text, end))


def _is_several(text: str, start: int, end: int) -> bool:
    """Whether it is of more than one of those who come, or now of one only that more were spoken of before."""
    of = _OF_SEVERAL.search(in_digits(text[max(0, start - 40) : start]))
    several = _WHEELCHAIRS.match(text[start:end]) or (of and of[1] != "1") or _count(text, start, end) > 1
    return bool(several) or _is_enough(text, start, end)


def _count(text: str, start: int, end: int) -> int:
    """How many high chairs, by the number before or after them; one when none is said."""
    if said := _COUNT_BEFORE.search(in_digits(text[max(0, start - 30) : start]).rstrip()):
        return max(1, int(said[1] or 2))
    said = _COUNT_AFTER.match(in_digits(text[end : end + 20]))
    return max(1, int(said[1])) if said else 1
