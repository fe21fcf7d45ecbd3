"""Whether there is a table, what is offered instead, and what is said before or after such an answer."""

from collections.abc import Mapping

ES_EN: Mapping[str, tuple[str, str]] = {
    # --- a table, or not ---
    "available": (
        "Sí, {day} a {time} tenemos mesa para {party}. ¿A nombre de quién hago la reserva?",
        "Yes, {day} at {time} we have a table for {party}. What name shall I put it under?",
    ),
    "available_no_such_area": (
        "No tenemos esa zona, pero {day} a {time} sí hay mesa para {party}. ¿A nombre de quién hago la reserva?",
        "We don't have that area, but {day} at {time} there is a table for {party}. What name shall I put it under?",
    ),
    "available_elsewhere": (
        "{day} a {time} {lacking} en la zona de {wished}, pero sí en la de {area}. ¿Le parece bien?",
        "{day} at {time} {lacking} in the {wished} area, but I do in {area}. Would that suit you?",
    ),
    "area_full": (
        "{day} a {time} {lacking} en la zona de {wished}, pero sí en la de {area}. ¿La reservo ahí?",
        "{day} at {time} {lacking} in the {wished} area, but I do in {area}. Shall I book it there?",
    ),
    "area_full_only": (
        "Lo siento, {day} a {time} {lacking} en la zona de {wished}.",
        "I'm sorry, {day} at {time} {lacking} in the {wished} area.",
    ),
    "none_left": ("no me queda {table} para {party}", "I have no {table} left for {party}"),
    "none_there": ("no tengo {table} para {party}", "I have no {table} for {party}"),
    "table": ("mesa", "table"),
    "accessible_table": ("mesa adaptada", "accessible table"),
    "full": (
        "Lo siento, {day} a {time} no nos queda {table} para {party}.",
        "I'm sorry, {day} at {time} we have no {table} left for {party}.",
    ),
    "race_lost": (
        "Vaya, lo siento: esa mesa se acaba de ocupar.",
        "Oh, I'm sorry: that table was taken just now.",
    ),
    "closed_day": ("Lo siento, {day} estamos cerrados.", "I'm sorry, {day} we are closed."),
    "day_over": (
        "Lo siento, ya es tarde para reservar mesa hoy.",
        "I'm sorry, it is too late to book a table today.",
    ),
    "outside_hours": (
        "Lo siento, {day} no damos mesa a {time}.",
        "I'm sorry, {day} we don't seat guests at {time}.",
    ),
    "no_breakfast": ("Lo siento, {day} no damos desayunos.", "I'm sorry, {day} we don't serve breakfast."),
    "no_lunch": ("Lo siento, {day} no damos comidas.", "I'm sorry, {day} we don't serve lunch."),
    "no_dinner": ("Lo siento, {day} no damos cenas.", "I'm sorry, {day} we don't serve dinner."),
    "time_not_offered": (
        "Justo a {time} no damos mesa.",
        "We don't seat guests exactly at {time}.",
    ),
    "ambiguous_time": ("¿Sería {when}?", "Would that be {when}?"),
    "free_then": (
        "{day} tengo mesa para {party} a {options}. ¿Cuál prefiere?",
        "{day} I have a table for {party} at {options}. Which time would you like?",
    ),
    "free_then_such_as": (
        "{day} tengo para {party}, por ejemplo, a {options}. ¿Cuál prefiere?",
        "{day} I have a table for {party} at, for example, {options}. Which time would you like?",
    ),
    "free_then_one": (
        "{day} tengo mesa para {party} a {options}. ¿Le va bien?",
        "{day} I have a table for {party} at {options}. Would that suit you?",
    ),
    "full_then": (
        "Lo siento, {day} no nos queda mesa para {party} {span}.",
        "I'm sorry, {day} we have no table left for {party} {span}.",
    ),
    "outside_then": (
        "Lo siento, {day} no damos mesa {span}.",
        "I'm sorry, {day} we don't seat guests {span}.",
    ),
    "which_hour": ("¿A qué hora exactamente, {span}?", "What time exactly, {span}?"),
    "past_date": (
        "He entendido {day}, y esa fecha ya ha pasado. ¿Para qué día la quería?",
        "I can't book a table {day}: that date has passed. Which day would you like?",
    ),
    "past_time": ("Lo siento, esa hora ya ha pasado.", "I'm sorry, that time has already passed."),
    "too_soon": (
        "Lo siento, para {time} ya no llego a tiempo de guardarle la mesa.",
        "I'm sorry, {time} is too soon for me to hold a table.",
    ),
    "too_far_ahead": (
        "Todavía no tomamos reservas para {day}; por ahora reservamos hasta {last}.",
        "I can't book a table {day} yet; for now we take bookings up to {last}.",
    ),
    "party_size_invalid": ("¿Para cuántas personas sería?", "How many people will it be for?"),
    "party_too_large": (
        "Para {party}, la reserva la lleva un compañero.",
        "For {party}, a colleague takes care of the booking.",
    ),
    "private_event": (
        "Para {party} lo organizamos como un evento privado, y de eso se encarga un compañero.",
        "For {party} we arrange a private event, and a colleague takes care of that.",
    ),
    "not_accessible": (
        "Lo siento, para {party} no tengo mesa adaptada para silla de ruedas.",
        "I'm sorry, for {party} I have no table suited to a wheelchair.",
    ),
    "no_such_table": (
        "Lo siento, a {time} no tenemos mesa para {party}.",
        "I'm sorry, at {time} we have no table for {party}.",
    ),
    "restaurant_paused": (
        "Ahora mismo no tomamos reservas por teléfono.",
        "We are not taking bookings by phone right now.",
    ),
    # --- said before or after another sentence ---
    "no_high_chair": (
        "A esa hora ya no me quedan tronas.",
        "I have no high chair left at that time.",
    ),
    "no_high_chairs_here": ("No tenemos tronas.", "We have no high chairs."),
    "denied": (
        "Lo que ya constaba para cocina sigue anotado; eso solo lo puede quitar el equipo.",
        "What was noted for the kitchen stays noted; only the team can take that off.",
    ),
    "spot_noted": (
        "Lo del sitio lo dejo anotado, sin poder garantizarlo.",
        "I've noted where you'd like to sit, though I can't guarantee it.",
    ),
    "spot_to_note": (
        "Lo del sitio puedo dejarlo anotado, sin garantizarlo.",
        "I can note where you'd like to sit, though I can't guarantee it.",
    ),
    "spot_dropped": (
        "Como cambia de zona, el sitio que había pedido ya no queda anotado.",
        "As you are moving to another area, the spot you had asked for is noted no more.",
    ),
    "few_high_chairs": (
        "A esa hora solo puedo ponerle {chairs}.",
        "At that time I can only give you {chairs}.",
    ),
    "offer_times": ("Puedo ofrecerle {options}.", "I can offer you {options}."),
    "offer_days": ("Puedo ofrecerle mesa {options}.", "I can offer you a table {options}."),
    "offer_other_day": ("¿Quiere que mire otro día?", "Shall I look at another day?"),
}
