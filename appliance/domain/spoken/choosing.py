"""What is wanted and what is refused of several things: "dentro, no fuera", "anywhere but the bar".

The words are cut where their sense turns, and each piece is for or against what it names. A word that may belong to
what stands before it or to what follows ("fuera no dentro") leaves both open.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from enum import Enum, auto

from msgspec import Struct

from appliance.domain.spoken.framing import answer, bare


class Leaning(Enum):
    WANTED = auto()
    PREFERRED = auto()
    REFUSED = auto()
    OPEN = auto()
    """Wanted or refused: nobody can tell."""
    ASIDE = auto()
    """Only spoken of: "dentro, que fuera hace frío"."""


_FOR = (Leaning.WANTED, Leaning.PREFERRED)
# Said with "no", "menos" or "but", and yet against nothing.
_IDLE = re.compile(
    r"[ ,]*\b(?:mas o menos|al menos|por lo menos|at least|por que no|why not|nothing but|nada mas que|como no|not bad|"
    r"nada que no sea|dentro de lo posible|(?:de )?no fum\w+|non? smok\w+|no (?:hay )?problema?|no esta(?:ria)? mal|"
    r"(?:que|si) fuera(?= (?:posible|en|dentro)\b)|si no (?:es (?:mucha )?molestia|(?:os|l[ae]s?|te) importa)|"
    r"if (?:you don t mind|it s no (?:trouble|bother))|por favor|porfa|please|(?:muchas )?gracias|thanks|thank you)\b"
)
_ENDS = r"(?= ?$| ?[,.:/]| (?:me|nos|quiero|queremos|puede|podemos|apetece|es|esta|vale|y|o|pero|que|porque)\b)"
# "Donde usted quiera", "lo que haya"; "donde haya sombra" is a wish of its own.
_FREE = r"(?:sitio|hueco|espacio|mesas?|una mesa|libres?|disponibles?)"
_UP_TO_YOU = (
    r"(?:donde|como|(?:el|l[oa]) que) (?:(?:usted(?:es)?|vosotr[oa]s|mejor|me|nos|os|les?|te) )*"
    r"(?:sea|qui(?:era[ns]?|siera)|querais|prefier[ae][ns]?|prefirais|diga[ns]?|digais|vengan?|vaya|convenga|quepamos|"
    rf"(?:haya|tenga[ns]?|tengais|queden?|pueda[ns]?|podais|ponga[ns]?)(?= {_FREE}\b| \w+(?:nos|me)\b| ?$| ?[,.]))"
)
# What turns the sense: `denied` and `best` that of what follows or of what stands before, `not` only of what follows.
_MARKS: Mapping[str, str] = {
    "except": r"(?:any\w*(?: area| table| place| seat| spot| room)?|every\w+|all) but|(?<!\ba )menos|excepto|quitando|"
    r"except(?: for)?|salvo(?! que)|other than|apart from|aparte de",
    "any": r"cualquier\w*(?: (?:zona|sitio|mesa|lado))?|(?:me |nos )?(?:da|es) (?:igual|lo mismo)|either|"
    rf"no (?:me |nos )?importa|(?:(?:me|nos) es )?indiferente|{_UP_TO_YOU}|all the same|"
    r"l[oa]s dos(?= (?:me|nos) v)|both(?= (?:are|would|work)\b)|"
    r"where(?= (?:you (?:like|want|prefer|can)|(?:you have|there(?: s| is)) (?:room|space|a table))\b)|"
    r"(?:sin|no tengo|no tenemos|ninguna) preferencias?|any(?: area| table|thing|where)?(?: is fine)?|"
    r"(?:what|which)ever|wherever|no preferences?|(?:it )?doesn t matter|(?:(?:i|we) )?don t (?:mind|care)",
    "unless": r"si no (?:hay|queda|quedan|puede|pudiera|se puede|podeis|teneis|tienen|es)|"
    r"if (?:there (?:s|is) no|there isn t|you don t have|you have no|it s not possible)",
    "else": r"si no|sino|if not|otherwise|or else|failing that|y luego|en su defecto|de lo contrario|segunda opcion|"
    r"second choice",
    "instead": r"instead of|than|en vez de|en lugar de",
    "aside": r"no hace falta|no es necesario|no tiene que|no se|not sure|not? neces\w+|no need|"
    r"\w+n t (?:have|need|know)",
    "denied": rf"(?:mejor )?(?:no|tampoco){_ENDS}|(?:is|s) not|(?:is|does|wo|would)n t|ni (?:hablar|de broma|loc\w+)|"
    r"(?:es |is )?(?:impossible|imposible)|nunca|jamas|nada|never",
    "not": r"not|no (?:muy|tan|demasiado)|ni|nor|neither|nowhere|sin|without|\w+n t|cannot|avoid\w*|evit\w+|exclu\w+|"
    r"hate|odi\w+|lejos de|away from",
    "no": r"no|tampoco",
    "best": r"mejor|prefer\w*|prefier\w+|ideal\w*|rather|si puede ser|a ser posible|a poder ser|if possible",
    "why": r"porque|because|ya que|since",
    "that": r"que(?! (?:sea|este)\b)|that",
    "and": r"y|e|o|u|and|or",
    "turn": r"pero|but|si|if|donde|where|con|with|aunque|although|yes|instead|then",
}
_MARK = re.compile("|".join([r"(?P<comma>[,.:/])", *(rf"(?P<{kind}>\b(?:{said})\b)" for kind, said in _MARKS.items())]))
_ANY = re.compile(rf"\b(?:{_MARKS['any']})\b")
# Said around that, it adds nothing.
_HARMLESS = re.compile(
    rf"\b(?:{_MARKS['and']}|{_FREE}|en|de|con|para|la|l[oa]s dos|un[oa]?|me|nos|os|les?|te|val(?:e|ga)n?|va|van|bien|"
    r"esta|estaria|parece|ponernos|sentarnos|meternos|ponerme|that|is|s|it|are|be|would|will|d|ve|do|work|works|suits?|"
    r"fine|ok|okay|good|great|perfect|with|by|for|to|of|at|in|us|me|both|them|those|the|two|one|a|you|there|have|has|"
    r"got|can|could|like|want|prefer|think|best|fit|put|seat|sit|squeeze|table|room|space|free|available|left|open|"
    r"going)\b|[\W_]"
)
_BOTH_WAYS = {
    "denied": Leaning.REFUSED,
    "no": Leaning.REFUSED,
    "best": Leaning.PREFERRED,
    "aside": Leaning.ASIDE,
}
_AHEAD = {"except": Leaning.REFUSED, "not": Leaning.REFUSED, "instead": Leaning.REFUSED, "why": Leaning.ASIDE}


class Told(Struct):
    """What a piece of the words names, and whether they are for it; `row` is that of an enumeration."""

    names: frozenset[str]
    leaning: Leaning
    row: int


class Choice:
    """What folded words say of the things that `named` finds in a piece of them. `any`: that others will do, too."""

    def __init__(self, text: str, named: Callable[[str], frozenset[str]]) -> None:
        self.any = False
        self._named = named
        self._told: list[Told] = []
        self._leaning, self._row = Leaning.WANTED, 0
        for kind, before, after in _steps(_IDLE.sub(" ", text)):
            names = named(after)
            if names and (kind == "unless" or (kind == "else" and not self._told)):
                self._told = [Told(names, Leaning.PREFERRED, 0)]
            if kind in {"unless", "else"} and self.of(*_FOR):
                return  # what follows is for when that cannot be
            self._turn(kind, before, after)
            if names:
                leaning = Leaning.OPEN if len(names) > 1 else self._leaning
                self._told.append(Told(names, leaning, self._row))

    def of(self, *leanings: Leaning) -> set[str]:
        """The things that the words lean to like that."""
        return {name for told in self._told if told.leaning in leanings for name in told.names}

    def _turn(self, kind: str, before: str, after: str) -> None:
        self.any |= kind in {"any", "except"}
        if kind in {"and", "any"}:
            return
        self._row += 1
        if kind in _BOTH_WAYS:
            self._leaning = self._between(kind, before, after)
        elif kind == "that":
            self._leaning = Leaning.ASIDE if self.of(*_FOR) else Leaning.WANTED
        elif kind == "comma":
            self._leaning = Leaning.OPEN if self._goes_on() else Leaning.WANTED
        else:
            self._leaning = _AHEAD.get(kind, Leaning.WANTED)

    def _goes_on(self) -> bool:
        """Whether a comma may stand within the list of what is refused: "todo menos la terraza, la barra"."""
        return self._leaning is Leaning.OPEN or (self._leaning is Leaning.REFUSED and self.any)

    def _between(self, kind: str, before: str, after: str) -> Leaning:
        """How what follows is leaned to; what stands before gets its own leaning, if the word belongs to that."""
        leaning, follows = _BOTH_WAYS[kind], bool(self._named(after))
        # A part of a longer name may name something only where it stands alone.
        stands = self._told[-1] if self._told and self._named(before.rpartition(" ")[2]) else None
        if stands and (follows or kind == "no"):
            stands.leaning = Leaning.OPEN
            return Leaning.OPEN
        if stands and (leaning is not Leaning.PREFERRED or stands.leaning is Leaning.WANTED):
            self._say_of_last(leaning)
        elif kind == "denied" and self._told and not before and not after:
            self._told[-1].leaning = Leaning.ASIDE  # "en la terraza, no, …" takes it back, unless it only asks: "¿no?"
        return leaning if follows else Leaning.WANTED

    def _say_of_last(self, leaning: Leaning) -> None:
        last = self._told[-1]
        for told in self._told:
            if told.row == last.row:
                told.leaning = Leaning.OPEN
        last.leaning = leaning


def any_will_do(text: str, thing: re.Pattern[str]) -> bool:
    """Whether folded words say no more than that it does not matter; `thing` is what they choose of, in general."""
    left, said = _ANY.subn(" ", _IDLE.sub(" ", bare(answer(text))))
    return said > 0 and not _HARMLESS.sub("", thing.sub(" ", left))


def _steps(text: str) -> Iterator[tuple[str, str, str]]:
    """Each word that turns the sense, by its kind, with the pieces before and after it."""
    marks = list(_MARK.finditer(text))
    starts, ends = [0, *(mark.end() for mark in marks)], [*(mark.start() for mark in marks), len(text)]
    pieces = [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    kinds = ["turn", *(str(mark.lastgroup) for mark in marks)]
    yield from zip(kinds, ["", *pieces[:-1]], pieces, strict=True)
