"""What comes with a party and is none of it: a pet, a wheelchair, a high chair. The words are folded, and in digits.

"Cuatro y un perro" are four, and so are "cuatro con silla de ruedas". Who sits in "una silla de ruedas" that is named
after an "and" may be one of the four or a fifth, and so may who needs "una trona": that is asked.
"""

import re

from appliance.domain.spoken.people import RELATIONS
from appliance.domain.spoken.text import fold

DOGS = r"(?:perr(?:it)?[oa]s?|dogs?|doggy|pupp(?:y|ies))"
OTHER_PETS = r"(?:mascotas?|gat(?:it)?[oa]s?|pets?|cats?)"
_SIZE = r"(?:(?:muy|very) )?(?:pequen(?:it)?[oa]s?|chiquit[oa]s?|grandes?|small|little|big|tiny)"
_OWN = r"(?:el|l[oa]s?|the|mis?|nuestr[oa]s?|sus?|my|our|his|her|their)"
_COUNT = r"(?:\d{1,2}|an?|un[oa]?|dos|tres|two|three)"
_A_PET = (
    rf"(?:{_OWN} )?(?:{_COUNT} )?(?:{_SIZE} )?(?:(?:guide|assistance|service) )?(?<!hot )"
    rf"\b(?:{DOGS}|{OTHER_PETS})\b(?! calientes?\b)(?: (?:guia|lazarillo|de asistencia))?(?: {_SIZE})?"
)
_BRINGING = (
    r"(?:(?:vamos|venimos|iremos|voy|vengo)(?: con)?|llev(?:o|amos|aremos)|tra(?:igo|emos|eremos)|ten(?:go|emos)|"
    r"vienen?|(?:(?:i|we) )?(?:have|ve got|bring|(?:m|re|am|are|ll be) bringing|ll bring))"
)
_JOINED = r"(?:,? (?:y|e|and|plus|mas|con|with)|,)(?: (?:con|with|tambien|also|ademas))?"
_PET_AFTER = re.compile(
    rf"{_JOINED} (?:{_BRINGING} )?{_A_PET}(?: (?:too|also|as well|tambien))?(?=$|[,.]| (?:y|and)\b)"
)
_PET_BEFORE = re.compile(rf"\A(?:somos |us )?{_A_PET} (?:y|and) ")
_PET = re.compile(rf"\b{_A_PET}")
_CUE = re.compile(rf"\b(?:{DOGS}|{OTHER_PETS}|sillas?|sillitas?|tronas?|wheel ?chairs?|high ?chairs?)\b")
"""Nothing of it is said without one of these."""
_DENIED = re.compile(r"\b(?:no|not|ni|nor|sin|without|ningun[oa]?|never|nunca|t)\b")

_WHEELCHAIR = r"(?:sillas? (?:de )?ruedas?|wheel ?chairs?)(?: users?)?"
_HIGH_CHAIR = r"(?:tronas?|sillitas?|(?:baby )?high ?chairs?)"
# "Uno va en silla de ruedas" is one of those said before; "cuatro y uno en silla de ruedas" may be five.
_OF_THEM = r"(?:de (?:ell|nosotr)[oa]s|of (?:us|them|whom|which))"
_GOES = (
    r"(?:(?:que|who) )?(?:van?|vienen?|usan?|necesitan?|llevan?|tienen?|estan?|es|is|are|s|uses?|needs?|has|have|"
    r"comes?|(?:will|ll) be)"
)
_OF_PARTY = re.compile(
    rf"(?:, ?|,? (?:incluyendo|contando|including|counting) |,? (?:y|and) (?=\d+ (?:{_OF_THEM}|{_GOES}) ))"
    rf"(?P<count>\d+) (?:{_OF_THEM} )?(?:{_GOES} )?(?:(?:en|in|con|with) )?(?:(?:1|an?|su) )?"
    rf"{_WHEELCHAIR}[ ,.]*$"
)
# A party that is more than one, and what it comes with; "uno con silla de ruedas" may be one of more.
_WITH_WHEELCHAIR = re.compile(
    rf"(?<!^1)(?<!\b1 persona)(?<!\b1 person)(?:,? (?:con|with)(?: (?:{_COUNT}|su|the|la))?|,? (?:y|and)|,)"
    rf"(?: (?:con|with))? {_WHEELCHAIR}[ ,.]*$"
)
_KIN_IN_WHEELCHAIR = re.compile(
    rf"(?P<kin>\b(?:mis?|my|our|nuestr[oa]s?|su) (?:{RELATIONS})) (?:en|con|in|with)(?: (?:1|an?|su))? {_WHEELCHAIR}"
    r"(?=$|[,.]| (?:y|and)\b)"
)
_CHILD_IN_HIGH_CHAIR = re.compile(
    r"\b(?P<child>bebes?|baby|babies|toddlers?|infants?|nin[oa]s?|child(?:ren)?|kids?|peques?)"
    rf"(?:{_JOINED}| in| en)(?: {_COUNT})? {_HIGH_CHAIR}(?=$|[,.])"
)
_MAYBE_MORE = re.compile(
    rf"(?P<party>.+?),? (?:y|e|and|plus|mas|con|with)(?: (?:otr[oa]|another))? (?P<more>\d{{1,2}}|an?)"
    rf"(?: (?:mas|more))?(?: personas?| person)?(?: {_OF_THEM})?(?: {_GOES})?(?: (?:en|in|con|with)(?: (?:1|an?))?)? "
    rf"(?:{_WHEELCHAIR}|{_HIGH_CHAIR})[ ,.]*"
)


def party_apart(text: str) -> str:
    """The words for the people themselves."""
    if not _CUE.search(text):
        return text
    alone = _PET_AFTER.sub("", _PET_BEFORE.sub("", text))
    alone = _CHILD_IN_HIGH_CHAIR.sub(r"\g<child>", _KIN_IN_WHEELCHAIR.sub(r"\g<kin>", alone))
    return _WITH_WHEELCHAIR.sub("", _OF_PARTY.sub(r", \g<count> de ellos personas", alone))


def maybe_more(text: str) -> tuple[str, int] | None:
    """The words of a party, and how many more it may be, where somebody in a chair may be one of it or not."""
    said = _MAYBE_MORE.fullmatch(text) if _CUE.search(text) else None
    return (said["party"], int(said["more"]) if said["more"].isdigit() else 1) if said else None


def pets_in(words: str) -> list[str]:
    """The pets that are named, none where one is denied."""
    text = fold(words)
    return [] if _DENIED.search(text) else _PET.findall(text)
