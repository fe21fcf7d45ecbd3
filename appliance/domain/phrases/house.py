"""How a call begins and ends, when the house is open, who can be reached, and what is said when something breaks."""

from collections.abc import Mapping

ES_EN: Mapping[str, tuple[str, str]] = {
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
