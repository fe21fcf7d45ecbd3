"""What is asked back."""

from collections.abc import Mapping

ES_EN: Mapping[str, tuple[str, str]] = {
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
}
