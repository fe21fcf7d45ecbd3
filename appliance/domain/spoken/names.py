"""The name a booking goes under: as it was said, without the words around it, made safe to store, print and speak."""

import re
import unicodedata

from appliance.domain.spoken.framing import place
from appliance.domain.spoken.numerals import in_digits
from appliance.domain.spoken.outcome import MISSING, UNCLEAR, Unclear
from appliance.domain.spoken.people import RELATIONS
from appliance.domain.spoken.text import fold, heard

MAX_NAME = 80

_GREETING = (
    r"(?:hola|hello|hi|um|yeah|buenas(?: tardes| noches)?|buenos d[ií]as|s[ií]|yes|pues|bueno|vale|ok|eh|uh)[ ,.!]+"
)
_BOOKING = (
    r"(?:(?:la|una|mi|the|a|my) )?(?:reserva|mesa|booking|reservation|table) "
    r"(?=(?:a|al|es|est[áa]|va|para|for|under|is|in)\b)"
)
_VERB = r"(?:est[áa]|va|is|put it) (?=(?:a|al|con|en|under|in)\b)"
_INTRODUCTION = (
    r"(?:al?|en|con el|bajo el) nombre de|de parte de|me llamo|(?:mi|el) nombre(?: es)?|soy|(?:le )?habla|es|"
    r"ser[íi]a|para|"
    r"(?:my|the) name(?: is|['’]s)|name['’]?s|i['’]m|i am|this is|"
    r"(?:it|that)(?:['’]s| is|['’]ll be| will be|['’]d be| would be)|for|call me|in the name of|"
    r"under(?: the name(?: of)?)?"
)
# "Don Julio" keeps its capital: Don is a name, too.
_TITLE = r"(?:(?:la|el) )?(?:se[ñn]or(?:a|ita)?|sra?|srta|doctora?|dra?|do[ñn]a|(?-i:don)|mister|mrs?|ms|miss)\b\.? ?"
_LEAD = re.compile(rf"(?:{_GREETING}|{_BOOKING}|{_VERB}|(?:{_INTRODUCTION}):? |{_TITLE})(?=\w)", re.IGNORECASE)
_TAIL = re.compile(
    r"[ ,.]+(?:por favor|porfa|please|(?:muchas )?gracias|thanks|thank you|mismo|misma|para servirle|"
    r"al (?:habla|aparato|tel[ée]fono)|speaking|here)$",
    re.IGNORECASE,
)
_MISTER = re.compile(r"\W*(?:mr|mrs|ms|miss|mister)\b", re.IGNORECASE)
_EDGES = ' .,;:!?¡¿"'
_SPELLED = re.compile(
    r"(?P<name>.*?)(?:[ ,.:;]+(?:se escribe|deletread[oa]|spelled|spelt|that['’]s|es decir|o sea))?"
    r"(?:^|[ ,.:;]+)(?P<letters>(?:[^\W\d_][ .,-]+){2,}[^\W\d_])"
)
_STAND_INS = frozenset(
    "cliente clienta customer guest user usuario usuaria caller client nombre name anonymous anonimo anonima huesped "
    "comensal invitado invitada person persona speaker unknown desconocido desconocida test prueba testing".split()
)
_BESIDE_STAND_INS = frozenset(
    "el la un una del de the a an mi my sin no new nuevo nueva senor senora sr sra id numero number telefonico "
    "telefonica".split()
)
"""Words that make no name of a stand-in: "el cliente", "sin nombre"."""
_NO_NAMES = frozenset(
    "yo,me,mi,si,no,yes,ok,vale,el mismo,la misma,the same,same,mine,mio,el mio,igual,"
    "senor,senora,senorita,sr,sra,srta,doctor,doctora,dr,dra,don,dona,mister,mr,mrs,ms,miss,sir,madam".split(",")
)
_SAYINGS = re.compile(
    r"(?:(?:muy )?buen[ao]s (?:tardes|noches|dias)|good (?:morning|afternoon|evening)|"
    r"(?:un|one|just a) (?:momento?|momentito|segundo|segundito|moment|second)|espere?|wait|hold on|"
    r"nadie|ningun[oa]|nobody|no one|"
    r"(?:yo )?(?:prefiero|preferiria) no\b.*|(?:no (?:te |le |se )?(?:lo )?(?:quiero|digo|doy))\b.*|"
    r"(?:i d |i would )?(?:rather|prefer) not\b.*|"
    # What agents write of a name that they were not told.
    r"(?:(?:el|la) client[ea] )?(?:aun |todavia )?no (?:lo |l[ae] |se )?ha "
    r"(?:dicho|dado|indicado|facilitado|proporcionado)(?: (?:su |el |ningun )?nombre)?(?: aun| todavia)?|"
    r"(?:(?:the )?(?:caller|customer|guest|he|she) )?(?:has ?n t|has not|did ?n t|did not|not)(?: yet)? "
    r"(?:said?|say|give|given?|told|mention(?:ed)?|stated|provided)(?: (?:it|(?:a|the|their) name))?(?: yet)?|"
    r"(?:nombre )?(?:no (?:proporcionado|facilitado|mencionado|dado|dicho)|pendiente(?: de confirmar)?|por confirmar)|"
    r"pending|to be confirmed)"
)
"""Said when a name was asked for, and none."""
_ARTICLE = re.compile(r"(?:el|la|un|una|the|a) ")
_NEVER_IN_NAMES = frozenset(
    "personas people reserva reservar reservation booking telefono phone quiero want nombre name apellido surname mesa "
    "table llamo llama siempre usual always before tengo tenemos somos hay you your could would should put under it "
    "is are was que quien who whoever porque because gracias thanks".split()
)
# "Mi marido" tells no name, "mi marido, Juan" does.
_SOMEBODY = re.compile(
    rf"(?:mi|my|nuestr[oa]|our|su|his|her) (?:{RELATIONS}|mujer|pareja)"
    r"(?P<more>,? (?:que )?(?:se llama|called|is) |,? )?"
)
# A second name to choose, a correction, or more than a name.
_MORE_SAID = re.compile(r"[ ,](?:o|u|or|con|with|sin|para|for|pero|but|no)\b(?!['’-])|\d{3}")
_SMALL = frozenset("de del la las los el y e i da do dos das van von der den ten the".split())
_TO_WHOM = re.compile(r"(?:al?|para|como|as) (?!nombre\b)(?=\w)")
# About the name, and no part of it.
_ABOUT = re.compile(
    r"(?:don t|do not|no te|no se) (?:worry|bother|preocup\w+)\b.*|"
    r"con (?:una? |dos )?(?:\w|hache|equis|zeta|uve|ene|ka|be|ve|tilde|acento)|with an? \w"
)
_NO_CLAUSE_OF_NAMES = frozenset(
    "a an and as at by como con de el en es for from i if in is it la las like los my no not of or que si so t that "
    "the this to we with you y".split()
)
_CLAUSE = re.compile(r"[,;!?…—]+ +|\.{2,} *")
_CAPITALS = re.compile(r"^\w['’]\w|^[Mm]c\w|(?:^|[.-])\w")
_INITIALS = re.compile(r"[^\W\daeiouy]{1,2}|[^\W\daeiouy]{3,}\w?")
_ORDINAL = re.compile(r"X{0,2}(?:IX|IV|V?I{1,3})|X{1,2}V?")


