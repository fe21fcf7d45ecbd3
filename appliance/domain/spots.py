"""A spot that a guest would like within the house, which is no area of it: by the window, far from the door, quiet."""

import re

from appliance.domain.area_kinds import is_by_window
from appliance.domain.areas import area_wished, areas_named
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.spoken.text import fold

_SPOT = re.compile(
    r"\b(?:tranquil\w+|silencios\w+|ruid\w+|ventana\w*|ventanal\w*|cristalera|rincon\w*|esquina\w*|apartad\w+|discret\w+|"
    r"intim[oa]s?|acogedor\w*|romantic\w*|vistas?|sombra|al sol|puertas?|entrada|banos?|aseos?|servicios|cocina|"
    r"pasillo|estufa|chimenea|aire acondicionado|mesa (?:redonda|alta|baja)|sofas?|"
    r"barandilla|al borde|(?:primera|segunda) (?:linea|fila)|"
    r"(?:junto|pegad\w+|al lado|cerca|lejos|frente|enfrente) (?:al?|del?)|"
    r"railing|next to|close to|near|beside|away from|overlooking|"
    r"quiet\w*|calm|peaceful|nois\w+|windows?|corner|booth|secluded|intimate|views?|shade|in the sun|doors?|entrance|"
    r"toilets?|restrooms?|bathrooms?|kitchen|fireplace|heater|air ?con\w*|(?:round|high|low) table|co[sz]y|sofa)\b"
)


_AT_THE_WINDOW = re.compile(
    r"\b(?:(?:junto|pegad\w+|al lado|cerca) (?:al?|del?) |next to |close to |near |beside )?(?:(?:el|las?|los|the|a) )?"
    r"(?:ventana\w*|ventanal\w*|cristalera|windows?)\b"
)


def left_behind(notes: str, card: RestaurantCard, area_id: str) -> str:
    """The notes without the spots that were wished for in another area than this one."""
    here = card.areas_by_id[area_id].name if area_id in card.areas_by_id else ""
    parts = [part for part in notes.split("; ") if part]
    return "; ".join(part for part in parts if not _is_elsewhere(part, card, here))


def _is_elsewhere(words: str, card: RestaurantCard, here: str) -> bool:
    named = areas_named(card, words) if is_spot(words) else ()
    return bool(named) and here not in named


def is_spot_in(card: RestaurantCard, words: str) -> bool:
    """The same of a house, which may have an area at the windows: that can be promised."""
    area = card.areas_by_id.get(str(area_wished(card, words)))
    return is_spot(_AT_THE_WINDOW.sub(" ", fold(words)) if area and is_by_window(area) else words)


def is_spot(words: str) -> bool:
    """Whether the words wish for a certain spot, which the staff may see to and nobody can promise."""
    return bool(_SPOT.search(fold(words)))
