"""The waiting list, and the table that is kept for who waited."""

from collections.abc import Mapping

ES_EN: Mapping[str, tuple[str, str]] = {
    "waitlisted": (
        "Le apunto en la lista de espera: {day} a {time}, {party}{needs}.",
        "You are on the waiting list: {day} at {time}, {party}{needs}.",
    ),
    "waitlisted_area": (
        "Le apunto en la lista de espera para la zona de {wished}: {day} a {time}, {party}{needs}.",
        "You are on the waiting list for the {wished} area: {day} at {time}, {party}{needs}.",
    ),
    "waitlisted_no_such_area": (
        "No tenemos esa zona, pero le apunto en la lista de espera: {day} a {time}, {party}{needs}.",
        "We don't have that area, but you are on the waiting list: {day} at {time}, {party}{needs}.",
    ),
    "waiting_found": (
        "Está en la lista de espera: {day} a {time}, {party}, a nombre de {name}.",
        "You are on the waiting list: {day} at {time}, {party}, under the name {name}.",
    ),
    "list_left": (
        "De acuerdo, le quito de la lista de espera de {day} a {time}.",
        "All right, I have taken you off the waiting list {day} at {time}.",
    ),
    "leave_too": (
        "¿Le quito también de la lista de espera de {day} a {time} para {party}?",
        "Shall I also take you off the waiting list {day} at {time} for {party}?",
    ),
    "not_booked_yet": (
        "Todavía no es una reserva; si queda una mesa libre, procuraremos avisarle.",
        "It isn't a booking yet; if a table comes free, we'll do our best to let you know.",
    ),
    "free_after_all": (
        "No hace falta esperar: {day} a {time} tenemos mesa para {party}. ¿La reservo?",
        "There's no need to wait: {day} at {time} we have a table for {party}. Shall I book it?",
    ),
    "kept_for_you": (
        "Le estamos guardando una mesa: {day} a {time}, {party}, a nombre de {name}. ¿Se la confirmo?",
        "We are keeping a table for you: {day} at {time}, {party}, under the name {name}. Shall I confirm it?",
    ),
    "waitlist_offered": (
        "{name}, hay mesa en {restaurant}: {day} a {time}, {party}. Se la guardamos {span}; llámenos para confirmarla.",
        "{name}, {restaurant} has a table: {day} at {time}, {party}. We'll keep it for {span}; call us to confirm it.",
    ),
}