def read_name(words: object) -> str | Unclear:
    """The name, tidied; a stand-in that a language model wrote for an unknown name counts as nothing said."""
    text = heard(words)
    if isinstance(text, Unclear):
        return text
    if not isinstance(words, str):
        return UNCLEAR
    return MISSING if _SAYINGS.fullmatch(fold(words)) else _read(words)


def _read(words: str) -> str | Unclear:
    if "no" in [fold(clause) for clause in _CLAUSE.split(_tidy(words))[1:]]:
        return UNCLEAR  # a correction, of which _said_twice would hear the end only
    name = _bare(_tidy(words))
    clauses = [clause for clause in _CLAUSE.split(name) if not _ABOUT.fullmatch(fold(clause))]
    if any(_is_no_name(fold(clause)) for clause in clauses[1:]):
        return UNCLEAR
    if len(clauses) < len(_CLAUSE.split(name)):
        name = _said_twice(", ".join(clauses))
    plain = fold(name).replace("_", " ")
    if not any(letter.isalpha() for letter in name) or _is_stand_in(plain, name=words):
        return MISSING
    if (
        _ARTICLE.sub("", plain, count=1) in _NO_NAMES
        or all(word.isdigit() for word in in_digits(plain).split())
        or _SOMEBODY.fullmatch(plain)
        or not _NEVER_IN_NAMES.isdisjoint(plain.split())
        or _MORE_SAID.search(name)
    ):
        return UNCLEAR
    return _checked(name)


