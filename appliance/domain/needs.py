"""What guests need: read from free text, named to callers and noted for the kitchen and the floor."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from appliance.domain.needs_catalogue import NEEDS, Need
from appliance.domain.needs_hearing import Ear
from appliance.domain.spoken.companions import pets_in
from appliance.domain.spoken.framing import answer, bare
from appliance.domain.spoken.numbers import read_party
from appliance.domain.spoken.outcome import Unclear
from appliance.domain.spoken.text import fold

__all__ = ["NEEDS", "Need", "Needs", "heard_in", "kitchen_notes", "left_of", "names", "read", "staff_notes"]

_MOST_HIGH_CHAIRS = 10
_IDS = frozenset(need.id for need in NEEDS)
_JOINT = re.compile(r"\s*(?:[.,;:!?\n]+|(?<!\w)(?:y|e|and|also|también|además)(?!\w))\s*", re.IGNORECASE)
# What says why, or of whom: nothing by itself.
_SUBORDINATE = re.compile(r"(?:que|porque|pues|ya que|para|si|because|since|as|for|so|if|who|which)\b")


class Needs(Struct, frozen=True, kw_only=True):
    """What a guest needs: by the catalogue, and in the guest's own words where the catalogue does not say it all.

    `dropped` is what they say they do not need, or not any more; `denied` what the kitchen goes by all the same.
    With `chairs_enough` those high chairs are all that they want.
    """

    ids: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    high_chairs: int = 0
    dropped: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    chairs_enough: bool = False

    @property
    def most_chairs(self) -> int | None:
        """Above that, high chairs that they had are taken back."""
        return 0 if "high_chair" in self.dropped else self.high_chairs if self.chairs_enough else None

    @property
    def accessible(self) -> bool:
        """Whether only a table that a wheelchair can reach will do."""
        return "wheelchair" in self.ids

    def also(self, more: "Needs") -> "Needs":
        """These and those; what is wanted in both is wanted once."""
        if NO_NEEDS in (self, more):
            return self if more == NO_NEEDS else more
        ids = tuple(dict.fromkeys(self.ids + more.ids))
        return Needs(
            ids=ids,
            other=tuple(dict.fromkeys(self.other + more.other)),
            high_chairs=max(self.high_chairs, more.high_chairs),
            dropped=tuple(one for one in dict.fromkeys(self.dropped + more.dropped) if one not in ids),
            denied=tuple(one for one in dict.fromkeys(self.denied + more.denied) if one not in ids),
            chairs_enough=self.chairs_enough or more.chairs_enough,
        )

    def as_stored(self) -> tuple[str, ...]:
        return self.ids + self.other


NO_NEEDS = Needs()


def heard_in(text: str) -> tuple[str, ...]:
    """The needs that free text names, in the catalogue's order."""
    return _in_order(Ear(text).found)


def read(texts: Iterable[str]) -> Needs:
    """The needs in several texts. One that names none is kept, and one that tells the kitchen more than its needs do.

    Said twice is wanted once: the high chairs are those of the text that asks for most.
    """
    heard = [(text, Ear(text)) for text in dict.fromkeys(texts)]
    if not heard:
        return NO_NEEDS
    chairs = max((ear.high_chairs for _, ear in heard), default=0)
    found = set().union(*(ear.found for _, ear in heard))
    return Needs(
        ids=_in_order(found),
        other=tuple(words for text, ear in heard for words in _in_own_words(text, ear)),
        high_chairs=min(chairs, _MOST_HIGH_CHAIRS),
        dropped=_in_order(set().union(*(ear.dropped for _, ear in heard)) - found),
        denied=_in_order(set().union(*(ear.denied for _, ear in heard)) - found),
        chairs_enough=any(ear.chairs_enough for _, ear in heard),
    )


def left_of(stored: Iterable[str], dropped: Collection[str]) -> tuple[str, ...]:
    """What is left of needs as they are stored: without those taken back.

    Of words that told of nothing else in the catalogue, what they say besides is left.
    """
    if not dropped:
        return tuple(stored)
    return tuple(left for one in stored if one not in dropped for left in _left_of(one, dropped))


def _left_of(words: str, dropped: Collection[str]) -> Iterator[str]:
    ear = Ear(words)
    tells_only = bool(ear.found) and ear.found <= set(dropped) and not ear.tells_allergy
    yield from _beside(words) if tells_only else (words,)


def _in_own_words(text: str, ear: Ear) -> Iterator[str]:
    """What the catalogue does not say: all of it, or the clauses that are of something else."""
    yield from (text,) if ear.says_more or not ear.is_all_said else _beside(text)


def _beside(text: str) -> Iterator[str]:
    """The clauses that tell something beside needs, as they were said; how many come is told elsewhere."""
    for clause in _JOINT.split(text):
        plain = bare(answer(fold(clause)))
        is_told = Ear(plain).is_beside_needs and not _SUBORDINATE.match(plain)
        if is_told and isinstance(read_party(plain), Unclear):
            yield clause


def of_babies(count: int) -> Needs:
    """What so many babies at the table need."""
    return Needs(ids=("high_chair",), high_chairs=min(count, _MOST_HIGH_CHAIRS)) if count else NO_NEEDS


def of_party(texts: Iterable[str], *, elsewhere: Iterable[str] = ()) -> Needs:
    """What is told beside the size of a party, its babies apart; a pet as it is called, unless it is told elsewhere."""
    texts = [text for text in texts if not text.isdigit()]
    heard = () if any(map(pets_in, elsewhere)) else texts
    pets = (pet for text in heard for pet in pets_in(text) if not Ear(pet).found)
    more = (text for text in texts if Ear(text).says_more)
    return replace(read(texts), other=tuple(dict.fromkeys((*more, *pets))))


def staff_notes(needs: Iterable[str], lang: str) -> list[str]:
    """A note for each of a reservation's needs; those that the catalogue lacks follow in the guest's words."""
    return _told(needs, lambda need: need.said(lang).note)


def kitchen_notes(needs: Iterable[str], lang: str) -> list[str]:
    """What the kitchen must know; also what the catalogue lacks, which may be an allergy."""
    elsewhere = {need.id for need in NEEDS if not need.for_kitchen}
    return staff_notes((need for need in needs if need not in elsewhere), lang)


def names(needs: Iterable[str], lang: str) -> list[str]:
    """The needs as they are spoken."""
    return _told(needs, lambda need: need.said(lang).name)


def _told(needs: Iterable[str], tell: Callable[[Need], str]) -> list[str]:
    wanted = dict.fromkeys(needs)
    return [*(tell(need) for need in NEEDS if need.id in wanted), *(one for one in wanted if one not in _IDS)]


def _in_order(ids: set[str]) -> tuple[str, ...]:
    return tuple(need.id for need in NEEDS if need.id in ids)
