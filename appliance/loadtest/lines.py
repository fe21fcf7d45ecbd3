"""What guests and the voice agent say to one another, in Spanish and English, a few ways each."""

import random

_LINES: dict[str, dict[str, tuple[str, ...]]] = {
    "greeting": {
        "es": ("{restaurant}, dígame, ¿en qué puedo ayudarle?", "Hola, ha llamado a {restaurant}. ¿Qué desea?"),
        "en": ("Hello, this is {restaurant}, how can I help you?",),
    },
    "known_greeting": {
        "es": ("¡Hola, {customer}! Le habla {restaurant}, ¿en qué puedo ayudarle?",),
        "en": ("Hello {customer}, this is {restaurant}, how can I help you?",),
    },
    "wants_table": {
        "es": (
            "Hola, quería reservar mesa para {party}, {day} {time}.",
            "Buenas, ¿tendrían sitio {day} {time} para {party}?",
            "Hola, mire, querría una mesa {day} {time} para {party}.",
        ),
        "en": (
            "Hi, I'd like a table for {party}, {day} at {time}.",
            "Hello, do you have room for {party}, {day} at {time}?",
        ),
    },
    "wants_area": {
        "es": ("Y si puede ser, {area}.", "¿Podría ser {area}?"),
        "en": ("And {area}, if possible.",),
    },
    "looking": {
        "es": ("Un momento, que lo miro.", "Déjeme ver…", "Enseguida se lo digo."),
        "en": ("One moment, let me look.", "Let me see…"),
    },
    "gives_name": {
        "es": ("A nombre de {name}, con este mismo número.", "Póngala a nombre de {name}."),
        "en": ("It's {name}, on this number.", "Under {name}, please."),
    },
    "gives_name_and_phone": {
        "es": ("A nombre de {name}, mi teléfono es el {phone}.",),
        "en": ("{name}, and my number is {phone}.",),
    },
    "takes_offer": {
        "es": ("Pues {time}, perfecto.", "Vale, {time} nos va bien.", "Venga, {time} entonces."),
        "en": ("{time} is fine, then.", "All right, {time} works for us."),
    },
    "says_clearly": {"es": ("Perdone: a las {clock}.",), "en": ("Sorry: at {clock}.",)},
    "other_day": {
        "es": ("Vaya. ¿Y {day} {time}?", "Ah, no lo sabía. Pues {day} {time}."),
        "en": ("Oh. How about {day} at {time}?",),
    },
    "fine_there": {"es": ("Sí, ahí también nos va bien.",), "en": ("Yes, that's fine too.",)},
    "asks_hours": {
        "es": ("Hola, ¿a qué hora abren y qué días cierran?", "Buenas, ¿me dice el horario, por favor?"),
        "en": ("Hi, when are you open?",),
    },
    "wants_cancel": {
        "es": (
            "Hola, soy {name}, tengo que anular mi reserva.",
            "Buenas, al final no podemos ir. Está a nombre de {name}.",
        ),
        "en": ("Hello, this is {name}, I'm afraid I have to cancel our table.",),
    },
    "second_thoughts": {
        "es": ("Ay, espere… me dicen que no podemos. ¿La puede anular?",),
        "en": ("Oh, wait… we can't make it after all. Could you cancel it?",),
    },
    "wrong_number": {
        "es": ("¿Es la ferretería Castro?", "¿Oiga, la clínica dental?"),
        "en": ("Is that the car rental?",),
    },
    "not_here": {
        "es": ("No, esto es un restaurante, {restaurant}.",),
        "en": ("No, this is a restaurant, {restaurant}.",),
    },
    "sorry_wrong": {
        "es": ("Uy, perdone, me he equivocado.",),
        "en": ("Oh, sorry, wrong number.",),
    },
    "thanks": {
        "es": ("Muchas gracias, ¡hasta luego!", "Vale, gracias. ¡Adiós!"),
        "en": ("Thank you very much. Bye!",),
    },
    "see_you": {
        "es": ("Estupendo, gracias. ¡Adiós!", "Genial, allí estaremos.", "Perfecto, ¡hasta entonces!"),
        "en": ("Lovely, thank you. See you then!",),
    },
    "what_a_pity": {
        "es": ("Qué pena. Bueno, ya llamaré otro día.", "Vaya… Gracias de todos modos."),
        "en": ("What a pity. Another time, then.",),
    },
    "goodbye": {"es": ("Gracias a usted, ¡hasta pronto!", "Gracias por llamar."), "en": ("Thank you for calling!",)},
    "no_words": {"es": ("Un momento, por favor.",), "en": ("One moment, please.",)},
}


def line(key: str, language: str, rng: random.Random, **facts: str) -> str:
    """One of the ways to say it, with `facts` put in, beginning with a capital."""
    words = rng.choice(_LINES[key][language]).format(**facts)
    return words[:1].upper() + words[1:]
