"""What a party needs, read back within a sentence, and what is written beside a booking for the staff."""

from collections.abc import Mapping

ES_EN: Mapping[str, tuple[str, str]] = {
    # --- what a party needs, read back after the name ---
    "needs_given": (", con {given}", ", with {given}"),
    "needs_dropped": (", sin {dropped}", ", without {dropped}"),
    "needs_noted": (", y queda anotado {noted}", ", and I've noted {noted}"),
    "needs_noted_too": (" y anotado {noted}", ", and I've noted {noted}"),
    "needs_allergy_to": ("lo de la alergia {to}", "the allergy {to}"),
    "needs_allergy": ("lo de la alergia", "the allergy"),
    "needs_diabetes": ("lo de la diabetes", "the diabetes"),
    "needs_pregnancy": ("lo del embarazo", "the pregnancy"),
    "needs_salt": ("lo de la sal", "the low-salt food"),
    "needs_halal": ("lo de la comida halal", "the halal food"),
    "needs_kosher": ("lo de la comida kosher", "the kosher food"),
    "needs_dog": ("lo del perro, sin poder garantizarlo", "the dog, though I can't promise it may come in"),
    "needs_pet": ("lo de la mascota, sin poder garantizarlo", "the pet, though I can't promise it may come in"),
    "needs_rest": ("lo demás que me ha dicho", "the rest of what you told me"),
    "needs_own_words": ("lo que me ha dicho", "what you told me"),
    "nor": (" ni ", " or "),
    "the_area": ("la zona de {area}", "the {area} area"),
    "in_area": ("en la zona de {area}", "in the {area} area"),
    "party_in_area": ("{party} en la zona de {area}", "{party} in the {area} area"),
    # --- written beside a booking, for the staff ---
    "wheelchair_before": ("Otras veces ha venido en silla de ruedas.", "Has come in a wheelchair before."),
    "area_missed": (
        "Quería estar en {area}, donde no quedaba mesa.",
        "Wished to sit in {area}, where no table was left.",
    ),
}
