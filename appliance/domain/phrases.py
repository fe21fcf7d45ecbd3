"""Every sentence the agent speaks, in Spanish and English, by the stable code of the answer.

The facts that a sentence takes come as words from `domain.spoken.say`:

- `day`: `day_words` for inside a sentence, so "el sábado 28 de noviembre" and "on Saturday, November 28," or "hoy, …,"
- `time`: `time_words`, to follow "a" and "at"; with a day, both are `moment_words`; `party`: `party_words`,
  or `party_in_area` where the guest wished for one
- `options`: `moments_words` (`offer_times`, `free_then` and its like) or `join_words` of `booking_words` and
  `kept_words` (`which_one`) or `days_words` (`ask_either_day`)
  or of areas as the restaurant names them (`which_area`), or of `on_day_at` (`offer_days`, `also_have`)
- `table`: what is sought, one for a wheelchair or any; `lacking`: `none_left` in an area, or `none_there` at all
- `day` and `weekday` in `wrong_weekday`: `weekday_told`
- `needs`: `read_back` of `domain.needs_told`, which follows the name within the sentence; `to`: what an allergy is to,
  in the guest's words
- `area`, `wished`: an area as the restaurant names it; `name`: the guest's
- `chairs`: `chairs_words`
- `what`: those of `ask_day` and its like that are asked in one question, with what was understood; in
  `not_understood` the parts that were not
- `when`: `day_briefly` and times to choose from
- `wanted`: what a table would become: `time_words`, `party_words` or both
- `until`: with `time`, the last of the times any of which would do: `time_words`
- `last`: the last date that can be booked, the first of `weekday_told`
- `days`: `weekdays_words` and days in `hours_closed_days`
- `span`: for how long a table is kept, as in "30 minutos"; when guests are received (`serves`) or the hours that
  were left open (`full_then`, `outside_then`, with the day `which_hour`): `span_words`, `at_times`,
  `at_those_times`, or with one end only `from_then_on` or `before_then`;
  `restaurant`: its name
- `spans`: when it opens, as in "de martes a domingo, de una a cuatro de la tarde"

Table numbers and shift names are never spoken.
"""

import re
from collections.abc import Mapping
from functools import cache
from itertools import chain
from string import Formatter

