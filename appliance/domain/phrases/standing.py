"""A booking that there is: it is found, changed, cancelled, or one of several."""

from collections.abc import Mapping

ES_EN: Mapping[str, tuple[str, str]] = {
    "still_stands": ("Su reserva sigue como estaba.", "Your booking stays as it was."),
    "missing_change": ("¿Qué quiere cambiar de la reserva?", "What would you like to change about the booking?"),
    "cancelled": (
        "Su reserva de {day} a {time} queda cancelada. Gracias por avisarnos.",
        "Your booking {day} at {time} is cancelled. Thank you for letting us know.",
    ),
    "given_up": (
        "De acuerdo, no le guardamos la mesa de {day} a {time}. Gracias por avisarnos.",
        "All right, we won't keep the table {day} at {time} for you. Thank you for letting us know.",
    ),
    "already_cancelled": (
        "Ya estaba cancelada; no tiene que hacer nada más.",
        "That one was already cancelled; there is nothing more to do.",
    ),
    "found": (
        "Sí, tengo su reserva: {day} a {time}, {party}, a nombre de {name}{needs}.",
        "Yes, I have your booking: {day} at {time}, {party}, under the name {name}{needs}.",
    ),
    "cancel_too": (
        "¿Cancelo también la reserva de {day} a {time} para {party}?",
        "Shall I also cancel the booking {day} at {time} for {party}?",
    ),
    "give_up_too": (
        "¿Dejo también la mesa que le guardamos, {day} a {time} para {party}?",
        "Shall I also give up the table we are keeping for you, {day} at {time} for {party}?",
    ),
    "which_one": (
        "Veo más de una: {options}. ¿Cuál de ellas?",
        "I see more than one: {options}. Which one?",
    ),
    "all_alike": (
        "Veo varias reservas iguales: {options}.",
        "I see several bookings that are alike: {options}.",
    ),
    "which_party": (
        "Veo varias a esa hora. ¿Para cuántas personas es la que busca?",
        "I see several at that time. How many people is the one you mean for?",
    ),
    "which_name": (
        "Veo varias a esa hora. ¿A nombre de quién está la que busca?",
        "I see several at that time. What name is the one you mean under?",
    ),
    "which_surname": (
        "Veo varias a ese nombre. ¿Con qué apellido está la que busca?",
        "I see several under that name. What surname is the one you mean under?",
    ),
    "which_of_names": (
        "A ese nombre no la veo, pero sí a nombre de {names}. ¿Es una de ellas o lo paso al equipo?",
        "I don't see that name, but I do see {names}. Is it one of them, or shall I pass it on to the team?",
    ),
    "which_of_many": (
        "Veo varias. ¿De qué día y a qué hora es la que busca?",
        "I see several. Which day and time is the one you mean?",
    ),
    "not_found": (
        "No encuentro ninguna reserva con esos datos. ¿Puede que esté con otro teléfono u otro nombre?",
        "I can't find a booking with those details. Could it be under another number or name?",
    ),
    "not_seen": ("Esa no la veo.", "I don't see that one."),
    "not_seen_named": ("A ese nombre no la veo.", "I don't see that name."),
    "not_seen_on": ("No la veo {day}.", "I don't see it {day}."),
    "another_found": (
        "Sí veo esta: {options}. ¿Es la que busca?",
        "I do see this one: {options}. Is that the one?",
    ),
    "others_found": (
        "Sí veo estas: {options}. ¿Es alguna de ellas?",
        "I do see these: {options}. Is it one of them?",
    ),
    "booking_words": ("{day} a {time} para {party}", "{day} at {time} for {party}"),
    "kept_words": (
        "una mesa que le guardamos de la lista de espera, {day} a {time} para {party}",
        "a table we are keeping for you from the waiting list, {day} at {time} for {party}",
    ),
    "waiting_words": ("la lista de espera, {day} a {time}", "the waiting list, {day} at {time}"),
}
