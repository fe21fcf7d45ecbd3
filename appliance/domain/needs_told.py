"""A guest's needs read back to them within the sentence that confirms a booking: what they get, and what is noted."""

from collections.abc import Collection, Iterable

from appliance.domain.needs import heard_in, names
from appliance.domain.needs_catalogue import NEEDS
from appliance.domain.phrases import phrase
from appliance.domain.remarks import told
from appliance.domain.spoken.say import READ_OUT, chairs_words, join_words

_IDS = frozenset(need.id for need in NEEDS)
_GIVEN = tuple(need.id for need in NEEDS if need.es.given or need.id == "high_chair")


def read_back(
    needs: Iterable[str], high_chairs: int, lang: str, *, dropped: Collection[str] = (), remarks: Iterable[str] = ()
) -> str:
    """What follows the booking in the sentence, from its comma on; empty where nothing is needed.

    Of what was `dropped`, only what the guest would have got is spoken of. `remarks` is what they said besides. Of
    what they told in their own words an allergy and a pet are named; the rest is not repeated: it may be of any
    length, and in another language.
    """
    needs = tuple(needs)
    remarks = dict.fromkeys((*(one for one in needs if one not in _IDS), *remarks))
    wanted = frozenset(needs)
    given = [words for need in NEEDS if need.id in wanted and (words := need.said(lang).given)]
    if high_chairs:
        given.append(chairs_words(high_chairs, lang))
    gone = [need for need in _GIVEN if need in dropped and need not in wanted]
    noted = _noted(wanted, remarks, lang)
    said = phrase("needs_given", lang, given=join_words(given, lang, last="and")) if given else ""
    if gone:
        said += phrase("needs_dropped", lang, dropped=phrase("nor", lang).join(_without(gone, lang)))
    if noted:
        said += phrase("needs_noted_too" if said else "needs_noted", lang, noted=noted)
    return said


def _noted(wanted: frozenset[str], remarks: Iterable[str], lang: str) -> str:
    """An allergy that the catalogue lacks goes before what it has, of which nobody listens to more than a few."""
    allergies, pets, more = told(remarks, lang)
    wanted = wanted.difference(*map(heard_in, allergies))
    listed = [*allergies, *(words for need in NEEDS if need.id in wanted and (words := need.said(lang).noted))]
    more |= len(listed) > READ_OUT  # who has more hears that the rest is noted, too
    rest = [phrase("needs_rest" if listed or pets else "needs_own_words", lang)] if more else []
    return join_words([*listed[:READ_OUT], *rest, *pets], lang, last="and")


def _without(gone: Iterable[str], lang: str) -> list[str]:
    return [f"a {name}" if lang == "en" else name for name in names(gone, lang)]
