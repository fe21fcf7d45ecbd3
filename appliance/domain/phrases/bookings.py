"""What was booked or changed, and what the guest has already."""

from collections.abc import Mapping

ES_EN: Mapping[str, tuple[str, str]] = {
    "booked": (
        "Queda confirmada la reserva: {day} a {time}, {party}, a nombre de {name}{needs}. ¡Hasta entonces!",
        "Your booking is confirmed: {day} at {time}, {party}, under the name {name}{needs}. See you then!",
    ),
    "booked_no_such_area": (
        "No tenemos esa zona, pero queda confirmada la reserva: {day} a {time}, {party}, a nombre de {name}{needs}.",
        (
            "We don't have that area, but your booking is confirmed: {day} at {time}, {party}, "
            "under the name {name}{needs}."
        ),
    ),
    "modified": (
        "Hecho: su reserva queda para {day} a {time}, {party}, a nombre de {name}{needs}.",
        "Done: your booking is now {day} at {time}, {party}, under the name {name}{needs}.",
    ),
    "modified_no_such_area": (
        "No tenemos esa zona, pero su reserva queda para {day} a {time}, {party}, a nombre de {name}{needs}.",
        "We don't have that area, but your booking is now {day} at {time}, {party}, under the name {name}{needs}.",
    ),
    "already_booked": (
        "Ya tiene mesa {day} a {time}. ¿La cambio a {wanted}, o es una mesa más?",
        ("You already have a table {day} at {time}. Shall I change it to {wanted}, or is this one more table?"),
    ),
    "already_kept": (
        "Le estamos guardando una mesa {day} a {time}. ¿La cambio a {wanted}?",
        "We are keeping a table for you {day} at {time}. Shall I change it to {wanted}?",
    ),
    "already_yours": (
        "Esa mesa ya la tiene: {day} a {time}, {party}, a nombre de {name}.",
        "You already have that table: {day} at {time}, {party}, under the name {name}.",
    ),
    "moves_onto": (
        "Para entonces ya tiene otra mesa: {day} a {time}, {party}. ¿Quiere las dos, o cancelo alguna?",
        (
            "You already have another table then: {day} at {time}, {party}. "
            "Would you like both, or shall I cancel one of them?"
        ),
    ),
    "also_have": ("Ya tiene también mesa {options}.", "You also have a table {options}."),
    "yours_under_number": (
        (
            "Esa mesa ya la tiene con otro teléfono: {day} a {time}, {party}. "
            "¿Aviso al equipo para que lo corrija o es otra mesa?"
        ),
        (
            "You already have that table under another number: {day} at {time}, {party}. "
            "Shall the team correct it, or is this another table?"
        ),
    ),
    "yours_under_name": (
        "Esa mesa ya la tiene a nombre de {name}: {day} a {time}, {party}. ¿Corrijo el nombre o es otra mesa?",
        (
            "You already have that table under the name {name}: {day} at {time}, {party}. "
            "Shall I correct the name, or is this another table?"
        ),
    ),
    "kept_under_name": (
        ("Esa mesa la guardamos a nombre de {name}: {day} a {time}. ¿La confirmo a nombre de {other} o es otra mesa?"),
        (
            "We are keeping that table for {name}: {day} at {time}. "
            "Shall I confirm it under the name {other}, or is this another table?"
        ),
    ),
    "to_be_confirmed": ("Todavía está por confirmar.", "It is still to be confirmed."),
}