_ES_EN: Mapping[str, tuple[str, str]] = {
    # --- the call begins ---
    "greeting": (
        (
            "Hola, gracias por llamar a {restaurant}. Le atiende una inteligencia artificial, y la llamada puede "
            "grabarse. ¿En qué puedo ayudarle?"
        ),
        (
            "Hello, thank you for calling {restaurant}. I am an artificial intelligence, and the call may be "
            "recorded. How can I help you?"
        ),
    ),
    "one_moment": ("Un momento, por favor.", "One moment, please."),
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
    # --- asking ---
    "asked": ("¿{what}?", "{what}?"),
    "ask_day": ("qué día", "which day"),
    "ask_day_of_month": ("qué día de qué mes", "which day of which month"),
    "ask_either_day": ("sería {options},", "would that be {options},"),
    "would_it_be": ("sería", "would it be"),
    "ask_hour": ("a qué hora", "what time"),
    "ask_hour_of_breakfast": ("a qué hora para desayunar", "what time for breakfast"),
    "ask_hour_of_lunch": ("a qué hora para comer", "what time for lunch"),
    "ask_hour_of_dinner": ("a qué hora para cenar", "what time for dinner"),
    "ask_party": ("para cuántas personas", "for how many people"),
    "ask_which_party": ("para {party}", "for {party}"),
    "ask_exact_party": ("para {party} exactamente", "for exactly {party}"),
    "not_understood": ("Perdone, no he entendido bien {what}.", "Sorry, I didn't quite get {what}."),
    "the_day": ("el día", "the day"),
    "the_hour": ("la hora", "the time"),
    "the_party": ("cuántos son", "the number of people"),
    "no_such_date": ("Esa fecha no existe.", "That date doesn't exist."),
    "no_such_time": ("Esa hora no existe.", "That time doesn't exist."),
    "wrong_weekday": ("{day} es {weekday}.", "{day} is {weekday}."),
    "serves": ("Damos mesa {span}.", "We seat guests {span}."),
    "time_until": ("{time} o más tarde, hasta {until}", "{time} or later, up to {until}"),
    "on_day_at": ("{day} a {time}", "{day} at {time}"),
    "at_times": ("a {options}", "at {options}"),
    "at_those_times": ("a esas horas", "at those times"),
    "from_then_on": ("a partir de {time}", "from {time} on"),
    "before_then": ("antes de {time}", "before {time}"),
    "unclear_area": (
        "Perdone, no he entendido bien la zona. ¿En qué zona la prefiere?",
        "Sorry, I didn't quite get the area. Which area would you prefer?",
    ),
    "which_area": ("¿Prefiere {options}?", "Would you prefer {options}?"),
    "missing_name": ("¿A nombre de quién hago la reserva?", "What name shall I put the booking under?"),
    "unclear_name": (
        "Perdone, no he entendido bien el nombre. ¿Me lo repite, por favor?",
        "Sorry, I didn't quite get the name. Could you repeat it, please?",
    ),
    "missing_phone": (
        "¿Me deja un teléfono de contacto, por favor?",
        "Could you leave me a contact number, please?",
    ),
    "unclear_phone": (
        "Perdone, no he entendido bien el teléfono. ¿Me lo repite, por favor?",
        "Sorry, I didn't quite get the number. Could you repeat it, please?",
    ),
    "booking_name": ("¿A nombre de quién está la reserva?", "What name is the booking under?"),
    "booking_phone": ("¿Con qué teléfono se hizo la reserva?", "What phone number was it booked with?"),
    # --- deeds ---
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
        "Ya tiene mesa {day} a {time}. ¿La cambio a {wanted}, o es otra mesa a otro nombre?",
        (
            "You already have a table {day} at {time}. "
            "Shall I change it to {wanted}, or is this another table under another name?"
        ),
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
    # --- the waiting list ---
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
    # --- hours ---
    "hours": ("Abrimos {spans}.", "We open {spans}."),
    "hours_closed_days": ("Cerramos {days}.", "We close {days}."),
    "hours_other": ("Con otro horario, {spans}.", "With other hours, {spans}."),
    "hours_none": ("Ahora mismo no tengo los horarios a mano.", "I don't have the opening hours at hand right now."),
    # --- right now ---
    "open": ("Sí, estamos abiertos hasta {time}.", "Yes, we are open until {time}."),
    "kitchen_closed": (
        "Estamos abiertos hasta {time}, pero la cocina ya no admite más mesas.",
        "We are open until {time}, but the kitchen is taking no more tables.",
    ),
    "seats_today": ("Hoy volvemos a dar mesa a {time}.", "Today we seat guests again at {time}."),
    "seats_next": ("Volvemos a dar mesa {day} a {time}.", "We seat guests again {day} at {time}."),
    "closed_now": ("Ahora mismo estamos cerrados.", "We are closed right now."),
    "closed_today": ("Hoy estamos cerrados.", "We are closed today."),
    "opens_today": ("Hoy abrimos a {time}.", "Today we open at {time}."),
    "opens_next": ("Volvemos a abrir {day} a {time}.", "We open again {day} at {time}."),
    "table_today": (
        "Para {party} tengo mesa hoy a {time}.",
        "I have a table for {party} today at {time}.",
    ),
    "no_table_today": (
        "Para {party} ya no me queda mesa hoy.",
        "I have no table left for {party} today.",
    ),
    # --- handing over ---
    "missing_message": ("Dígame, ¿qué quiere que les diga?", "Of course. What would you like me to tell them?"),
    "message_taken": (
        "Tomo nota y se lo paso al equipo. ¿Puedo ayudarle en algo más?",
        "I've made a note of it and will pass it on to the team. Is there anything else I can help you with?",
    ),
    "transfer": ("Le paso con un compañero, un momento.", "I'm putting you through to a colleague, one moment."),
    "nobody_to_transfer": (
        "Lo siento, ahora mismo no puedo pasarle con nadie.",
        "I'm sorry, there is nobody I can put you through to right now.",
    ),
    "somebody_today": ("Hoy habrá alguien a partir de {time}.", "Somebody will be here today from {time}."),
    "somebody_next": ("Habrá alguien {day} a partir de {time}.", "Somebody will be here {day} from {time}."),
    "offer_person": (
        "¿Le paso con un compañero o prefiere que tome nota?",
        "Shall I put you through to a colleague, or would you rather leave a message?",
    ),
    "offer_message": (
        "¿Quiere que tome nota y se lo paso al equipo?",
        "Shall I take a message for the team?",
    ),
    "goodbye": ("Gracias por llamar. ¡Hasta pronto!", "Thank you for calling. Goodbye!"),
    # --- when something breaks ---
    "unknown_tool": ("Eso no lo puedo hacer desde aquí.", "I can't do that from here."),
    "unknown_restaurant": (
        "Ahora mismo no puedo consultar la agenda. Por favor, llame directamente al restaurante.",
        "I can't reach the book right now. Please call the restaurant directly.",
    ),
    "temporarily_unavailable": (
        "Lo siento, ahora mismo no puedo consultar la agenda. ¿Puede volver a llamar en unos minutos?",
        "I'm sorry, I can't reach the book right now. Could you call again in a few minutes?",
    ),
}