def _is_stand_in(plain: str, *, name: str) -> bool:
    """Whether nothing but such words was written; Mr Guest has a surname."""
    words = {word for said in plain.replace("#", " ").split() if (word := said.rstrip("0123456789"))}
    if words == {"guest"} and _MISTER.match(name):
        return False
    return not words <= _BESIDE_STAND_INS and words <= _STAND_INS | _BESIDE_STAND_INS


def _is_no_name(clause: str) -> bool:
    """Whether words after a comma are too many for a name, or not those of one."""
    words = clause.split()
    return len(words) > 4 or not _NO_CLAUSE_OF_NAMES.isdisjoint(words[:1] if len(words) > 1 else ())


def _tidy(words: str) -> str:
    spaced = " ".join(words.split())
    # Category C is NUL, control and direction marks, lone surrogates: no database or log should meet them.
    return " ".join("".join(letter for letter in spaced if unicodedata.category(letter)[0] != "C").split())


def _bare(name: str) -> str:
    """Without greeting, introduction, wish, title and thanks, in whatever order they come."""
    while True:
        shorter = _TAIL.sub("", name.strip(_EDGES))
        lead = _LEAD.match(shorter)
        shorter = shorter[lead.end() :] if lead else shorter[_place(_alike(shorter))]
        if shorter == name:
            return _said_twice(name)
        name = shorter


def _place(alike: str) -> slice:
    """Where the name stands in "ponla a …", "could you put it under …" or "mi marido, …"."""
    somebody = _SOMEBODY.match(alike)
    if somebody and somebody["more"]:
        return slice(somebody.end(), None)
    left = place(alike)
    to_whom = _TO_WHOM.match(alike, left.start) if left.start else None
    return slice(to_whom.end() if to_whom else left.start, left.stop)


def _alike(name: str) -> str:
    """The name folded letter by letter, so that places in the one are places in the other."""
    return "".join(_plain_letter(letter) for letter in name)


def _plain_letter(letter: str) -> str:
    plain = unicodedata.normalize("NFKD", letter)[0].casefold()
    return plain if len(plain) == 1 and (plain.isalnum() or plain in " ,.") else " "


def _said_twice(name: str) -> str:
    """The full name of "Bond, James Bond"."""
    first, _, full = name.partition(", ")
    # "La Paqui" is how she is called, not what she is called.
    called = set(fold(first).split()) - {"la", "el"}
    return full if full and called and called <= set(fold(full).split()) else name


def _checked(name: str) -> str | Unclear:
    """The name in capitals and small letters, checked by its spelling where that was said too."""
    if spelled := _SPELLED.fullmatch(name):
        letters = re.sub(r"[ .,-]+", "", spelled["letters"])
        said = spelled["name"] or letters
        if not fold(said).replace(" ", "").endswith(fold(letters)):
            return UNCLEAR
        name = said
    written = _capitalised(name)
    return written if len(written) <= MAX_NAME else UNCLEAR


def _capitalised(name: str) -> str:
    """As names are written, where a transcript has no capitals or nothing else; "McDonald" stays.

    Among other words, "RUIZ" and "LA" are shouted; what cannot be spoken ("JRR", "BBVA") are initials, and the third
    Luis is "III".
    """
    words, shouted = name.split(), name.isupper()
    return " ".join(
        _word(word, first=place == 0) if word.islower() or _is_shouted(word, all_are=shouted) else word
        for place, word in enumerate(words)
    )


def _is_shouted(word: str, *, all_are: bool) -> bool:
    plain = fold(word)
    if not word.isupper() or _INITIALS.fullmatch(plain) or _ORDINAL.fullmatch(word):
        return False
    return all_are or plain in _SMALL or (len(word) > 2 and "." not in word)


def _word(word: str, *, first: bool) -> str:
    small = word.lower()
    if small in _SMALL and (not first or small == "the"):
        return small
    return _CAPITALS.sub(lambda said: f"Mc{said[0][2].upper()}" if said[0].startswith("mc") else said[0].upper(), small)


def same_person(one: str, other: str) -> bool:
    """Whether two names can be one guest's: the longer has every word of the shorter ("Lucía", "lucia Fernández").

    Small words are no names: "del" is not María del Mar.
    """
    words = sorted((set(fold(name).split()) - _SMALL for name in (one, other)), key=len)
    return bool(words[0]) and words[0] <= words[1]
