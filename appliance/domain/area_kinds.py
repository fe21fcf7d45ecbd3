"""What everybody calls an area of a kind, in either language, though its house may have another name for it."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from appliance.domain.restaurant import Area
from appliance.domain.spoken.text import fold

_CALLED: Mapping[str, str] = {
    "terrace": "terraza|terrace",
    "patio": "patio|courtyard",
    "roof": "azotea|rooftop|roof terrace",
    "garden": "jardin|garden",
    "outdoors": "fuera|afuera|exterior|al aire libre|outside|outdoors|open air|al fresco",
    "room": "salon|sala|comedor|dentro|adentro|interior|inside|indoors|dining|dining room|dining area|main room",
    "bar": "barra|bar|counter",
    "window": "ventana|ventanas|ventanal|ventanales|cristalera|window|windows",
    "private": "reservado|privado|privada|private|comedor privado|salon privado|sala privada|private room|"
    "private dining room",
}
_KIND = {words: kind for kind, called in _CALLED.items() for words in called.split("|")}
# Longest first: "comedor privado" is no "comedor".
_ANY_KIND = re.compile(rf"\b(?:{'|'.join(sorted(_KIND, key=len, reverse=True))})\b")
_OPEN_AIR = frozenset({"terrace", "patio", "roof", "garden", "outdoors"})
_ALWAYS_TOLD = _OPEN_AIR | {"bar"}
_BESIDE = frozenset({"window"})
"""What an area of another kind may be, too."""
_FITTING: Mapping[str, tuple[frozenset[str], ...]] = {
    "outdoors": (_OPEN_AIR,),
    "terrace": (frozenset({"terrace"}), frozenset({"outdoors"})),
    "patio": (frozenset({"patio"}), frozenset({"terrace", "outdoors"})),
}
"""Of which kinds an area may be that is called like that: of the first of which the house has any; else of the same."""


def everyday_names(areas: Sequence[Area]) -> dict[str, frozenset[str]]:
    """Folded everyday words → the ids of the areas that they fit, of which there may be several."""
    kinds = {area.id: _kinds(area) for area in areas}
    return {words: fitting for words, kind in _KIND.items() if (fitting := _fitting(kind, kinds))}


@lru_cache(maxsize=4096)
def is_always_told(area: Area) -> bool:
    """Whether its guests sit under the sky or at the bar, as far as its names tell: they should know beforehand."""
    kinds = _kinds(area) - _BESIDE
    return bool(kinds) and kinds <= _ALWAYS_TOLD


def is_by_window(area: Area) -> bool:
    return "window" in _kinds(area)


def _fitting(kind: str, kinds: Mapping[str, frozenset[str]]) -> frozenset[str]:
    for wanted in _FITTING.get(kind, (frozenset({kind}),)):
        if fitting := frozenset(area_id for area_id, of in kinds.items() if of & wanted):
            return fitting
    return frozenset()


def _kinds(area: Area) -> frozenset[str]:
    """The kinds that an area is of by its names, else by its first; a "salón del jardín" may be in- or outdoors."""
    for names in ((area.name, *area.synonyms), (area.name,)):
        kinds = frozenset(_KIND[words] for name in names for words in _ANY_KIND.findall(fold(name)))
        if len(kinds) == 1 or len(kinds - _BESIDE) == 1 or kinds - _BESIDE <= _OPEN_AIR:
            return kinds
    return frozenset()