FRAGMENTS = frozenset(
    {
        *(
            "booking_words",
            "kept_words",
            "waiting_words",
            "party_in_area",
            "the_area",
            "in_area",
            "at_times",
            "at_those_times",
            "time_until",
        ),
        *("from_then_on", "before_then"),
        *("on_day_at", "none_left", "none_there", "table", "accessible_table"),
        *("ask_day", "ask_day_of_month", "ask_either_day", "ask_hour", "ask_party", "would_it_be"),
        *("ask_hour_of_breakfast", "ask_hour_of_lunch", "ask_hour_of_dinner", "ask_which_party", "ask_exact_party"),
        *("the_day", "the_hour", "the_party"),
        *("needs_given", "needs_dropped", "needs_noted", "needs_noted_too", "needs_rest", "needs_own_words", "nor"),
        *("needs_allergy_to", "needs_allergy", "needs_dog", "needs_pet"),
        *("needs_diabetes", "needs_pregnancy", "needs_salt", "needs_halal", "needs_kosher"),
    }
)
"""Codes whose words are put inside a longer sentence."""

_NEEDLESS_COMMA = re.compile(r",(?=[,;:.?!])")
_UNCONTRACTED = re.compile(r"\b([Dd]e|[Aa]) el\b")


def language(locale: str) -> str:
    """The catalogue's language for a locale: Spanish unless it is English."""
    return "en" if locale[:2].lower() == "en" else "es"


def phrase(code: str, lang: str, **facts: object) -> str:
    """The sentence of `code` with `facts` put in, beginning with a capital; a fragment begins as it is."""
    spanish, english = _ES_EN[code]
    words = english.format(**facts) if lang == "en" else contracted(spanish.format(**facts))
    words = _NEEDLESS_COMMA.sub("", words)
    return words if code in FRAGMENTS else _capitalised(words)


@cache
def takes(code: str) -> frozenset[str]:
    """The names of the facts that the sentence of `code` puts in, in either language."""
    parsed = chain.from_iterable(map(Formatter().parse, _ES_EN[code]))
    return frozenset(name for _, name, _, _ in parsed if name)


def contracted(spanish: str) -> str:
    """Spanish as it is spoken: "de el sábado" is "del sábado"; a proper name's capital (de El Pardo) stays apart."""
    # The pattern takes eight times as long as these looks, which mostly tell that there is nothing to contract.
    suspect = "e el" in spanish or "a el" in spanish or "A el" in spanish
    return _UNCONTRACTED.sub(lambda match: f"{match[1]}l", spanish) if suspect else spanish


def _capitalised(words: str) -> str:
    for position, letter in enumerate(words):
        if letter.isalpha():
            return words[:position] + letter.upper() + words[position + 1 :]
    return words
